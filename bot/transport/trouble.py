"""What goes on going wrong is one log record for each kind of trouble, and again only after minutes."""

import time
from collections.abc import Callable

_SAME_TROUBLE_AGAIN = 300.0


class Troubles:
    """Tells which trouble is worth a record."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str | type[Exception], float] = {}

    def is_news(self, kind: str | type[Exception]) -> bool:
        """Tell whether nothing of this kind was news in the last five minutes; the kinds shall be few."""
        now = self._clock()
        if now - self._told.get(kind, -_SAME_TROUBLE_AGAIN) < _SAME_TROUBLE_AGAIN:
            return False
        self._told[kind] = now
        return True
