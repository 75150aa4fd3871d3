"""What one process at a time does with a home, and what the others are told meanwhile."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from retrieval.errors import IndexBusyError, SourcesBusyError
from retrieval.told import told

if TYPE_CHECKING:
    from pathlib import Path


class Locked(Enum):
    """Work that has a lock: of a folder the name of the file, of a server the number."""

    WRITING = ("index.lock", 0x63697462)
    """Changing what is there; "citb"."""
    FETCHING = ("fetch.lock", 0x63697477)
    """Asking the web for what the sources hold, which may take hours and must not keep writers waiting; "citw"."""

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.value[0]

    @property
    def number(self) -> int:
        """The number on a server."""
        return self.value[1]

    def busy(self, home: Path | str) -> IndexBusyError:
        """Return what tells that another process does this in a home."""
        if self is Locked.FETCHING:
            return SourcesBusyError(
                told("another citebot is fetching the sources of {home} from the web: wait until it is done", home=home)
            )
        return IndexBusyError(told("another citebot is writing the index in {home}: wait until it is done", home=home))
