"""One article a document: DOCX, ODT, RTF, and PDF with text.

A date is taken from a line of the text only: when a file was made says nothing about when an article was published.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from retrieval.loaders.dates import parse_date_line
from retrieval.loaders.document_process import document_process
from retrieval.loaders.markup_text import text_of_markup, tidy_plain_text
from retrieval.loaders.plain_text import Outlet, parse_outlet_line
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, unstorable_character
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadProblem

DOCUMENT_LIMIT = 100_000_000
"""Bytes of the longest document that is read."""

TEXT_LIMIT = 5_000_000
"""Characters of the longest text of a document."""

_LIBRARIES = {".docx": "mammoth", ".rtf": "striprtf", ".pdf": "pdfminer"}
INSTALL = 'pip install "citebot[documents]"'
"""How to get what reads documents."""

_TITLE_LIMIT = 200
_DATE_AMONG = 3
"""Paragraphs at the beginning of which one may be the date."""
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|.*\.(?:docx?|odt|rtf|pdf|indd|qxd|txt|tmp|dot)|(?:untitled|document|документ|"
    r"без имени|новый документ|безымянный)[\s_-]*\d*|[\W\d_]*",
    re.IGNORECASE,
)
"""What programs write as the title of a document to which nobody gave one."""


@dataclass(frozen=True, slots=True)
class DocumentLoader:
    """Reads one document (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the article of `path`, or the `LoadProblem` that says why there is none."""
        ending = path.suffix.lower()
        try:
            _require_readable(path, ending)
            found = document_process().extract(path, ending)
            yield LoadedArticle(_article(found, article_id=article_id, timezone=self.timezone), str(path))
        except OSError as error:
            yield LoadProblem(str(path), None, told("cannot be read: {reason}", reason=one_line_reason(error)))
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))


def can_read(ending: str) -> bool:
    """Whether the library for documents with this ending is installed; true of all that are no documents."""
    library = _LIBRARIES.get(ending)
    return library is None or find_spec(library) is not None


def _require_readable(path: Path, ending: str) -> None:
    if not can_read(ending):
        raise UnusableFileError(told("is a document; to have such files read: {install}", install=INSTALL))
    # Opened here too, since whether it may be read is better told by the program than by its helper.
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
    if size > DOCUMENT_LIMIT:
        raise UnusableFileError(
            told(
                "is {size:,} bytes long, where {document_limit:,} are read; split it",
                size=size,
                document_limit=DOCUMENT_LIMIT,
            )
        )


def _article(found: dict[str, Any], *, article_id: str, timezone: ZoneInfo) -> Article:
    text = text_of_markup(found["text"]) if found["is_markup"] else tidy_plain_text(found["text"])
    if len(text) > TEXT_LIMIT:
        raise UnusableFileError(
            told(
                "has {text_count:,} characters and one article may have {text_limit:,}; split it",
                text_count=len(text),
                text_limit=TEXT_LIMIT,
            )
        )
    if character := unstorable_character(text):
        raise UnusableFileError(told("holds {character}; remove it", character=character))
    paragraphs = text.split("\n\n") if text else []
    title = _take_title(" ".join(found["title"].split()), paragraphs)
    published_at = next(
        (
            moment
            for place in range(min(_DATE_AMONG, len(paragraphs)))
            if (moment := parse_date_line(paragraphs[place], timezone=timezone)) and paragraphs.pop(place)
        ),
        None,
    )
    outlet = _take_outlet(paragraphs)
    if not paragraphs:
        raise UnusableFileError(told("holds no text besides its title; is it a picture of a text?"))
    return Article(
        id=article_id,
        title=title,
        text="\n\n".join(paragraphs),
        published_at=published_at,
        source=outlet.name if outlet else None,
        url=outlet.url if outlet else None,
    )


def _take_title(named: str, paragraphs: list[str]) -> str:
    """Return the title of the document's properties, or take the first paragraph where it may be one."""
    is_named = bool(named) and not _NO_TITLE.fullmatch(named) and not unstorable_character(named)
    first = " ".join(paragraphs[0].split()) if paragraphs else ""
    if is_named:
        if first.casefold().rstrip(".") == named.casefold().rstrip("."):
            paragraphs.pop(0)
        return named
    if len(first) > _TITLE_LIMIT or not paragraphs:
        return ""
    paragraphs.pop(0)
    return first


def _take_outlet(paragraphs: list[str]) -> Outlet | None:
    """Take the last paragraph off where it names the outlet."""
    outlet = parse_outlet_line(paragraphs[-1]) if paragraphs else None
    if outlet:
        paragraphs.pop()
    return outlet
