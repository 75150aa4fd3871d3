"""Followed questions are asked again of each new index; what is new is told to whoever follows them, once."""

from datetime import UTC, datetime

from telegram import Bot

from bot.people.desk import PeopleDesk
from bot.people.follows import Follow, note_asked, note_told, take_back, to_ask_of
from bot.people.store import PeopleStore
from bot.rendering.keyboards import followed_keyboard
from bot.rendering.messages import Renderer
from bot.services.asking_again import ask_again, keep_looking
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.unasked import QuietHours, send_unasked
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.types import News


class Followers:
    """Looks every minute whether there is a new index, but in quiet hours.

    Nothing is kept to be told later: in quiet hours nothing is asked, and of whoever has had their messages of the day
    neither; so what waits is asked of the index that there is then, and what was told is never told again.
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
    ) -> None:
        """Show up to `citations` in a message, and send a person up to so many messages a day."""
        self._questions = questions
        self._articles = articles
        self._people = people
        self._renderer = renderer
        self._quiet = quiet
        self._messages_a_day = messages_a_day
        self._citations = citations

    async def keep_telling(self, bot: Bot) -> None:
        """Look now and every minute from now on; ends when it is cancelled."""
        await keep_looking(lambda: self._look(bot), "What readers follow cannot be asked again")

    async def _look(self, bot: Bot) -> None:
        now = datetime.now(UTC)
        if self._quiet.hold(now):
            return
        generation = (await self._articles.edition()).generation
        since = self._quiet.begin_of_day(now)
        waiting = await self._people.do(to_ask_of, generation, since, self._messages_a_day)
        async for asked in ask_again(self._questions, waiting, self._news_for):
            if self._quiet.hold(datetime.now(UTC)):
                return
            if asked.found:
                await self._tell(bot, asked.question, asked.found, generation)
            elif not asked.is_put_off:
                await self._people.do(note_asked, asked.question.number, generation)

    async def _news_for(self, follow: Follow) -> News | None:
        return await self._questions.news_for(follow.followed, self._citations)

    async def _tell(self, bot: Bot, follow: Follow, news: News, generation: int) -> None:
        """Tell it to whoever follows; where Telegram could not be reached, it is told later."""
        texts = await self._texts_for(follow)
        parts = self._renderer.followed(news.answer, texts, is_first=not follow.is_answered)
        now = datetime.now(UTC)
        since = self._quiet.begin_of_day(now)
        if await self._people.do(note_told, follow, news.followed, generation, now, since, self._messages_a_day):
            keyboard = followed_keyboard(follow.number, texts)
            if not await send_unasked(bot, follow.person_id, parts, keyboard):
                await self._people.do(take_back, follow, now)

    async def _texts_for(self, follow: Follow) -> Texts:
        chosen = await self._people.do(PeopleStore.language, follow.person_id)
        return catalogue(chosen if chosen in LANGUAGES else follow.language)
