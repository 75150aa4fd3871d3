"""What is done where a message asks nothing about the articles: a line, or what is meant by «а ещё?», «источник?»."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Message

from bot.handlers.articles import Articles
from bot.handlers.welcome import Welcome
from bot.rendering.acts import line_for
from bot.rendering.keyboards import answer_keyboard, nearest_keyboard
from bot.rendering.markup import MessagePart
from bot.rendering.messages import Renderer, page_of
from bot.services.answers import Answers
from bot.services.cited import recall_current
from bot.services.desks import ArticleDesk
from bot.services.replies import Replies
from bot.texts import Texts
from retrieval.articles import article_key
from retrieval.question.acts import act_of
from retrieval.types import Act, Answer

_LOGGER = logging.getLogger(__name__)

_Saying = Callable[[Message, Texts], Awaitable[None]]
_GoingOn = Callable[[Message, Texts, int, Answer], Awaitable[None]]
"""Takes the number of the exchange and its whole answer."""


class Acts:
    """Answers what is no question. Nothing of it is stored, and the conversation stays as it was."""

    def __init__(
        self,
        welcome: Welcome,
        answers: Answers,
        articles: Articles,
        article_desk: ArticleDesk,
        replies: Replies,
        renderer: Renderer,
        name: str | None,
    ) -> None:
        """`name` is what the operator calls the bot."""
        self._welcome = welcome
        self._answers = answers
        self._articles = articles
        self._article_desk = article_desk
        self._replies = replies
        self._renderer = renderer
        self._names = (name,) if name else ()
        self._said: dict[Act, _Saying] = {
            Act.GREETING: welcome.greet,
            Act.WHO_ARE_YOU: welcome.introduce,
            Act.WHAT_CAN_YOU: welcome.help,
            Act.HELP: welcome.help,
            Act.WHAT_ABOUT: welcome.cover,
            Act.HOW_MANY_ARTICLES: welcome.cover,
            Act.SOURCES: welcome.cover,
            Act.EXAMPLES: welcome.exemplify,
        }
        self._on_answer: dict[Act, _GoingOn] = {
            Act.MORE: self._more,
            Act.DETAILS: self._details,
            Act.AGAIN: self._again,
            Act.SOURCES: self._sources,
        }

    def meant_by(self, text: str) -> Act | None:
        """Return what a message means that is no question."""
        return act_of(text, self._names)

    async def respond(self, message: Message, act: Act, texts: Texts) -> None:
        """Do what an act means where no answer came before it."""
        line = line_for(act, texts)
        if line is not None:
            await self._replies.say(message, line)
        elif act in self._said:
            await self._said[act](message, texts)
        elif message.chat.type == message.chat.PRIVATE:
            await self._welcome.offer(message, texts.say("nothing-before"), texts)
        else:
            await self._replies.say(message, texts.say("which-answer"))
        _LOGGER.info("Answered a message that is no question: %s", act)

    async def go_on(self, message: Message, act: Act, texts: Texts, exchange: int | None) -> None:
        """Do what one of `ON_ANSWER` means after the answer of an exchange, if it is still there.

        Raises:
            DeskBusyError: too many questions are waiting.
            TimeoutError: it took too long.

        """
        answer = None
        if exchange is not None:
            answer = await recall_current(self._answers, self._article_desk, exchange, message.chat_id)
        if exchange is None or answer is None:
            await self.respond(message, act, texts)
        elif answer.citations or act is Act.AGAIN:
            await self._on_answer[act](message, texts, exchange, answer)
            _LOGGER.info("Went on from an answer: %s", act)
        else:
            await self._offer_nearest(message, texts.say("nothing-cited"), answer, texts)

    async def _more(self, message: Message, texts: Texts, exchange: int, answer: Answer) -> None:
        page = self._answers.page_shown(exchange) + 1
        shown = page_of(answer, page, self._answers.page_size(message.chat.type))
        if shown.citations:
            await self._show(message, self._renderer.more(shown, texts), texts, exchange, answer, page)
        else:
            await self._offer_nearest(message, texts.say("more-none"), answer, texts)

    async def _offer_nearest(self, message: Message, sentence: str, answer: Answer, texts: Texts) -> None:
        """Say a sentence, and name the nearest articles, if the answer has any."""
        if answer.nearest:
            told = f"{sentence}\n\n{texts.say('nearest')}"
            await self._replies.say(message, told, nearest_keyboard(answer.nearest, texts))
        else:
            await self._replies.say(message, sentence)

    async def _again(self, message: Message, texts: Texts, exchange: int, answer: Answer) -> None:
        shown = page_of(answer, 0, self._answers.page_size(message.chat.type))
        await self._show(message, self._renderer.answer(shown, texts), texts, exchange, answer, 0)

    async def _show(
        self, message: Message, parts: list[MessagePart], texts: Texts, exchange: int, answer: Answer, page: int
    ) -> None:
        size = self._answers.page_size(message.chat.type)
        keyboard = answer_keyboard(exchange, answer, page, size, texts, message.chat.type)
        sent = await self._replies.send_parts(message, parts, keyboard)
        self._answers.note_page(exchange, page)
        if sent is not None:
            self._answers.note_repetition(message.chat_id, sent, exchange)

    async def _details(self, message: Message, texts: Texts, _exchange: int, answer: Answer) -> None:
        if not await self._articles.send(message, article_key(answer.citations[0].article_id), texts):
            await self._replies.say(message, texts.say("article-gone"))

    async def _sources(self, message: Message, texts: Texts, exchange: int, answer: Answer) -> None:
        shown = (self._answers.page_shown(exchange) + 1) * self._answers.page_size(message.chat.type)
        await self._replies.send_parts(message, self._renderer.sources(answer.citations[:shown], texts))
