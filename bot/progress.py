"""Progress of an indexing run on standard error: a bar in a terminal, a line now and then in a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from retrieval.progress import TrialProgress

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

_LINE_EVERY = 10_000


class ProgressBar(TrialProgress):
    """Draws what an indexing run does; a context manager, so that the terminal is left clean."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, visible=False)
        self._told = 0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def reading(self, articles: int) -> None:
        """Show how many articles were read."""
        self._show("reading articles", articles, None)

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

    def _show(self, what: str, done: int, total: int | None) -> None:
        self._bar.update(self._task, description=what, completed=done, total=total, visible=True)
        if not self._console.is_terminal and done - self._told >= _LINE_EVERY:
            self._told = done
            self.announce(f"{what}: {done}" + (f" of {total}" if total else ""))
