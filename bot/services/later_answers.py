"""Questions that were missed are asked again of each new index; which of them it answers is told to the operators."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from telegram import Bot

from bot.people.desk import PeopleDesk
from bot.people.missed import Missed, note_asked_again, to_ask_again
from bot.rendering.lines import within_a_line
from bot.rendering.messages import headline
from bot.services.desks import ArticleDesk, DeskBusyError, QuestionDesk
from bot.services.operators import Operators
from bot.texts import Texts
from retrieval.types import Answer, Certainty, Citation

_LOGGER = logging.getLogger(__name__)

_LOOK_EVERY = 60.0
_MOST = 200
"""Questions that are asked again of one index: the latest."""
_TOLD = 10
_LONGEST_QUESTION = 100
_LONGEST_HEADLINE = 120


@dataclass(frozen=True, slots=True)
class _LaterAnswer:
    question: Missed
    citation: Citation


class LaterAnswers:
    """Looks every minute whether there is a new index."""

    def __init__(
        self,
        questions: QuestionDesk,
        articles: ArticleDesk,
        people: PeopleDesk,
        operators: Operators,
        timezone: ZoneInfo,
    ) -> None:
        """`timezone` is that of the archive, for what is relative to when it was asked."""
        self._questions = questions
        self._articles = articles
        self._people = people
        self._operators = operators
        self._timezone = timezone
        self._asked_of = 0
        """The generation of which all was asked."""

    async def keep_telling(self, bot: Bot) -> None:
        """Look now and every minute from now on; ends when it is cancelled."""
        while self._operators.are_there:
            try:
                await self._look(bot)
            except (DeskBusyError, TimeoutError):
                _LOGGER.info("There was no time to ask again what was missed; it is asked later")
            except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on and looks again
                _LOGGER.warning("What was missed cannot be asked again: %s: %s", type(error).__name__, error)
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self, bot: Bot) -> None:
        edition = await self._articles.edition()
        if edition.generation == self._asked_of:
            return
        waiting = await self._people.do(to_ask_again, edition.generation, edition.made_at, _MOST)
        answered = [later for question in waiting if (later := await self._ask_again(question, edition.generation))]
        if answered and not await self._operators.tell(bot, lambda texts: _message(answered, texts)):
            for later in answered:
                await self._people.do(note_asked_again, later.question.number, edition.generation - 1, answered=False)
            return
        self._asked_of = edition.generation

    async def _ask_again(self, question: Missed, generation: int) -> _LaterAnswer | None:
        """Return what answers a question now, unless nothing does or another bot tells that; it is noted either way."""
        await self._questions.left_idle()  # readers go first
        now = question.asked_at.astimezone(self._timezone).replace(tzinfo=None)
        citation = _what_answers(question, await self._questions.ask(question.question, now=now))
        noted = await self._people.do(note_asked_again, question.number, generation, answered=citation is not None)
        return _LaterAnswer(question, citation) if citation and noted else None


def _what_answers(question: Missed, answer: Answer) -> Citation | None:
    """Return the citation that makes an answer a good one, for all that is known; None where it is none.

    What was useless before is so again; where an operator has said which article answers, no other will do.
    """
    if answer.certainty is not Certainty.SURE:
        return None
    right = question.judgement.article_id if question.judgement else None
    if right is not None:
        return next((each for each in answer.citations if each.article_id == right), None)
    shown = {(each.article_id, each.start) for each in question.shown} if question.disliked else set()
    return next((each for each in answer.citations[:1] if (each.article_id, each.start) not in shown), None)


def _message(answered: Sequence[_LaterAnswer], texts: Texts) -> str:
    lines = [_line(later, texts) for later in answered[:_TOLD]]
    left = len(answered) - len(lines)
    more = [texts.say("silent-more", count=left)] if left else []
    return "\n".join([texts.say("answered-now", count=len(answered)), *lines, *more])


def _line(later: _LaterAnswer, texts: Texts) -> str:
    cited = later.citation
    told = headline(cited.title, cited.article_id, cited.published_at, texts, _LONGEST_HEADLINE)
    return f"• {within_a_line(later.question.question, _LONGEST_QUESTION)}\n    → {told}"
