"""When each source was last read, and how new its newest article is: kept in the home, for whoever watches over it.

A file and not a table: a run that finds no article, or no database, has tried the sources all the same.
"""

from __future__ import annotations

import json
import logging
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from retrieval.disk import make_private, put
from retrieval.errors import RetrievalError
from retrieval.fetching.addresses import is_address
from retrieval.ingest.mirroring import is_under

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from retrieval.home import Home

_log = logging.getLogger(__name__)

_FILE = "sources.json"

UNREAD_AFTER = timedelta(hours=6)
"""A source that cannot be read is silent after so long."""
_USUAL = timedelta(days=30)
"""Before its newest article: what a source's usual pauses are taken from."""
_FEWEST = 5
"""Articles in that time without which nothing is known of its pauses."""
_SHORTEST_SPAN = timedelta(days=7)
"""Days, a weekend among them, from the first of those articles to the last, without which nothing is known either."""
_OF_LATE = timedelta(days=60)
"""Of a source that has nothing newer than this, no pauses are looked up: what was known of them stays."""
_TIMES_THE_LONGEST = 3
_SHORTEST_SILENCE = timedelta(days=1)

Silence = Literal["unread", "overdue"]
"""Why a source is silent: it cannot be read, or it has nothing new for longer than ever of late."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is known of a source. All moments are in UTC with a time zone."""

    place: str
    """As it may be shown: an address without credentials, a whole path."""
    tried_at: datetime
    read_at: datetime | None = None
    """When it was last read without an error; None where it never was."""
    newest_at: datetime | None = None
    """When its newest article was published; None where none has a date."""
    longest_pause: timedelta | None = None
    """Between two of its articles, in the thirty days before the newest; None where too few are known."""

    def silence(self, now: datetime) -> Silence | None:
        """Tell whether, and why, the source is silent; None where it is heard.

        A source is not blamed for that nobody reads it: what counts is what it held when it was last read.
        """
        if self.read_at is None:
            return "unread"
        if self.tried_at > self.read_at and now - self.read_at > UNREAD_AFTER:
            return "unread"
        bound = self.longest_silence
        if self.newest_at and bound and self.read_at - self.newest_at > bound:
            return "overdue"
        return None

    @property
    def longest_silence(self) -> timedelta | None:
        """For how long it may have nothing new; None where that is not known."""
        if self.longest_pause is None:
            return None
        return max(_TIMES_THE_LONGEST * self.longest_pause, _SHORTEST_SILENCE)


def read_sources(home: Path) -> list[SourceState]:
    """Return what is known of the sources that the last run read; nothing where there was none."""
    return list(_read(home / _FILE)[1])


def note_reads(home: Home, reads: Mapping[str, bool | None], resting: Iterable[str], now: datetime) -> None:
    """Note what a run has read; what fails here fails nothing else.

    Args:
        home: where it is noted, and what is published.
        reads: the places of the sources, and whether each could be read; None for what the run has not come to.
        resting: places of addresses that the run did not ask.
        now: the moment, with a time zone.

    """
    try:
        _note(home, reads, frozenset(resting), now)
    except (RetrievalError, OSError) as error:
        _log.warning("when the sources were read cannot be noted: %s", error)


def longest_pause(moments: Sequence[datetime]) -> timedelta | None:
    """Return the longest time between two of the last thirty days' `moments`, which are in order; None for too few."""
    if not moments:
        return None
    recent = moments[bisect_left(moments, moments[-1] - _USUAL) :]
    if len(recent) < _FEWEST or recent[-1] - recent[0] < _SHORTEST_SPAN:
        return None
    return max(later - earlier for earlier, later in pairwise(recent))


