"""What happens when something goes wrong.

While an update is handled: one log record with a reference and one sentence to the reader, no more. While updates
are fetched: one log record for a kind of trouble, and the end of the process where trying again cannot help.
"""

import asyncio
import logging
import secrets
import time
import traceback
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes
from telegram.request import HTTPXRequest

from bot.handlers.replies import Replies

_LOGGER = logging.getLogger(__name__)

_SAME_TROUBLE_AGAIN = 300.0

# Shorter texts betray nothing, and blotting them out would leave an unreadable traceback.
_TELLING = 4

# The reader has deleted or changed something in the meantime, or pressed a button twice.
_HARMLESS = (
    "message is not modified",
    "query is too old",
    "message to be replied not found",
    "replied message not found",
    "message to edit not found",
    "message to delete not found",
)


class Errors:
    """The application's error handler; never raises."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log the error of `context` and tell the reader of `update`, if there is one."""
        error = context.error
        if error is None or _of_no_matter(error):
            _LOGGER.debug("Passed over: %s", error)
            return
        reference = secrets.token_hex(4)
        message = update.effective_message if isinstance(update, Update) else None
        written = _written(update)
        _LOGGER.error("Error %s\n%s", reference, _described(error, written))
        # A sentence would fare no better than what Telegram has just refused or not received.
        if message is None or (isinstance(error, (NetworkError, RetryAfter)) and not isinstance(error, BadRequest)):
            return
        try:
            user = update.effective_user if isinstance(update, Update) else None
            texts = await self._replies.texts_for(user, written)
            await self._replies.say(message, texts.say("failed", reference=reference))
        except TelegramError as second:
            _LOGGER.warning("The reader could not be told of error %s: %s", reference, second)


def _written(update: object) -> str:
    """Return what a person has written to cause `update`."""
    if not isinstance(update, Update):
        return ""
    if update.inline_query:
        return update.inline_query.query
    message = update.effective_message
    return (message.text or message.caption or "") if message else ""


def _of_no_matter(error: Exception) -> bool:
    """Tell whether `error` says only that the reader has gone, or that nothing is left to do."""
    if isinstance(error, Forbidden):
        return True
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in _HARMLESS)


def _described(error: Exception, written: str) -> str:
    """Return the traceback of `error` without what the reader has `written`, which an exception may repeat."""
    description = "".join(traceback.format_exception(error)).rstrip()
    for text in (written, written.strip(), repr(written)[1:-1]):
        if len(text) >= _TELLING:
            description = description.replace(text, "<question>")
    return description


class PollingRequest(HTTPXRequest):
    """The connection that fetches updates; notices that the token is no longer accepted.

    PTB would end polling with a traceback in the log and leave the process running, deaf.
    """

    def __init__(self, on_refused: Callable[[], None], timeout: float) -> None:
        super().__init__(connection_pool_size=1, read_timeout=timeout, connect_timeout=timeout)
        self._on_refused = on_refused
        self._refused = False

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Return status and content of the response; an empty batch of updates once the token was refused."""
        if not self._refused:
            status, content = await super().do_request(*args, **kwargs)
            if status not in {401, 404}:
                return status, content
            self._refused = True
            self._on_refused()
        await asyncio.sleep(0.1)
        return 200, b'{"ok": true, "result": []}'


class PollingTrouble:
    """Logs what goes wrong while updates are fetched: a line for each kind of error, again only after minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[type[TelegramError], float] = {}

    def __call__(self, error: TelegramError) -> None:
        """Log `error`; PTB itself tries again, after a second at first and half a minute at most."""
        now = self._clock()
        if now - self._told.get(type(error), -_SAME_TROUBLE_AGAIN) < _SAME_TROUBLE_AGAIN:
            _LOGGER.debug("Fetching updates failed again: %s", error)
            return
        self._told[type(error)] = now
        if isinstance(error, Conflict):
            _LOGGER.error("Another program fetches updates with this token: stop one of them, or each loses questions")
        else:
            _LOGGER.warning("Fetching updates failed (%s); trying until it works", error)
