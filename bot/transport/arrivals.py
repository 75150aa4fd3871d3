"""The door for updates: many come in at once, and not all of them from one person or one group."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.transport.answering import handling
from bot.transport.fairness import Door
from bot.transport.updates import chat_of, update_of

_NEVER_REACHED = 2**31
"""PTB's own limit, which makes all wait for all."""
_UPDATES_AT_ONCE = 256
_UPDATES_AT_ONCE_OF_A_PERSON = 20
_UPDATES_AT_ONCE_IN_A_GROUP = 40

_Place = tuple[str, int]
_Noting = Callable[[Update], Awaitable[None]]


class Arrivals(BaseUpdateProcessor):
    """Lets updates in: many at once, and not all of them from one person or one group.

    Who floods loses what goes beyond twenty unanswered messages, a group what goes beyond forty, to which Telegram
    allows one answer in four seconds. Of all updates 256 are handled at once, and of each chat one in any case: many
    groups that flood do not keep anybody else waiting.
    """

    def __init__(self, on_begun: _Noting | None = None, on_handled: _Noting | None = None) -> None:
        """`on_begun` is awaited before each update that is handled, `on_handled` also after one thrown away."""
        super().__init__(_NEVER_REACHED)
        self._door = Door(_UPDATES_AT_ONCE)
        self._on_begun = on_begun
        self._on_handled = on_handled
        self._inside: Counter[_Place] = Counter()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine`, which handles `update`, or throw it away."""
        arrived = update_of(update)
        limits = _limits_of(arrived) if arrived else {}
        if any(self._inside[place] >= limit for place, limit in limits.items()):
            if isinstance(coroutine, Coroutine):
                coroutine.close()
        else:
            await self._let_in(tuple(limits), arrived, coroutine)
        # Not in a "finally": what is cancelled was not handled.
        if arrived and self._on_handled:
            await self._on_handled(arrived)

    async def _let_in(self, places: Collection[_Place], update: Update | None, coroutine: Awaitable[Any]) -> None:
        self._inside.update(places)
        try:
            if update is None:
                await coroutine
                return
            async with self._door.inside(chat_of(update)):
                if self._on_begun:
                    await self._on_begun(update)
                with handling(update):
                    await coroutine
        finally:
            for place in places:
                self._inside[place] -= 1
                if not self._inside[place]:
                    del self._inside[place]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def _limits_of(update: Update) -> dict[_Place, int]:
    """Return whose updates `update` counts among, and how many of each may be inside at once."""
    limits: dict[_Place, int] = {}
    if update.my_chat_member or update.channel_post or update.edited_channel_post:
        return limits
    if update.effective_sender and update.message and (update.message.text or "").startswith("/forget"):
        # However much somebody has sent, it is heard.
        return {("forgetting", update.effective_sender.id): _UPDATES_AT_ONCE_OF_A_PERSON}
    if update.effective_sender:
        limits["person", update.effective_sender.id] = _UPDATES_AT_ONCE_OF_A_PERSON
    if update.effective_chat and update.effective_chat.id < 0:
        limits["group", update.effective_chat.id] = _UPDATES_AT_ONCE_IN_A_GROUP
    return limits
