"""Questions that waited while the bot was away: answered, but not as if nothing had happened."""

from datetime import UTC, datetime, timedelta

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.handlers.questions import question_to_bot
from bot.handlers.replies import Replies

_LATE_AFTER = timedelta(minutes=10)


class Lateness:
    """Sees questions before they are answered."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    async def check(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say of a question older than ten minutes that the bot was away; Telegram keeps it for a day."""
        message = update.message
        if message and is_late(message) and _is_question(message):
            texts = await self._replies.texts_of(message)
            await self._replies.say(message, texts.say("late"))


def is_late(message: Message) -> bool:
    """Tell whether `message` was sent more than ten minutes ago."""
    return datetime.now(UTC) - message.date > _LATE_AFTER


def _is_question(message: Message) -> bool:
    if message.chat.type != message.chat.PRIVATE:
        return question_to_bot(message) is not None
    text = message.text or message.caption or ""
    return bool(text) and not text.startswith("/")
