"""Deletes what has been stored for longer than the operator wants."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore

_LOGGER = logging.getLogger(__name__)

_DAY = 24 * 3600.0
_HOUR = 3600.0
_SET = timedelta(hours=1)
"""By how much the clock moves more or less than time passes where it is set."""
_SILENCE = timedelta(days=2)
"""After so long without a word the clock may be wrong as well."""


class _Clock:
    """Tells whether the clock was set, to the summer or by years, since it was last looked at."""

    def __init__(self) -> None:
        self._seen = datetime.now(UTC), time.monotonic()

    def was_set(self) -> bool:
        now, passed = self._seen
        self._seen = datetime.now(UTC), time.monotonic()
        moved = self._seen[0] - now - timedelta(seconds=self._seen[1] - passed)
        return abs(moved) > _SET


async def purge_daily(people: PeopleDesk, keep_days: int) -> None:
    """Delete what is older than `keep_days`, now and every day from now on; ends when it is cancelled.

    Where the clock was set, or nothing was stored for days before the start, it may be wrong for a while, as that of a
    machine which has no battery: then nothing is deleted before it has gone on evenly for an hour.
    """
    clock = _Clock()
    is_doubtful = await _is_doubtful(people)
    while True:
        while clock.was_set() or is_doubtful:
            _LOGGER.info("What is old is deleted when the clock has gone on evenly for an hour")
            is_doubtful = False
            await asyncio.sleep(_HOUR)
        try:
            deleted = await people.do(PeopleStore.purge, datetime.now(UTC) - timedelta(days=keep_days))
            _LOGGER.info("Deleted %d entries about people that were older than %d days", deleted, keep_days)
        except PeopleError as error:
            _LOGGER.error("What is old could not be deleted: %s", error)  # noqa: TRY400 - one line says it all
        await asyncio.sleep(_DAY)


async def _is_doubtful(people: PeopleDesk) -> bool:
    """Whether the clock is far from when something was stored last."""
    try:
        newest = await people.do(PeopleStore.newest)
    except PeopleError:
        return False
    return newest is not None and abs(datetime.now(UTC) - newest) > _SILENCE
