"""Whose turn it is where many want the same: nobody waits behind the many of somebody else."""

import asyncio
import heapq
import itertools
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiolimiter import AsyncLimiter

_LONGEST_TURN = 5.0
"""Seconds that anybody may wait behind who came later."""
_PLACES_TO_OTHERS = 3
"""Of so many places one is for those who do not go first and have waited for so long."""


class Door:
    """Lets so many in at once, and of each chat one in any case; of those that wait who has fewest inside is next."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._inside: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}
        """Those of a chat in the order of coming; of each of these chats somebody is inside."""

    @asynccontextmanager
    async def inside(self, chat: Hashable) -> AsyncIterator[None]:
        """Wait to be let in, and be inside until the block ends."""
        if self._inside[chat] and (chat in self._waiting or self._inside.total() >= self._places):
            await self._wait(chat)
        else:
            self._inside[chat] += 1
        try:
            yield
        finally:
            self._leave(chat)

    async def _wait(self, chat: Hashable) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(chat, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it was let in just then
                self._leave(chat)
            raise

    def _leave(self, chat: Hashable) -> None:
        self._inside[chat] -= 1
        if not self._inside[chat]:
            del self._inside[chat]
            while chat in self._waiting and not self._inside[chat]:
                self._let_in(chat)
        while self._waiting and self._inside.total() < self._places:
            self._let_in(min(self._waiting, key=self._inside.__getitem__))

    def _let_in(self, chat: Hashable) -> None:
        turns = self._waiting.pop(chat)
        turn = turns.popleft()
        if turns:
            self._waiting[chat] = turns  # behind those of other chats
        if not turn.done():  # who has been cancelled waits no more
            self._inside[chat] += 1
            turn.set_result(None)


class Share:
    """How much one chat has had of what all share."""

    __slots__ = ("goes_first", "had")

    def __init__(self, *, goes_first: bool) -> None:
        """`goes_first` says who of those goes first who had as much."""
        self.goes_first = goes_first
        self.had = 0


@dataclass(frozen=True, slots=True)
class _Turn:
    """What waits for its place."""

    had: int
    goes_first: bool
    since: float
    given: asyncio.Future[None]


class FairPace:
    """So many in so many seconds of all chats together; when they wait, who has had least of late is next.

    Nobody waits for long behind who came later: where all want more than there is for a while, who has had one more
    than the others would otherwise wait until each of them has had as much, and who does not go first until none of
    those is left. The latter may have one place in three.
    """

    def __init__(self, most: float, seconds: float) -> None:
        """Take the two figures of `AsyncLimiter`."""
        self._pace = AsyncLimiter(most, seconds)
        self._waiting: list[tuple[int, bool, int, _Turn]] = []
        self._in_order: dict[bool, deque[_Turn]] = {True: deque(), False: deque()}
        """Those that wait in the order of coming, by whether they go first."""
        self._left = Counter[bool]()
        """How many of each kind wait: what was given its place, or wants none any more, may still be in the lists."""
        self._numbers = itertools.count()
        self._places = 0
        """How many were given."""
        self._had = 0
        """What who was last served had had: who comes anew counts as one of those, however little they had."""
        self._serving: asyncio.Task[None] | None = None

    def change(self, most: float, seconds: float) -> None:
        """Let so many through from now on; whoever waits keeps their place, and what each has had still counts."""
        if (most, seconds) != (self._pace.max_rate, self._pace.time_period):
            self._pace = AsyncLimiter(most, seconds)

    def behind(self, *, goes_first: bool) -> float:
        """For how many seconds what comes now waits, if all that does not go behind it had as much as it."""
        before = self._left[True] if goes_first else self._left.total()
        return before * self._pace.time_period / self._pace.max_rate

    async def clear(self, share: Share) -> None:
        """Wait for the turn of a chat; what comes of one chat keeps its order."""
        had = max(self._had, share.had)
        share.had = had + 1
        if not self._left.total() and self._pace.has_capacity():
            self._had = had
            await self._pace.acquire()
            return
        loop = asyncio.get_running_loop()
        turn = _Turn(had, share.goes_first, loop.time(), loop.create_future())
        heapq.heappush(self._waiting, (had, not share.goes_first, next(self._numbers), turn))
        self._in_order[share.goes_first].append(turn)
        self._left[turn.goes_first] += 1
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        try:
            await turn.given
        finally:
            self._left[turn.goes_first] -= turn.given.cancelled()

    async def _serve(self) -> None:
        while self._left.total():
            await self._pace.acquire()
            self._places += 1
            others_first = self._places % _PLACES_TO_OTHERS == 0
            if turn := self._overdue(not others_first) or self._overdue(others_first) or self._of_least():
                self._left[turn.goes_first] -= 1
                turn.given.set_result(None)

    def _overdue(self, goes_first: bool) -> _Turn | None:
        """Return the first of one kind if it has waited for long; None where it has not."""
        waiting = self._in_order[goes_first]
        while waiting and waiting[0].given.done():
            waiting.popleft()
        if not waiting or asyncio.get_running_loop().time() - waiting[0].since < _LONGEST_TURN:
            return None
        return waiting.popleft()

    def _of_least(self) -> _Turn | None:
        """Return what waits of who has had least; None where nothing waits."""
        while self._waiting:
            turn = heapq.heappop(self._waiting)[-1]
            if not turn.given.done():
                self._had = turn.had
                return turn
        return None
