"""Published articles on standard output: a list for people, and JSON Lines for programs and `citebot index`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.terminal.json_output import print_json_line
from bot.terminal.speaking import plain_line, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.types import Article, ArticleHeader

_UNKNOWN = "–"


def print_articles(articles: Sequence[ArticleHeader]) -> None:
    """Print an article a line: date, outlet, language, id and headline, in columns."""
    rows = [_cells(article) for article in articles]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cells(article: ArticleHeader) -> list[str]:
    date = f"{article.published_at:%Y-%m-%d %H:%M}" if article.published_at else ""
    cells = (date, article.source, article.language, article.id, article.title)
    return [plain_line(cell) if cell else _UNKNOWN for cell in cells]


def print_article_records(articles: Iterable[ArticleHeader]) -> None:
    """Print an article a line as JSON, without its text."""
    for article in articles:
        _print_record(
            article_id=article.id,
            published_at=article.published_at.isoformat() if article.published_at else None,
            source=article.source,
            title=article.title,
            language=article.language,
        )


def export_articles(articles: Iterable[Article]) -> None:
    """Print whole articles in the form that `citebot index` reads, each as soon as it is there."""
    for article in articles:
        _print_record(
            id=article.id,
            title=article.title,
            date=article.published_at.isoformat() if article.published_at else None,
            source=article.source,
            url=article.url,
            lang=article.language,
            text=article.text,
        )


def _print_record(**fields: Any) -> None:
    print_json_line(fields)
