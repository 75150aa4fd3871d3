"""Deletes what has been stored for longer than the operator wants."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore

_LOGGER = logging.getLogger(__name__)

_DAY = 24 * 3600.0


async def purge_daily(people: PeopleDesk, keep_days: int) -> None:
    """Delete what is older than `keep_days`, now and every day from now on; ends when it is cancelled."""
    while True:
        try:
            deleted = await people.do(PeopleStore.purge, datetime.now(UTC) - timedelta(days=keep_days))
            _LOGGER.info("Deleted %d entries about people that were older than %d days", deleted, keep_days)
        except PeopleError as error:
            _LOGGER.error("What is old could not be deleted: %s", error)  # noqa: TRY400 - one line says it all
        await asyncio.sleep(_DAY)
