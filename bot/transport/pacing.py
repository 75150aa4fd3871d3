"""How fast the bot may speak: what Telegram allows in each chat, and what it asks for when that was too fast.

PTB's own limiter does not space messages in private chats, and when one chat is told to wait, it lets all wait.
Limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from aiolimiter import AsyncLimiter
from cachetools import LRUCache
from telegram.error import ChatMigrated, Forbidden, RetryAfter
from telegram.ext import BaseRateLimiter

from bot.transport.absences import Absences
from bot.transport.answering import AnsweredElsewhereError, AnswerNotes, noted
from bot.transport.fairness import FairPace, Share
from bot.transport.reaching import seconds_asked_for

_LOGGER = logging.getLogger(__name__)

_PRIVATE = (3, 3.0)
"""Three at once, then one a second; the two figures of `AsyncLimiter`, which fills again while it is used."""
_GROUP = (5, 20.0)
"""Five at once, then one in four seconds: no minute has more than twenty."""
_OVERALL = (15, 0.5)

_LONGEST_WAIT = 3.0
"""Seconds that what is said may wait for its turn among all chats before nothing more should be asked for."""
_LONGEST_PAUSE = 300.0
_TRIES = 5
_LANES = 512
_MIGRATIONS = 1000

_Reply = bool | dict[str, Any] | list[dict[str, Any]]
_Callback = Callable[..., Coroutine[Any, Any, _Reply]]


def _now() -> float:
    """Return the time of the event loop, by which `AsyncLimiter` goes as well."""
    return asyncio.get_running_loop().time()


class _Lane:
    """One chat: when the next message may go there."""

    __slots__ = ("_pace", "_paused_until", "_turn", "share")

    def __init__(self, messages: int, seconds: float, share: Share) -> None:
        """`share` is what the chat has had of what all chats together may get."""
        self.share = share
        self._pace = AsyncLimiter(messages, seconds)
        self._paused_until = 0.0
        self._turn = asyncio.Lock()

    @property
    def paused(self) -> bool:
        return self._paused_until > _now()

    def pause(self, seconds: float) -> None:
        self._paused_until = max(self._paused_until, _now() + seconds)

    async def clear(self) -> None:
        """Wait for the next place, in the order of coming.

        A place is taken only after a pause: those taken during one would all be used in the instant of its end.
        """
        async with self._turn:
            while True:
                left = self._paused_until - _now()
                if left > 0:
                    await asyncio.sleep(left)
                    continue
                await self._pace.acquire()
                if not self.paused:
                    return

    def idle(self) -> bool:
        """Tell whether forgetting the lane would change nothing."""
        return not (self.paused or self._turn.locked()) and self._pace.has_capacity(self._pace.max_rate)


class Pacer(BaseRateLimiter[None]):
    """Every request of the bot but getUpdates passes here.

    A chat that must wait does not hold up the others, and one that gets much goes behind those that get little. What
    goes to a group that has become a supergroup goes to the supergroup. Where the bot was sent away, nothing goes.
    """

    def __init__(self, absences: Absences, notes: AnswerNotes | None = None) -> None:
        """`notes` are told of each answer before it goes out."""
        self._absences = absences
        self._notes = notes
        self._overall = FairPace(*_OVERALL)
        self._lanes: dict[int, _Lane] = {}
        self._moved: LRUCache[int, int] = LRUCache(_MIGRATIONS)

    async def process_request(
        self,
        callback: _Callback,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002 - part of PTB's interface
    ) -> _Reply:
        """Make a request when it may be made.

        Raises:
            Forbidden: the bot was sent away from the chat, now or earlier.
            RetryAfter: Telegram asks for more patience than an answer is worth.

        """
        if not isinstance(data.get("chat_id"), int):
            return await callback(*args, **kwargs)
        for _ in range(_TRIES - 1):
            try:
                return await self._attempt(callback, args, kwargs, endpoint, data)
            except ChatMigrated as error:
                self.migrated(data["chat_id"], error.new_chat_id)
            except RetryAfter as error:
                self._pause(data["chat_id"], error)
        return await self._attempt(callback, args, kwargs, endpoint, data)

    def migrated(self, group: int, supergroup: int) -> None:
        """Note that `group` has become `supergroup`."""
        self._moved[group] = supergroup

    def is_behind(self, chat: int) -> bool:
        """Tell whether more is to be said already than Telegram lets the bot say before a chat's turn comes."""
        return self._overall.behind(goes_first=_is_private(chat)) > _LONGEST_WAIT

    def share(self, bots: int) -> None:
        """Leave their parts of what all chats together may get to so many bots, this one among them."""
        messages, seconds = _OVERALL
        at_once = max(1.0, messages / bots)
        self._overall.change(at_once, at_once * bots * seconds / messages)

    async def _attempt(
        self, callback: _Callback, args: Any, kwargs: dict[str, Any], endpoint: str, data: dict[str, Any]
    ) -> _Reply:
        # PTB sends what stands in `data`.
        chat = data["chat_id"] = self._moved.get(data["chat_id"], data["chat_id"])
        lane = self._lane(chat)
        if endpoint == "sendChatAction":
            # A hint: it takes no message's place, and a chat that is to be left in peace can do without.
            return False if lane.paused or chat in self._absences else await callback(*args, **kwargs)
        await lane.clear()
        await self._overall.clear(lane.share)
        # Only now: the chat may have sent the bot away while this waited.
        if chat in self._absences:
            raise Forbidden("the chat has sent the bot away")
        try:
            if endpoint.startswith("send"):
                return await noted(self._notes, lambda: callback(*args, **kwargs))
            return await callback(*args, **kwargs)
        except AnsweredElsewhereError:
            raise
        except Forbidden:
            await self._absences.sent_away(chat)
            raise

    def _pause(self, chat: int, error: RetryAfter) -> None:
        seconds = seconds_asked_for(error)
        if seconds > _LONGEST_PAUSE:
            raise error
        _LOGGER.warning("Telegram asks to leave one chat in peace for %.0f s", seconds)
        self._lane(chat).pause(seconds)

    def _lane(self, chat: int) -> _Lane:
        if chat not in self._lanes:
            if len(self._lanes) >= _LANES:
                self._lanes = {key: lane for key, lane in self._lanes.items() if not lane.idle()}
            is_private = _is_private(chat)
            self._lanes[chat] = _Lane(*(_PRIVATE if is_private else _GROUP), Share(goes_first=is_private))
        return self._lanes[chat]

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to give back."""


def _is_private(chat: int) -> bool:
    return chat > 0
