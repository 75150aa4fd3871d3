"""Speaking: in the reader's language, as a reply, and without markup where the markup is refused."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TypeVar

from cachetools import LRUCache
from telegram import InlineKeyboardMarkup, Message, ReplyParameters, User
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering.markup import MessagePart
from bot.texts import LANGUAGES, Texts, catalogue, texts_for
from bot.transport.reaching import never_arrived, was_refused

_LOGGER = logging.getLogger(__name__)

# Telegram shows "typing" for five seconds.
_TYPING_EVERY = 4.0
_LAST_TYPING = 1.0
_BETWEEN_PARTS = 1.0
# A minute in all: Telegram, or the way there, is seldom gone for longer.
_WAITS_BEFORE_RETRY = (1.0, 2.0, 4.0, 8.0, 16.0, 29.0)

_LOOKED_UP_WITHIN = 1.0
"""Seconds for which words, and who waits for them, wait for the language that was chosen."""
_REMEMBERED = 4096

StopTyping = Callable[[], Awaitable[None]]
_Sent = TypeVar("_Sent")


def sender_of(message: Message) -> int:
    """Return the id of who wrote `message`: a person, or the group or channel that somebody speaks for.

    All who speak for a group share one user of Telegram's, which says nothing of who they are.
    """
    sender = message.sender_chat or message.from_user
    return sender.id if sender else message.chat_id


def text_of(message: Message) -> str:
    """Return the text of `message`, or the caption of what it shows; "" where there is neither."""
    return message.text or message.caption or ""


class Replies:
    """Sends the bot's words; `bot.transport.pacing` sees to it that they are not too many at once."""

    def __init__(self, people: PeopleDesk | None = None, between_parts: float = _BETWEEN_PARTS) -> None:
        """Speak the languages that `people` have chosen, or that can be guessed."""
        self._people = people
        self._between_parts = between_parts
        self._chosen: LRUCache[int, str | None] = LRUCache(_REMEMBERED)
        """What people had chosen when that was last looked up."""

    async def texts_of(self, message: Message) -> Texts:
        """Return the sentences in the language of who wrote `message`."""
        return await self.texts_for(message.from_user, text_of(message))

    async def texts_for(self, user: User | None, written: str = "") -> Texts:
        """Return the sentences in the language that `user` has chosen, or else probably reads."""
        chosen = await self._chosen_by(user.id, self._people) if user and self._people else None
        if chosen in LANGUAGES:
            return catalogue(chosen)
        return texts_for(user.language_code if user else None, written)

    async def _chosen_by(self, person: int, people: PeopleDesk) -> str | None:
        """Return the language that a person has chosen; the one known from before where it cannot be had at once."""
        try:
            async with asyncio.timeout(_LOOKED_UP_WITHIN):
                self._chosen[person] = await people.do(PeopleStore.language, person)
        except PeopleError as error:
            _LOGGER.warning("The language of a reader cannot be looked up: %s", error)
        except TimeoutError:
            _LOGGER.warning("The language of a reader cannot be looked up: the people's database is busy")
        return self._chosen.get(person)

    def forget(self, person: int) -> None:
        """Do not know any more which language a person has chosen."""
        self._chosen.pop(person, None)

    async def say(
        self, message: Message, sentence: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> Message | None:
        """Reply to `message` with plain text; return what was sent, if it is known to have arrived."""
        return await self._send(message, sentence, reply=True, keyboard=keyboard)

    async def send_parts(
        self, message: Message, parts: Sequence[MessagePart], keyboard: InlineKeyboardMarkup | None = None
    ) -> int | None:
        """Send an answer in order, the first part as a reply to `message`, the last with the keyboard.

        Return the number of the first message, if it is known.
        """
        first: int | None = None
        for place, part in enumerate(parts):
            if place:
                await asyncio.sleep(self._between_parts)
            under = keyboard if place == len(parts) - 1 else None
            sent = await self._formatted(
                part,
                partial(self._send, message, reply=not place, keyboard=under),
            )
            first = sent.message_id if sent and first is None else first
        return first

    async def show_instead(
        self, message: Message, parts: Sequence[MessagePart], keyboard: InlineKeyboardMarkup | None
    ) -> None:
        """Put something else into the bot's own `message`; what is too long for one message comes below it."""
        if len(parts) > 1:
            await self.send_parts(message, parts, keyboard)
            return
        edit = partial(message.edit_text, reply_markup=keyboard)
        try:
            try:
                await self._formatted(parts[0], edit)
            except BadRequest:
                raise
            except NetworkError:  # an edit does no harm when it is made twice
                await self._formatted(parts[0], edit)
        except BadRequest as error:
            # Whoever presses twice has it already.
            if "message is not modified" not in str(error).lower():
                raise

    async def _formatted(self, part: MessagePart, send: Callable[..., Awaitable[_Sent]]) -> _Sent:
        """Call `send` with the HTML of `part`, or without markup where Telegram refuses that."""
        try:
            return await send(text=part.html, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if "can't parse entities" not in str(error).lower():
                raise
            _LOGGER.exception("Telegram refused the markup of an answer; sending it without")
            return await send(text=part.plain)

    async def _send(
        self,
        message: Message,
        text: str,
        *,
        reply: bool,
        parse_mode: ParseMode | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> Message | None:
        """Send one message, again only if Telegram did not take it; return it, if it is known to have arrived."""
        target = ReplyParameters(message.message_id, allow_sending_without_reply=True) if reply else None
        for wait in (*_WAITS_BEFORE_RETRY, None):
            try:
                return await message.reply_text(
                    text, parse_mode=parse_mode, reply_parameters=target, reply_markup=keyboard, do_quote=False
                )
            except BadRequest:
                raise
            except NetworkError as error:
                if not (never_arrived(error) or was_refused(error)):
                    # It may have arrived all the same, and there is no way to ask; a second one would be worse.
                    _LOGGER.warning("It is not known whether a message arrived (%s); it is not sent again", error)
                    return None
                if wait is None:
                    raise
                _LOGGER.warning("Telegram did not take a message (%s); again in %.0f s", error, wait)
                await asyncio.sleep(wait)
        return None


@asynccontextmanager
async def typing(message: Message) -> AsyncIterator[StopTyping]:
    """Show "typing" in the chat of `message` until the block ends, or calls what it is given."""
    done = asyncio.Event()
    task = asyncio.create_task(_keep_typing(message, done))

    async def stop() -> None:
        done.set()
        # One that is on its way must arrive before the answer, or it would be shown after it.
        _, late = await asyncio.wait([task], timeout=_LAST_TYPING)
        for each in late:
            each.cancel()

    try:
        yield stop
    finally:
        await stop()


async def _keep_typing(message: Message, done: asyncio.Event) -> None:
    while not done.is_set():
        with suppress(TelegramError):
            await message.reply_chat_action(ChatAction.TYPING)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _TYPING_EVERY)
