"""The commands, and one kind line for what is neither a command nor a question."""

from datetime import UTC, datetime

from telegram import Update
from telegram.ext import ContextTypes

from bot.handlers.articles import Articles
from bot.handlers.welcome import Welcome
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering.keyboards import language_keyboard
from bot.rendering.messages import ARTICLE_PREFIX
from bot.services.answers import Answers
from bot.services.gathering import Gathering
from bot.services.limits import ChatTurns, PersonalRate
from bot.services.replies import Replies, sender_of

COMMANDS = ("start", "help", "ask", "sources", "digest", "following", "language", "new", "forget")
"""In the order of the menu; each has a ``command-…`` line in the catalogues that describes it."""


class Commands:
    """Does what the commands say."""

    def __init__(
        self,
        replies: Replies,
        people: PeopleDesk,
        answers: Answers,
        articles: Articles,
        welcome: Welcome,
        turns: ChatTurns,
        gathering: Gathering,
        press_rate: PersonalRate,
    ) -> None:
        self._replies = replies
        self._people = people
        self._answers = answers
        self._articles = articles
        self._welcome = welcome
        self._turns = turns
        self._gathering = gathering
        self._press_rate = press_rate

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Open the article that a link names, which counts as the press of a button; otherwise greet."""
        message = update.message
        if not message:
            return
        texts = await self._replies.texts_of(message)
        payload = context.args[0] if context.args else ""
        if not payload.startswith(ARTICLE_PREFIX):
            await self._welcome.begin(message, texts)
        elif not await self._press_rate.allows(sender_of(message)):
            await self._replies.say(message, texts.say("too-many-presses"))
        elif not await self._articles.send(message, payload.removeprefix(ARTICLE_PREFIX), texts):
            await self._replies.say(message, texts.say("article-gone"))

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Explain how to ask."""
        if update.message:
            await self._welcome.help(update.message, await self._replies.texts_of(update.message))

    async def sources(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the outlets and the times that they cover."""
        if update.message:
            await self._welcome.cover(update.message, await self._replies.texts_of(update.message))

    async def language(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer the languages."""
        if update.message:
            texts = await self._replies.texts_of(update.message)
            await self._replies.say(update.message, texts.say("language-question"), language_keyboard())

    async def new(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Forget the conversation. In a group every question that replies to none begins a new one anyway."""
        message = update.message
        if message:
            texts = await self._replies.texts_of(message)
            if message.chat.type == message.chat.PRIVATE:
                # After a question that is being answered, which would otherwise begin the new conversation.
                async with self._turns[message.chat_id]:
                    await self._people.do(PeopleStore.begin_conversation, message.chat_id, datetime.now(UTC))
            await self._replies.say(message, texts.say("new-conversation"))

    async def forget(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Delete all that is stored about who says so."""
        message = update.message
        if message:
            texts = await self._replies.texts_of(message)
            person = sender_of(message)
            # After a question that is being answered, which would otherwise be stored afterwards.
            async with self._turns[message.chat_id]:
                self._answers.forget(person)
                self._replies.forget(person)
                await self._people.do(PeopleStore.forget, person)
            await self._replies.say(message, texts.say("forgotten"))

    async def whoami(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell the numbers that the operator's settings know people and groups by."""
        message = update.message
        if not message:
            return
        texts = await self._replies.texts_of(message)
        # Numbers are no quantities: "1,001" would be copied with its comma.
        sender, chat = str(sender_of(message)), str(message.chat_id)
        told = [texts.say("whoami-group", group=chat)] if message.chat.type != message.chat.PRIVATE else []
        if message.sender_chat is None:
            told.insert(0, texts.say("whoami", person=sender))
        elif sender != chat:
            told.insert(0, texts.say("whoami-channel", channel=sender))
        await self._replies.say(message, "\n".join(told))

    async def unknown(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Point from a command that does not exist to /help."""
        if update.message:
            texts = await self._replies.texts_of(update.message)
            await self._replies.say(update.message, texts.say("unknown-command"))

    async def without_words(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for words, unless they came with another picture of the same album."""
        message = update.message
        if message and await self._gathering.stands_for_all(message):
            await self._replies.say(message, (await self._replies.texts_of(message)).say("text-only"))
