"""What happens when a button is pressed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime

from telegram import CallbackQuery, Message, Update, User
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.handlers.articles import Articles
from bot.handlers.following import Follows
from bot.handlers.given import GivenArticles
from bot.handlers.missed import MissedQuestions
from bot.handlers.questions import Questions
from bot.handlers.stories import Stories
from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering.by_article import Group
from bot.rendering.callback_data import Action, CallbackData, excerpt_key
from bot.rendering.keyboards import answer_keyboard, surroundings_keyboard
from bot.rendering.messages import Renderer, page_of
from bot.rendering.periods import named
from bot.services.answers import Answers
from bot.services.cited import citation_with, cite_again, is_still_there, recall_current
from bot.services.desks import ArticleDesk, DeskBusyError
from bot.services.limits import PersonalRate
from bot.services.replies import Replies
from bot.texts import LANGUAGES, Texts, catalogue, texts_for
from bot.transport.pacing import Pacer
from retrieval.articles import article_key
from retrieval.question.bounds import Bounded, restricted
from retrieval.types import Answer, Article, NamedOutlet

_LOGGER = logging.getLogger(__name__)

_STORED_WITHIN = 2.0
"""Seconds that a button turns while its rating is stored: Telegram takes an answer to a press for some seconds only."""


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A button of this bot that somebody has pressed."""

    data: CallbackData
    message: Message
    """The bot's message that has the button."""
    user: User
    texts: Texts


_ButtonHandler = Callable[[ButtonPress], Awaitable[bool]]
"""Does what a button says; returns False where what it refers to is gone."""


