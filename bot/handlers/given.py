"""Articles that operators give by hand in private: a file or a link, looked at, and then added or not."""

import logging
import re
from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from telegram import Document, InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.handlers.questions import Questions
from bot.maintenance import Maintainer, Maintenance
from bot.messages import translated
from bot.people.desk import PeopleDesk
from bot.rendering.callback_data import CallbackData
from bot.rendering.keyboards import given_keyboard, offer_keyboard
from bot.rendering.lines import within_a_line
from bot.rendering.markup import Block, Run, clean, messages
from bot.services.intake import Intake
from bot.services.noted import DONE, noted
from bot.services.replies import Replies, text_of, typing
from bot.texts import Texts
from retrieval.errors import IndexBusyError, RetrievalError
from retrieval.told import told_by
from retrieval.types import Given

_LOGGER = logging.getLogger(__name__)

LONGEST_FILE = 20_000_000
"""Bytes of the longest file that Telegram hands over to a bot."""
LINK = re.compile(r"\A\s*https?://[^\s/?#]+\S*\s*\Z", re.IGNORECASE)
"""A message that is an address and nothing else."""
_LONGEST_NAME, _LONGEST_ENDING = 50, 10
"""Characters, of which one may have four bytes: no file system takes a name of more than 255."""
_LONGEST_TITLE = 100
_ON_A_PAGE = 8
_NOT_IN_NAMES = re.compile(r"[^\w .()-]+")


