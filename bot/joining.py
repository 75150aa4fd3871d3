"""How a bot takes its place: alone, with a journal in its home, or as one of several on one PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from bot.handlers.registry import AnyApplication
from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.replica import Replica, Standing
from bot.people.shared_rate import count_if_allowed
from bot.services.limits import SharedCount
from bot.settings import BotSettings
from bot.transport.absences import Absences
from bot.transport.errors import NotRunningError
from bot.transport.inbox import Inbox
from bot.transport.journal import UpdateJournal
from bot.transport.pacing import Pacer
from bot.transport.polling import Polling, SharedPolling
from bot.transport.shared_inbox import SharedInbox
from retrieval.told import told

_COUNTED_WITHIN = 1.0
"""Seconds for which all bots may take to count together; then this one counts alone."""


class Reception(Protocol):
    """How updates come in."""

    async def start(self, application: AnyApplication) -> None:
        """Begin, trying for as long as it takes."""

    async def stop(self, application: AnyApplication) -> None:
        """Let no more updates in."""


class Joined(Protocol):
    """The place of a bot."""

    inbox: Inbox | SharedInbox

    def polling(self, polling: Polling, on_heard: Callable[[], None], on_refused: Callable[[], None]) -> Reception:
        """Return how updates are fetched; the arguments are those of `SharedPolling`."""

    def count(self, kind: str) -> SharedCount | None:
        """Return what counts how often a person does something of a kind for all bots; None where this one does."""

    def begin(self, pacer: Pacer) -> None:
        """Let the others know that this bot lives."""

    async def leave(self) -> None:
        """Take no more, and leave what is not handled to whoever comes next."""


class Alone:
    """A bot with a journal of its own."""

    def __init__(self, home: Path, on_update: Callable[[], None]) -> None:
        self._journal = _open_journal(home)
        self.inbox: Inbox | SharedInbox = Inbox(self._journal, on_update=on_update)

    def polling(self, polling: Polling, _on_heard: Callable[[], None], _on_refused: Callable[[], None]) -> Reception:
        """Return how updates are fetched."""
        return polling

    def count(self, _kind: str) -> None:
        """Nothing: this bot counts."""

    def begin(self, _pacer: Pacer) -> None:
        """Nothing: there are no others."""

    async def leave(self) -> None:
        """Take no more; what is not handled waits for the next start."""
        await self.inbox.close()
        self._journal.close()


class OneOfSeveral:
    """A bot that shares the queue of updates with all that are on the same PostgreSQL with the same token."""

    def __init__(self, people: PeopleDesk, bot: int, absences: Absences, on_update: Callable[[], None]) -> None:
        """Take a place; raises `PeopleError`. To be called in the event loop."""
        loop = asyncio.get_running_loop()
        self._people = people
        self._bot = bot
        self._pacer: Pacer | None = None
        self._polling: SharedPolling | None = None
        self._replica = Replica(
            people.store.engine,
            bot,
            lambda standing: _call(loop, partial(self._stand, standing)),
            lambda: _call(loop, self._shared.heard),
        )
        self._shared = SharedInbox(self._replica.queue, absences.forget, on_update)
        self.inbox: Inbox | SharedInbox = self._shared

    def polling(self, polling: Polling, on_heard: Callable[[], None], on_refused: Callable[[], None]) -> Reception:
        """Return how one of the bots fetches updates."""
        self._polling = SharedPolling(polling, on_heard, on_refused)
        return self._polling

    def count(self, kind: str) -> SharedCount:
        """Return what counts how often a person does something of a kind, in whatever chat and with whatever bot."""

        async def counted(person: int, per_minute: int) -> bool | None:
            try:
                async with asyncio.timeout(_COUNTED_WITHIN):
                    return await self._people.do(count_if_allowed, self._bot, kind, person, per_minute)
            except (PeopleError, TimeoutError):
                return None

        return counted

    def begin(self, pacer: Pacer) -> None:
        """Let the others know that this bot lives."""
        self._pacer = pacer
        self._replica.start()

    async def leave(self) -> None:
        """Take no more, and leave what is not handled to the others at once."""
        await self._shared.close()
        await asyncio.to_thread(self._replica.close)

    def _stand(self, standing: Standing) -> None:
        self._shared.known(standing.connected)
        if self._pacer:
            self._pacer.share(standing.count)
        if self._polling:
            self._polling.lead(standing.leads)


def join(settings: BotSettings, people: PeopleDesk, absences: Absences, on_update: Callable[[], None]) -> Joined:
    """Take the place that the settings say; `on_update` is called with each update that Telegram delivers.

    Raises:
        PeopleError: the database fails.
        NotRunningError: there is no journal.

    """
    if settings.shares_server():
        return OneOfSeveral(people, settings.bot_number(), absences, on_update)
    return Alone(settings.home, on_update)


def _call(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    """Do something in the event loop, from another thread."""
    loop.call_soon_threadsafe(work)


def _open_journal(home: Path) -> UpdateJournal:
    try:
        return UpdateJournal(home / "updates.sqlite")
    except (sqlite3.Error, OSError) as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            reason = told("{path} is held by another process: end that one first", path=home / "updates.sqlite")
            raise NotRunningError(reason) from error
        message = told(
            "{path} cannot be used ({error}): delete it if it is damaged", path=home / "updates.sqlite", error=error
        )
        raise NotRunningError(message) from error
