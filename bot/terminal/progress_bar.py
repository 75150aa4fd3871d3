"""Progress of an indexing run on standard error: a bar in a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from bot.terminal.language import spoken
from bot.terminal.styled import put
from retrieval.progress import Pace, TrialProgress
from retrieval.told import told, told_together

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

_LINE_EVERY = 30.0
"""Seconds between two lines in a log."""
_LONGEST_PLACE = 40
_NARROW, _WIDE = 80, 140
"""Columns of a terminal."""
_A_MINUTE = 60.0


class ProgressBar(TrialProgress):
    """Draws what an indexing run does; a context manager, so that the terminal is left clean."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            *_columns(console.width),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, visible=False, count="", rate="", place="")
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
        self._show(told("reading articles"), articles, None, place)

    def embedding(self, done: int, total: int) -> None:
        """Show how many sentences are embedded."""
        self._show(told("embedding sentences"), done, total)

    def asking(self, system: str, done: int, total: int) -> None:
        """Show how many questions of an evaluation are asked."""
        self._show(told("asking {system}", system=system), done, total)

    def copying(self, done: int, total: int) -> None:
        """Show how many rows of a home are copied."""
        self._show(told("copying"), done, total)

    def building(self) -> None:
        """Show that the index is being written."""
        self._show(told("writing the index"), 0, None)

    def announce(self, message: str) -> None:
        """Print a line."""
        put(self._console, message, style="dim")

    def loading(self) -> None:
        """Show that what questions are answered from is being loaded."""
        self._show(told("loading the index"), 0, None)

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
        self._bar.update(
            self._task,
            description=spoken(what),
            completed=done,
            total=total,
            count=f"{done}/{total or '?'}" if done or total else "",
            rate=spoken(rate),
            place=_shortened(place),
            visible=True,
        )
        if not self._console.is_terminal and time.monotonic() - self._told_at >= _LINE_EVERY:
            self._told_at = time.monotonic()
            count = told("{done} of {total}", done=done, total=total) if total else str(done)
            parts = told_together(filter(None, (count, rate, _left(self._pace), place)))
            self.announce(told_together([what, parts], ": "))


def _columns(width: int) -> list[ProgressColumn]:
    """What there is room for in so many columns without a word being cut."""
    what = TextColumn("{task.description}", table_column=Column(no_wrap=False))
    count = TextColumn("{task.fields[count]}")
    if width < _NARROW:
        return [what, count]
    timed = [what, BarColumn(), count, TextColumn("{task.fields[rate]}"), TimeElapsedColumn()]
    if width < _WIDE:
        return timed
    return [*timed, TimeRemainingColumn(), TextColumn("{task.fields[place]}", markup=False)]


def _rate(pace: Pace) -> str:
    return "" if pace.rate is None else told("{rate:.0f}/s", rate=pace.rate)


def _shortened(place: str) -> str:
    """Return a path or an address without its first parts, where it is too long for its column."""
    while len(place) > _LONGEST_PLACE and "/" in place.removeprefix("…/"):
        place = "…/" + place.removeprefix("…/").partition("/")[2]
    return place


def _left(pace: Pace) -> str:
    """Tell how long it will take: in minutes, and below one in seconds."""
    left = pace.remaining
    if left is None:
        return ""
    if left < _A_MINUTE:
        return told("{seconds:.0f} s left", seconds=left)
    return told("{minutes:.0f} min left", minutes=left / _A_MINUTE)
