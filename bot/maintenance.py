"""The operator's work on the index while the bot runs: beside the event loop, one piece at a time."""

import asyncio
import threading
from collections.abc import Callable
from typing import Protocol

from retrieval.errors import StoppedError
from retrieval.manifest import Manifest
from retrieval.progress import Pace, Progress
from retrieval.types import IndexReport


class LiveProgress(Progress):
    """Remembers how far the work is, for whoever looks; ends the work when the bot ends."""

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        """Sentences to embed; None while the articles are read."""
        self.pace = Pace()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let the work end at its next step."""
        self._stopping.set()

    def reading(self, articles: int, place: str) -> None:  # noqa: ARG002 - paths are not shown in Telegram
        """Note how many articles were read."""
        self._note(articles, None)

    def embedding(self, done: int, total: int) -> None:
        """Note how many sentences are embedded."""
        self._note(done, total)

    def building(self) -> None:
        """Note nothing: this takes a moment."""
        self._note(self.done, self.total)

    def _note(self, done: int, total: int | None) -> None:
        if self._stopping.is_set():
            raise StoppedError("the bot was told to stop; the index is as it was")
        self.done, self.total = done, total
        self.pace.note(done, total)


class Maintainer(Protocol):
    """What the operator needs of `retrieval.library.Library`; both methods block for long."""

    def index(self) -> IndexReport:
        """Make the published index mirror its sources."""

    def rollback(self) -> Manifest:
        """Publish the index before the current one."""


class Maintenance:
    """Does the operator's work."""

    def __init__(self, open_maintainer: Callable[[Progress], Maintainer]) -> None:
        self._open = open_maintainer
        self._running: set[LiveProgress] = set()

    @property
    def running(self) -> LiveProgress | None:
        """How far the index is that was begun and is not yet done; None where there is none."""
        return next(iter(self._running), None)

    async def reindex(self, progress: LiveProgress) -> IndexReport:
        """Index; raises what `retrieval.library.Library.index` does, and `StoppedError`."""
        self._running.add(progress)
        try:
            return await asyncio.to_thread(lambda: self._open(progress).index())
        finally:
            self._running.discard(progress)

    async def rollback(self) -> Manifest:
        """Roll back; raises what `retrieval.library.Library.rollback` does."""
        return await asyncio.to_thread(lambda: self._open(Progress()).rollback())

    def stop(self) -> None:
        """Let what runs end soon."""
        for progress in self._running:
            progress.stop()
