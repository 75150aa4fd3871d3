"""Whether the bot that runs is heard: a file that it touches whenever Telegram has answered it.

And another one for each time that Telegram says that some other program has the bot's token.

A file and not an address: whoever may look at the bot's home can ask, from a service manager, a container or a cron
job, and nothing listens for it.
"""

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from retrieval.told import told

_LOGGER = logging.getLogger(__name__)

DEAF_AFTER = 60.0
"""Seconds without a word from Telegram. An idle bot gets one every ten seconds."""
_ALONE_AFTER = 90.0
"""Seconds without a conflict after which the other program is taken to be gone. A bot tries at least every forty."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of the bot of a home folder."""

    healthy: bool
    told: str
    """The same in a sentence."""
    silent: float | None = None
    """Seconds since the last word from Telegram; None where there was none."""


class Heartbeat:
    """The files, from the side of the bot."""

    def __init__(self, home: Path) -> None:
        """What is left of a bot that was killed is of no matter any more, but for when it was heard."""
        self._path = _file_of(home)
        self._conflict = _conflict_file_of(home)
        self._failing = False
        with suppress(OSError):
            self._conflict.unlink()

    def beat(self) -> None:
        """Note that Telegram has answered just now."""
        self._touch(self._path)

    def conflict(self) -> None:
        """Note that another program has the bot's token just now."""
        self._touch(self._conflict)

    def _touch(self, path: Path) -> None:
        try:
            path.touch()
        except OSError as error:
            if not self._failing:
                _LOGGER.warning("%s cannot be written (%s): `citebot health` cannot tell", path, error)
            self._failing = True
        else:
            self._failing = False

    def end(self) -> None:
        """Note that the bot has ended in order."""
        for path in (self._path, self._conflict):
            with suppress(OSError):
                path.unlink()


def read_health(home: Path) -> Health:
    """Tell how the bot of `home` is."""
    silent = _seconds_since(_file_of(home))
    conflict = _seconds_since(_conflict_file_of(home))
    if conflict is not None and conflict <= _ALONE_AFTER:
        return Health(
            healthy=False,
            told=told("another program uses this bot's token: stop one of them, or each loses questions"),
            silent=silent,
        )
    if silent is None:
        return Health(
            healthy=False,
            told=told("no bot runs with CITEBOT_HOME={home}, or none has reached Telegram yet", home=home),
        )
    if silent > DEAF_AFTER:
        return Health(
            healthy=False,
            told=told("Telegram was last heard {silent:.0f} s ago: see the log of the bot", silent=silent),
            silent=silent,
        )
    return Health(healthy=True, told=told("Telegram was last heard {silent:.0f} s ago", silent=silent), silent=silent)


def _seconds_since(path: Path) -> float | None:
    """For how long a file has not been touched; None where there is none."""
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return None


def _file_of(home: Path) -> Path:
    return home / "bot.heartbeat"


def _conflict_file_of(home: Path) -> Path:
    return home / "bot.conflict"
