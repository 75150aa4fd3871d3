"""`citebot index --worker`: a process that embeds for another machine until it is stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.terminal.watch import StoppableBar, stop_on_signals
from retrieval.errors import DatabaseAwayError, IndexMismatchError, IndexMissingError, StoppedError
from retrieval.told import told, told_by

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from rich.console import Console

    from bot.settings import BotSettings
    from retrieval.ingest.worker import EmbeddedPortion, EmbeddingWorker

_LOOK_EVERY = 1.0
_AGAIN_WHERE_AWAY = 3.0


class Working:
    """Works on and on; what it has to wait for is told once as long as it lasts."""

    def __init__(
        self,
        worker: EmbeddingWorker,
        *,
        show: Callable[[EmbeddedPortion], None],
        warn: Callable[[str], object],
    ) -> None:
        """`show` is given all that is embedded, `warn` lines about what is waited for."""
        self._worker = worker
        self._show = show
        self._warn = warn
        self._trouble: type[Exception] | None = None

    def run(self, stop: threading.Event) -> None:
        """Go on until `stop` is set.

        Raises:
            DatabaseError: the database is of another version of Citebot, or damaged.

        """
        while not stop.is_set():
            try:
                pause = self._work()
            except StoppedError:
                break
            except DatabaseAwayError as error:
                self._tell(error)
                pause = _AGAIN_WHERE_AWAY
            except (IndexMissingError, IndexMismatchError) as error:
                self._tell(error)
                pause = _LOOK_EVERY
            stop.wait(pause)
        self._warn(told("told to stop; what is embedded is kept"))

    def _work(self) -> float:
        """Embed one portion; return for how many seconds there is nothing to do."""
        done = self._worker.work()
        if self._trouble is DatabaseAwayError:
            self._warn(told("the database is there again"))
        self._trouble = None
        if done is None:
            return _LOOK_EVERY
        self._show(done)
        return 0

    def _tell(self, error: Exception) -> None:
        """Say what is waited for, once whatever words it comes in."""
        if type(error) is not self._trouble:
            self._warn(told("{reason}; waiting", reason=told_by(error)))
        self._trouble = type(error)


def work(
    settings: BotSettings,
    console: Console,
    *,
    show: Callable[[EmbeddedPortion], None],
    warn: Callable[[str], object],
) -> None:
    """Embed for another machine until SIGTERM or SIGINT.

    Raises:
        RetrievalError: it cannot begin, or the database is of another version of Citebot.

    """
    from retrieval.library import Library

    with stop_on_signals() as stop:
        # Never drawn: portions come line by line.
        progress = StoppableBar(console, stop)
        worker = Library(settings, progress).worker(progress)
        progress.announce(
            told("ready to embed with the model {model}, what `citebot index` asks for", model=worker.model)
        )
        Working(worker, show=show, warn=warn).run(stop)


def line_of(done: EmbeddedPortion, now: datetime) -> str:
    """Tell of what was embedded in one line."""
    return told(
        "{moment}  {count} sentence embedded; {seconds:.1f} s; {left} left",
        "{moment}  {count} sentences embedded; {seconds:.1f} s; {left} left",
        moment=f"{now:%Y-%m-%d %H:%M:%S}",
        count=done.sentences,
        seconds=done.seconds,
        left=done.left,
    )
