"""Arrays in files that are mapped into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
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
