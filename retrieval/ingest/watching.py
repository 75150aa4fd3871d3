"""When to index again: a file below a source has changed and come to rest, or the time is up.

The only importer of watchfiles. What is found does not depend on it: each run reads all sources, an event only says
that it is time for one.
"""

from __future__ import annotations

import os
import time
from pathlib import PurePath
from typing import TYPE_CHECKING

from watchfiles import watch

from retrieval.fetching.addresses import is_address

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

_LOOK_EVERY = 0.5
"""Seconds between two looks at files that are sources, and at whether sources have come or gone."""
_GROUPED = 0.1
"""Seconds without a new path after which the file events so far are handed over."""

_Identity = tuple[int, ...]


class SourceWatch:
    """Tells when the sources may hold something new."""

    def __init__(
        self,
        sources: Sequence[str],
        *,
        home: Path,
        every: float,
        settle: float = 1.0,
        longest: float = 10.0,
        on_blind: Callable[[OSError], None] = lambda _error: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Watch `sources`; what happens below `home` is Citebot's own doing and does not count.

        It is time at the latest `every` so many seconds, since web addresses and network drives send no events. After
        a change it is time once nothing has changed for `settle` seconds, and after `longest` seconds at the latest.
        `on_blind` is told why events cannot be had. All these seconds are counted by `clock`.
        """
        paths = (
            source for source in sources if "\0" not in source and not is_address(source)
        )  # there are no such files
        self._paths = list(map(os.path.realpath, paths))
        self._home = os.path.realpath(home)
        self._every, self._settle, self._longest = every, settle, longest
        self._on_blind = on_blind
        self._clock = clock
        self._due = clock()
        self._first_change: float | None = None
        self._last_change = 0.0

    def again_in(self, seconds: float) -> None:
        """Have the next occasion within so many seconds."""
        self._due = min(self._due, self._clock() + seconds)

    def occasions(self, stop: threading.Event) -> Iterator[bool]:
        """Yield at once, and then whenever it is time to index, until `stop` is set.

        What is yielded tells whether the time is up; otherwise only files have changed.
        What changes while the caller is busy with one is noted for the next.
        """
        while not stop.is_set():
            folders, files = self._folders(), self._files()
            for changes in self._changes(list(folders), stop):
                now = self._files()
                changed, files = now != files or self._matters(changes, folders), now
                if self._is_time(changed=changed):
                    yield self._take_due()
                if stop.is_set():
                    return
                if folders != self._folders():
                    break
            self._note_change()

    def _is_time(self, *, changed: bool) -> bool:
        now = self._clock()
        if changed:
            self._note_change()
        if self._first_change is None:
            is_time = now >= self._due
        else:
            is_time = now - self._last_change >= self._settle or now - self._first_change >= self._longest
        if is_time:
            self._first_change = None
        return is_time

    def _take_due(self) -> bool:
        """Whether the time is up; it begins anew then. Changes of files do not put it off."""
        now = self._clock()
        is_due = now >= self._due
        if is_due:
            self._due = now + self._every
        return is_due

    def _note_change(self) -> None:
        self._last_change = self._clock()
        if self._first_change is None:
            self._first_change = self._last_change

    def _changes(self, folders: Sequence[str], stop: threading.Event) -> Iterator[set[str]]:
        """Yield the paths that have changed, or nothing, at least every `_LOOK_EVERY` seconds."""
        if folders:
            try:
                for changes in watch(
                    *folders,
                    watch_filter=None,
                    stop_event=stop,
                    step=round(_GROUPED * 1000),
                    rust_timeout=round(_LOOK_EVERY * 1000),
                    debounce=round(_LOOK_EVERY * 1000),
                    yield_on_timeout=True,
                    ignore_permission_denied=True,
                ):
                    yield {path for _, path in changes}
            except FileNotFoundError:
                return  # it went away since it was looked at
            except OSError as error:
                self._on_blind(error)
            else:
                return
        while not stop.wait(_LOOK_EVERY):
            yield set()

    def _matters(self, changes: Iterable[str], folders: Iterable[str]) -> bool:
        return any(self._is_read(path, folder) for path in changes for folder in folders if _is_below(path, folder))

    def _is_read(self, path: str, folder: str) -> bool:
        """Whether a path below a folder may be that of an article.

        Hidden files and folders are passed over, and Citebot's own folder where it lies in the source.
        """
        parts = PurePath(path).relative_to(folder).parts
        own = _is_below(self._home, folder) and _is_below(path, self._home)
        return not own and not any(part.startswith(".") for part in parts)

    def _folders(self) -> dict[str, _Identity]:
        """The sources that are folders now; one that was replaced by another of its name differs."""
        return {path: (found.st_dev, found.st_ino) for path in self._paths if (found := _stat(path, folder=True))}

    def _files(self) -> dict[str, _Identity]:
        """The sources that are files now; one that was written to differs."""
        return {
            path: (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
            for path in self._paths
            if (found := _stat(path, folder=False))
        }


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _stat(path: str, *, folder: bool) -> os.stat_result | None:
    try:
        return os.stat(path) if os.path.isdir(path) == folder else None  # noqa: PTH112, PTH116 - of many, every second
    except OSError:
        return None
