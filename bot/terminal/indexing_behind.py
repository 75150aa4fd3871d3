"""A first index behind a conversation: the newest articles can be asked about while the others are embedded."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from bot.terminal.watch import StoppableBar
from retrieval.errors import StoppedError
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from retrieval.library import Library
    from retrieval.types import IndexReport

FIRST_ARTICLES = 12
"""Published before all others."""


class _BarUntilBegun(StoppableBar):
    """Draws until the newest articles are published; from then on it only remembers how far the run is."""

    def __init__(self, console: Console, stop: threading.Event, ready: threading.Event) -> None:
        super().__init__(console, stop)
        self._ready = ready
        self.published: tuple[int, int] | None = None
        """How many articles can be asked about, and how many there are."""

    def begun(self, articles: int, total: int) -> None:
        """Draw nothing more."""
        self.published = (articles, total)
        self.hide()
        self._ready.set()

    def announce(self, message: str) -> None:
        """Print a line as long as nobody types."""
        if not self._ready.is_set():
            super().announce(message)


class IndexingBehind:
    """One run of indexing on a thread of its own; a context manager, which ends the run where it is left."""

    def __init__(self, library: Library, console: Console) -> None:
        """Nothing is begun yet."""
        self._stop, self._ready = threading.Event(), threading.Event()
        self._progress = _BarUntilBegun(console, self._stop, self._ready)
        self._upkeep = library.beside(self._progress)
        self._thread = threading.Thread(target=self._run, name="first index")
        self._report: IndexReport | None = None
        self._error: BaseException | None = None
        self._told_end = False

    def __enter__(self) -> Self:
        """Begin, and wait until something can be asked about.

        Raises:
            RetrievalError: nothing could be published; and whatever else the run fails with.

        """
        try:
            with self._progress:
                self._thread.start()
                self._ready.wait()
        except BaseException:
            self._end()
            raise
        if self._report is None and self._progress.published is None:
            self._thread.join()
            raise self._error or StoppedError(
                told("told to stop; what is published stays, and what is embedded is kept")
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._report = self._upkeep.index(begin_with=FIRST_ARTICLES)
        except BaseException as error:  # noqa: BLE001 - it is told, or raised, on the thread of the conversation
            self._error = error
        finally:
            self._ready.set()

    @property
    def report(self) -> IndexReport | None:
        """What came of the run; None while it goes on, and where it failed."""
        return self._report

    @property
    def is_going_on(self) -> bool:
        """Whether articles are still being embedded."""
        return self._report is None and self._error is None

    def news(self) -> Iterator[str]:
        """Yield what is to be told before the next question: how far the run is; once, how it ended."""
        if self._progress.published is None or self._told_end:
            return
        articles, total = self._progress.published
        if self.is_going_on:
            yield told(
                "The newest {articles} of {total} articles can be asked about; the others are being indexed{left}.",
                articles=articles,
                total=total,
                left=self._left(),
            )
        else:
            self._told_end = True
            yield self._ended(total)

    def _left(self) -> str:
        left = self._progress.left()
        return told(", {left}", left=left) if left else ""

    def _ended(self, total: int) -> str:
        if self._error is None:
            return told("All {total} articles can be asked about now.", total=total)
        return told(
            "The other articles could not be indexed ({error}): run `citebot index` for them.",
            error=told_by(self._error),
        )