class Buttons:
    """Does what the buttons say. What they refer to may be gone: then that is said."""

    def __init__(
        self,
        answers: Answers,
        articles: Articles,
        stories: Stories,
        questions: Questions,
        missed: MissedQuestions,
        follows: Follows,
        given: GivenArticles,
        article_desk: ArticleDesk,
        people: PeopleDesk,
        replies: Replies,
        renderer: Renderer,
        rate: PersonalRate,
        pacer: Pacer,
    ) -> None:
        self._answers = answers
        self._articles = articles
        self._stories = stories
        self._questions = questions
        self._follows = follows
        self._article_desk = article_desk
        self._people = people
        self._replies = replies
        self._renderer = renderer
        self._press_rate = rate
        self._pacer = pacer
        self._handlers: dict[Action, _ButtonHandler] = {
            Action.PAGE: self._page,
            Action.AROUND: self._around,
            Action.ARTICLE: self._turn_article,
            Action.OPEN: self._open_article,
            Action.EXAMPLE: self._ask_example,
            Action.PERIOD: self._ask_of_period,
            Action.OUTLET: self._ask_of_outlet,
            Action.STORY: self._tell_story,
            Action.DAYS: self._turn_story,
            Action.MISSED: _of_operators(missed.show),
            Action.JUDGE: _of_operators(missed.judge),
            Action.FOLLOW: self._follow,
            Action.UNFOLLOW: self._unfollow,
            Action.ADD: _of_operators(given.add),
            Action.DECLINE: _of_operators(given.decline),
            Action.GIVEN: _of_operators(given.turn),
            Action.TAKE_BACK: _of_operators(given.take_back),
            Action.LANGUAGE: self._choose_language,
        }

    async def press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer Telegram at once, so that the button stops turning, and then do what the button says."""
        query = update.callback_query
        if query is None:
            return
        data = CallbackData.parse(query.data)
        if data is None or not isinstance(query.message, Message):
            await _acknowledge(query, (await self._replies.texts_for(query.from_user)).say("expired"))
        elif not await self._press_rate.allows(query.from_user.id):
            await _acknowledge(query, (await self._replies.texts_for(query.from_user)).say("too-many-presses"))
        elif self._pacer.is_behind(query.message.chat_id):  # what is said in answer to a press is no message
            await _acknowledge(query, (await self._replies.texts_for(query.from_user)).say("busy"))
        elif data.action in {Action.USEFUL, Action.USELESS}:
            await self._rate(query, data, query.message)
        else:
            await _acknowledge(query)
            texts = await self._replies.texts_for(query.from_user)
            await self._do(ButtonPress(data, query.message, query.from_user, texts))

    async def _do(self, press: ButtonPress) -> None:
        try:
            done = await self._handlers[press.data.action](press)
        except (DeskBusyError, TimeoutError):
            _LOGGER.warning("There was no time for what a button asked for")
            await self._replies.say(press.message, press.texts.say("busy"))
            return
        if not done:
            gone = press.data.action in {Action.OPEN, Action.ARTICLE}
            sentence = press.texts.say("article-gone") if gone else press.texts.say("expired")
            await self._replies.say(press.message, sentence)

    async def _rate(self, query: CallbackQuery, data: CallbackData, message: Message) -> None:
        """Store a rating, which mostly takes no time, and say whether it could be."""
        texts = await self._replies.texts_for(query.from_user)
        storing = asyncio.create_task(self._store_rating(query, data, message.chat_id, texts))
        if (await asyncio.wait([storing], timeout=_STORED_WITHIN))[0]:
            await _acknowledge(query, storing.result())
            return
        await _acknowledge(query, texts.say("rating-waits"))
        if (told := await storing) != texts.say("rated"):
            await self._replies.say(message, told)

    async def _store_rating(self, query: CallbackQuery, data: CallbackData, chat_id: int, texts: Texts) -> str:
        """Store a rating; return what is said of that."""
        useful, now = data.action is Action.USEFUL, datetime.now(UTC)
        try:
            stored = await self._people.do(
                PeopleStore.rate, data.exchange, chat_id, query.from_user.id, useful=useful, now=now
            )
        except PeopleError as error:
            _LOGGER.error("A rating cannot be stored: %s", error)  # noqa: TRY400 - the database is to blame
            return texts.say("rating-lost")
        return texts.say("rated") if stored else texts.say("expired")

    async def _page(self, press: ButtonPress) -> bool:
        data, message, texts = press.data, press.message, press.texts
        answer = await self._recall(press)
        if answer is None:
            return False
        size = self._answers.page_size(message.chat.type)
        shown = page_of(answer, data.number, size)
        if data.number and not shown.citations:
            return False
        parts = self._renderer.more(shown, texts) if data.number else self._renderer.answer(shown, texts)
        keyboard = answer_keyboard(data.exchange, answer, data.number, size, texts, message.chat.type)
        await self._replies.show_instead(message, parts, keyboard)
        self._answers.note_page(data.exchange, data.number)
        return True

    async def _recall(self, press: ButtonPress) -> Answer | None:
        """Return the answer of a button."""
        return await recall_current(self._answers, self._article_desk, press.data.exchange, press.message.chat_id)

    async def _around(self, press: ButtonPress) -> bool:
        data = press.data
        answer = await self._recall(press)
        if answer is None:
            return False
        citation = citation_with(answer, data.key, data.number)
        if citation is None:
            return await self._around_shown(press)
        article = await self._article_desk.article(article_key(citation.article_id))
        if article is None or not is_still_there(citation, article):
            return await self._tell_what_became_of(citation.article_id, press)
        size = self._answers.page_size(press.message.chat.type)
        page = page_of(answer, (data.number - 1) // size, size).citations
        beside = [each for each in page if each.article_id == article.id and is_still_there(each, article)]
        # The message may have come before an answer that has it on another page.
        return await self._show_around(tuple(beside) if citation in beside else (citation,), article, press)

    async def _around_shown(self, press: ButtonPress) -> bool:
        """Do it for an excerpt that is not in the answer as it is found now, but is known to have been shown."""
        data = press.data
        shown = await self._answers.shown(data.exchange, press.message.chat_id)
        if not (data.key and 1 <= data.number <= len(shown)):
            return False
        place = shown[data.number - 1]
        article = await self._article_desk.article(article_key(place.article_id))
        citation = cite_again(place, article, data.number) if article else None
        if article is None or citation is None or excerpt_key(citation) != data.key:
            return await self._tell_what_became_of(place.article_id, press)
        return await self._show_around((citation,), article, press)

    async def _show_around(self, group: Group, article: Article, press: ButtonPress) -> bool:
        data, message, texts = press.data, press.message, press.texts
        size = self._answers.page_size(message.chat.type)
        parts = self._renderer.surroundings(group, article, texts)
        keyboard = surroundings_keyboard(data.exchange, data.number, article_key(article.id), size, texts)
        await self._replies.show_instead(message, parts, keyboard)
        return True

    async def _tell_what_became_of(self, article_id: str, press: ButtonPress) -> bool:
        """Say that an article does not say any more what was cited, and show what it says now; or that it is gone."""
        key = article_key(article_id)
        if await self._article_desk.article(key) is None:
            await self._replies.say(press.message, press.texts.say("article-gone"))
        else:
            await self._replies.say(press.message, press.texts.say("article-changed"))
            await self._articles.send(press.message, key, press.texts)
        return True

    async def _turn_article(self, press: ButtonPress) -> bool:
        return await self._articles.turn(press.message, press.data, press.texts)

    async def _open_article(self, press: ButtonPress) -> bool:
        return await self._articles.send(press.message, press.data.key, press.texts)

    async def _ask_example(self, press: ButtonPress) -> bool:
        question = _label(press)
        if question is None:
            return False
        await self._questions.from_button(press.message, question, press.user, press.texts)
        return True

    async def _ask_of_period(self, press: ButtonPress) -> bool:
        answer = await self._recall(press)
        days = (press.data.number, press.data.back)
        if answer is None or not 1 <= days[0] <= days[1] <= date.max.toordinal():
            return False
        asked = answer.understood or answer.question
        period = named(date.fromordinal(days[0]), date.fromordinal(days[1]), texts_for(None, asked))
        return await self._ask_restricted(press, asked, Bounded(period=period))

    async def _ask_of_outlet(self, press: ButtonPress) -> bool:
        answer = await self._recall(press)
        citation = answer and citation_with(answer, "", press.data.number)
        if not answer or not citation or not citation.source:
            return False
        asked = answer.understood or answer.question
        words = texts_for(None, asked).say("asked-outlet", outlet=citation.source)
        outlet = NamedOutlet(citation.source, words)
        return await self._ask_restricted(press, asked, Bounded(outlets=(citation.source,), outlet=outlet))

    async def _ask_restricted(self, press: ButtonPress, asked: str, bounds: Bounded) -> bool:
        question = restricted(asked, bounds, datetime.now(UTC).date())
        await self._questions.from_button(press.message, question, press.user, press.texts)
        return True

    async def _tell_story(self, press: ButtonPress) -> bool:
        answer = await self._recall(press)
        if answer is None:
            return False
        await self._stories.send(press.message, answer, press.data.exchange, press.texts)
        return True

    async def _turn_story(self, press: ButtonPress) -> bool:
        answer = await self._recall(press)
        if answer is None:
            return False
        await self._stories.turn(press.message, answer, press.data, press.texts)
        return True

    async def _follow(self, press: ButtonPress) -> bool:
        return await self._follows.begin(press.message, press.data, press.texts)

    async def _unfollow(self, press: ButtonPress) -> bool:
        return await self._follows.end(press.message, press.data, press.texts)

    async def _choose_language(self, press: ButtonPress) -> bool:
        language = press.data.key
        if language not in LANGUAGES:
            return False
        await self._people.do(PeopleStore.choose_language, press.user.id, language, datetime.now(UTC))
        await self._replies.say(press.message, catalogue(language).say("language-chosen"))
        return True


def _of_operators(do: Callable[[Message, CallbackData, int, Texts], Awaitable[bool]]) -> _ButtonHandler:
    """Return what handles a button of operators, who `do` makes sure of."""

    async def handle(press: ButtonPress) -> bool:
        return await do(press.message, press.data, press.user.id, press.texts)

    return handle


def _label(press: ButtonPress) -> str | None:
    """Return what stands on the button; None where the message has it no more."""
    markup = press.message.reply_markup
    buttons = [button for row in markup.inline_keyboard for button in row] if markup else []
    return next((button.text for button in buttons if button.callback_data == press.data.packed()), None)


async def _acknowledge(query: CallbackQuery, sentence: str | None = None) -> None:
    # Telegram takes an answer for some seconds only; what the button does is done all the same.
    with suppress(TelegramError):
        await query.answer(sentence)
