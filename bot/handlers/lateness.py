"""What waited while the bot was away: answered, but not as if nothing had happened. Telegram keeps it for a day."""

from datetime import UTC, datetime, timedelta

from telegram import Message

_LATE_AFTER = timedelta(minutes=10)


def is_late(message: Message) -> bool:
    """Tell whether `message` was sent more than ten minutes ago."""
    return datetime.now(UTC) - message.date > _LATE_AFTER
