"""Many strings in two arrays, such as files hold them; and where each of some rows of unequal length begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_Number = TypeVar("_Number", np.uint64, np.int64)
_TAKEN_AT_ONCE = 1 << 14
"""Strings: a place is noted for each of their bytes, which would be much memory for all."""


def borders(lengths: NDArray[Any] | Sequence[int]) -> NDArray[np.int64]:
    """Where each of some rows begins when they follow each other, and where the last one ends, shape (rows + 1,)."""
    found = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=found[1:])
    return found


def ranges(starts: NDArray[np.int64], rows: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the items of some rows stand, one row after the other, and where each row begins among them.

    `starts` says where each row begins, and last where the last one ends.
    """
    firsts = starts[rows]
    lengths = starts[np.asarray(rows) + 1] - firsts
    begins = borders(lengths)
    return np.repeat(firsts - begins[:-1], lengths) + np.arange(begins[-1]), begins


def distinct(numbers: NDArray[_Number]) -> NDArray[_Number]:
    """All numbers, each once, in order; `numpy.unique` hashes them, which takes several times as long."""
    found = np.sort(numbers)
    first = np.ones(len(found), dtype=np.bool_)
    first[1:] = found[1:] != found[:-1]
    return found[first]


@dataclass(frozen=True, slots=True)
class Strings:
    """Many strings in one array of bytes (UTF-8)."""

    text: NDArray[np.uint8]
    starts: NDArray[np.int64]
    """Where each of them begins, and last where the last one ends, shape (strings + 1,)."""

    @classmethod
    def of(cls, strings: Iterable[str]) -> Self:
        """Strings, in their order."""
        encoded = [each.encode() for each in strings]
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), borders(list(map(len, encoded))))

    @classmethod
    def joined(cls, parts: Sequence[Strings]) -> Self:
        """The strings of all parts, one after the other."""
        lengths = [np.diff(part.starts) for part in parts]
        text = [part.text for part in parts]
        return cls(
            np.concatenate([np.zeros(0, dtype=np.uint8), *text]),
            borders(np.concatenate([np.zeros(0, dtype=np.int64), *lengths])),
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> str:
        return self.text[self.starts[row] : self.starts[row + 1]].tobytes().decode()

    def take(self, rows: NDArray[Any]) -> Strings:
        """The strings of these rows, in their order."""
        rows = np.asarray(rows)
        starts = borders(self.starts[rows + 1] - self.starts[rows])
        text = np.empty(int(starts[-1]), dtype=np.uint8)
        for first in range(0, len(rows), _TAKEN_AT_ONCE):
            places, begins = ranges(self.starts, rows[first : first + _TAKEN_AT_ONCE])
            text[starts[first] : starts[first] + begins[-1]] = self.text[places]
        return Strings(text, starts)

    def listed(self) -> list[str]:
        """All of them."""
        whole, starts = self.text.tobytes(), self.starts.tolist()
        return [whole[start:end].decode() for start, end in pairwise(starts)]


class SortedStrings(Sequence[str]):
    """Strings in the order of their code points, looked up where they lie: none is made before it is asked for."""

    def __init__(self, text: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        """`text` and `starts` are those of `Strings`."""
        # Views of memory give one number or a few bytes several times as quickly as arrays.
        self._text = np.ascontiguousarray(text).data
        self._starts = np.ascontiguousarray(starts).data

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> str:  # type: ignore[override]  # nothing is sliced
        if row >= len(self):
            raise IndexError(row)
        return str(self._text[self._starts[row] : self._starts[row + 1]], "utf-8")

    def left(self, string: str) -> int:
        """How many of them come before a string; what comes before another one does so in its bytes as well."""
        wanted = string.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        text, starts = self._text, self._starts
        while low < high:
            middle = (low + high) // 2
            if text[starts[middle] : starts[middle + 1]].tobytes() < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def between(self, first: int, last: int) -> list[str]:
        """Those of some rows, the last one not among them."""
        return [self[row] for row in range(first, last)]
