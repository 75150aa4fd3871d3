"""The locks of a home folder: one process at a time changes what is there, and one fetches what will change it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from retrieval.disk import make_private
from retrieval.errors import IndexMissingError
from retrieval.store.locked import Locked
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


class WritersLock(Protocol):
    """Whoever holds it may write the index of a home, or fetch its sources."""

    def held(self, wait: float) -> AbstractContextManager[Callable[[], None]]:
        """Hold the lock; wait up to so many seconds for it. Gives what raises where it was lost meanwhile.

        Raises:
            IndexBusyError: another process holds it; where it is fetching, that is a SourcesBusyError.
            IndexMissingError: the home cannot be written.
            DatabaseError: the server of the home cannot be reached.

        """


class FolderLock:
    """A locked file in the folder; it is free as soon as its holder has ended. See `WritersLock`."""

    def __init__(self, home: Path, locked: Locked = Locked.WRITING) -> None:
        self._home = home
        self._locked = locked

    @contextmanager
    def held(self, wait: float) -> Iterator[Callable[[], None]]:
        """Hold the lock; wait up to so many seconds for it."""
        from filelock import FileLock, Timeout  # only writers need it

        home = self._home
        try:
            make_private(home)
            with FileLock(home / self._locked.file, timeout=wait):
                yield _cannot_be_lost
        except Timeout as error:
            raise self._locked.busy(home) from error
        except OSError as error:
            message = told(
                "{home} cannot be written ({error}): give CITEBOT_HOME a folder that is yours and has room",
                home=home,
                error=error,
            )
            raise IndexMissingError(message) from error


def _cannot_be_lost() -> None:
    """A file stays locked for as long as its holder lives."""
