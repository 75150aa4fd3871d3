"""What is stored, as arrays. numpy is imported with the first that is made: `citebot status` makes none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def whole_numbers(values: Sequence[int] | Sequence[tuple[int, ...]]) -> NDArray[np.int64]:
    """Return numbers, or rows of them, as an array of 64 bits each."""
    import numpy as np

    return np.array(values, dtype=np.int64)


def from_halves(stored: bytes) -> NDArray[np.float32]:
    """Return stored 16-bit floats one after the other, of shape (numbers,)."""
    import numpy as np

    return np.frombuffer(stored, dtype=np.float16).astype(np.float32)


def from_hashes(stored: bytes) -> NDArray[np.uint32]:
    """Return stored 32-bit hashes one after the other, of shape (hashes,)."""
    import numpy as np

    return np.frombuffer(stored, dtype="<u4")
