"""Answers, reports and the status as text for a terminal; nothing else decides how they look there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.texts import texts_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rich.console import Console, RenderableType

    from bot.texts import Texts
    from retrieval.types import Answer, Citation, IndexReport, Status

_MEBIBYTE = 1 << 20
_PROBLEMS_SHOWN = 20


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer in the language of its question: excerpts with the evidence marked, then their sources."""
    texts = texts_for(None, answer.question)
    for part in _answered(answer, texts) if answer.answered else _not_answered(answer, texts):
        console.print(part, soft_wrap=True, highlight=False)
    console.print()


def _answered(answer: Answer, texts: Texts) -> Iterator[RenderableType]:
    for citation in answer.citations:
        yield _cited(citation, texts)
    if answer.as_of:
        yield Text(texts.as_of.format(date=texts.written_date(answer.as_of)), style="dim")


def _cited(citation: Citation, texts: Texts) -> RenderableType:
    excerpt = Text.assemble((f"[{citation.number}] ", "bold cyan"), citation.excerpt)
    offset = len(excerpt.plain) - len(citation.excerpt)
    start, end = citation.highlight
    excerpt.stylize("bold", offset + start, offset + end)
    origin = (
        citation.title or citation.article_id,
        citation.source,
        _written(citation.published_at, texts),
        citation.url,
    )
    excerpt.append("\n    " + " · ".join(part for part in origin if part), style="dim")
    return excerpt


def _not_answered(answer: Answer, texts: Texts) -> Iterator[RenderableType]:
    yield Text(texts.not_found, style="yellow")
    if answer.nearest:
        yield Text(texts.nearest, style="dim")
    for article in answer.nearest:
        described = (article.title or article.article_id, _written(article.published_at, texts))
        yield Text("  • " + " · ".join(part for part in described if part))


def _written(moment: datetime | None, texts: Texts) -> str:
    return texts.written_date(moment) if moment else ""


def print_report(console: Console, report: IndexReport) -> None:
    """Print what an indexing run did, and the problems that it met."""
    articles = report.articles
    counts = ("added", "changed", "removed", "unchanged", "skipped", "duplicates")
    told = ", ".join(f"{getattr(articles, name)} {name}" for name in counts if getattr(articles, name))
    _print(console, f"Articles: {told}.")
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        place = f"{problem.source}:{problem.line}" if problem.line else problem.source
        _print(console, f"  {place}: {problem.reason}", style="yellow")
    if len(report.problems) > _PROBLEMS_SHOWN:
        _print(
            console, f"  and {len(report.problems) - _PROBLEMS_SHOWN} more problems; --json lists them all", "yellow"
        )
    _print(
        console,
        f"Generation {report.generation}: {report.passages} passages, {report.sentences} sentences, "
        f"{report.embedded} of them embedded now; {report.seconds:.1f} s.",
    )


def print_status(console: Console, status: Status) -> None:
    """Print the status as two columns, the problems last."""
    table = Table.grid(padding=(0, 2))
    for name, value in _status_rows(status):
        table.add_row(Text(name, style="dim"), Text(value))
    console.print(table, highlight=False)
    for problem in status.problems:
        _print(console, f"problem: {problem}", style="yellow")


def _status_rows(status: Status) -> Iterator[tuple[str, str]]:
    yield "articles", str(status.articles)
    yield "passages", str(status.passages)
    yield "sentences", str(status.sentences)
    if status.sources:
        yield "sources", ", ".join(f"{source.name or '(no outlet)'} {source.articles}" for source in status.sources)
    if status.first_date and status.last_date:
        yield "dates", f"{status.first_date} to {status.last_date}"
    yield "model", status.model
    if status.generation:
        yield "generation", f"{status.generation}, published {status.published_at}"
    yield "disk", f"{status.disk_bytes / _MEBIBYTE:.1f} MiB"
    yield "healthy", "yes" if status.healthy else "no"


def _print(console: Console, line: str, style: str = "") -> None:
    console.print(Padding(Text(line, style=style), 0, expand=False), soft_wrap=True, highlight=False)
