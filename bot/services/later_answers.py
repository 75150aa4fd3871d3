"""Questions that were missed are asked again of each new index; which of them it answers is told to the operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from telegram import Bot

from bot.people.desk import PeopleDesk
from bot.people.missed import Missed, note_asked_again, to_ask_again
from bot.rendering.lines import within_a_line
from bot.rendering.messages import headline
from bot.services.asking_again import ask_again, keep_looking, when_asked
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.operators import Operators
from bot.texts import Texts
from retrieval.types import Answer, Certainty, Citation

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
        if self._operators.are_there:
            await keep_looking(lambda: self._look(bot), "What was missed cannot be asked again")

    async def _look(self, bot: Bot) -> None:
        edition = await self._articles.edition()
        if edition.generation == self._asked_of:
            return
        waiting = await self._people.do(to_ask_again, edition.generation, edition.made_at, _MOST)
        answered: list[_LaterAnswer] = []
        put_off = 0
        async for asked in ask_again(self._questions, waiting, self._ask_again):
            if asked.is_put_off:
                put_off += 1
            elif asked.found:
                answered.append(_LaterAnswer(asked.question, asked.found))
            else:
                await self._people.do(note_asked_again, asked.question.number, edition.generation, answered=False)
        if await self._tell(bot, answered, edition.generation) and not put_off:
            self._asked_of = edition.generation

    async def _ask_again(self, question: Missed) -> Citation | None:
        """Return what answers a question now; None where nothing does."""
        now = when_asked(question.asked_at, self._timezone)
        return _what_answers(question, await self._questions.ask(question.question, now=now))

    async def _tell(self, bot: Bot, answered: Sequence[_LaterAnswer], generation: int) -> bool:
        """Tell what no other bot tells; return False where Telegram could not be reached, and all is told later.

        It is noted only now: whatever ends the asking before costs nobody the word.
        """
        noted = [
            later
            for later in answered
            if await self._people.do(note_asked_again, later.question.number, generation, answered=True)
        ]
        if not noted or await self._operators.tell(bot, lambda texts: _message(noted, texts)):
            return True
        for later in noted:
            await self._people.do(note_asked_again, later.question.number, generation - 1, answered=False)
        return False


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
