"""Progress of an indexing run on standard error: a bar in a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from retrieval.progress import Pace, TrialProgress

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

_LINE_EVERY = 30.0
"""Seconds between two lines in a log."""
_LONGEST_PLACE = 40
_A_MINUTE = 60.0


class ProgressBar(TrialProgress):
    """Draws what an indexing run does; a context manager, so that the terminal is left clean."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[place]}", markup=False),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, visible=False, rate="", place="")
        self._pace = Pace()
        self._hidden = False
        self._told_at = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def reading(self, articles: int, place: str) -> None:
        """Show how many articles were read, and what is being read."""
        self._show("reading articles", articles, None, place)

    def embedding(self, done: int, total: int) -> None:
        """Show how many sentences are embedded."""
        self._show("embedding sentences", done, total)

    def asking(self, system: str, done: int, total: int) -> None:
        """Show how many questions of an evaluation are asked."""
        self._show(f"asking {system}", done, total)

    def building(self) -> None:
        """Show that the index is being written."""
        self._show("writing the index", 0, None)

    def announce(self, message: str) -> None:
        """Print a line."""
        self._console.print(message, style="dim", markup=False, highlight=False, soft_wrap=True)

    def step(self) -> None:
        """Called at each step before it is shown, and while waiting; this one does nothing."""

    def hide(self) -> None:
        """Draw nothing more; how long the work will take can still be asked."""
        self._bar.stop()
        self._hidden = True

    def left(self) -> str:
        """How long the work will take, in words; "" as long as that cannot be told."""
        return _left(self._pace)

    def _show(self, what: str, done: int, total: int | None, place: str = "") -> None:
        self.step()
        self._pace.note(done, total)
        if self._hidden:
            return
        rate = _rate(self._pace)
        shown = place if len(place) <= _LONGEST_PLACE else f"…{place[1 - _LONGEST_PLACE :]}"
        self._bar.update(
            self._task, description=what, completed=done, total=total, rate=rate, place=shown, visible=True
        )
        if not self._console.is_terminal and time.monotonic() - self._told_at >= _LINE_EVERY:
            self._told_at = time.monotonic()
            count = f"{done} of {total}" if total else str(done)
            self.announce(f"{what}: " + ", ".join(filter(None, (count, rate, _left(self._pace), place))))


def _rate(pace: Pace) -> str:
    return "" if pace.rate is None else f"{pace.rate:.0f}/s"


def _left(pace: Pace) -> str:
    """Tell how long it will take: in minutes, and below one in seconds."""
    left = pace.remaining
    if left is None:
        return ""
    return f"{left:.0f} s left" if left < _A_MINUTE else f"{left / _A_MINUTE:.0f} min left"
