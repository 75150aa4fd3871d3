"""Sources that fall silent, and that are heard again: told to the operators, each time once.

What is known of the sources is what `citebot index` leaves in the bot's home; a bot in whose home nothing is indexed
tells nothing. What was told is kept there too, so that a restart tells nothing again.
"""

import asyncio
import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

from telegram import Bot

from bot.services.operators import Operators
from bot.texts import Texts
from bot.tokens import TOKEN_SHAPED
from retrieval.disk import put
from retrieval.ingest.heard import Silence, SourceState, read_sources

_LOGGER = logging.getLogger(__name__)

_FILE = "told-sources.json"
_LOOK_EVERY = 60.0
_MOST_LINES = 20
_MOST_UNITS = 3800
"""UTF-16 units of all lines about sources in a message, of which Telegram takes 4,096 with what stands above them."""
_LONGEST_PLACE = 120


@dataclass(frozen=True, slots=True)
class Change:
    """A source that has fallen silent, or is heard again."""

    state: SourceState
    silence: Silence | None


class Known:
    """Which sources were heard, and which were told to be silent; kept in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._silent = _read(path)
        """By place, whether it was told to be silent. What was never heard is not here."""

    def changes(self, states: Sequence[SourceState], now: datetime) -> list[Change]:
        """Return what is to be told; notes what is heard for the first time.

        Who was silent before they were ever heard, such as an archive to which nothing is added, did not fall silent.
        """
        found = []
        for state in states:
            silence = state.silence(now)
            was_silent = self._silent.get(state.place)
            if silence is None and was_silent is None:
                self._silent[state.place] = False
            elif was_silent is not None and was_silent != (silence is not None):
                found.append(Change(state, silence))
        return found

    def keep(self, states: Sequence[SourceState], told: Sequence[Change]) -> None:
        """Note what was `told`; what is no source any more is forgotten."""
        noted = self._silent | {change.state.place: change.silence is not None for change in told}
        places = {state.place for state in states}
        self._silent = {place: silent for place, silent in noted.items() if place in places}
        if self._silent != _read(self._path):
            put(self._path, (json.dumps(self._silent, ensure_ascii=False, indent=1) + "\n").encode())


class SilentSources:
    """Looks every minute what became of the sources."""

    def __init__(self, home: Path, operators: Operators, timezone: ZoneInfo) -> None:
        self._home = home
        self._known = Known(home / _FILE)
        self._operators = operators
        self._timezone = timezone

    async def keep_telling(self, bot: Bot) -> None:
        """Look now and every minute from now on; ends when it is cancelled."""
        while True:
            try:
                await self._look(bot)
            except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on and looks again
                _LOGGER.warning("It cannot be told which sources are silent: %s: %s", type(error).__name__, error)
            await asyncio.sleep(_LOOK_EVERY)

    async def _look(self, bot: Bot) -> None:
        states = await asyncio.to_thread(read_sources, self._home)
        if not states:
            return
        changes = self._known.changes(states, datetime.now(UTC))
        if not changes or await self._tell(bot, changes):
            await asyncio.to_thread(self._known.keep, states, changes)

    async def _tell(self, bot: Bot, changes: Sequence[Change]) -> bool:
        """Tell the operators and the log; return False where Telegram could not be reached, and all is told later."""
        if not await self._operators.tell(bot, lambda texts: _message(changes, texts, self._timezone)):
            return False
        for change in changes:
            if change.silence:
                _LOGGER.warning("A source has fallen silent (%s): %s", change.silence, shown_place(change.state.place))
            else:
                _LOGGER.info("A source is heard again: %s", shown_place(change.state.place))
        return True


def shown_place(place: str) -> str:
    """Return the place of a source as it is shown: not too long, and without what looks like a token."""
    place = TOKEN_SHAPED.sub("***", place)
    return place if len(place) <= _LONGEST_PLACE else place[: _LONGEST_PLACE - 1] + "…"


def _message(changes: Sequence[Change], texts: Texts, timezone: ZoneInfo) -> str:
    fallen = [_line_of_silence(change, texts, timezone) for change in changes if change.silence]
    back = [f"• {shown_place(change.state.place)}" for change in changes if not change.silence]
    parts = [(texts.say("sources-silent"), fallen), (texts.say("sources-back"), back)]
    told = [(heading, lines) for heading, lines in parts if lines]
    room = _MOST_UNITS // len(told)
    return "\n\n".join("\n".join([heading, *_bounded(lines, room, texts)]) for heading, lines in told)


def _bounded(lines: list[str], room: int, texts: Texts) -> list[str]:
    lengths = accumulate(len(line.encode("utf-16-le")) // 2 + 1 for line in lines)
    fitting = min(_MOST_LINES, sum(length <= room for length in lengths))
    left = len(lines) - fitting
    return lines if left <= 0 else [*lines[:fitting], texts.say("silent-more", count=left)]


def _line_of_silence(change: Change, texts: Texts, timezone: ZoneInfo) -> str:
    state = change.state
    place = shown_place(state.place)
    if change.silence == "unread" or not (state.newest_at and state.longest_pause):
        since = _written(state.read_at, timezone)
        return "• " + texts.say("source-unread", source=place, since=since)
    hours = math.ceil(state.longest_pause.total_seconds() / 3600)
    newest = _written(state.newest_at, timezone)
    return "• " + texts.say("source-overdue", source=place, newest=newest, hours=hours)


def _written(moment: datetime | None, timezone: ZoneInfo) -> str:
    return f"{moment.astimezone(timezone):%Y-%m-%d %H:%M}" if moment else "–"


def _read(path: Path) -> dict[str, bool]:
    """Return what was noted; a damaged file counts as none: sources are then heard anew before they fall silent."""
    try:
        noted = json.loads(path.read_bytes())
        return {str(place): bool(silent) for place, silent in noted.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}
