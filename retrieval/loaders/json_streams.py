"""JSON of any length as a stream of its pieces, in bounded memory; the only importer of ijson."""

from collections.abc import Iterator
from typing import IO, Any

from retrieval.loaders.text_files import UnusableFileError
from retrieval.told import told

PIECE_LIMIT = 10_000_000
"""Bytes of the longest text, and of the longest record, that are held."""

DEPTH_LIMIT = 32
"""How deep a file may be nested; exports of Telegram have half a dozen levels."""

_OPENING = frozenset({"start_map", "start_array"})
_CLOSING = frozenset({"end_map", "end_array"})
_UTF8_MARK = b"\xef\xbb\xbf"
_READ_AHEAD = 100_000


class BrokenJsonError(ValueError):
    """A file is no JSON, or not from here on."""


def json_events(stream: IO[bytes], *, held: str = told("articles")) -> Iterator[tuple[int, str, Any]]:
    """Yield what the parser finds, each with the number of objects and lists that it stands in.

    `held` is what the file is to hold, for the case that it does not.

    Raises:
        BrokenJsonError: the file is no valid JSON in UTF-8, or breaks off.
        UnusableFileError: it is nested too deeply, or a text in it is too long.

    """
    import ijson

    depth = 0
    source = _Bounded(stream)
    try:
        # The parser that also tells the path of each value keeps all paths, which a hostile file makes very long.
        for event, value in ijson.basic_parse(source, use_float=True):
            source.pending = 0
            depth -= event in _CLOSING
            yield depth, event, value
            depth += event in _OPENING
            _require_flat(depth, held)
    except UnusableFileError:
        raise
    except (ijson.JSONError, ValueError) as error:
        raise BrokenJsonError(str(error)) from error


def _require_flat(depth: int, held: str) -> None:
    if depth > DEPTH_LIMIT:
        raise UnusableFileError(told("is nested too deeply for {held}", held=held))


class ValueBuilder:
    """Puts one value together from the events of it."""

    def __init__(self) -> None:
        from ijson import ObjectBuilder

        self._builder = ObjectBuilder()
        self._held = 0

    def completes(self, depth: int, event: str, value: Any) -> bool:
        """Take an event up, `depth` counted from the value; return whether the value is complete now.

        Raises:
            UnusableFileError: the value is too long.

        """
        self._held += len(value) if isinstance(value, str) else 8
        if self._held > PIECE_LIMIT:
            raise UnusableFileError(
                told(
                    "holds a record of more than {piece_limit:,} characters, too long for one article",
                    piece_limit=PIECE_LIMIT,
                )
            )
        self._builder.event(event, value)
        return depth == 0 and event not in _OPENING and event != "map_key"

    @property
    def value(self) -> Any:
        """The value that was put together."""
        return self._builder.value


class _Bounded:
    """Refuses to read on where one piece does not end, and passes over a byte order mark."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._began = False
        self.pending = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if not self._began and size:
            self._began = True
            data = data.removeprefix(_UTF8_MARK) or self._stream.read(size)
        self.pending += len(data)
        if self.pending > PIECE_LIMIT + _READ_AHEAD:
            raise UnusableFileError(
                told(
                    "holds a text of more than {piece_limit:,} bytes, too long for one article", piece_limit=PIECE_LIMIT
                )
            )
        return data
