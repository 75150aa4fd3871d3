"""Followed questions are asked again of each new index; what is new is told to whoever follows them, once."""

from collections.abc import Callable
from datetime import UTC, datetime

from cachetools import LRUCache
from telegram import Bot

from bot.people.desk import PeopleDesk
from bot.people.follows import Follow, note_asked, note_told, take_back, to_ask_of
from bot.people.store import PeopleStore
from bot.rendering.callback_data import excerpt_key
from bot.rendering.keyboards import followed_keyboard
from bot.rendering.messages import Renderer
from bot.services.asking_again import ask_again, keep_looking
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.unasked import QuietHours, send_unasked, to_the_end
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.types import News

_REMEMBERED = 4096

_Told = tuple[int, str, tuple[int, int]]
"""A person, an excerpt and the sentence in it."""


class Followers:
    """Looks every minute whether there is a new index, but in quiet hours.

    Nothing is kept to be told later: in quiet hours nothing is asked, and of whoever has had their messages of the day
    neither; so what waits is asked of the index that there is then, and what was told is never told again. Where the
    same sentence is new to several questions of one reader, it is told to one of them.
    """

    def __init__(
        self,
        questions: QuestionDesk,
        articles: ArticleDesk,
        people: PeopleDesk,
        renderer: Renderer,
        quiet: QuietHours,
        messages_a_day: int,
        citations: int,
        may_be_told: Callable[[int], bool],
    ) -> None:
        """Show up to `citations` in a message, and send a person who `may_be_told` up to so many messages a day."""
        self._questions = questions
        self._articles = articles
        self._people = people
        self._renderer = renderer
        self._quiet = quiet
        self._messages_a_day = messages_a_day
        self._citations = citations
        self._may_be_told = may_be_told
        self._told: LRUCache[_Told, None] = LRUCache(_REMEMBERED)

    async def keep_telling(self, bot: Bot) -> None:
        """Look now and every minute from now on; ends when it is cancelled."""
        await keep_looking(lambda: self._look(bot), "What readers follow cannot be asked again")

    async def _look(self, bot: Bot) -> None:
        now = datetime.now(UTC)
        if self._quiet.hold(now):
            return
        generation = (await self._articles.edition()).generation
        since = self._quiet.begin_of_day(now)
        found = await self._people.do(to_ask_of, generation, since, self._messages_a_day)
        waiting = [follow for follow in found if self._may_be_told(follow.person_id)]
        async for asked in ask_again(self._questions, waiting, self._news_for):
            if self._quiet.hold(datetime.now(UTC)):
                return
            if asked.found:
                await to_the_end(self._tell(bot, asked.question, asked.found, generation))
            elif not asked.is_put_off:
                await self._people.do(note_asked, asked.question.number, generation)

    async def _news_for(self, follow: Follow) -> News | None:
        return await self._questions.news_for(follow.followed, self._citations)

    async def _tell(self, bot: Bot, follow: Follow, news: News, generation: int) -> None:
        """Tell it to whoever follows; where Telegram could not be reached, it is told later."""
        first = news.answer.citations[0]
        told = (follow.person_id, excerpt_key(first), first.highlight)
        texts = await self._texts_for(follow)
        parts = self._renderer.followed(news.answer, texts, is_first=not follow.is_answered)
        now = datetime.now(UTC)
        since = self._quiet.begin_of_day(now)
        is_known = told in self._told
        moment = None if is_known else now
        may = await self._people.do(note_told, follow, news.followed, generation, moment, since, self._messages_a_day)
        if is_known or not may:
            return
        if await send_unasked(bot, follow.person_id, parts, followed_keyboard(follow.number, texts)):
            self._told[told] = None
        else:
            await self._people.do(take_back, follow, now)

    async def _texts_for(self, follow: Follow) -> Texts:
        chosen = await self._people.do(PeopleStore.language, follow.person_id)
        return catalogue(chosen if chosen in LANGUAGES else follow.language)
