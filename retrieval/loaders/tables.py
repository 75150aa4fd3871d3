"""Many articles a file: one a row of a table, ``.csv`` or ``.tsv``, whose first row names the columns.

The table may be of any length: it is read row by row. Encoding and delimiter are found out.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from retrieval.loaders.named_fields import BrokenRecordError, article_of, fields_of
from retrieval.loaders.table_encodings import MARK_BROKEN, encoding_of
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, printable_name
from retrieval.told import told, told_by
from retrieval.types import LoadedArticle, LoadProblem

ROW_LIMIT = 10_000_000
"""Characters of the longest row that is read."""

_HEADER_LIMIT = 100_000
_DELIMITERS = ",;\t|"
_NAMED_DELIMITER = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""The first line that Excel understands."""
_COLUMNS_NAMED = 20
_NAME_LIMIT = 40
_BREAKS = "\r\n"
_LONE_SURROGATE = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class TableLoader:
    """Reads one ``.csv`` or ``.tsv`` file (a `retrieval.types.Loader`) in bounded memory."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the articles of `path` in order, and a `LoadProblem` with its line for each broken row."""
        # The module's own limit is a hundredth of this, less than a long article; it holds for the whole process.
        csv.field_size_limit(max(csv.field_size_limit(), ROW_LIMIT))
        line = 0
        try:
            encoding = encoding_of(path)
            # What is broken becomes surrogates, by which it is told later in which row it stands.
            with path.open(encoding=encoding, errors=MARK_BROKEN, newline="") as stream:
                rows = _Rows(stream)
                columns = rows.read_header()
                for line, row in rows:
                    if record := self._read(path, line, columns, row, article_id):
                        yield record
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))
        except OSError as error:
            yield LoadProblem(
                str(path),
                None,
                told("cannot be read after line {line}: {reason}", line=line, reason=one_line_reason(error)),
            )

    def _read(
        self, path: Path, line: int, columns: Sequence[str], row: Sequence[str] | BrokenRecordError, article_id: str
    ) -> LoadedArticle | LoadProblem | None:
        """Return what a row is; None where it is empty."""
        try:
            if isinstance(row, BrokenRecordError):
                raise row
            if not any(map(str.strip, row)):
                return None
            values = _values(columns, row)
            return LoadedArticle(article_of(values, article_id=article_id, timezone=self.timezone), str(path), line)
        except BrokenRecordError as error:
            return LoadProblem(str(path), line, told_by(error))


