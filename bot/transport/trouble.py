"""What goes on going wrong is one log record for each kind of trouble, and again only after minutes."""

import time
from collections.abc import Callable

from cachetools import TTLCache

_SAME_TROUBLE_AGAIN = 300.0
_KINDS = 64


class Troubles:
    """Tells which trouble is worth a record."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._told: TTLCache[str | type[Exception], None] = TTLCache(_KINDS, _SAME_TROUBLE_AGAIN, clock)

    def is_news(self, kind: str | type[Exception]) -> bool:
        """Tell whether nothing of this kind was news in the last five minutes; the kinds shall be few."""
        if kind in self._told:
            return False
        self._told[kind] = None
        return True
