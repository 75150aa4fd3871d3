"""Notes to the journal of updates, in order: what another process keeps from being noted is noted later."""

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.transport.journal import UpdateJournal

_LOGGER = logging.getLogger(__name__)

_MOST_WAITING = 20_000
_AT_THE_END = 5.0
"""Seconds that the end waits for another process."""
_Note = tuple[Callable[..., Any], tuple[Any, ...]]


class Notes:
    """Makes notes, one at a time; to be used in one thread.

    While another process holds the journal, one note waits for a moment, and those after it for none: they are made in
    their order with the first that succeeds. Every method raises what the journal does where it fails otherwise.
    """

    def __init__(self, journal: UpdateJournal) -> None:
        self._journal = journal
        self._waiting: deque[_Note] = deque(maxlen=_MOST_WAITING)
        self._is_late = False

    def add(self, update_id: int, body: str) -> bool:
        """Keep an update; tell whether it is new, as far as is known."""
        if any(work == self._journal.add and arguments[0] == update_id for work, arguments in self._waiting):
            return False
        return self.make(self._journal.add, update_id, body) is not False

    def make(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Return what `work`, a method of the journal, returns; None where it has to wait."""
        self._waiting.append((work, arguments))
        return self.make_up()

    def finish(self) -> None:
        """Make all notes that wait, for which another process that holds the journal is given some seconds."""
        self._journal.wait_for_others(_AT_THE_END)
        if self.make_up() is None and self._waiting:
            _LOGGER.error("%d notes to the journal of updates are lost: another process holds it", len(self._waiting))

    def make_up(self) -> Any:
        """Make all notes that wait; return what came of the last one, None where they go on waiting."""
        result = None
        while self._waiting:
            work, arguments = self._waiting[0]
            try:
                result = work(*arguments)
            except sqlite3.OperationalError as error:
                if _is_held(error):
                    self._be_late()
                    return None
                self._waiting.popleft()
                raise
            except (sqlite3.Error, OverflowError):
                self._waiting.popleft()
                raise
            self._waiting.popleft()
        if self._is_late:
            self._is_late = False
            self._journal.wait_for_others()
            _LOGGER.info("The journal of updates is free again, and has all that was put off")
        return result

    def _be_late(self) -> None:
        if self._is_late:
            return
        self._is_late = True
        self._journal.wait_for_others(0)
        _LOGGER.error("The journal of updates is held by another process: what is killed before it ends is lost")


def _is_held(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
