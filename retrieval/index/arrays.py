"""Arrays in one file that is mapped into memory once: each mapping keeps a file open, and processes may open few."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_ALIGNMENT = 64
_LENGTH_BYTES = 8
_KIND = re.compile(r"[<>|=][a-zA-Z][0-9]{1,4}")
"""A kind of numbers or texts as `numpy` writes it; it reads much else."""


def save_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to a file: how long the list of them is, the list, and each where the list says.

    Raises:
        OSError: it cannot be written, or not wholly.

    """
    listed, end = {}, 0
    for name, array in arrays.items():
        listed[name] = (array.dtype.str, array.shape, end)
        end = _aligned(end + array.nbytes)
    head = json.dumps(listed).encode()
    head = head.ljust(_aligned(_LENGTH_BYTES + len(head)) - _LENGTH_BYTES)
    with path.open("wb") as file:
        file.write(len(head).to_bytes(_LENGTH_BYTES, "little") + head)
        for array in arrays.values():
            file.write(array.tobytes().ljust(_aligned(array.nbytes), b"\0"))


def map_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a file by their names; they stay on disk, mapped into memory.

    Raises:
        ValueError, TypeError, OSError: the file is damaged.

    """
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    first = _LENGTH_BYTES + int.from_bytes(whole[:_LENGTH_BYTES].tobytes(), "little")
    try:
        listed = json.loads(whole[_LENGTH_BYTES:first].tobytes())
        # As plain arrays: each access to a numpy.memmap costs a microsecond more.
        return {
            name: np.ndarray(tuple(shape), _kind(kind), buffer=whole, offset=first + start)
            for name, (kind, shape, start) in listed.items()
        }
    except (AttributeError, OverflowError, RecursionError, SyntaxError) as error:  # a list that is none of arrays
        raise ValueError(path) from error


def arrays_of(part: Any, prefix: str) -> dict[str, NDArray[Any]]:
    """The fields of a dataclass that consists of arrays, by their names behind `prefix`."""
    return {prefix + each.name: getattr(part, each.name) for each in fields(part)}


def arrays_below(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    """Those whose names begin with `prefix`, by the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _aligned(place: int) -> int:
    return -(-place // _ALIGNMENT) * _ALIGNMENT


def _kind(written: str) -> np.dtype[Any]:
    if not _KIND.fullmatch(written):
        raise ValueError(written)
    return np.dtype(written)
