"""Arrays as `numpy.save` and `numpy.savez` write them, without two things that bite."""

from __future__ import annotations

import io
import threading
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_READING = threading.Lock()
"""numpy reads the heads of arrays by way of `ast`, which in some releases of Python fails in two threads at once."""


def dumped(array: NDArray[Any]) -> bytes:
    """An array as `numpy.save` writes it.

    That writes into files past Python, and an error that comes when its buffer is emptied goes unnoticed.
    """
    content = io.BytesIO()
    np.lib.format.write_array(content, array, allow_pickle=False)
    return content.getvalue()


def loaded_array(source: Path | IO[bytes]) -> NDArray[Any]:
    """What `dumped` returned.

    Raises:
        ValueError, OSError: it is damaged.

    """
    with _READING:
        array: NDArray[Any] = np.load(source)  # noqa: TID251 - this is its place
    return array


def loaded_arrays(source: Path | IO[bytes]) -> dict[str, NDArray[Any]]:
    """What `numpy.savez` wrote, by name.

    Raises:
        ValueError, OSError, KeyError: it is damaged.

    """
    with _READING, np.load(source) as arrays:  # noqa: TID251
        return dict(arrays)
