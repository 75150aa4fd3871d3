"""The operator's commands; each is noted with who gave it and what came of it."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.ext import ContextTypes

from bot.handlers.given import GivenArticles
from bot.handlers.missed import MissedQuestions
from bot.maintenance import AlreadyWorkingError, LiveProgress, Maintenance
from bot.messages import translated
from bot.people.audit import Operation, last_operations
from bot.people.desk import PeopleDesk
from bot.people.overview import Usage, usage
from bot.services.lateness import is_late
from bot.services.noted import DONE, noted
from bot.services.replies import Replies, sender_of
from bot.texts import Texts
from bot.transport.reaching import until_reached
from retrieval.errors import IndexBusyError, NothingToRollBackError, RetrievalError, SourcesBusyError, StoppedError
from retrieval.told import told_by
from retrieval.types import IndexReport

OPERATOR_COMMANDS = ("stats", "missed", "articles", "reindex", "rollback", "audit")
OPERATOR_MENU = (*OPERATOR_COMMANDS, "whoami")
"""What an operator's menu and help hold besides what every reader's do; each has a ``command-…`` line as well."""

_LOGGER = logging.getLogger(__name__)

_PERIODS = (1, 7, 30)
"""In days."""
_LISTED = 10
_LONGEST_LINE = 200
_BETWEEN_EDITS = 3.0
_FAILURES: dict[type[RetrievalError], str] = {
    AlreadyWorkingError: "busy",
    IndexBusyError: "busy",
    SourcesBusyError: "fetching",
    NothingToRollBackError: "none earlier",
    StoppedError: "stopped",
}
"""Outcomes that the catalogues have words for; of all other failures the words of the error are kept."""
_EDITS_OF_THE_END = 2
"""An edit does no harm when it is made twice."""
_IN_VAIN = (InvalidToken, BadRequest, Forbidden)
"""What telling again does not help against."""
_Deed = tuple[str, Callable[[], Awaitable[object]]]
"""What came of a command, to be kept, and what tells the operator."""


class Operator:
    """Serves those whom CITEBOT_ADMIN_IDS names, in private."""

    def __init__(
        self,
        replies: Replies,
        people: PeopleDesk,
        maintenance: Maintenance,
        missed: MissedQuestions,
        given: GivenArticles,
        settle: Callable[[Update], Awaitable[None]],
    ) -> None:
        """`settle` notes that an update is not to be handled again, even where its handling does not end."""
        self._replies = replies
        self._people = people
        self._maintenance = maintenance
        self._missed = missed
        self._given = given
        self._settle = settle

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Explain how to ask, and what only operators can do."""
        if update.message:
            texts = await self._replies.texts_of(update.message)
            lines = (f"/{name} – {texts.say(f'command-{name}')}" for name in OPERATOR_MENU)
            await self._replies.say(
                update.message, "\n".join([texts.say("help"), "", texts.say("help-operator"), *lines])
            )

    async def stats(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say how much was asked, and how well it was answered."""
        await self._obey(update, "stats", self._stats)

    async def missed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List what was not answered well, to be judged, and send it as questions for `citebot evaluate`."""
        await self._obey(update, "missed", self._list_missed)

    async def articles(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List what was given by hand, to be taken back."""
        await self._obey(update, "articles", self._list_given)

    async def reindex(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Index, and tell how far it is in one message."""
        await self._obey(update, "reindex", self._reindex, once=True)

    async def rollback(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Publish the index before the current one."""
        await self._obey(update, "rollback", self._rollback, once=True)

    async def audit(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the last commands of all operators."""
        await self._obey(update, "audit", self._audit)

    async def _obey(
        self, update: Update, command: str, work: Callable[[Message, Texts], Awaitable[_Deed]], *, once: bool = False
    ) -> None:
        """Do the `work` of a command, unless another wrote it or it came late; note it and its outcome, and then tell.

        What is done `once` is not taken up again by the next run where this one is killed meanwhile.
        """
        message = update.message
        if message is None:
            return
        texts = await self._replies.texts_of(message)
        if message.forward_origin or message.via_bot:
            # Whoever wrote it may have hoped that an operator passes it on.
            await self._replies.say(message, texts.say("command-forwarded"))
            return
        if is_late(message.date):
            # Who gave it hours ago may have thought better of it since.
            await self._replies.say(message, texts.say("command-late"))
            return
        person = sender_of(message)
        _LOGGER.info("Operator %d: /%s", person, command)
        if once:
            await self._settle(update)
        tell = await noted(self._people, person, command, partial(work, message, texts))
        await tell()

    async def _stats(self, message: Message, texts: Texts) -> _Deed:
        now = datetime.now(UTC)
        periods = [(days, await self._people.do(usage, now - timedelta(days=days))) for days in _PERIODS]
        lines = "\n\n".join(_usage_of_period(days, found, texts) for days, found in periods)
        return DONE, partial(self._replies.say, message, lines)

    async def _list_missed(self, message: Message, texts: Texts) -> _Deed:
        found = await self._missed.latest()
        return DONE, partial(self._missed.tell, message, found, texts)

    async def _list_given(self, message: Message, texts: Texts) -> _Deed:
        found = await self._given.listed()
        return DONE, partial(self._given.tell, message, found, texts)

    async def _reindex(self, message: Message, texts: Texts) -> _Deed:
        if running := self._maintenance.running:
            line = texts.say("reindex-running", progress=_progress_line(running, texts))
            return "going on already", partial(self._replies.say, message, line)
        progress = LiveProgress()
        work = asyncio.create_task(self._maintenance.reindex(progress))
        told = _Told(self._replies, message)
        await told.show(texts.say("reindex-began"))
        while not (await asyncio.wait([work], timeout=_BETWEEN_EDITS))[0]:
            await told.show(_progress_line(progress, texts))
        try:
            outcome, sentence = DONE, _indexed(await work, texts)
        except RetrievalError as error:
            outcome, sentence = _failure(error, texts)
        return outcome, partial(told.end, sentence)

    async def _rollback(self, message: Message, texts: Texts) -> _Deed:
        try:
            manifest = await self._maintenance.rollback()
        except RetrievalError as error:
            outcome, sentence = _failure(error, texts)
        else:
            outcome = DONE
            sentence = texts.say("rolled-back", generation=manifest.name, articles=manifest.articles)
        return outcome, partial(self._replies.say, message, sentence)

    async def _audit(self, message: Message, texts: Texts) -> _Deed:
        found = await self._people.do(last_operations, _LISTED)
        lines = "\n".join([texts.say("audit"), *(_operation_line(each, texts) for each in found)])
        return DONE, partial(self._replies.say, message, lines)


def _failure(error: RetrievalError, texts: Texts) -> tuple[str, str]:
    """Return the outcome to keep of work that failed, and what the operator is told of it."""
    _LOGGER.warning("The operator's command failed: %s", error)
    outcome = _FAILURES.get(type(error), str(error))
    reason = translated(told_by(error), texts.language)
    return outcome, texts.say("operator-failed", outcome=_key(outcome), reason=reason)


def _key(outcome: str) -> str:
    """Return what an outcome is called in the catalogues; what they do not know chooses their last variant."""
    return outcome.replace(" ", "-")


class _Told:
    """What is told of work in one message that is changed in place, or in another one where that cannot be."""

    def __init__(self, replies: Replies, asked: Message) -> None:
        """`asked` is what is replied to."""
        self._replies = replies
        self._asked = asked
        self._message: Message | None = None
        self._shown = ""

    async def show(self, sentence: str) -> bool:
        """Tell how far it is; return whether that is known to be seen. The next line makes up for one that is lost."""
        if sentence == self._shown:
            return self._message is not None
        try:
            if not self._shown:
                self._message = await self._replies.say(self._asked, sentence)
            elif self._message:
                await self._message.edit_text(sentence)
            self._shown = sentence
        except TelegramError as error:
            if "message is not modified" in str(error).lower():  # an edit that seemed to fail did not
                return True
            _LOGGER.warning("Progress could not be shown: %s", error)
            return False
        return self._message is not None

    async def end(self, sentence: str) -> None:
        """Tell what came of it, for as long as that takes: nothing comes after it that would make up for it."""
        for _ in range(_EDITS_OF_THE_END):
            if await self.show(sentence):
                return
        await until_reached(partial(self._replies.say, self._asked, sentence), unless=_IN_VAIN)


def _indexed(report: IndexReport, texts: Texts) -> str:
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


def _progress_line(progress: LiveProgress, texts: Texts) -> str:
    if progress.total is None:
        told = texts.say("reindex-reading", articles=progress.done)
        return f"{told}; {texts.say('reindex-host', host=progress.host)}" if progress.host else told
    told = texts.say("reindex-embedding", done=progress.done, total=progress.total)
    rate, left = progress.pace.rate, progress.pace.remaining
    if rate is None or left is None:
        return told
    return f"{told}; {texts.say('reindex-pace', rate=round(rate), minutes=math.ceil(left / 60))}"


def _usage_of_period(days: int, found: Usage, texts: Texts) -> str:
    return texts.say(
        "stats",
        days=days,
        questions=found.questions,
        answered=_share(found.answered, found.questions),
        unsure=_share(found.unsure, found.questions),
        disliked=_share(found.disliked, found.questions),
        p50=round(found.p50_ms),
        p95=round(found.p95_ms),
        people=found.people,
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _operation_line(operation: Operation, texts: Texts) -> str:
    when = f"{operation.began_at:%Y-%m-%d %H:%M} UTC"
    reason = operation.outcome[:_LONGEST_LINE]
    outcome = texts.say("operation-outcome", outcome=_key(operation.outcome), reason=reason)
    return " · ".join((when, str(operation.person_id), f"/{operation.command}", outcome))
