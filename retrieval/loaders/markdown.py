"""One article a Markdown file: fields between two lines ``---`` at its beginning, and text below them.

The fields are YAML read by PyYAML's base loader, which makes a text of every value: ``2024-09-09`` is no date yet,
``no`` no truth value, a tag names no Python object, and merges that could grow without bound are not made. The text
is CommonMark with tables, taken apart by markdown-it-py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from retrieval.languages import language_code
from retrieval.loaders.dates import parse_timestamp
from retrieval.loaders.markdown_text import plain_blocks
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, read_text_file, unstorable_character
from retrieval.types import Article, LoadedArticle, LoadProblem

MARKDOWN_LIMIT = 1_000_000
"""Characters of the longest file that is read; for as many, brackets that nothing closes take half a minute."""

FRONT_MATTER_LIMIT = 50_000
"""Characters of the longest front matter that is read."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<fields>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENING = re.compile(r"---[ \t]*\n")
_NOTHING = frozenset({"", "~", "null"})
"""How YAML writes that there is no value."""


@dataclass(frozen=True, slots=True)
class MarkdownLoader:
    """Reads one ``.md`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the article of `path`, or the `LoadProblem` that says why there is none."""
        try:
            article = parse_markdown(read_text_file(path), article_id=article_id, timezone=self.timezone)
            yield LoadedArticle(article, str(path))
        except OSError as error:
            yield LoadProblem(str(path), None, f"cannot be read: {one_line_reason(error)}")
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, str(error))


def parse_markdown(text: str, *, article_id: str, timezone: ZoneInfo) -> Article:
    """Take a Markdown file apart; the first ``# heading`` is the title where the front matter has none.

    Raises:
        UnusableFileError: the front matter is broken, or there is no text.

    """
    if len(text) > MARKDOWN_LIMIT:
        raise UnusableFileError(f"has {len(text):,} characters and one article may have {MARKDOWN_LIMIT:,}; split it")
    written, body = _split_front_matter(text)
    fields = _Fields(_parse_fields(written))
    blocks = plain_blocks(body)
    title = fields.text("title") or next((block.text for block in blocks if block.level == 1), "")
    kept = [block.as_text for block in blocks if not (block.level and _alike(block.text) == _alike(title))]
    if not kept:
        raise UnusableFileError("has no text; put it below the front matter and the title")
    return Article(
        id=fields.text("id") or article_id,
        title=title,
        text="\n\n".join(kept),
        published_at=fields.date("date", timezone),
        source=fields.text("source", "outlet") or None,
        url=fields.text("url", "link", "canonical") or None,
        language=language_code(fields.text("lang", "language")),
    )


@dataclass(frozen=True, slots=True)
class _Fields:
    """The values of the front matter by their names in lower case."""

    values: Mapping[str, Any]

    def text(self, *names: str) -> str:
        """Return the first of these fields that says something, on one line; "" where none does."""
        for name in names:
            value = self.values.get(name, "")
            if not isinstance(value, str):
                kind = "a list" if isinstance(value, list) else "a group of fields"
                raise UnusableFileError(f'"{name}" in the front matter is {kind}; expected a text')
            if found := unstorable_character(value):
                raise UnusableFileError(f'"{name}" in the front matter holds {found}; remove it')
            if value.strip().lower() not in _NOTHING:
                return " ".join(value.split())
        return ""

    def date(self, name: str, timezone: ZoneInfo) -> datetime | None:
        """Return the moment that a field names."""
        written = self.text(name)
        try:
            return parse_timestamp(written, timezone=timezone) if written else None
        except ValueError as error:
            raise UnusableFileError(f'"{name}" in the front matter: {error}') from error


def _split_front_matter(text: str) -> tuple[str, str]:
    """Return front matter and body; the first is empty where the file does not begin with one."""
    if not _OPENING.match(text):
        return "", text
    found = _FRONT_MATTER.match(text)
    if found is None:
        raise UnusableFileError("its front matter does not end; close it with a line ---")
    if len(found["fields"]) > FRONT_MATTER_LIMIT:
        raise UnusableFileError(
            f"its front matter is longer than {FRONT_MATTER_LIMIT:,} characters; is a line --- missing?"
        )
    return found["fields"], text[found.end() :]


def _parse_fields(written: str) -> Mapping[str, Any]:
    import yaml

    try:
        fields = yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts, lists and groups, no objects
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The front matter begins in the second line of the file, and a mark counts from 0.
        place = f" in line {mark.line + 2}" if mark else ""
        raise UnusableFileError(
            f"its front matter is not valid YAML{place}: {error.problem or error.context}"
        ) from error
    except yaml.YAMLError as error:
        raise UnusableFileError("its front matter holds characters that YAML does not allow; remove them") from error
    except RecursionError as error:
        raise UnusableFileError("its front matter is nested too deeply; expected fields such as title: …") from error
    if not isinstance(fields, dict):
        if not fields:
            return {}
        raise UnusableFileError("its front matter holds no fields; expected lines such as title: …")
    return {name.lower(): value for name, value in fields.items() if isinstance(name, str)}


def _alike(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")
