"""Inline mode: ``@bot question`` in any chat offers excerpts to send there."""

import asyncio
import logging
import time
from collections.abc import Callable

from cachetools import LRUCache, TTLCache
from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from bot.rendering.messages import Renderer, headline
from bot.services.cited import is_current
from bot.services.desks import ArticleDesk, DeskBusyError, QuestionDesk
from bot.services.limits import PersonalRate
from bot.services.replies import Replies
from bot.texts import Texts
from retrieval.errors import DatabaseError
from retrieval.question.acts import act_of
from retrieval.text.one_line import on_one_line
from retrieval.types import Answer, Citation

_LOGGER = logging.getLogger(__name__)

MOST_RESULTS = 10

_PAUSE = 0.3
"""Seconds without a further letter after which a question is looked up."""
_DEADLINE = 1.2
_KEPT = 300.0
"""Seconds for which a result holds, with Telegram and here."""
_REMEMBERED = 256
_TYPISTS = 4096
_DESCRIPTION = 200
_START = "inline"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class InlineMode:
    """Answers while somebody types, on a short deadline; the last of several questions in a row counts."""

    def __init__(
        self,
        desk: QuestionDesk,
        article_desk: ArticleDesk,
        replies: Replies,
        renderer: Renderer,
        rate: PersonalRate,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._article_desk = article_desk
        self._replies = replies
        self._renderer = renderer
        self._rate = rate
        self._latest: LRUCache[int, str] = LRUCache(_TYPISTS)
        self._found: TTLCache[str, Answer] = TTLCache(_REMEMBERED, _KEPT, clock)

    async def answer(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer excerpts that answer what was typed, or a button that leads to the bot."""
        query = update.inline_query
        if query is None:
            return
        texts = await self._replies.texts_for(query.from_user, query.query)
        question = on_one_line(query.query)
        if not question or act_of(question):
            await _offer(query, [], texts.say("inline-empty"), _KEPT)
        elif answer := await self._known(question):
            await self._offer_answer(query, answer, texts)
        elif await self._still_typing(query):
            return
        else:
            await self._look_up(query, question, texts)

    async def _look_up(self, query: InlineQuery, question: str, texts: Texts) -> None:
        if not await self._rate.allows(query.from_user.id):
            await _offer(query, [], texts.say("inline-later"), 0)
            return
        try:
            answer = await self._desk.ask(question, limit=MOST_RESULTS, deadline=_DEADLINE, read=False)
        except (DeskBusyError, TimeoutError):
            await _offer(query, [], texts.say("inline-later"), 0)
            return
        except DatabaseError as error:
            _LOGGER.error("The database failed: %s", error)  # noqa: TRY400 - one line says it all
            await _offer(query, [], texts.say("inline-unavailable"), 0)
            return
        self._found[question] = answer
        await self._offer_answer(query, answer, texts)

    async def _still_typing(self, query: InlineQuery) -> bool:
        """Wait a little, and tell whether the same person has typed on meanwhile."""
        person = query.from_user.id
        self._latest[person] = query.id
        await asyncio.sleep(_PAUSE)
        return self._latest.get(person, query.id) != query.id

    async def _known(self, question: str) -> Answer | None:
        found = self._found.get(question)
        return found if found and await is_current(found, self._article_desk) else None

    async def _offer_answer(self, query: InlineQuery, answer: Answer, texts: Texts) -> None:
        results = [self._result(citation, texts, sure=answer.answered) for citation in answer.citations[:MOST_RESULTS]]
        await _offer(query, results, "" if answer.answered else texts.say("inline-not-found"), _KEPT)

    def _result(self, citation: Citation, texts: Texts, *, sure: bool) -> InlineQueryResultArticle:
        start, end = citation.highlight
        message = self._renderer.citation(citation, texts, sure=sure)
        content = InputTextMessageContent(message.html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW)
        title = headline(citation.title, citation.article_id, None, texts)
        return InlineQueryResultArticle(
            id=str(citation.number),
            title=title if sure else texts.say("inline-unsure", title=title),
            description=citation.excerpt[start:end][:_DESCRIPTION],
            input_message_content=content,
        )


async def _offer(query: InlineQuery, results: list[InlineQueryResultArticle], label: str, cache_time: float) -> None:
    button = InlineQueryResultsButton(label, start_parameter=_START) if label else None
    # Personal, because the frame of an excerpt is in the reader's language.
    await query.answer(results, cache_time=int(cache_time), is_personal=True, button=button)
