"""The beginning of a file, by which formats with the same ending are told apart."""

from pathlib import Path

HEAD = 64_000
"""Bytes of a file that are looked at to tell what it is."""


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file; none where it cannot be read, which its loader will tell."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError:
        return b""
