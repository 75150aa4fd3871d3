"""What keeps one person from spoiling the bot for the others. All of it is bounded in memory."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from weakref import WeakValueDictionary

from cachetools import LRUCache, TTLCache

_REMEMBERED = 4096
_MINUTE = 60.0
_BETWEEN_NOTICES = 10.0
"""Seconds after which it is said again to somebody that they ask too fast."""


SharedCount = Callable[[int, int], Awaitable[bool | None]]
"""Takes a person and how often they may; tells whether they may once more, and counts it if so.

None where it cannot be counted now.
"""


class RecentKeys:
    """The last few thousand keys that were seen."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._keys: LRUCache[Hashable, None] = LRUCache(size)

    def seen_before(self, key: Hashable) -> bool:
        """Tell whether `key` was asked for recently, and remember it."""
        known = key in self._keys
        self._keys[key] = None
        return known


class Notices:
    """What is said to a person once in so many seconds, since saying it costs too."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._noticed: TTLCache[int, None] = TTLCache(_REMEMBERED, seconds, clock)

    def may_notice(self, person: int) -> bool:
        """Tell whether to say it to `person` now, and remember that."""
        if person in self._noticed:
            return False
        self._noticed[person] = None
        return True


class PersonalRate:
    """At most so many questions, or whatever is counted, a person in any sixty seconds."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic, shared: SharedCount | None = None
    ) -> None:
        """`shared` counts for all bots that share a database; without it, or where it fails, this one counts alone."""
        self.per_minute = per_minute
        self._clock = clock
        self._shared = shared
        self._asked: LRUCache[int, deque[float]] = LRUCache(_REMEMBERED)
        self.notices = Notices(_BETWEEN_NOTICES, clock)
        """Of those who ask too fast."""

    async def allows(self, person: int) -> bool:
        """Tell whether `person` may ask now; counts it if so."""
        allowed = await self._shared(person, self.per_minute) if self._shared else None
        return self._allows(person) if allowed is None else allowed

    def _allows(self, person: int) -> bool:
        now = self._clock()
        times = self._asked.setdefault(person, deque())
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= self.per_minute:
            return False
        times.append(now)
        return True


class ChatTurns:
    """One lock a chat, held from asking to the last part of the answer: a chat's questions are answered in turn."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def __getitem__(self, chat: int) -> asyncio.Lock:
        """Return the lock of `chat`, which is forgotten when nobody holds it or waits for it."""
        return self._locks.setdefault(chat, asyncio.Lock())
