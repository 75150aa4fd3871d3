"""Whose turn it is where many want the same: nobody waits behind the many of somebody else."""

import asyncio
import heapq
import itertools
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter


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


class FairPace:
    """So many in so many seconds of all chats together; when they wait, who has had least of late is next."""

    def __init__(self, most: float, seconds: float) -> None:
        """Take the two figures of `AsyncLimiter`."""
        self._pace = AsyncLimiter(most, seconds)
        self._waiting: list[tuple[int, bool, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._had = 0
        """What who was last served had had: who comes anew counts as one of those, however little they had."""
        self._serving: asyncio.Task[None] | None = None

    def change(self, most: float, seconds: float) -> None:
        """Let so many through from now on; whoever waits keeps their place, and what each has had still counts."""
        if (most, seconds) != (self._pace.max_rate, self._pace.time_period):
            self._pace = AsyncLimiter(most, seconds)

    @property
    def behind(self) -> float:
        """For how many seconds what comes now waits, if all that waits had as much as it."""
        return len(self._waiting) * self._pace.time_period / self._pace.max_rate

    async def clear(self, share: Share) -> None:
        """Wait for the turn of a chat; what comes of one chat keeps its order."""
        had = max(self._had, share.had)
        share.had = had + 1
        if not self._waiting and self._pace.has_capacity():
            self._had = had
            await self._pace.acquire()
            return
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (had, not share.goes_first, next(self._numbers), turn))
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        await turn

    async def _serve(self) -> None:
        while self._waiting:
            await self._pace.acquire()
            self._had, _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
