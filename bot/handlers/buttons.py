"""What happens when a button is pressed."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from telegram import CallbackQuery, Message, Update, User
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.handlers.answers import Answers
from bot.handlers.articles import Articles
from bot.handlers.cited import citation_with, cite_again, is_current, is_still_there, key_of
from bot.handlers.desk import DeskBusyError, ReadingDesk
from bot.handlers.examples import question_about
from bot.handlers.keyboards import answer_keyboard, surroundings_keyboard
from bot.handlers.limits import PersonalRate
from bot.handlers.presses import Action, Press
from bot.handlers.questions import Questions
from bot.handlers.replies import Replies
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering import Renderer, page_of
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.articles import article_key
from retrieval.types import Answer, Article, Citation

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of this bot that somebody has pressed."""

    press: Press
    message: Message
    """The bot's message that has the button."""
    user: User
    texts: Texts


_Doer = Callable[[Pressed], Awaitable[bool]]
"""Does what a button says; returns False where what it refers to is gone."""


class Buttons:
    """Does what the buttons say. What they refer to may be gone: then that is said."""

    def __init__(
        self,
        answers: Answers,
        articles: Articles,
        questions: Questions,
        reading: ReadingDesk,
        people: PeopleDesk,
        replies: Replies,
        renderer: Renderer,
        rate: PersonalRate,
    ) -> None:
        self._answers = answers
        self._articles = articles
        self._questions = questions
        self._reading = reading
        self._people = people
        self._replies = replies
        self._renderer = renderer
        self._press_rate = rate
        self._doers: dict[Action, _Doer] = {
            Action.PAGE: self._page,
            Action.AROUND: self._around,
            Action.ARTICLE: self._turn_article,
            Action.OPEN: self._open_article,
            Action.EXAMPLE: self._ask_example,
            Action.LANGUAGE: self._choose_language,
        }

    async def press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer Telegram at once, so that the button stops turning, and then do what the button says."""
        query = update.callback_query
        if query is None:
            return
        press = Press.read(query.data)
        if press is None or not isinstance(query.message, Message):
            await _acknowledge(query, (await self._replies.texts_for(query.from_user)).say("expired"))
        elif not self._press_rate.allows(query.from_user.id):
            await _acknowledge(query, (await self._replies.texts_for(query.from_user)).say("too-many-presses"))
        elif press.action in {Action.USEFUL, Action.USELESS}:
            await self._rate(query, press, query.message.chat_id)
        else:
            await _acknowledge(query)
            texts = await self._replies.texts_for(query.from_user)
            await self._do(Pressed(press, query.message, query.from_user, texts))

    async def _do(self, pressed: Pressed) -> None:
        try:
            done = await self._doers[pressed.press.action](pressed)
        except (DeskBusyError, TimeoutError):
            _LOGGER.warning("There was no time for what a button asked for")
            await self._replies.say(pressed.message, pressed.texts.say("busy"))
            return
        if not done:
            gone = pressed.press.action in {Action.OPEN, Action.ARTICLE, Action.EXAMPLE}
            sentence = pressed.texts.say("article-gone") if gone else pressed.texts.say("expired")
            await self._replies.say(pressed.message, sentence)

    async def _rate(self, query: CallbackQuery, press: Press, chat_id: int) -> None:
        """Store a rating, which takes no time, and say whether it could be."""
        texts = await self._replies.texts_for(query.from_user)
        useful, now = press.action is Action.USEFUL, datetime.now(UTC)
        stored = await self._people.do(
            PeopleStore.rate, press.exchange, chat_id, query.from_user.id, useful=useful, now=now
        )
        await _acknowledge(query, texts.say("rated") if stored else texts.say("expired"))

    async def _page(self, pressed: Pressed) -> bool:
        press, message, texts = pressed.press, pressed.message, pressed.texts
        answer = await self._recall(pressed)
        if answer is None:
            return False
        size = self._answers.page_size(message.chat.type)
        shown = page_of(answer, press.number, size)
        if press.number and not shown.citations:
            return False
        parts = self._renderer.more(shown, texts) if press.number else self._renderer.answer(shown, texts)
        keyboard = answer_keyboard(press.exchange, answer, press.number, size, texts)
        await self._replies.show_instead(message, parts, keyboard)
        return True

    async def _recall(self, pressed: Pressed) -> Answer | None:
        """Return the answer of a button; where its articles have changed since, as it is answered now."""
        exchange, chat_id = pressed.press.exchange, pressed.message.chat_id
        answer = await self._answers.recall(exchange, chat_id)
        if answer is None or await is_current(answer, self._reading):
            return answer
        return await self._answers.recall(exchange, chat_id, anew=True)

    async def _around(self, pressed: Pressed) -> bool:
        press = pressed.press
        answer = await self._recall(pressed)
        if answer is None:
            return False
        citation = citation_with(answer, press.key, press.number)
        if citation is None:
            return await self._around_shown(pressed)
        article = await self._reading.article(article_key(citation.article_id))
        if article is None or not is_still_there(citation, article):
            return await self._tell_what_became_of(citation.article_id, pressed)
        # The message may have come before an answer in which it has another number.
        return await self._show_around(replace(citation, number=press.number), article, pressed)

    async def _around_shown(self, pressed: Pressed) -> bool:
        """Do it for an excerpt that is not in the answer as it is found now, but is known to have been shown."""
        press = pressed.press
        shown = await self._answers.shown(press.exchange, pressed.message.chat_id)
        if not (press.key and 1 <= press.number <= len(shown)):
            return False
        place = shown[press.number - 1]
        article = await self._reading.article(article_key(place.article_id))
        citation = cite_again(place, article, press.number) if article else None
        if article is None or citation is None or key_of(citation) != press.key:
            return await self._tell_what_became_of(place.article_id, pressed)
        return await self._show_around(citation, article, pressed)

    async def _show_around(self, citation: Citation, article: Article, pressed: Pressed) -> bool:
        press, message, texts = pressed.press, pressed.message, pressed.texts
        size = self._answers.page_size(message.chat.type)
        parts = self._renderer.surroundings(citation, article, texts)
        keyboard = surroundings_keyboard(press.exchange, press.number, article_key(article.id), size, texts)
        await self._replies.show_instead(message, parts, keyboard)
        return True

    async def _tell_what_became_of(self, article_id: str, pressed: Pressed) -> bool:
        """Say that an article does not say any more what was cited, and show what it says now; or that it is gone."""
        key = article_key(article_id)
        if await self._reading.article(key) is None:
            await self._replies.say(pressed.message, pressed.texts.say("article-gone"))
        else:
            await self._replies.say(pressed.message, pressed.texts.say("article-changed"))
            await self._articles.send(pressed.message, key, pressed.texts)
        return True

    async def _turn_article(self, pressed: Pressed) -> bool:
        press = pressed.press
        return await self._articles.turn(pressed.message, press.key, press.number, press.exchange, pressed.texts)

    async def _open_article(self, pressed: Pressed) -> bool:
        return await self._articles.send(pressed.message, pressed.press.key, pressed.texts)

    async def _ask_example(self, pressed: Pressed) -> bool:
        article = await self._reading.article(pressed.press.key)
        if article is None:
            return False
        question = question_about(article, pressed.texts)
        await self._questions.from_button(pressed.message, question, pressed.user, pressed.texts)
        return True

    async def _choose_language(self, pressed: Pressed) -> bool:
        language = pressed.press.key
        if language not in LANGUAGES:
            return False
        await self._people.do(PeopleStore.choose_language, pressed.user.id, language, datetime.now(UTC))
        await self._replies.say(pressed.message, catalogue(language).say("language-chosen"))
        return True


async def _acknowledge(query: CallbackQuery, sentence: str | None = None) -> None:
    # Telegram takes an answer for some seconds only; what the button does is done all the same.
    with suppress(TelegramError):
        await query.answer(sentence)
