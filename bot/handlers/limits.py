"""What keeps one person, or one busy hour, from spoiling the bot for the others. All of it is bounded in memory."""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Hashable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

_UPDATES_AT_ONCE = 256
_UPDATES_AT_ONCE_OF_A_PERSON = 20
_UPDATES_AT_ONCE_IN_A_GROUP = 40
_REMEMBERED = 4096
_MINUTE = 60.0
_BETWEEN_NOTICES = 10.0

_Place = tuple[str, int]
_Noting = Callable[[Update], Awaitable[None]]


class RecentKeys:
    """The last few thousand keys that were seen."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def seen_before(self, key: Hashable) -> bool:
        """Tell whether `key` was asked for recently, and remember it."""
        known = key in self._keys
        self._keys[key] = None
        self._keys.move_to_end(key)
        if len(self._keys) > self._size:
            self._keys.popitem(last=False)
        return known


class PersonalRate:
    """At most so many questions, or whatever is counted, a person in any sixty seconds."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._asked: OrderedDict[int, deque[float]] = OrderedDict()
        self._noticed: OrderedDict[int, float] = OrderedDict()

    def allows(self, person: int) -> bool:
        """Tell whether `person` may ask now; counts it if so."""
        now = self._clock()
        times = self._asked.setdefault(person, deque())
        self._asked.move_to_end(person)
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= self.per_minute:
            return False
        times.append(now)
        return True

    def may_notice(self, person: int) -> bool:
        """Tell whether to say to `person` that they ask too fast: once in ten seconds, since saying it costs too."""
        now = self._clock()
        if now - self._noticed.get(person, -_MINUTE) < _BETWEEN_NOTICES:
            return False
        self._noticed[person] = now
        self._noticed.move_to_end(person)
        if len(self._noticed) > _REMEMBERED:
            self._noticed.popitem(last=False)
        return True


class ChatTurns:
    """One lock a chat, held from asking to the last part of the answer: a chat's questions are answered in turn."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def __getitem__(self, chat: int) -> asyncio.Lock:
        """Return the lock of `chat`, which is forgotten when nobody holds it or waits for it."""
        return self._locks.setdefault(chat, asyncio.Lock())


class Arrivals(BaseUpdateProcessor):
    """Lets updates in: many at once, and not all of them from one person or one group.

    Who floods loses what goes beyond twenty unanswered messages, a group what goes beyond forty, to which Telegram
    allows one answer in four seconds; without that they would take every place there is.
    """

    def __init__(self, on_begun: _Noting | None = None, on_handled: _Noting | None = None) -> None:
        """`on_begun` is awaited before each update that is handled, `on_handled` also after one thrown away."""
        super().__init__(_UPDATES_AT_ONCE)
        self._on_begun = on_begun
        self._on_handled = on_handled
        self._inside: Counter[_Place] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine`, which handles `update`, or throw it away."""
        limits = _limits_of(update) if isinstance(update, Update) else {}
        if any(self._inside[place] >= limit for place, limit in limits.items()):
            if isinstance(coroutine, Coroutine):
                coroutine.close()
        else:
            await self._let_in(tuple(limits), update, coroutine)
        # Not in a "finally": what is cancelled was not handled.
        if isinstance(update, Update) and self._on_handled:
            await self._on_handled(update)

    async def _let_in(self, places: Collection[_Place], update: object, coroutine: Awaitable[Any]) -> None:
        self._inside.update(places)
        try:
            if isinstance(update, Update) and self._on_begun:
                await self._on_begun(update)
            await coroutine
        finally:
            for place in places:
                self._inside[place] -= 1
                if not self._inside[place]:
                    del self._inside[place]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def _limits_of(update: Update) -> dict[_Place, int]:
    """Return whose updates `update` counts among, and how many of each may be inside at once."""
    limits: dict[_Place, int] = {}
    if update.my_chat_member:
        return limits
    if update.effective_sender and update.message and (update.message.text or "").startswith("/forget"):
        # However much somebody has sent, it is heard.
        return {("forgetting", update.effective_sender.id): _UPDATES_AT_ONCE_OF_A_PERSON}
    if update.effective_sender:
        limits["person", update.effective_sender.id] = _UPDATES_AT_ONCE_OF_A_PERSON
    if update.effective_chat and update.effective_chat.id < 0:
        limits["group", update.effective_chat.id] = _UPDATES_AT_ONCE_IN_A_GROUP
    return limits
