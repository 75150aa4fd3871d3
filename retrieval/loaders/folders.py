"""Which files a folder holds, in an order that does not depend on the file system."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.loaders.text_files import one_line_reason, printable_name
from retrieval.told import told
from retrieval.types import LoadProblem

_HIDDEN = (".", "~$")
"""How names begin of what is hidden, and of what Word keeps beside a document while it is open."""
_PAGES = (".html", ".htm", ".xhtml", ".mht", ".mhtml")
_PARTS_OF_PAGE = ("_files", ".files")
"""What browsers add to the name of a saved page for the folder with its pictures and scripts."""


@dataclass
class FolderListing:
    """What a folder holds, with everything below it."""

    items: list[Path | LoadProblem] = field(default_factory=list)
    """The files that are wanted and what could not be entered or followed, sorted by path."""
    others: list[Path] = field(default_factory=list)
    """The files that are not wanted, sorted by path."""


def list_files(folder: Path, *, wanted: Callable[[str], bool], leave_out: Path | None = None) -> FolderListing:
    """List the files below `folder`, those first whose name is `wanted`; hidden files and folders are left out.

    So is the folder `leave_out`, wherever it lies, unless it is `folder` itself, and a folder with the parts of a web
    page that a browser has saved beside it.

    Links are followed, but no folder is entered twice, so that a ring of links ends; a folder that can be reached both
    ways is listed under its own path. What cannot be entered or followed is a `LoadProblem` in its place.

    Raises:
        OSError: `folder` itself cannot be listed.

    """
    found: list[tuple[Path, Path | LoadProblem]] = []
    listing = FolderListing()
    entered = _identity(leave_out) - _identity(folder)
    folders, linked_folders = [folder], list[Path]()
    while folders or linked_folders:
        current = folders.pop() if folders else linked_folders.pop(0)
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            entries = _entries(current)
        except OSError as error:
            if current == folder:
                raise
            found.append(
                (current, _problem(current, told("cannot be listed: {reason}", reason=one_line_reason(error))))
            )
            continue
        for path in entries:
            status_or_problem = _look_at(path)
            if isinstance(status_or_problem, LoadProblem):
                found.append((path, status_or_problem))
            elif stat.S_ISDIR(status_or_problem):
                (linked_folders if path.is_symlink() else folders).append(path)
            elif not wanted(path.name):
                listing.others.append(path)
            elif stat.S_ISREG(status_or_problem):
                found.append((path, path))
            else:
                found.append((path, _problem(path, told("is not a regular file; remove it or give it another ending"))))
    listing.items = [item for _, item in sorted(found, key=lambda pair: pair[0].parts)]
    listing.others.sort(key=lambda path: path.parts)
    return listing


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, but nothing hidden and no parts of saved pages."""
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith(_HIDDEN))
    pages = {path.stem for path in entries if path.suffix.lower() in _PAGES}
    return [path for path in entries if not any(_page_of(path.name, ending) in pages for ending in _PARTS_OF_PAGE)]


def _page_of(name: str, ending: str) -> str | None:
    """Return the name of the page, without its ending, that a folder of this name holds the parts of."""
    return name[: -len(ending)] if name.endswith(ending) else None


def _identity(folder: Path | None) -> set[tuple[int, int]]:
    """What tells a folder from all others; nothing where it is not there."""
    try:
        status = folder and folder.stat()
    except OSError:
        return set()
    return {(status.st_dev, status.st_ino)} if status else set()


def _look_at(path: Path) -> int | LoadProblem:
    """Return the mode of what `path` leads to."""
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - twice as fast, once for every file
    except OSError as error:
        if path.is_symlink():
            return _problem(
                path, told("is a link that leads nowhere ({reason}); mend or remove it", reason=one_line_reason(error))
            )
        return _problem(path, told("cannot be read: {reason}", reason=one_line_reason(error)))


def _problem(path: Path, reason: str) -> LoadProblem:
    return LoadProblem(printable_name(str(path)), None, reason)
