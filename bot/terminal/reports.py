"""What an indexing run did, or would do, as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.terminal.speaking import plain_line
from bot.terminal.styled import put
from retrieval.told import Told, to_be_told, told, told_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from retrieval.types import ArticleCounts, IndexPreview, IndexReport, ListedArticle, LoadProblem

_PROBLEMS_SHOWN = 20
_ARTICLES_SHOWN = 20
"""Of each kind, in a dry run."""
_COUNTS = {
    "added": to_be_told("{number} added"),
    "changed": to_be_told("{number} changed"),
    "removed": to_be_told("{number} removed"),
    "unchanged": to_be_told("{number} unchanged"),
    "skipped": to_be_told("{number} skipped"),
    "duplicates": to_be_told("{number} duplicates"),
    "forgotten": to_be_told("{number} forgotten"),
}


def print_report(console: Console, report: IndexReport) -> None:
    """Print what an indexing run did, and the problems that it met."""
    _print_counts(console, report.articles)
    _print_problems(console, report.problems)
    made = told(
        "Generation {generation}: {passages} passages, {sentences} sentences, {embedded} of them embedded now; "
        "{seconds:.1f} s.",
        generation=report.generation,
        passages=report.passages,
        sentences=report.sentences,
        embedded=report.embedded,
        seconds=report.seconds,
    )
    put(console, made)


def print_preview(console: Console, preview: IndexPreview) -> None:
    """Print what an indexing run would do: the counts, then which articles, as far as they are few."""
    _print_counts(console, preview.articles)
    moved = [
        told("{article}, was {before}", article=plain_line(each.article_id), before=plain_line(each.moved_from))
        for each in preview.moved
    ]
    _print_some(console, told("added"), map(_named, preview.added))
    _print_some(console, told("changed"), map(_named, preview.changed))
    _print_some(console, told("removed"), map(_named, preview.removed))
    _print_some(console, told("moved"), moved)
    _print_some(console, told("duplicates"), map(_named, preview.duplicates))
    _print_problems(console, preview.problems)
    put(
        console,
        told(
            "Published is generation {generation}; this was a dry run, and nothing was changed.",
            generation=preview.generation,
        )
        if preview.generation
        else told("Nothing is published yet; this was a dry run, and nothing was changed."),
    )


def _print_some(console: Console, name: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    for line in lines[:_ARTICLES_SHOWN]:
        put(console, told("  {name}: {line}", name=name, line=line))
    if more := len(lines[_ARTICLES_SHOWN:]):
        put(console, told("  {name}: {number} more; --json lists them all", name=name, number=more))


def _named(article: ListedArticle) -> str:
    return plain_line(f"{article.article_id} · {article.title}" if article.title else article.article_id)


def _print_counts(console: Console, articles: ArticleCounts) -> None:
    put(console, told("Articles: {counts}.", counts=counts_told(articles, _COUNTS) or told("none")))


def counts_told(articles: ArticleCounts, names: Iterable[str]) -> str:
    """Return what became of how many articles, by the names of fields of the counts; "" where all are 0."""
    counted = [(name, getattr(articles, name)) for name in names]
    return told_together(Told(_COUNTS[name], None, {"number": number}) for name, number in counted if number)


def _print_problems(console: Console, problems: Sequence[LoadProblem]) -> None:
    for problem in problems[:_PROBLEMS_SHOWN]:
        place = f"{problem.source}:{problem.line}" if problem.line else problem.source
        put(console, told_together(["  ", place, ": ", problem.reason], ""), style="yellow")
    if more := len(problems[_PROBLEMS_SHOWN:]):
        rest = told(
            "  and {count} more problem; --json lists them all",
            "  and {count} more problems; --json lists them all",
            count=more,
        )
        put(console, rest, style="yellow")
