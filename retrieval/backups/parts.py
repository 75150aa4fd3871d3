"""What of a home folder belongs into a backup, and what is known not to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.errors import BackupError
from retrieval.told import told

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.home import Home

ARTICLES = "citebot.sqlite"
CURRENT = "current"
INDEX = ("generations", "segments")
NOTES = ("calibration.json", "sources.json", "told-sources.json")
"""The bounds in force, and what is known and was told of the sources; a home need not have them."""
FETCHED = "fetched"
RESTORING = ".restoring"
"""Where the files of a backup are before they get their places."""
PLACING = "placing"
"""In `RESTORING` from when the first file gets its place: all that is in the home then is of the backup."""
OF_A_PLACE = ("models", "index.lock", "fetch.lock", "bot.lock")
"""What belongs to the machine or to whoever runs there, and may be in a home that is empty otherwise."""
_OF_A_RUN = ("bot.heartbeat", "bot.conflict", "updates.sqlite", "known-files")
BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")


def require_folder(home: Home) -> Path:
    """Return the file of the articles' database.

    Raises:
        BackupError: the home is on a server.

    """
    file = home.database.file
    if file is None:
        raise BackupError(
            told(
                "the articles are in a PostgreSQL: back it up with pg_dump (docs/scaling.md), or carry it into a "
                "folder with `citebot copy-to FOLDER` and back that up"
            )
        )
    return file


def is_broken_off(home: Path) -> bool:
    """Whether a restore was killed while files got their places."""
    return (home / RESTORING / PLACING).exists() and not (home / CURRENT).exists()


def left_out(home: Path, others: tuple[str, ...]) -> tuple[str, ...]:
    """The names of what is in a home, does not belong there and so is not backed up."""
    databases = (ARTICLES, *others, *_OF_A_RUN)
    known = {CURRENT, *INDEX, *NOTES, FETCHED, *OF_A_PLACE, *databases}
    known |= {name + ending for name in databases for ending in BESIDE_A_DATABASE}
    names = sorted(path.name for path in home.iterdir())
    return tuple(name for name in names if name not in known and not name.startswith("."))
