"""Arrays in files that are mapped into memory; strings and rows of unequal length among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_ENDING = ".npy"


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write each array to a file of its name; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}{_ENDING}", array)


def map_arrays(folder: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a folder by their names; they stay on disk, mapped into memory.

    Raises:
        ValueError, OSError: a file is damaged.

    """
    # As plain arrays: each access to a numpy.memmap costs a microsecond more.
    return {
        path.name.removesuffix(_ENDING): np.asarray(np.load(path, mmap_mode="r")) for path in folder.glob(f"*{_ENDING}")
    }


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
        places, starts = ranges(self.starts, rows)
        return Strings(self.text[places], starts)

    def listed(self) -> list[str]:
        """All of them."""
        whole, starts = self.text.tobytes(), self.starts.tolist()
        return [whole[start:end].decode() for start, end in pairwise(starts)]
