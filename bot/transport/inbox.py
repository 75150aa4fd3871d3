"""The way in for updates, the same for polling and webhook: each one written down before Telegram may forget it."""

import asyncio
import json
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from telegram import Bot, Update

from bot.transport.journal import Left, UpdateJournal
from bot.transport.noting import Notes
from bot.transport.updates import GivenUp, chat_of

_LOGGER = logging.getLogger(__name__)

_PATIENCE = 60.0


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


def parse_body(body: str, bot: Bot) -> Update | None:
    """Return the update that `as_text` has written; None where that is damaged."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        _LOGGER.warning("An update that was written down is damaged and was dropped")
        return None
    return parse_update(data, bot)


def as_text(update: Update) -> str | None:
    """Return `update` as JSON; None where it cannot be written."""
    try:
        return update.to_json()
    except Exception as error:  # noqa: BLE001 - PTB cannot write everything that it reads, and must not go deaf
        _LOGGER.warning("Update %d cannot be written down (%s)", update.update_id, type(error).__name__)
        return None


def update_number(data: object) -> int | None:
    """Return the number of an update, malformed or not; None where there is none."""
    number = data.get("update_id") if isinstance(data, dict) else None
    return number if isinstance(number, int) else None


class Inbox(asyncio.Queue[object]):
    """The application's queue of updates; what it takes is in the journal first.

    Where the journal fails, updates are still taken: a lost journal costs less than a deaf bot.
    """

    def __init__(
        self, journal: UpdateJournal, patience: float = _PATIENCE, on_update: Callable[[], None] = lambda: None
    ) -> None:
        """Wait for the end of each update of an earlier run for at most `patience` seconds.

        `on_update` is called with each update that Telegram delivers.
        """
        super().__init__()
        self._on_update = on_update
        self._journal = journal
        self._patience = patience
        # One thread: what is noted of several updates is noted in the order in which they came.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._notes = Notes(journal)
        self._replaying: asyncio.Task[None] | None = None
        self._replayed: int | None = None
        self._replayed_is_handled = asyncio.Event()
        self._begun: set[int] = set()
        """The updates that are being handled."""
        self._behind: dict[int | None, list[object]] = {}
        """What has come since from the chats that earlier updates are still to be taken of."""

    async def deliver(self, update: Update) -> None:
        """Take what Telegram delivers, as `put` does."""
        await self.put(update)

    async def put(self, item: object) -> None:
        """Take an update, unless it came before."""
        if isinstance(item, Update):
            self._on_update()
            if not await self._written_down(item):
                _LOGGER.debug("Update %d came a second time", item.update_id)
                return
            if (behind := self._behind.get(chat_of(item))) is not None:
                behind.append(item)
                return
        await super().put(item)

    async def replay(self, bot: Bot) -> None:
        """Begin to take what earlier runs were given and did not handle."""
        left: tuple[Left, ...] = await self._attempt(self._journal.take_unhandled) or ()
        await self._attempt(self._journal.wait_for_others)  # readers do, from now on
        given_up = sum(each.given_up for each in left)
        if given_up:
            _LOGGER.error("%d updates were given up: the bot has twice ended while it handled them", given_up)
        if len(left) > given_up:
            _LOGGER.info("%d updates that the last run did not finish are handled now", len(left) - given_up)
        items = [
            (update, GivenUp(update) if each.given_up else update)
            for each in left
            if (update := parse_body(each.body, bot))
        ]
        # Before anything is delivered: what comes of these chats from now on waits.
        self._behind = {chat_of(update): [] for update, _ in items}
        self._replaying = asyncio.create_task(self._take_in_turn(items))

    async def begun(self, update: Update) -> None:
        """Note that `update` is being handled, which may be what ends the process."""
        self._begun.add(update.update_id)
        await self._attempt(self._notes.make, self._journal.begun, update.update_id)

    async def handled(self, update: Update) -> None:
        """Forget what `update` said."""
        self._begun.discard(update.update_id)
        await self._attempt(self._notes.make, self._journal.handled, update.update_id)
        if update.update_id == self._replayed:
            self._replayed_is_handled.set()

    async def settle(self, update: Update) -> None:
        """Note that `update` is not to be handled again, whatever becomes of it."""
        await self.handled(update)

    async def answers(self, update: Update) -> bool:
        """Note that an answer to `update` goes out now, which it may."""
        await self._attempt(self._notes.make, self._journal.answering, update.update_id, True)
        return True

    async def has_not_answered(self, update: Update) -> None:
        """Note that what went out has not been taken."""
        await self._attempt(self._notes.make, self._journal.answering, update.update_id, False)

    def pause(self) -> None:
        """Nothing: what is not handled at the end waits for the next start."""

    async def close(self) -> None:
        """Take no more, and finish what is being noted, for which another process that holds the journal is awaited."""
        if self._replaying:
            self._replaying.cancel()
        for number in tuple(self._begun):  # it has stopped nothing
            await self._attempt(self._notes.make, self._journal.spared, number)
        await self._attempt(self._notes.finish)
        self._executor.shutdown(wait=True)

    async def _take_in_turn(self, items: Sequence[tuple[Update, object]]) -> None:
        """Take each update when the one before it is handled; what came since of its chat when it is the last of that.

        One of them may have ended the process. Begun together, the others would share the blame.
        """
        left = Counter(chat_of(update) for update, _ in items)
        for update, item in items:
            self._replayed = update.update_id
            self._replayed_is_handled.clear()
            await super().put(item)
            chat = chat_of(update)
            left[chat] -= 1
            if not left[chat]:
                for each in self._behind.pop(chat):
                    self.put_nowait(each)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._replayed_is_handled.wait(), self._patience)

    async def _written_down(self, update: Update) -> bool:
        body = as_text(update)
        return body is None or await self._attempt(self._notes.add, update.update_id, body) is not False

    async def _attempt(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do `work` beside the event loop; None where the journal fails."""
        try:
            return await asyncio.wrap_future(self._executor.submit(work, *arguments))
        except (sqlite3.Error, OverflowError) as error:
            _LOGGER.error("The journal of updates fails (%s): what is killed now is lost", error)  # noqa: TRY400
            return None
