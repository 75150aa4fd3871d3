"""Folders that nobody else sees into, files that are there whole or not at all, and what survives a power cut."""

import os
import shutil
from contextlib import suppress
from itertools import takewhile
from pathlib import Path


def make_private(folder: Path) -> None:
    """Make a folder into which only its owner sees, unless it is there; what it lies in is made as usual.

    Raises:
        OSError: it cannot be made.

    """
    if folder.is_dir():
        return
    missing = [folder, *takewhile(lambda parent: not parent.exists(), folder.parents)]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for made in missing:
        flush(made.parent)


def put(path: Path, content: bytes, *, flushed: bool = True) -> None:
    """Write a file aside and give it its place in one step: who reads it meanwhile gets what was there, or this.

    What is not `flushed` may be there in part after a power cut: for caches that tell whether they are whole.

    Raises:
        OSError: it cannot be written.

    """
    unfinished = path.with_suffix(f".{os.getpid()}")  # another process may be writing it as well
    try:
        unfinished.write_bytes(content)
        give_place(unfinished, path) if flushed else unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def give_place(aside: Path, place: Path) -> None:
    """Give a file or folder that was written aside its place in one step: whole, and for good, or not at all.

    A file that is in the place is replaced; a folder must not be.

    Raises:
        OSError: it cannot be flushed or get its place.

    """
    flush_all(aside)
    aside.replace(place)
    flush(place.parent)


def remove_folder(folder: Path) -> None:
    """Remove a folder that is read by its name, if it is there: whole or not at all, as far as readers see.

    Whoever is killed meanwhile leaves a hidden folder; what cannot be removed stays.
    """
    aside = folder.with_name(f".removing-{folder.name.removeprefix('.removing-')}")
    with suppress(OSError):
        if aside != folder:
            shutil.rmtree(aside, ignore_errors=True)
            folder.rename(aside)
            flush(folder.parent)
        shutil.rmtree(aside)


def flush_all(path: Path) -> None:
    """Have the disk hold a file, or a folder with all that is below it."""
    for below in path.rglob("*"):
        flush(below)
    flush(path)


def flush(path: Path) -> None:
    """Have the disk hold a file, or the entries of a folder, before anything else is done."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
