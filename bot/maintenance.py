"""The operator's work on the index while the bot runs: beside the event loop, one piece at a time."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar

from retrieval.errors import RetrievalError, StoppedError
from retrieval.fetching.addresses import is_address
from retrieval.index.manifest import Manifest
from retrieval.loaders.addresses import host_of
from retrieval.progress import Pace, Progress
from retrieval.told import told
from retrieval.types import Given, IndexReport, Received

_Result = TypeVar("_Result")
_STOPPED = told("the bot was told to stop; the index is as it was")


class AlreadyWorkingError(RetrievalError):
    """One piece of work at a time."""


class LiveProgress(Progress):
    """Remembers how far the work is, for whoever looks; ends the work when the bot ends."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        """Sentences to embed; None while the articles are read."""
        self.host: str | None = None
        """Which host on the web is asked for articles now."""
        self.pace = Pace()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let the work end at its next step."""
        self._stopping.set()

    def reading(self, articles: int, place: str) -> None:
        """Note how many articles were read, and from which host; paths are not shown in Telegram."""
        self._note(articles, None)
        self.host = host_of(place) if is_address(place) else None

    def embedding(self, done: int, total: int) -> None:
        """Note how many sentences are embedded."""
        self._note(done, total)
        self.host = None

    def building(self) -> None:
        """Note nothing: this takes a moment."""
        self._note(self.done, self.total)

    def step(self) -> None:
        """End the work if need be."""
        if self._stopping.is_set():
            raise StoppedError(_STOPPED)

    def _note(self, done: int, total: int | None) -> None:
        self.step()
        self.done, self.total = done, total
        self.pace.note(done, total)


class Maintainer(Protocol):
    """What the bot needs of `retrieval.upkeep.Upkeep`; what indexes, fetches or reads files blocks for long."""

    def index(self) -> IndexReport:
        """Make the published index mirror its sources."""

    def rollback(self) -> Manifest:
        """Publish the index before the current one."""

    def receive(self, received: Sequence[Received]) -> None:
        """Keep articles that were sent."""

    def has_received(self) -> bool:
        """Tell whether anything was received."""

    def take_in(self) -> IndexReport | None:
        """Publish what was received since; None where that takes `index`."""

    def offer_file(self, path: Path) -> Given:
        """Read a file that was given by hand, and keep it as an offer."""

    def offer_page(self, address: str) -> Given:
        """Fetch a page that was given by hand, and keep it as an offer."""

    def read_links(self, tell: Callable[[str, str], None]) -> None:
        """Read the pages that posts link to; tell of each why it is no article, or ""."""

    def accept(self, batch: str) -> Given | None:
        """Have what was offered taken in."""

    def decline(self, batch: str) -> Given | None:
        """Delete what was offered."""

    def take_back(self, batch: str) -> Given | None:
        """Delete what was given by hand."""

    def given(self) -> list[Given]:
        """Return what was given by hand, the newest first."""


class Maintenance:
    """Does the operator's work, and takes in what was received."""

    def __init__(self, open_maintainer: Callable[[Progress], Maintainer]) -> None:
        self._open = open_maintainer
        self._running: LiveProgress | None = None
        self._aside = LiveProgress()
        """Of what goes on besides the operator's work: it only ends it."""
        self._stopped = False
        # A thread of its own: one that all share would keep for long what the event loop needs for a moment.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="maintenance")
        # What comes is kept at once, however long the work on the index takes.
        self._receiver = ThreadPoolExecutor(max_workers=1, thread_name_prefix="receiving")
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._link_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="links")

    @property
    def running(self) -> LiveProgress | None:
        """How far the work is that was begun and is not yet done; None where there is none."""
        return self._running

    async def reindex(self, progress: LiveProgress) -> IndexReport:
        """Index; raises what `retrieval.upkeep.Upkeep.index` does, `StoppedError` and `AlreadyWorkingError`."""
        return await self._do(lambda: self._open(progress).index(), progress)

    async def rollback(self) -> Manifest:
        """Roll back; raises what `retrieval.upkeep.Upkeep.rollback` does, and `AlreadyWorkingError`."""
        return await self._do(lambda: self._open(Progress()).rollback(), LiveProgress())

    async def receive(self, received: Sequence[Received]) -> None:
        """Keep what came, in the order in which it came; raises what `retrieval.upkeep.Upkeep.receive` does."""
        await self.briefly(lambda maintainer: maintainer.receive(received))

    async def has_received(self) -> bool:
        """Tell whether anything was received, now or earlier."""
        return await self.briefly(lambda maintainer: maintainer.has_received())

    async def briefly(self, work: Callable[[Maintainer], _Result]) -> _Result:
        """Do something that takes a moment, in the order in which it comes; raises what `work` does."""
        return await asyncio.wrap_future(self._receiver.submit(lambda: work(self._open(Progress()))))

    async def read(self, work: Callable[[Maintainer], _Result]) -> _Result:
        """Do something that reads a file or asks the web, one after the other; raises what `work` does."""
        return await asyncio.wrap_future(self._reader.submit(lambda: work(self._open(self._aside))))

    async def read_links(self, tell: Callable[[str, str], None]) -> None:
        """Read the pages that posts link to, on a thread of its own; raises what `retrieval.upkeep.Upkeep` does there.

        `tell` is called on that thread.
        """
        await asyncio.wrap_future(self._link_reader.submit(lambda: self._open(self._aside).read_links(tell)))

    async def take_in(self) -> IndexReport | None:
        """Publish what was received, after the operator's work where there is any.

        Raises what `retrieval.upkeep.Upkeep.take_in` does, and `StoppedError`.
        """
        if self._stopped:
            raise StoppedError(_STOPPED)
        return await asyncio.wrap_future(self._executor.submit(lambda: self._open(self._aside).take_in()))

    def stop(self) -> None:
        """Let what runs end soon, and let nothing more begin."""
        self._stopped = True
        self._aside.stop()
        if self._running:
            self._running.stop()

    def close(self) -> None:
        """Take no more work."""
        for executor in (self._executor, self._receiver, self._reader, self._link_reader):
            executor.shutdown(wait=False, cancel_futures=True)

    async def _do(self, work: Callable[[], _Result], progress: LiveProgress) -> _Result:
        if self._stopped:
            raise StoppedError(_STOPPED)
        if self._running:
            raise AlreadyWorkingError(told("the index is being worked on already: wait until that is done"))
        self._running = progress
        try:
            return await asyncio.wrap_future(self._executor.submit(work))
        finally:
            self._running = None
