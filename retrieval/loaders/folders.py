"""Which files a folder holds, in an order that does not depend on the file system."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from retrieval.loaders.text_files import one_line_reason, printable_name
from retrieval.types import LoadProblem


def list_files(
    folder: Path, *, wanted: Callable[[str], bool], leave_out: Path | None = None
) -> list[Path | LoadProblem]:
    """List the files below `folder` whose name is `wanted`, sorted by path; hidden files and folders are left out.

    So is the folder `leave_out`, wherever it lies, unless it is `folder` itself.

    Links are followed, but no folder is entered twice, so that a ring of links ends; a folder that can be reached both
    ways is listed under its own path. What cannot be entered or followed is a `LoadProblem` in its place.

    Raises:
        OSError: `folder` itself cannot be listed.

    """
    found: list[tuple[Path, Path | LoadProblem]] = []
    entered = _identity(leave_out) - _identity(folder)
    folders, linked_folders = [folder], list[Path]()
    while folders or linked_folders:
        current = folders.pop() if folders else linked_folders.pop(0)
        try:
            status = current.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            entries = sorted(path for path in current.iterdir() if not path.name.startswith("."))
        except OSError as error:
            if current == folder:
                raise
            found.append((current, _problem(current, f"cannot be listed: {one_line_reason(error)}")))
            continue
        for path in entries:
            status_or_problem = _look_at(path)
            if isinstance(status_or_problem, LoadProblem):
                found.append((path, status_or_problem))
            elif stat.S_ISDIR(status_or_problem):
                (linked_folders if path.is_symlink() else folders).append(path)
            elif wanted(path.name) and stat.S_ISREG(status_or_problem):
                found.append((path, path))
            elif wanted(path.name):
                found.append((path, _problem(path, "is not a regular file; remove it or give it another ending")))
    return [item for _, item in sorted(found, key=lambda pair: pair[0].parts)]


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
            return _problem(path, f"is a link that leads nowhere ({one_line_reason(error)}); mend or remove it")
        return _problem(path, f"cannot be read: {one_line_reason(error)}")


def _problem(path: Path, reason: str) -> LoadProblem:
    return LoadProblem(printable_name(str(path)), None, reason)
