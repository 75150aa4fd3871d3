"""Many articles a file: one JSON object a line, ``{id, title, date, source, url, lang, text}``, plain or gzipped."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from retrieval.loaders.dates import parse_timestamp
from retrieval.loaders.text_files import (
    UnusableFileError,
    decode_legible,
    one_line_reason,
    tell_broken,
    unstorable_character,
)
from retrieval.text.languages import language_code
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadProblem

LINE_LIMIT = 10_000_000
"""Bytes of the longest line that is read; a longer one is passed over in pieces and never held whole."""

_SKIP_PIECE = 1_000_000
_GZIP_MAGIC = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_KINDS = {
    bool: told("true or false"),
    int: told("a number"),
    float: told("a number"),
    list: told("a list"),
    dict: told("an object"),
    str: told("a string"),
}


class _BrokenRecordError(ValueError):
    """What is wrong with one record, in one line."""


@dataclass(frozen=True, slots=True)
class JsonLinesLoader:
    """Reads one ``.jsonl`` or ``.jsonl.gz`` file (a `retrieval.types.Loader`) in constant memory."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:  # noqa: ARG002 - records have ids
        """Yield the articles of `path` in order, and a `LoadProblem` with its line for each broken record.

        Where the file breaks off, what was read until then is followed by one `LoadProblem` without a line.
        """
        number = 0
        try:
            with _open(path) as stream:
                for number, line in enumerate(_read_lines(stream), start=1):
                    if line is None:
                        reason = told(
                            "is longer than {line_limit:,} bytes; one line must hold one article", line_limit=LINE_LIMIT
                        )
                        yield LoadProblem(str(path), number, reason)
                    elif line.strip():
                        yield from self._read(path, number, line)
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = told(
                "the gzip data are damaged or cut off after line {number} ({error}); make the file again",
                number=number,
                error=error,
            )
            yield LoadProblem(str(path), None, reason)
        except OSError as error:
            yield LoadProblem(
                str(path),
                None,
                told("cannot be read after line {number}: {reason}", number=number, reason=one_line_reason(error)),
            )

    def _read(self, path: Path, number: int, line: bytes) -> Iterator[LoadedArticle | LoadProblem]:
        try:
            article = parse_record(line, timezone=self.timezone)
        except _BrokenRecordError as error:
            yield LoadProblem(str(path), number, told_by(error))
            return
        yield LoadedArticle(article, str(path), number)
        yield from tell_broken(path, f"{article.title}\n{article.text}", line=number)


def parse_record(line: bytes, *, timezone: ZoneInfo) -> Article:
    """Read one line; ``article.text`` is the record's own, to the character.

    Raises:
        ValueError: says in one line what is wrong with the record and what was expected.

    """
    record = _parse_object(line)
    text = _string(record, "text")
    if not text.strip():
        found = told("empty") if "text" in record else told("missing")
        raise _BrokenRecordError(told('"text" is {found}; every record needs the text of its article', found=found))
    date = _string(record, "date").strip()
    try:
        published_at = parse_timestamp(date, timezone=timezone) if date else None
    except ValueError as error:
        raise _BrokenRecordError(told('"date": {error}, or null', error=error)) from error
    return Article(
        id=_identifier(record),
        title=_string(record, "title"),
        text=text,
        published_at=published_at,
        source=_string(record, "source").strip() or None,
        url=_string(record, "url").strip() or None,
        language=language_code(_string(record, "lang")),
    )


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    """Open `path` past its byte order mark, unpacked if it is gzipped."""
    with path.open("rb") as packed:
        zipped = packed.read(2) == _GZIP_MAGIC
        packed.seek(0)
        if path.name.lower().endswith(".gz") and not zipped:
            raise UnusableFileError(told("is not a gzip file though its name ends so; rename it, or make it again"))
        with gzip.GzipFile(fileobj=packed) if zipped else packed as opened:
            stream = cast("BinaryIO", opened)
            mark = stream.read(3)
            if mark.startswith(_UTF16_MARKS):
                raise UnusableFileError(told("is UTF-16; JSON Lines are UTF-8, save it so"))
            if mark != _UTF8_MARK:
                stream.seek(0)
            yield stream


def _read_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield each line; None for one that is longer than `LINE_LIMIT`."""
    while piece := stream.readline(LINE_LIMIT + 1):
        if len(piece) <= LINE_LIMIT or piece.endswith(b"\n"):
            yield piece
            continue
        while piece and not piece.endswith(b"\n"):
            piece = stream.readline(_SKIP_PIECE)
        yield None


def _parse_object(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(decode_legible(line, or_ascii=True) or line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _BrokenRecordError(
            told("is not UTF-8 (byte {start} of the line); save the file as UTF-8", start=error.start + 1)
        ) from error
    except json.JSONDecodeError as error:
        reason = told(
            "is not valid JSON ({msg}, column {colno}); each line must hold one whole JSON object",
            msg=error.msg,
            colno=error.colno,
        )
        raise _BrokenRecordError(reason) from error
    except RecursionError as error:
        raise _BrokenRecordError(told("is nested too deeply; expected a flat JSON object")) from error
    except ValueError as error:
        # Python refuses to convert integers of more than 4,300 digits.
        raise _BrokenRecordError(told("holds a number with too many digits; write it as a string")) from error
    if not isinstance(record, dict):
        raise _BrokenRecordError(
            told('is {kind}; expected an object such as {{"id": "1", "text": "…"}}', kind=_kind(record))
        )
    return record


def _identifier(record: dict[str, Any]) -> str:
    value = record.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    identifier = _string(record, "id", expected=told("a string or a whole number"))
    if not identifier.strip():
        raise _BrokenRecordError(told('"id" is missing or empty; every record needs one that no other has'))
    return identifier


def _string(record: dict[str, Any], name: str, *, expected: str = told("a string")) -> str:
    """Return a field as it is; an absent one and null are empty."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _BrokenRecordError(
            told('"{name}" is {kind}; expected {expected}', name=name, kind=_kind(value), expected=expected)
        )
    if found := unstorable_character(value):
        raise _BrokenRecordError(told('"{name}" holds {found}; remove it', name=name, found=found))
    return value


def _kind(value: Any) -> str:
    return _KINDS.get(type(value), "null")