class GivenArticles:
    """Reads what operators send, and keeps what they want added."""

    def __init__(
        self,
        maintenance: Maintenance,
        intake: Intake,
        questions: Questions,
        people: PeopleDesk,
        replies: Replies,
        operators: Collection[int],
    ) -> None:
        """`operators` alone may press the buttons."""
        self._maintenance = maintenance
        self._intake = intake
        self._questions = questions
        self._people = people
        self._replies = replies
        self._operators = frozenset(operators)

    async def document(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell what is in a file, and offer to add it."""
        message = update.message
        if not message or not message.document:
            return
        texts = await self._replies.texts_of(message)
        name = _safe_name(message.document)
        if refusal := _refusal(message.document, name, texts):
            await self._replies.say(message, refusal)
            return
        async with typing(message):
            with TemporaryDirectory() as folder:
                path = Path(folder) / name
                try:
                    file = await message.document.get_file()
                    await file.download_to_drive(path)
                except TelegramError as error:
                    _LOGGER.warning("Telegram did not hand a file over: %s", error)
                    await self._replies.say(message, texts.say("offer-not-fetched"))
                    return
                await self._offer(message, texts, lambda maintainer: maintainer.offer_file(path))

    async def link(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a link as it is answered to everybody, and offer to add its page besides."""
        await self._questions.in_private(update, context)
        message = update.message
        if message:
            texts = await self._replies.texts_of(message)
            address = text_of(message).strip()
            async with typing(message):
                await self._offer(message, texts, lambda maintainer: maintainer.offer_page(address))

    async def add(self, message: Message, data: CallbackData, person: int, texts: Texts) -> bool:
        """Have what was offered taken in, and tell what came of it; False where it is no longer offered."""
        if not self._may(message, person):
            return False
        given = await self._maintenance.briefly(lambda maintainer: maintainer.accept(str(data.exchange)))
        if given is None:
            return False
        _LOGGER.info("Operator %d: added articles by hand", person)
        await self._show(message, texts.say("given-adding", title=_title(given)))

        async def take_in() -> tuple[str, str]:
            return DONE, await self._taken_in(given, texts)

        await self._show(message, await noted(self._people, person, "articles: add", take_in))
        return True

    async def decline(self, message: Message, data: CallbackData, person: int, texts: Texts) -> bool:
        """Forget what was offered; False where it is no longer offered."""
        if not self._may(message, person):
            return False
        given = await self._maintenance.briefly(lambda maintainer: maintainer.decline(str(data.exchange)))
        if given is not None:
            await self._show(message, texts.say("offer-declined", title=_title(given)))
        return given is not None

    async def take_back(self, message: Message, data: CallbackData, person: int, texts: Texts) -> bool:
        """Take what was given by hand out of the articles; False where it is not there."""
        if not self._may(message, person):
            return False
        given = await self._maintenance.briefly(lambda maintainer: maintainer.take_back(str(data.exchange)))
        if given is None:
            return False
        _LOGGER.info("Operator %d: took articles back that were given by hand", person)

        async def take_out() -> tuple[str, str]:
            if reason := await self._take_in(texts):
                return DONE, texts.say("taken-back-later", title=_title(given), reason=reason)
            return DONE, texts.say("taken-back", title=_title(given))

        await self._replies.say(message, await noted(self._people, person, "articles: take back", take_out))
        return True

    async def turn(self, message: Message, data: CallbackData, person: int, texts: Texts) -> bool:
        """Show another page of what was given, in place; False for others than operators."""
        if not self._may(message, person):
            return False
        text, keyboard = _page(await self.listed(), data.number, texts)
        await self._show(message, text, keyboard)
        return True

    async def listed(self) -> list[Given]:
        """Return what was given by hand, the newest first; raises `RetrievalError`."""
        return await self._maintenance.briefly(lambda maintainer: maintainer.given())

    async def tell(self, message: Message, given: list[Given], texts: Texts) -> None:
        """Reply with the first page of what was given."""
        text, keyboard = _page(given, 0, texts)
        await self._replies.say(message, text, keyboard)

    def _may(self, message: Message, person: int) -> bool:
        return person in self._operators and message.chat.type == message.chat.PRIVATE

    async def _offer(self, message: Message, texts: Texts, read: Callable[[Maintainer], Given]) -> None:
        try:
            given = await self._maintenance.read(read)
        except RetrievalError as error:
            reason = translated(told_by(error), texts.language)
            await self._replies.say(message, texts.say("offer-unreadable", reason=reason))
            return
        sentences = [texts.say("offer", title=_title(given), articles=given.articles)]
        if given.problem:
            sentences.append(texts.say("offer-problem", reason=translated(given.problem, texts.language)))
        await self._replies.say(message, "\n".join(sentences), offer_keyboard(int(given.batch), texts))

    async def _taken_in(self, given: Given, texts: Texts) -> str:
        """Take in what was accepted; return what is told of it."""
        if reason := await self._take_in(texts):
            return texts.say("given-later", title=_title(given), reason=reason)
        if given.batch not in {each.batch for each in await self.listed()}:
            return texts.say("given-forgotten", title=_title(given))
        return texts.say("given-added", title=_title(given), articles=given.articles)

    async def _take_in(self, texts: Texts) -> str:
        """Take in what is kept; return why that is done later, or "" where it is done."""
        if self._maintenance.running:  # which may take hours
            self._intake.wake()
            return texts.say("later-busy")
        try:
            report = await self._maintenance.take_in()
        except IndexBusyError:
            self._intake.wake()
            return texts.say("later-busy")
        except RetrievalError as error:
            self._intake.wake()
            return translated(told_by(error), texts.language)
        return "" if report else texts.say("later-whole")

    async def _show(self, message: Message, sentence: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
        await self._replies.show_instead(message, messages([Block((Run(clean(sentence)),))]), keyboard)


def _title(given: Given) -> str:
    return within_a_line(clean(given.title), _LONGEST_TITLE)


def _safe_name(document: Document) -> str:
    """Return the name of a file as it may lie in a folder; the ending tells what reads it."""
    name = _NOT_IN_NAMES.sub("_", Path(document.file_name or "").name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[-_LONGEST_NAME:]}{dot}{ending[:_LONGEST_ENDING]}" if stem else name[-_LONGEST_NAME:]


def _refusal(document: Document, name: str, texts: Texts) -> str | None:
    """Return why a file is not even asked for; None where it is."""
    # Here and not above: the loaders stand on much that a bot to which nobody gives a file does without.
    from retrieval.loaders import LOADERS, ending_of
    from retrieval.loaders.documents import INSTALL, can_read

    if (document.file_size or 0) > LONGEST_FILE:
        return texts.say("offer-too-large", megabytes=LONGEST_FILE // 1_000_000)
    if ending_of(name) is None:
        return texts.say("offer-unknown", endings=", ".join(LOADERS))
    if not can_read(Path(name).suffix.lower()):
        return texts.say("offer-not-installed", install=INSTALL)
    return None


def _page(given: list[Given], page: int, texts: Texts) -> tuple[str, InlineKeyboardMarkup | None]:
    """Return a page of what was given, the last one where there are fewer, and its buttons."""
    if not given:
        return texts.say("given-none"), None
    pages = (len(given) + _ON_A_PAGE - 1) // _ON_A_PAGE
    page = min(page, pages - 1)
    first = page * _ON_A_PAGE
    shown = dict(enumerate(given[first : first + _ON_A_PAGE], start=first + 1))
    lines = [
        f"{place}. "
        + texts.say("given-line", day=f"{each.received_at:%Y-%m-%d}", title=_title(each), articles=each.articles)
        for place, each in shown.items()
    ]
    return "\n".join([texts.say("given-list"), *lines]), given_keyboard(shown, page, pages, texts)
