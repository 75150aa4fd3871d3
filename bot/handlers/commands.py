"""The commands, and one kind line for what is neither a command nor a question."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.handlers.answers import Answers
from bot.handlers.articles import Articles
from bot.handlers.desk import ReadingDesk
from bot.handlers.examples import Examples
from bot.handlers.gathering import Gathering
from bot.handlers.keyboards import examples_keyboard, language_keyboard
from bot.handlers.limits import ChatTurns
from bot.handlers.replies import Replies, sender_of
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering import ARTICLE_PREFIX
from bot.texts import Texts
from retrieval.articles import Coverage, OutletCoverage

COMMANDS = ("start", "help", "ask", "sources", "language", "new", "forget")
"""In the order of the menu; each has a ``command-…`` line in the catalogues that describes it."""

_OUTLETS_LISTED = 30
_LONGEST_OUTLET = 60


class Commands:
    """Does what the commands say."""

    def __init__(
        self,
        replies: Replies,
        people: PeopleDesk,
        reading: ReadingDesk,
        answers: Answers,
        articles: Articles,
        examples: Examples,
        turns: ChatTurns,
        gathering: Gathering,
    ) -> None:
        self._replies = replies
        self._people = people
        self._reading = reading
        self._answers = answers
        self._articles = articles
        self._examples = examples
        self._turns = turns
        self._gathering = gathering

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Open the article that a link names; otherwise greet."""
        message = update.message
        if not message:
            return
        texts = await self._replies.texts_of(message)
        payload = context.args[0] if context.args else ""
        if not payload.startswith(ARTICLE_PREFIX):
            await self._greet(message, texts)
        elif not await self._articles.send(message, payload.removeprefix(ARTICLE_PREFIX), texts):
            await self._replies.say(message, texts.say("article-gone"))

    async def _greet(self, message: Message, texts: Texts) -> None:
        """Say who this is, what the articles cover, and what could be asked."""
        coverage = await self._reading.coverage()
        examples = self._examples.ready(coverage, texts)
        paragraphs = [texts.say("start"), _coverage(coverage, texts)]
        if examples:
            paragraphs.append(texts.say("start-examples"))
        await self._replies.say(message, "\n\n".join(paragraphs), examples_keyboard(examples) if examples else None)

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Explain how to ask."""
        if update.message:
            await self._replies.say(update.message, (await self._replies.texts_of(update.message)).say("help"))

    async def sources(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the outlets and the times that they cover."""
        if update.message:
            texts = await self._replies.texts_of(update.message)
            coverage = await self._reading.coverage()
            await self._replies.say(update.message, "\n".join(_outlets(coverage, texts)))

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
                await self._people.do(PeopleStore.forget, person)
            await self._replies.say(message, texts.say("forgotten"))

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


def _coverage(coverage: Coverage, texts: Texts) -> str:
    days, first, last = _dates(coverage.first_date, coverage.last_date, texts)
    return texts.say(
        "start-coverage",
        articles=coverage.articles,
        outlets=len(coverage.outlets),
        days=days,
        first=first,
        last=last,
        updated=texts.written_date(coverage.published_at),
    )


def _outlets(coverage: Coverage, texts: Texts) -> Iterator[str]:
    yield _coverage(coverage, texts)
    yield ""
    yield texts.say("sources")
    for outlet in coverage.outlets[:_OUTLETS_LISTED]:
        yield "• " + _outlet(outlet, texts)
    if len(coverage.outlets) > _OUTLETS_LISTED:
        yield texts.say("sources-more", outlets=len(coverage.outlets) - _OUTLETS_LISTED)


def _outlet(outlet: OutletCoverage, texts: Texts) -> str:
    name = outlet.name[:_LONGEST_OUTLET] or texts.say("sources-unnamed")
    days, first, last = _dates(outlet.first_date, outlet.last_date, texts)
    return texts.say("sources-outlet", name=name, articles=outlet.articles, days=days, first=first, last=last)


def _dates(first: date | None, last: date | None, texts: Texts) -> tuple[str, str, str]:
    """Return how many days are covered, as the catalogues ask for it, and the first and the last as they are read."""
    if not first or not last:
        return "none", "", ""
    return "one" if first == last else "several", texts.written_date(first), texts.written_date(last)
