"""What waited while the bot was away: answered, but not as if nothing had happened. Telegram keeps it for a day."""

from datetime import UTC, datetime, timedelta

from cachetools import LRUCache

_LATE_AFTER = timedelta(minutes=10)
_REMEMBERED = 4096


def is_late(sent_at: datetime) -> bool:
    """Tell whether a message that was sent then has waited for more than ten minutes."""
    return datetime.now(UTC) - sent_at > _LATE_AFTER


class ToldAbsence:
    """Which chats were told that the bot was away: each once, however much was asked there meanwhile."""

    def __init__(self) -> None:
        self._told: LRUCache[int, datetime] = LRUCache(_REMEMBERED)

    def is_to_be_told(self, chat: int, sent_at: datetime) -> bool:
        """Tell whether to say in the chat of a late question, sent then, that the bot was away, which counts as said.

        What was sent before it was last said belongs to the absence of which it was said.
        """
        told = self._told.get(chat)
        if told is not None and sent_at <= told:
            return False
        self._told[chat] = datetime.now(UTC)
        return True
