"""What Telegram has delivered: kept until it is handled, so that a killed process loses nothing, and answered once.

Telegram forgets an update as soon as it is confirmed, which is long before it is answered. Until then its body stands
here; afterwards only its number does, for as long as Telegram might deliver it a second time.
"""

import hashlib
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

_NUMBERS_KEPT = 5000
_PATIENCE_AT_THE_START = 30.0
"""Seconds that the start waits for another process that holds the file."""
_PATIENCE = 1.0
"""Seconds that a note waits for one, while all notes after it wait too."""
_MOST_BEGINNINGS = 2

# A number of its own says what came last: Telegram's own numbers begin anew after a week without updates.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS updates (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    update_id INTEGER NOT NULL UNIQUE,
    run TEXT NOT NULL,
    digest BLOB NOT NULL,
    body TEXT,
    begun INTEGER NOT NULL DEFAULT 0,
    answering INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS pending ON updates (number) WHERE body IS NOT NULL;
"""


@dataclass(frozen=True, slots=True)
class Left:
    """An update that the last run left unhandled."""

    body: str
    given_up: bool = False
    """Whether it had been begun twice already: what stops the process twice must not stop it for ever."""


class UpdateJournal:
    """One SQLite file of the bot's own; safe to use from several threads.

    Every method raises `sqlite3.Error` where the file cannot be read or written, the constructor also `OSError`.
    """

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, or make it."""
        self._lock = threading.Lock()
        self._run = secrets.token_hex(8)
        path.touch(mode=0o600)  # nobody else on the machine reads what people ask; SQLite's other files follow it
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None, timeout=_PATIENCE_AT_THE_START
        )
        # What was handled is overwritten and not only marked as free.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        self._take_over_earlier_columns()

    def wait_for_others(self, seconds: float = _PATIENCE) -> None:
        """From now on wait so long for another process that holds the file."""
        with self._lock:
            self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def add(self, update_id: int, body: str) -> bool:
        """Keep `body` until it is handled; tell whether it is new.

        In one run the number alone tells. One from an earlier run may mean another update today, because the home
        has been given to another bot; then the content tells.
        """
        digest = hashlib.blake2b(body.encode(), digest_size=16).digest()
        with self._lock:
            known = self._connection.execute(
                "SELECT 1 FROM updates WHERE update_id = ? AND (run = ? OR digest = ?)", (update_id, self._run, digest)
            ).fetchone()
            if known:
                return False
            self._connection.execute(
                "INSERT OR REPLACE INTO updates (update_id, run, digest, body) VALUES (?, ?, ?, ?)",
                (update_id, self._run, digest, body),
            )
            self._connection.execute(
                "DELETE FROM updates WHERE body IS NULL AND number <= (SELECT max(number) FROM updates) - ?",
                (_NUMBERS_KEPT,),
            )
        return True

    def begun(self, update_id: int) -> None:
        """Note that an update is being handled from now on."""
        with self._lock:
            self._connection.execute("UPDATE updates SET begun = begun + 1 WHERE update_id = ?", (update_id,))

    def spared(self, update_id: int) -> None:
        """Note that the process ends in order while an update is being handled, which is not the update's fault."""
        with self._lock:
            self._connection.execute("UPDATE updates SET begun = max(begun - 1, 0) WHERE update_id = ?", (update_id,))

    def answering(self, update_id: int, answering: bool) -> None:
        """Note whether an answer may have gone out: then it is not begun again by the next run."""
        with self._lock:
            self._connection.execute("UPDATE updates SET answering = ? WHERE update_id = ?", (answering, update_id))

    def handled(self, update_id: int) -> None:
        """Forget the body of an update; its number stays known."""
        with self._lock:
            self._connection.execute("UPDATE updates SET body = NULL WHERE update_id = ?", (update_id,))
            # The write-ahead log holds earlier states of the file until it is emptied.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def take_unhandled(self) -> tuple[Left, ...]:
        """Return what earlier runs left, in order, without what was being answered.

        To say that one is given up is one more beginning; what has ended the process then too is not returned.
        """
        with self._lock:
            self._connection.execute(
                "UPDATE updates SET body = NULL WHERE body IS NOT NULL AND (answering OR begun > ?)",
                (_MOST_BEGINNINGS,),
            )
            rows = self._connection.execute(
                "SELECT body, begun = ? FROM updates WHERE body IS NOT NULL ORDER BY number", (_MOST_BEGINNINGS,)
            ).fetchall()
        return tuple(Left(body, bool(given_up)) for body, given_up in rows)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _take_over_earlier_columns(self) -> None:
        columns = {name for _, name, *_ in self._connection.execute("PRAGMA table_info(updates)")}
        if "replayed" in columns:
            self._connection.execute("ALTER TABLE updates RENAME COLUMN replayed TO begun")
        if "answering" not in columns:
            self._connection.execute("ALTER TABLE updates ADD COLUMN answering INTEGER NOT NULL DEFAULT 0")
