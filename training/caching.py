"""What takes long is kept in files that are named by all that it depends on: what has changed is found in no file."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

Result = TypeVar("Result")

_DIGITS = 16


def digest(*parts: object) -> str:
    """Return hexadecimal digits that stand for some values, as `repr` writes them."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def file_digest(file: Path) -> str:
    """Return hexadecimal digits that stand for what a file holds."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:_DIGITS]


def code_digest(*parts: ModuleType) -> str:
    """Return hexadecimal digits that stand for the code of some modules, and of all modules of some packages."""
    return digest(*((part.__name__, file.name, file_digest(file)) for part in parts for file in _files(part)))


def cache_file(folder: Path, name: str, *depends_on: str) -> Path:
    """Return the file for something of this name that was made of things with these digests."""
    return folder / f"{name}-{digest(*depends_on)}.pickle"


def cached(file: Path, make: Callable[[], Result]) -> Result:
    """Load what the file holds; where there is none, make it and keep it there."""
    if file.exists():
        found: Result = pickle.loads(file.read_bytes())  # noqa: S301 - our own file
        return found
    made = make()
    keep(file, made)
    return made


def keep(file: Path, value: object) -> None:
    """Write a value for `cached`, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_bytes(pickle.dumps(value))
    partial.replace(file)


def _files(part: ModuleType) -> Iterator[Path]:
    """The file of a module, or those of all modules of a package in a fixed order."""
    if hasattr(part, "__path__"):
        yield from (file for folder in part.__path__ for file in sorted(Path(folder).rglob("*.py")))
    elif part.__file__:
        yield Path(part.__file__)
