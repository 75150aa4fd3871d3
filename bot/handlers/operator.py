"""The operator's commands; each is noted in the log with who gave it."""

import asyncio
import json
import logging
import math
from collections.abc import Awaitable, Iterable
from datetime import UTC, datetime, timedelta

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.handlers.lateness import is_late
from bot.handlers.replies import Replies, sender_of
from bot.maintenance import LiveProgress, Maintenance
from bot.people.overview import Missed, Usage, missed, usage
from bot.people.store import PeopleDesk
from bot.texts import Texts
from retrieval.errors import RetrievalError
from retrieval.types import IndexReport

OPERATOR_COMMANDS = ("stats", "missed", "reindex", "rollback")

_LOGGER = logging.getLogger(__name__)

_PERIODS = (1, 7, 30)
"""In days."""
_LISTED = 10
_EXPORTED = 1000
_LONGEST_LINE = 200
_BETWEEN_EDITS = 3.0


class Operator:
    """Serves those whom CITEBOT_ADMIN_IDS names, in private."""

    def __init__(self, replies: Replies, people: PeopleDesk, maintenance: Maintenance) -> None:
        self._replies = replies
        self._people = people
        self._maintenance = maintenance

    async def stats(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how much was asked, and how well it was answered."""
        if message := await self._taken(update, "stats"):
            texts = await self._replies.texts_of(message)
            now = datetime.now(UTC)
            periods = [(days, await self._people.do(usage, now - timedelta(days=days))) for days in _PERIODS]
            await self._replies.say(message, "\n\n".join(_figures(days, found, texts) for days, found in periods))

    async def missed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List what was not answered well, and send it as questions for `citebot evaluate`."""
        if message := await self._taken(update, "missed"):
            texts = await self._replies.texts_of(message)
            found = await self._people.do(missed, _EXPORTED)
            if not found:
                await self._replies.say(message, texts.say("missed-none"))
                return
            lines = [texts.say("missed"), *map(_line, found[:_LISTED])]
            await self._replies.say(message, "\n".join(lines))
            await message.reply_document(_as_json_lines(found), filename="questions.jsonl")

    async def reindex(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Index, and tell how far it is in one message."""
        if message := await self._taken(update, "reindex"):
            texts = await self._replies.texts_of(message)
            if running := self._maintenance.running:
                await self._replies.say(message, texts.say("reindex-running", progress=_progress(running, texts)))
                return
            progress = LiveProgress()
            told = _Told(await message.reply_text(texts.say("reindex-began")))
            work = asyncio.create_task(self._maintenance.reindex(progress))
            while not (await asyncio.wait([work], timeout=_BETWEEN_EDITS))[0]:
                await told.edit(_progress(progress, texts))
            await told.edit(await _outcome(_indexed(work, texts), texts))

    async def rollback(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Publish the index before the current one."""
        if message := await self._taken(update, "rollback"):
            texts = await self._replies.texts_of(message)
            await self._replies.say(message, await _outcome(self._rolled_back(texts), texts))

    async def _rolled_back(self, texts: Texts) -> str:
        manifest = await self._maintenance.rollback()
        return texts.say("rolled-back", generation=manifest.name, articles=manifest.articles)

    async def _taken(self, update: Update, command: str) -> Message | None:
        """Return the message of a command that shall be obeyed, and note it."""
        message = update.message
        if message is None:
            return None
        if is_late(message):
            # Who gave it hours ago may have thought better of it since.
            await self._replies.say(message, (await self._replies.texts_of(message)).say("command-late"))
            return None
        _LOGGER.info("Operator %d: /%s", sender_of(message), command)
        return message


class _Told:
    """One message that is changed in place."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._shown = message.text

    async def edit(self, sentence: str) -> None:
        if sentence == self._shown:
            return
        try:
            await self._message.edit_text(sentence)
            self._shown = sentence
        except TelegramError as error:
            _LOGGER.warning("Progress could not be shown: %s", error)


async def _indexed(work: Awaitable[IndexReport], texts: Texts) -> str:
    report = await work
    counts = report.articles
    return texts.say(
        "reindexed",
        added=counts.added,
        changed=counts.changed,
        removed=counts.removed,
        problems=len(report.problems),
        generation=report.generation,
        seconds=round(report.seconds),
    )


async def _outcome(work: Awaitable[str], texts: Texts) -> str:
    try:
        return await work
    except RetrievalError as error:
        _LOGGER.warning("The operator's command failed: %s", error)
        return texts.say("operator-failed", reason=str(error))


def _progress(progress: LiveProgress, texts: Texts) -> str:
    if progress.total is None:
        return texts.say("reindex-reading", articles=progress.done)
    told = texts.say("reindex-embedding", done=progress.done, total=progress.total)
    rate, left = progress.pace.rate, progress.pace.remaining
    if rate is None or left is None:
        return told
    return f"{told}; {texts.say('reindex-pace', rate=round(rate), minutes=math.ceil(left / 60))}"


def _figures(days: int, found: Usage, texts: Texts) -> str:
    return texts.say(
        "stats",
        days=days,
        questions=found.questions,
        answered=_share(found.answered, found.questions),
        disliked=_share(found.disliked, found.questions),
        p50=round(found.p50_ms),
        p95=round(found.p95_ms),
        people=found.people,
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _line(question: Missed) -> str:
    text = " ".join(question.question.split())
    shortened = text if len(text) <= _LONGEST_LINE else text[: _LONGEST_LINE - 1] + "…"
    return f"{'👎' if question.disliked else '∅'} {shortened}"


def _as_json_lines(questions: Iterable[Missed]) -> bytes:
    """Return `questions` as `citebot evaluate` reads them; the operator says which of them have an answer."""
    records = (
        {
            "id": str(question.number),
            "question": question.question,
            "answerable": False,
            "kind": "disliked" if question.disliked else "unanswered",
            "cited": question.article_ids,
        }
        for question in questions
    )
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
