"""Files in JSON, told apart by what they hold: a list of articles, one article, an export of Telegram, a feed.

A list may be of any length: it is read in a stream, one article at a time.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from retrieval.fetching.errors import FetchError
from retrieval.loaders.feed_files import articles_of_entries
from retrieval.loaders.feeds import FEED_BYTES, read_json_feed
from retrieval.loaders.file_heads import head_of
from retrieval.loaders.json_lines import JsonLinesLoader
from retrieval.loaders.json_streams import BrokenJsonError, ValueBuilder, json_events
from retrieval.loaders.named_fields import BrokenRecordError, article_of, fields_of
from retrieval.loaders.telegram_export import TelegramExportLoader
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, printable_name
from retrieval.told import told, told_by
from retrieval.types import LoadedArticle, LoadProblem

_LISTS = frozenset({"articles", "news", "posts", "documents", "data", "results", "records", "статьи", "новости"})
"""Fields of an object in which a list of articles may stand."""

_EXPECTED = told('expected a list of articles such as [{{"id": "1", "title": "…", "date": "…", "text": "…"}}]')
_KEYS_NAMED = 12
_NAME_LIMIT = 40


@dataclass(frozen=True, slots=True)
class _Outline:
    """What the beginning of a file tells of all of it."""

    kind: str
    """``list``, ``article``, ``telegram``, ``feed``, ``lines``, or ``unknown``."""
    key: str = ""
    """The field in which the list stands; "" where it is all that there is."""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JsonFileLoader:
    """Reads one ``.json`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the articles of `path` in order, and a `LoadProblem` for each that is broken, with its number.

        Where the file breaks off, what was read until then is followed by one `LoadProblem` without a line.
        """
        number = 0
        try:
            outline = _outline(path)
            match outline.kind:
                case "telegram":
                    yield from TelegramExportLoader(self.timezone)(path, article_id=article_id)
                case "lines":
                    yield from JsonLinesLoader(self.timezone)(path, article_id=article_id)
                case "feed":
                    yield from self._feed(path, article_id)
                case "list" | "article":
                    for number, value in enumerate(_values(path, outline), start=1):
                        alone = outline.kind == "article"
                        yield self._read(path, None if alone else number, value, article_id)
                case _:
                    keys = ", ".join(printable_name(key[:_NAME_LIMIT]) for key in outline.keys[:_KEYS_NAMED])
                    found = (
                        told("an object with the fields {keys}", keys=keys) if keys else told("nothing that is known")
                    )
                    yield LoadProblem(
                        str(path), None, told("holds {found}; {expected}", found=found, expected=_EXPECTED)
                    )
        except BrokenJsonError:
            reason = told(
                "is not whole and valid JSON in UTF-8 after article {number}; make the file again", number=number
            )
            yield LoadProblem(str(path), None, reason)
        except (UnusableFileError, FetchError) as error:
            yield LoadProblem(str(path), None, told_by(error))
        except OSError as error:
            yield LoadProblem(
                str(path),
                None,
                told("cannot be read after article {number}: {reason}", number=number, reason=one_line_reason(error)),
            )

    def _read(self, path: Path, number: int | None, value: Any, article_id: str) -> LoadedArticle | LoadProblem:
        try:
            fields = _fields(value)
            if number is None:
                fields["id"] = fields.get("id") or article_id
            article = article_of(fields, article_id=article_id, timezone=self.timezone)
        except BrokenRecordError as error:
            place = f"article {number} of the file: " if number else ""
            return LoadProblem(str(path), number, f"{place}{error}")
        return LoadedArticle(article, str(path), number)

    def _feed(self, path: Path, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        if path.stat().st_size > FEED_BYTES:
            raise UnusableFileError(
                told(
                    "is a feed of more than {feed_bytes:,} bytes; store its entries as JSON Lines",
                    feed_bytes=FEED_BYTES,
                )
            )
        entries = read_json_feed(path.read_bytes(), timezone=self.timezone)
        yield from articles_of_entries(entries, path, article_id)


def _outline(path: Path) -> _Outline:
    """Tell what a file is by its first fields, or by the first of them that only one kind has."""
    if _is_lines(head_of(path)):
        return _Outline("lines")
    keys: list[str] = []
    has_text = False
    with path.open("rb") as stream:
        for depth, event, value in json_events(stream):
            if depth == 0 and event == "start_array":
                return _Outline("list")
            if depth == 1 and event == "map_key":
                keys.append(value)
            elif depth == 1 and keys:
                kind = _kind_by(keys[-1], event, value)
                if kind:
                    return _Outline(kind, keys[-1], tuple(keys))
                has_text = has_text or (event == "string" and "text" in fields_of(keys[-1:]))
    return _Outline("article" if has_text else "unknown", keys=tuple(keys))


def _kind_by(key: str, event: str, value: Any) -> str | None:
    if key in {"messages", "chats"} and event in {"start_array", "start_map"}:
        return "telegram"
    if (key == "items" and event == "start_array") or (key == "version" and "jsonfeed.org" in str(value)):
        return "feed"
    return "list" if key.casefold() in _LISTS and event == "start_array" else None


def _is_lines(head: bytes) -> bool:
    """Whether the first line is an object by itself and the next begins one: JSON Lines under another name."""
    first, _, rest = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not (first.startswith(b"{") and rest.lstrip().startswith(b"{")):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _values(path: Path, outline: _Outline) -> Iterator[Any]:
    """Yield the members of the list, or the only object of the file."""
    base = 0 if outline.kind == "article" else 2 if outline.key else 1
    key = ""
    builder = ValueBuilder()
    with path.open("rb") as stream:
        for depth, event, value in json_events(stream):
            if depth == 1 and event == "map_key":
                key = value
            if depth < base or (base == 2 and key != outline.key):  # noqa: PLR2004 - within a field of an object
                continue
            if builder.completes(depth - base, event, value):
                yield builder.value
                builder = ValueBuilder()


def _fields(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BrokenRecordError(told("is no object; {expected}", expected=_EXPECTED))
    return {field: _as_text(field, value[name]) for field, name in fields_of(value).items()}


def _as_text(field: str, value: Any) -> str:
    """Return a value as text; of what WordPress gives, e.g. ``{"rendered": "…"}``, what it shows."""
    if isinstance(value, dict):
        value = value.get("rendered", value.get("name", value))
    if value is None:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    kind = (
        told("a list")
        if isinstance(value, list)
        else told("an object")
        if isinstance(value, dict)
        else told("true or false")
    )
    raise BrokenRecordError(told('"{field}" is {kind}; expected a text', field=field, kind=kind))
