"""Whether the bot that runs is heard: a file that it touches whenever Telegram has answered it.

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


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of the bot of a home folder."""

    healthy: bool
    told: str
    """The same in a sentence."""


class Heartbeat:
    """The file, from the side of the bot."""

    def __init__(self, home: Path) -> None:
        self._path = _file_of(home)
        self._failing = False

    def beat(self) -> None:
        """Note that Telegram has answered just now."""
        try:
            self._path.touch()
        except OSError as error:
            if not self._failing:
                _LOGGER.warning("%s cannot be written (%s): `citebot health` cannot tell", self._path, error)
            self._failing = True
        else:
            self._failing = False

    def end(self) -> None:
        """Note that the bot has ended in order."""
        with suppress(OSError):
            self._path.unlink()


def read_health(home: Path) -> Health:
    """Tell how the bot of `home` is."""
    path = _file_of(home)
    try:
        silent = max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return Health(
            healthy=False,
            told=told("no bot runs with CITEBOT_HOME={home}, or none has reached Telegram yet", home=home),
        )
    if silent > DEAF_AFTER:
        return Health(
            healthy=False,
            told=told("Telegram was last heard {silent:.0f} s ago: see the log of the bot", silent=silent),
        )
    return Health(healthy=True, told=told("Telegram was last heard {silent:.0f} s ago", silent=silent))


def _file_of(home: Path) -> Path:
    return home / "bot.heartbeat"
