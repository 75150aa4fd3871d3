"""The word embeddings of a model, four fifths of it, left in their file: a row is read when its word occurs.

Were the file mapped into memory, each row would bring its neighbours along, and a process would hold more and more of
the file the longer it is asked. What the system keeps of the file at hand, all processes share.
"""

from __future__ import annotations

import json
import os
import weakref
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

if TYPE_CHECKING:
    from pathlib import Path

_LENGTH_BYTES: Final = 8
_KINDS: Final = {"F16": torch.float16, "BF16": torch.bfloat16, "F32": torch.float32}


class WordRows:
    """A matrix in a file of https://github.com/huggingface/safetensors#format, which is open as long as this lives."""

    def __init__(self, path: Path, *names: str) -> None:
        """Find the matrix that has one of these names.

        Raises:
            OSError: the file cannot be read.
            KeyError, ValueError: it holds no such matrix.

        """
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        weakref.finalize(self, os.close, self._file)
        length = int.from_bytes(self._read(0, _LENGTH_BYTES), "little")
        header = json.loads(self._read(_LENGTH_BYTES, length))
        found = header[next((name for name in names if name in header), names[0])]
        self._rows, self._columns = map(int, found["shape"])
        self._kind = _KINDS[found["dtype"]]
        begin, end = found["data_offsets"]
        self._begin, self._size = _LENGTH_BYTES + length + begin, (end - begin) // self._rows

    def __len__(self) -> int:
        """Rows of the matrix."""
        return self._rows

    def __getitem__(self, rows: Any) -> Any:
        """Return some rows as they are in the file, `rows` of shape (count,), the result of shape (count, columns)."""
        wanted, places = np.unique(rows.numpy(), return_inverse=True)
        if len(wanted) and not 0 <= wanted[0] <= wanted[-1] < self._rows:
            raise IndexError(wanted)  # what follows in the file are other matrices
        content = bytearray().join(map(self._row, wanted.tolist()))
        found = torch.frombuffer(content, dtype=self._kind).view(len(wanted), self._columns)
        return found[torch.from_numpy(places)]

    def _row(self, number: int) -> bytes:
        return self._read(self._begin + number * self._size, self._size)

    def _read(self, begin: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file, size, begin)
        os.lseek(self._file, begin, os.SEEK_SET)  # on Windows
        return os.read(self._file, size)
