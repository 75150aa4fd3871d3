"""What happens when something goes wrong while an update is handled: one log record, one sentence to the reader."""

import logging
import secrets
import traceback
from collections.abc import Callable

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.people.database import PeopleError
from bot.services.replies import Replies, text_of
from bot.tally import Tally, Trouble
from bot.texts import Texts
from retrieval.errors import DatabaseError, RetrievalError

_LOGGER = logging.getLogger(__name__)

# The reader has deleted or changed something in the meantime, or pressed a button twice.
_HARMLESS = (
    "message is not modified",
    "query is too old",
    "message to be replied not found",
    "replied message not found",
    "message to edit not found",
    "message to delete not found",
)
# The bot may not speak there, or there is no such place: the operator can change it, the code cannot.
_NO_PLACE = (
    "not enough rights to send text messages",
    "have no rights to send",
    "topic closed",
    "chat not found",
)

_SPEAKING = (TelegramError, RetrievalError)
"""Errors whose messages never hold a question."""


class Errors:
    """The application's error handler; never raises."""

    def __init__(self, replies: Replies, tally: Tally) -> None:
        self._replies = replies
        self._tally = tally

    async def handle(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log the error of `context` and tell the reader of `update`, if there is one."""
        error = context.error
        if error is None or _of_no_matter(error):
            _LOGGER.debug("Passed over: %s", error)
            return
        self._tally.trouble(_trouble_of(error))
        if _refused_with(error, _NO_PLACE):
            chat = update.effective_chat if isinstance(update, Update) else None
            _LOGGER.warning("The bot cannot write in chat %s: %s", chat.id if chat else "(unknown)", error)
            return
        message = update.effective_message if isinstance(update, Update) else None
        if isinstance(error, (DatabaseError, PeopleError)):
            _LOGGER.error("The database failed: %s", error)
            if isinstance(error, PeopleError):
                await self._tell(update, message, lambda texts: texts.say("people-unavailable"))
            else:
                await self._tell(update, message, lambda texts: texts.say("unavailable"))
            return
        reference = secrets.token_hex(4)
        _LOGGER.error("Error %s\n%s", reference, _described(error))
        # A sentence would fare no better than what Telegram has just refused or not received.
        if isinstance(error, (NetworkError, RetryAfter)) and not isinstance(error, BadRequest):
            return
        await self._tell(update, message, lambda texts: texts.say("failed", reference=reference))

    async def _tell(self, update: object, message: Message | None, sentence: Callable[[Texts], str]) -> None:
        if message is None:
            return
        try:
            user = update.effective_user if isinstance(update, Update) else None
            texts = await self._replies.texts_for(user, _words_behind(update))
            await self._replies.say(message, sentence(texts))
        except TelegramError as error:
            _LOGGER.warning("The reader could not be told: %s", error)


def _trouble_of(error: Exception) -> Trouble:
    if isinstance(error, (DatabaseError, PeopleError)):
        return "database"
    if isinstance(error, TelegramError):
        return "telegram"
    return "library" if isinstance(error, RetrievalError) else "unexpected"


def _words_behind(update: object) -> str:
    """Return what a person has written to cause `update`."""
    if not isinstance(update, Update):
        return ""
    if update.inline_query:
        return update.inline_query.query
    message = update.effective_message
    return text_of(message) if message else ""


def _of_no_matter(error: Exception) -> bool:
    """Tell whether `error` says only that the reader has gone, or that nothing is left to do."""
    return isinstance(error, Forbidden) or _refused_with(error, _HARMLESS)


def _refused_with(error: Exception, reasons: tuple[str, ...]) -> bool:
    """Tell whether Telegram has refused something for one of `reasons`, which it also writes as TOPIC_CLOSED."""
    said = str(error).lower().replace("_", " ")
    return isinstance(error, BadRequest) and any(words in said for words in reasons)


def _described(error: BaseException) -> str:
    """Return what led to `error`, and what that came of.

    Only Telegram's and our own words are repeated: the message of any other exception may hold what somebody asked.
    """
    frames = "".join(traceback.format_tb(error.__traceback__))
    words = f": {error}" if isinstance(error, _SPEAKING) else ""
    described = f"{frames}{type(error).__qualname__}{words}"
    origin = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{_described(origin)}\n\n{described}" if origin else described