def _note(home: Home, reads: Mapping[str, bool | None], resting: frozenset[str], now: datetime) -> None:
    path = home.settings.home / _FILE
    noted_generation, states = _read(path)
    before = {state.place: state for state in states}
    generation = home.generations.current()
    tried = (_tried(before.get(place), place, None if place in resting else ok, now) for place, ok in reads.items())
    after = [state for state in tried if state]
    if generation and (generation.number != noted_generation or before.keys() != {state.place for state in after}):
        after = _dated(home, generation.number, after, now)
    _write(path, generation.number if generation else None, after)


def _tried(before: SourceState | None, place: str, ok: bool | None, now: datetime) -> SourceState | None:
    if ok is None:
        return before
    state = replace(before, tried_at=now) if before else SourceState(place, now)
    return replace(state, read_at=now) if ok else state


def _dated(home: Home, generation: int, states: Sequence[SourceState], now: datetime) -> list[SourceState]:
    """Return `states` with what the articles of a generation tell of each."""
    timezone = home.settings.timezone
    today = now.astimezone(timezone).replace(tzinfo=None)
    newest: dict[str, datetime] = {}
    places = _Places(state.place for state in states)
    for origin, moment in home.queries.newest_of_origins(generation, today).items():
        if place := places.of(origin):
            newest[place] = max(moment, newest.get(place, moment))
    of_late = [place for place, moment in newest.items() if moment >= today - _OF_LATE]
    moments: dict[str, list[datetime]] = {place: [] for place in of_late}
    for origin, moment in home.queries.moments_of_origins(generation, today - _OF_LATE - _USUAL, today):
        if (place := places.of(origin)) in moments:
            moments[place].append(moment)
    pauses = {place: longest_pause(found) for place, found in moments.items()}
    return [
        replace(
            state,
            newest_at=_in_utc(newest.get(state.place), timezone),
            longest_pause=pauses.get(state.place, state.longest_pause),
        )
        for state in states
    ]


class _Places:
    """Finds by way of which source something was read."""

    def __init__(self, places: Iterable[str]) -> None:
        self._places = frozenset(places)
        # The one that names it most closely: one folder may lie in another.
        self._paths = sorted((place for place in self._places if not is_address(place)), key=len, reverse=True)

    def of(self, origin: str) -> str | None:
        """Return the place of the source; None where it is none any more."""
        if origin in self._places or is_address(origin):
            return origin if origin in self._places else None
        return next((place for place in self._paths if is_under(origin, place)), None)


def _in_utc(moment: datetime | None, timezone: ZoneInfo) -> datetime | None:
    return moment.replace(tzinfo=timezone).astimezone(UTC) if moment else None


def _read(path: Path) -> tuple[int | None, list[SourceState]]:
    """Return the generation that was noted, and the sources; a damaged file counts as none."""
    try:
        noted = json.loads(path.read_bytes())
        return noted["generation"], [_from_json(each) for each in noted["sources"]]
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None, []


def _write(path: Path, generation: int | None, states: Iterable[SourceState]) -> None:
    noted = {"generation": generation, "sources": [_as_json(state) for state in states]}
    make_private(path.parent)  # with a server, a run that fails may be the first to write here
    put(path, (json.dumps(noted, ensure_ascii=False, indent=1) + "\n").encode())


def _as_json(state: SourceState) -> dict[str, Any]:
    return {
        "place": state.place.encode(errors="replace").decode(),
        "tried_at": state.tried_at.isoformat(),
        "read_at": state.read_at and state.read_at.isoformat(),
        "newest_at": state.newest_at and state.newest_at.isoformat(),
        "longest_pause": state.longest_pause and state.longest_pause.total_seconds(),
    }


def _from_json(noted: dict[str, Any]) -> SourceState:
    return SourceState(
        place=str(noted["place"]),
        tried_at=_moment(noted["tried_at"]),
        read_at=noted["read_at"] and _moment(noted["read_at"]),
        newest_at=noted["newest_at"] and _moment(noted["newest_at"]),
        longest_pause=None if noted["longest_pause"] is None else timedelta(seconds=noted["longest_pause"]),
    )


def _moment(noted: str) -> datetime:
    moment = datetime.fromisoformat(noted)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment
