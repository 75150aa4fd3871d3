"""Folders that nobody else sees into, and files that survive a power cut."""

import os
from pathlib import Path


def make_private(folder: Path) -> None:
    """Make a folder into which only its owner sees, unless it is there; what it lies in is made as usual.

    Raises:
        OSError: it cannot be made.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def flush(path: Path) -> None:
    """Have the disk hold a file, or the entries of a folder, before anything else is done."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