class _Rows:
    """The rows of a table, each with the line where it begins; one that is broken is what is wrong with it."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = _Lines(stream)
        self._delimiter = ","

    def read_header(self) -> list[str]:
        """Read the first row that is not empty, find the delimiter by it, and return the names of the columns.

        Raises:
            UnusableFileError: no column holds texts.

        """
        written = self._lines.peek(_HEADER_LIMIT)
        if named := _NAMED_DELIMITER.match(written):
            self._lines.skip_line()
            written = written[named.end() :]
        headers = {mark: _first_row(written, mark) for mark in (named[1] if named else _DELIMITERS)}
        self._delimiter = max(headers, key=lambda mark: _likeness(headers[mark]))
        columns = headers[self._delimiter]
        if not any(columns):
            raise UnusableFileError(told("is empty; expected a table whose first row names the columns"))
        if "text" not in fields_of(columns):
            found = ", ".join(printable_name(name[:_NAME_LIMIT]) for name in columns[:_COLUMNS_NAMED])
            more = (
                told(" and {columns_count} more", columns_count=len(columns) - _COLUMNS_NAMED)
                if len(columns) > _COLUMNS_NAMED
                else ""
            )
            raise UnusableFileError(
                told(
                    'has no column of texts: call it "text" or «текст»; its columns are {found}{more}',
                    found=found,
                    more=more,
                )
            )
        for _, row in self:
            if isinstance(row, BrokenRecordError) or any(map(str.strip, row)):
                break
        return columns

    def __iter__(self) -> Iterator[tuple[int, list[str] | BrokenRecordError]]:
        while self._lines.begin_row():
            start = self._lines.number
            yield start + 1, self._next_row()

    def _next_row(self) -> list[str] | BrokenRecordError:
        try:
            return self._parsed(None)
        except csv.Error as error:
            reason = error
        if self._lines.holds('\\"'):
            # Databases write \" for a quotation mark inside a field, where tables have "".
            self._lines.give_back(keep=0)
            try:
                return self._parsed("\\")
            except csv.Error as error:
                reason = error
        # A quotation mark that is never closed would take all further rows in.
        self._lines.give_back(keep=1)
        return BrokenRecordError(_told(reason))

    def _parsed(self, escape: str | None) -> list[str]:
        return next(csv.reader(self._lines, delimiter=self._delimiter, escapechar=escape, strict=True), [])


class _Lines:
    """The lines of a table, of which some may be given back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._length = 0
        self.number = 0
        """Lines that were taken and not given back."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read_line()
        if not line:
            raise StopIteration
        if len(line) > ROW_LIMIT:
            self._skip_rest(line)
            line = f"{line[:ROW_LIMIT].rstrip(_BREAKS)}\n"
        self.number += 1
        self._taken.append(line)
        self._length += len(line)
        if self._length >= ROW_LIMIT:
            raise csv.Error("too long")
        return line

    def peek(self, limit: int) -> str:
        """Return the beginning, without a line taken."""
        length = 0
        while length < limit and (line := self._stream.readline(ROW_LIMIT + 1)):
            self._waiting.append(line)
            length += len(line)
        return "".join(self._waiting)[:limit]

    def skip_line(self) -> None:
        next(self)

    def begin_row(self) -> bool:
        """Forget what was taken before; return whether there are lines left."""
        self._taken, self._length = [], 0
        if not self._waiting and (line := self._stream.readline(ROW_LIMIT + 1)):
            self._waiting.append(line)
        return bool(self._waiting)

    def holds(self, mark: str) -> bool:
        """Whether one of the lines of this row has `mark` in it."""
        return any(mark in line for line in self._taken)

    def give_back(self, *, keep: int) -> None:
        """Give the lines of this row back, all but the first `keep`."""
        back = self._taken[keep:]
        self._waiting.extendleft(reversed(back))
        self.number -= len(back)
        self._taken, self._length = self._taken[:keep], sum(map(len, self._taken[:keep]))

    def _skip_rest(self, line: str) -> None:
        """Pass over the rest of a line that is too long by itself, in pieces."""
        while line and not line.endswith(tuple(_BREAKS)):
            line = self._read_line()

    def _read_line(self) -> str:
        return self._waiting.popleft() if self._waiting else self._stream.readline(ROW_LIMIT + 1)


def _first_row(written: str, delimiter: str) -> list[str]:
    """Return the names in the first row that is not empty."""
    try:
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
            if any(map(str.strip, row)):
                return [" ".join(name.split()) for name in row]
    except csv.Error:
        pass
    return []


def _likeness(columns: Sequence[str]) -> tuple[bool, int, int]:
    """How much a header looks like one of articles."""
    fields = fields_of(columns)
    return "text" in fields, len(fields), len(columns)


def _values(columns: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if any(map(str.strip, row[len(columns) :])):
        raise BrokenRecordError(
            told(
                "has {row_count} fields where the header names {columns_count}; put what holds the delimiter "
                "into quotes",
                row_count=len(row),
                columns_count=len(columns),
            )
        )
    if any(map(_LONE_SURROGATE.search, row)):
        raise BrokenRecordError(told("holds bytes that are not UTF-8; save the file as UTF-8"))
    places = {field: columns.index(name) for field, name in fields_of(columns).items()}
    return {field: row[place] if place < len(row) else "" for field, place in places.items()}


def _told(error: csv.Error) -> str:
    """Say what is wrong with a row, and how to mend it."""
    if "end of data" in str(error):
        return told('a quotation mark that opens a field is not closed; close it, or write "" for one inside a field')
    if "too long" in str(error) or "limit" in str(error):
        return told("is longer than {row_limit:,} characters; is a quotation mark not closed?", row_limit=ROW_LIMIT)
    return told('has a quotation mark inside a quoted field that is not doubled; write "" for it')
