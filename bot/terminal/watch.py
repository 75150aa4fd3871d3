"""`citebot index --watch`: one process that indexes whenever the sources may hold something new."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.terminal.progress_bar import ProgressBar
from bot.terminal.reports import counts_told
from retrieval.errors import IndexBusyError, RetrievalError, StoppedError
from retrieval.ingest.watching import SourceWatch
from retrieval.told import told, told_by, told_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from types import FrameType

    from rich.console import Console

    from bot.settings import BotSettings
    from retrieval.types import IndexReport, LoadProblem

_AGAIN_WHERE_BUSY = 5.0
_AGAIN_WHERE_FAILED = 60.0


class StoppableBar(ProgressBar):
    """Ends the run that it is shown for at its next step once `stop` is set."""

    def __init__(self, console: Console, stop: threading.Event) -> None:
        super().__init__(console)
        self._stop = stop

    def step(self) -> None:
        """End the run if need be."""
        if self._stop.is_set():
            raise StoppedError(told("told to stop; what is published stays, and what is embedded is kept"))


class Watcher:
    """Indexes again and again; whatever goes wrong in one run is one line, and the next one is awaited."""

    def __init__(
        self,
        index: Callable[[], IndexReport],
        *,
        show: Callable[[IndexReport], None],
        warn: Callable[[str], object],
    ) -> None:
        """`show` is given the report of a run that changed something, `warn` lines about what went wrong."""
        self._index = index
        self._show = show
        self._warn = warn
        self._generation = ""
        self._problems: frozenset[LoadProblem] = frozenset()
        self._failure = ""

    def run(self) -> float | None:
        """Index once; return in how many seconds it should be tried again at the latest, None for as usual."""
        try:
            report = self._index()
        except StoppedError as error:
            self._warn(told_by(error))
            return None
        except IndexBusyError as error:
            self._tell_failure(told_by(error))
            return _AGAIN_WHERE_BUSY
        except (RetrievalError, OSError) as error:
            self._tell_failure(told_by(error))
            return _AGAIN_WHERE_FAILED
        except Exception as error:  # noqa: BLE001 - of whatever kind, one run shall not end the watch
            kind = type(error).__name__
            self._tell_failure(told("unexpected error, please report it: {kind}: {error}", kind=kind, error=error))
            return _AGAIN_WHERE_FAILED
        self._failure = ""
        self._tell(report)
        return None

    def _tell_failure(self, reason: str) -> None:
        """Say what failed, once as long as it goes on."""
        if reason != self._failure:
            self._warn(reason)
        self._failure = reason

    def _tell(self, report: IndexReport) -> None:
        counts = report.articles
        if counts.added or counts.changed or counts.removed or self._generation not in {"", report.generation}:
            self._show(report)
        self._generation = report.generation
        problems = frozenset(report.problems)
        for problem in report.problems:
            if problem not in self._problems:
                place = f"{problem.source}:{problem.line}" if problem.line else problem.source
                self._warn(told_together([place, problem.reason], ": "))
        self._problems = problems


def watch(
    settings: BotSettings,
    sources: Sequence[str],
    console: Console,
    *,
    every: float,
    show: Callable[[IndexReport], None],
    warn: Callable[[str], object],
) -> None:
    """Index `sources` whenever they may hold something new, until SIGTERM or SIGINT.

    At the latest `every` so many seconds they are read in any case. The lock is held during a run only.
    """
    from retrieval.library import Library

    sources = sources or settings.sources
    with stop_on_signals() as stop:
        progress = StoppableBar(console, stop)
        library = Library(settings, progress)

        def index() -> IndexReport:
            with progress:
                return library.index(sources)

        def tell_blind(error: OSError) -> None:
            line = told(
                "file events cannot be had ({error}): looking every {minutes:g} min only",
                error=error,
                minutes=every / 60,
            )
            warn(line)

        watcher = Watcher(index, show=show, warn=warn)
        occasions = SourceWatch(
            sources,
            home=settings.home,
            every=every,
            on_blind=tell_blind,
        )
        for is_due in occasions.occasions(stop):
            if is_due:
                library.ask_addresses_anew()
            again = watcher.run()
            if again is not None:
                occasions.again_in(again)


def line_of(report: IndexReport, now: datetime) -> str:
    """Tell of a run that changed something in one line."""
    return told(
        "{moment}  generation {generation}: {counts}; {sentences} sentences, {embedded} of them embedded now; "
        "{seconds:.1f} s",
        moment=f"{now:%Y-%m-%d %H:%M:%S}",
        generation=report.generation,
        counts=counts_told(report.articles, ("added", "changed", "removed")) or told("published again"),
        sentences=report.sentences,
        embedded=report.embedded,
        seconds=report.seconds,
    )


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that the first SIGTERM or SIGINT sets; a second one finds the default behaviour and ends at once."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)

    def first_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        for each in signals:
            signal.signal(each, signal.SIG_DFL)

    before = {each: signal.signal(each, first_signal) for each in signals}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
