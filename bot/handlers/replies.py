"""Speaking: in the reader's language, spaced, as a reply, and without markup where the markup is refused."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from telegram import Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.handlers.limits import ChatLanes
from bot.rendering import MessagePart
from bot.texts import Texts, texts_for

_LOGGER = logging.getLogger(__name__)

# Telegram shows "typing" for five seconds.
_TYPING_EVERY = 4.0
_LAST_TYPING = 1.0
_BETWEEN_PARTS = 1.0
_WAITS_BEFORE_RETRY = (1.0, 3.0)

StopTyping = Callable[[], Awaitable[None]]


def texts_of_reader(message: Message) -> Texts:
    """Choose the language for who wrote `message`."""
    language_code = message.from_user.language_code if message.from_user else None
    return texts_for(language_code, message.text or message.caption or "")


def sender_of(message: Message) -> int:
    """Return the id of who wrote `message`: a person, or the group or channel that somebody speaks for.

    All who speak for a group share one user of Telegram's, which says nothing of who they are.
    """
    sender = message.sender_chat or message.from_user
    return sender.id if sender else message.chat_id


class Replies:
    """Sends the bot's words, at the pace that Telegram asks for in each chat."""

    def __init__(self, lanes: ChatLanes, between_parts: float = _BETWEEN_PARTS) -> None:
        self._lanes = lanes
        self._between_parts = between_parts

    async def say(self, message: Message, sentence: str) -> None:
        """Reply to `message` with plain text."""
        await self._send(message, sentence, reply=True)

    async def send_parts(self, message: Message, parts: Sequence[MessagePart]) -> None:
        """Send an answer in order, the first part as a reply to `message`."""
        for following, part in enumerate(parts):
            if following:
                await asyncio.sleep(self._between_parts)
            try:
                await self._send(message, part.html, reply=not following, parse_mode=ParseMode.HTML)
            except BadRequest as error:
                if "can't parse entities" not in str(error).lower():
                    raise
                _LOGGER.exception("Telegram refused the markup of an answer; sending it without")
                await self._send(message, part.plain, reply=not following)

    async def _send(self, message: Message, text: str, *, reply: bool, parse_mode: ParseMode | None = None) -> None:
        """Send one message, again only if it certainly never arrived."""
        target = ReplyParameters(message.message_id, allow_sending_without_reply=True) if reply else None
        for wait in (*_WAITS_BEFORE_RETRY, None):
            await self._lanes[message.chat_id].pace.acquire()
            try:
                await message.reply_text(text, parse_mode=parse_mode, reply_parameters=target, do_quote=False)
            except BadRequest:
                raise
            except NetworkError as error:
                if not _never_arrived(error):
                    # It may have arrived all the same, and there is no way to ask; a second one would be worse.
                    _LOGGER.warning("It is not known whether a message arrived (%s); it is not sent again", error)
                    return
                if wait is None:
                    raise
                _LOGGER.warning("Telegram could not be reached with a message; again in %s s", wait)
                await asyncio.sleep(wait)
            else:
                return


def _never_arrived(error: NetworkError) -> bool:
    """Tell whether the request was turned away before Telegram could act on it."""
    return type(error.__cause__).__name__ == "ConnectError" or "bad gateway" in str(error).lower()


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
