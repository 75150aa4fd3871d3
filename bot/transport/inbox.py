"""The way in for updates, the same for polling and webhook: each one written down before Telegram may forget it."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from telegram import Bot, Update

from bot.transport.journal import UpdateJournal

_LOGGER = logging.getLogger(__name__)


def parse_update(data: object, bot: Bot | None = None) -> Update | None:
    """Return the update that `data`, as JSON gives it, stands for; None where it is malformed."""
    try:
        # PTB takes what it is given: anything may be missing or of another kind than Telegram documents.
        update = Update.de_json(data, bot)  # type: ignore[arg-type]
        if not isinstance(update.update_id, int):
            raise TypeError  # noqa: TRY301 - one more way to be malformed
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one update must not cost the others
        # Neither the content nor the message of the error, which may repeat it.
        _LOGGER.warning("Update %s is malformed (%s) and was dropped", update_number(data), type(error).__name__)
        return None
    return update


def update_number(data: object) -> int | None:
    """Return the number of an update, malformed or not; None where there is none."""
    number = data.get("update_id") if isinstance(data, dict) else None
    return number if isinstance(number, int) else None


class Inbox(asyncio.Queue[object]):
    """The application's queue of updates; what it takes is in the journal first.

    Where the journal fails, updates are still taken: a lost journal costs less than a deaf bot.
    """

    def __init__(self, journal: UpdateJournal) -> None:
        super().__init__()
        self._journal = journal

    async def put(self, item: object) -> None:
        """Take an update, unless it came before."""
        if isinstance(item, Update) and not await self._written_down(item):
            _LOGGER.debug("Update %d came a second time", item.update_id)
            return
        await super().put(item)

    async def replay(self, bot: Bot) -> None:
        """Take what an earlier run was given and did not handle."""
        replay = await self._attempt(self._journal.take_unhandled)
        if replay is None:
            return
        if replay.given_up:
            _LOGGER.error("%d updates were given up: the bot has twice ended while it handled them", replay.given_up)
        if replay.bodies:
            _LOGGER.info("%d updates that the last run did not finish are handled now", len(replay.bodies))
        for body in replay.bodies:
            if update := parse_update(json.loads(body), bot):
                await super().put(update)

    async def handled(self, update: Update) -> None:
        """Forget what `update` said."""
        await self._attempt(self._journal.handled, update.update_id)

    async def _written_down(self, update: Update) -> bool:
        return await self._attempt(self._journal.add, update.update_id, update.to_json()) is not False

    async def _attempt(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do `work` beside the event loop; None where the journal fails."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except (sqlite3.Error, OverflowError) as error:
            _LOGGER.error("The journal of updates fails (%s): what is killed now is lost", error)  # noqa: TRY400
            return None
