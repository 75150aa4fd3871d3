"""The status as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.terminal.bounds import bounds_line
from bot.terminal.language import spoken
from bot.terminal.styled import put
from retrieval.told import told, told_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from retrieval.types import Status

_MEBIBYTE = 1 << 20
_LABEL_WIDTH = 12


def print_status(console: Console, status: Status) -> None:
    """Print the status as two columns, the problems last."""
    rows = [(spoken(name), spoken(value)) for name, value in _status_rows(status)]
    width = max(_LABEL_WIDTH, *(len(name) + 2 for name, _ in rows))
    for name, value in rows:
        put(console, f"{name:<{width}}{value}")
    if status.bounds.ignored:
        put(console, told("warning: {warning}", warning=status.bounds.ignored), style="yellow")
    for problem in status.problems:
        put(console, told("problem: {problem}", problem=problem), style="yellow")


def _status_rows(status: Status) -> Iterator[tuple[str, str]]:
    yield told("articles"), str(status.articles)
    yield told("passages"), str(status.passages)
    yield told("sentences"), str(status.sentences)
    if status.sources:
        outlets = ((source.name or told("(no outlet)"), source.articles) for source in status.sources)
        yield told("sources"), _listed(outlets)
    if status.languages:
        languages = ((one.language or told("(unknown)"), one.articles) for one in status.languages)
        yield told("languages"), _listed(languages)
    if status.first_date and status.last_date:
        yield told("dates"), told("{first} to {last}", first=status.first_date, last=status.last_date)
    yield told("model"), status.model
    if status.generation:
        published = told("{generation}, published {moment}", generation=status.generation, moment=status.published_at)
        yield told("generation"), published
    yield told("bounds"), bounds_line(status.bounds)
    if status.database:
        yield told("database"), status.database
    if status.vector_search:
        yield (
            told("vectors"),
            told(
                "searched by an index of neighbours, which finds {recall:.3f} of what is nearest",
                recall=status.vector_search.recall,
            ),
        )
    yield told("disk"), told("{size:.1f} MiB", size=status.disk_bytes / _MEBIBYTE)
    yield told("healthy"), told("yes") if status.healthy else told("no")


def _listed(counted: Iterable[tuple[str, int]]) -> str:
    return told_together(told_together([name, str(number)], " ") for name, number in counted)
