"""One article a Markdown file: fields at its beginning (`retrieval.loaders.front_matter`), and text below them.

The text is CommonMark with tables, taken apart by markdown-it-py, and may hold what Obsidian adds to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from retrieval.loaders.addresses import absolute_address, host_of
from retrieval.loaders.front_matter import Fields, read_front_matter
from retrieval.loaders.markdown_text import plain_blocks
from retrieval.loaders.text_files import (
    UnusableFileError,
    one_line_reason,
    read_text_file,
    tell_broken,
)
from retrieval.text.languages import language_code
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadProblem

MARKDOWN_LIMIT = 1_000_000
"""Characters of the longest file that is read; for as many, brackets that nothing closes take half a minute."""

_DATES = ("date", "published", "published_at", "publishdate", "pubdate", "date_published", "datepublished")
"""What the date of an article is called, by various programs."""

_LINK = re.compile(r"\[(?P<words>[^\[\]]*)\]\((?P<address>[^()\s]+)\)")


@dataclass(frozen=True, slots=True)
class MarkdownLoader:
    """Reads one ``.md`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the article of `path`, or the `LoadProblem` that says why there is none."""
        try:
            text = read_text_file(path)
            yield LoadedArticle(parse_markdown(text, article_id=article_id, timezone=self.timezone), str(path))
            yield from tell_broken(path, text)
        except OSError as error:
            yield LoadProblem(str(path), None, told("cannot be read: {reason}", reason=one_line_reason(error)))
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))


def parse_markdown(text: str, *, article_id: str, timezone: ZoneInfo) -> Article:
    """Take a Markdown file apart; the first ``# heading`` is the title where the front matter has none.

    Raises:
        UnusableFileError: the front matter is broken, or there is no text.

    """
    if len(text) > MARKDOWN_LIMIT:
        raise UnusableFileError(
            told(
                "has {text_count:,} characters and one article may have {markdown_limit:,}; split it",
                text_count=len(text),
                markdown_limit=MARKDOWN_LIMIT,
            )
        )
    fields, body = read_front_matter(text)
    blocks = plain_blocks(body)
    title = fields.text("title") or next((block.text for block in blocks if block.level == 1), "")
    kept = [block.as_text for block in blocks if not (block.level and _alike(block.text) == _alike(title))]
    if not kept:
        raise UnusableFileError(told("has no text; put it below the front matter and the title"))
    outlet = _outlet(fields)
    return Article(
        id=fields.text("id") or article_id,
        title=title,
        text="\n\n".join(kept),
        published_at=_date(fields, timezone),
        source=outlet.name,
        url=outlet.url,
        language=language_code(fields.text("lang", "language")),
    )


@dataclass(frozen=True, slots=True)
class _Outlet:
    """Who published an article, and where, as the front matter says."""

    name: str | None
    url: str | None


def _outlet(fields: Fields) -> _Outlet:
    """Read the fields for outlet and address; programs that clip pages have the page's address as its ``source``."""
    written = fields.text("source", "outlet", "publisher")
    url = fields.text("url", "link", "canonical") or None
    link = _LINK.fullmatch(written)
    address = absolute_address(link["address"] if link else written)
    name = link["words"].strip() if link else "" if address else written
    return _Outlet(name or host_of(address or "") or None, url or address)


def _date(fields: Fields, timezone: ZoneInfo) -> datetime | None:
    """Return when an article was published; when a note was made says that only where it is not of a page."""
    published = fields.date(*_DATES, timezone=timezone)
    return published or (None if _outlet(fields).url else fields.date("created", timezone=timezone))


def _alike(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")
