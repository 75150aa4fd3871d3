"""Folders that nobody else sees into, files that are there whole or not at all, and what survives a power cut."""

import os
from pathlib import Path


def make_private(folder: Path) -> None:
    """Make a folder into which only its owner sees, unless it is there; what it lies in is made as usual.

    Raises:
        OSError: it cannot be made.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def put(path: Path, content: bytes) -> None:
    """Write a file aside and give it its place in one step: who reads it meanwhile gets what was there, or this.

    Raises:
        OSError: it cannot be written.

    """
    unfinished = path.with_suffix(f".{os.getpid()}")  # another process may be writing it as well
    unfinished.write_bytes(content)
    unfinished.replace(path)


def flush(path: Path) -> None:
    """Have the disk hold a file, or the entries of a folder, before anything else is done."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
