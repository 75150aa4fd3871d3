"""What waited while the bot was away: answered, but not as if nothing had happened. Telegram keeps it for a day."""

from datetime import UTC, datetime, timedelta

_LATE_AFTER = timedelta(minutes=10)


def is_late(sent_at: datetime) -> bool:
    """Tell whether a message that was sent then has waited for more than ten minutes."""
    return datetime.now(UTC) - sent_at > _LATE_AFTER
