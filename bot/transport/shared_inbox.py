"""The way in for updates where several bots share one queue: written down there, and taken from there in turn."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot, Update

from bot.transport.errors import AwayError
from bot.transport.inbox import as_text, parse_body
from bot.transport.trouble import Troubles
from bot.transport.updates import GivenUp
from retrieval.errors import RetrievalError

_LOGGER = logging.getLogger(__name__)

_MOST_AT_ONCE = 128
"""Chats whose updates are handled at the same time: more than questions find a place, fewer than are let in at once."""
_BATCH = 16
"""So few at a time that others get theirs."""
_LOOK_EVERY = 1.0
_AFTER_OTHERS = 0.01
"""Seconds by which who hears of an update lets the one go first that was given it."""
_AGAIN_AFTER = 0.5
_NOTED_WITHIN = 0.02
"""Seconds for which noting an answer may stop the event loop: what is noted shall go out at once."""
_WRITERS = 2


class Claim(Protocol):
    """An update that is this bot's to handle."""

    @property
    def number(self) -> int:
        """Its number in the queue."""

    @property
    def body(self) -> str:
        """What Telegram has delivered, as JSON."""

    @property
    def place(self) -> int:
        """The chat or person that it is of."""

    @property
    def tried(self) -> bool:
        """Whether a bot that handled it has ended meanwhile."""

    @property
    def given_up(self) -> bool:
        """Whether nothing is to be done but to say that it is given up."""

    @property
    def new_place(self) -> bool:
        """Whether another bot may have handled what came from there before."""


class SharedQueue(Protocol):
    """What the inbox needs of `bot.people.update_queue.UpdateQueue`.

    Every method blocks, and raises `RetrievalError` where the database fails.
    """

    def add(self, update_id: int, body: str, place: int) -> bool:
        """Keep an update until it is handled; tell whether it is new."""

    def turn(self, finished: Sequence[int], room: int, *, trying: bool, held: Sequence[int]) -> Sequence[Claim]:
        """Note what is handled, and take up to `room` updates; what is this bot's and not `held` was never taken."""

    def finish(self, number: int) -> None:
        """Note that an update is not to be handled again."""

    def answer(self, number: int) -> bool:
        """Note that an answer goes out now; tell whether it may."""

    def unanswer(self, number: int) -> None:
        """Note that what went out has not been taken."""

    def leave(self, finished: Sequence[int]) -> None:
        """Note what is handled, and let others handle what is not."""


@dataclass(frozen=True, slots=True)
class _Taken:
    update: Update
    """Kept, so that nothing else can have its identity."""
    number: int
    tried: bool


class SharedInbox(asyncio.Queue[object]):
    """The application's queue of updates, filled from the queue that all bots share."""

    def __init__(
        self,
        queue: SharedQueue,
        on_new_place: Callable[[int], None] = lambda _place: None,
        on_update: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_new_place` is told of a chat or person before what comes from there is handled here again.

        `on_update` is called with each update that Telegram delivers to this bot.
        """
        super().__init__()
        self._on_update = on_update
        self._shared = queue
        self._on_new_place = on_new_place
        self._taken: dict[int, _Taken] = {}
        """By the identity of the update."""
        self._done: set[int] = set()
        self._is_known = False
        self._woken = asyncio.Event()
        self._taking: asyncio.Task[None] | None = None
        self._troubles = Troubles()
        self._turns = ThreadPoolExecutor(max_workers=1, thread_name_prefix="queue")
        self._writing = ThreadPoolExecutor(max_workers=_WRITERS, thread_name_prefix="arrivals")
        # A thread of its own: no answer that is ready waits for anything else.
        self._noting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answering")

    async def deliver(self, update: Update) -> None:
        """Write down what Telegram delivers, unless it came before.

        Raises:
            AwayError: the queue is out of reach; Telegram shall deliver it again.

        """
        self._on_update()
        body = as_text(update)
        if body is None:
            await super().put(update)
            return
        try:
            is_new = await self._do(self._writing, self._shared.add, update.update_id, body, _place_of(update))
        except RetrievalError as error:
            self._tell(error)
            raise AwayError from None
        if is_new:
            self.wake()
        else:
            _LOGGER.debug("Update %d came a second time", update.update_id)

    async def put(self, item: object) -> None:
        """Write down an update, however long the queue is out of reach."""
        if not isinstance(item, Update):
            await super().put(item)
            return
        while True:
            try:
                await self.deliver(item)
            except AwayError:
                await asyncio.sleep(_AGAIN_AFTER)
            else:
                return

    async def replay(self, bot: Bot) -> None:
        """Begin to take updates, also what bots that ended have left."""
        self._taking = asyncio.create_task(self._take_turns(bot))

    def known(self, is_known: bool) -> None:
        """Note whether the other bots know that this one lives; until then it takes nothing."""
        self._is_known = is_known
        self._woken.set()

    def wake(self) -> None:
        """Look for updates now."""
        self._woken.set()

    def heard(self) -> None:
        """Look for updates in a moment: another bot was given one."""
        asyncio.get_running_loop().call_later(_AFTER_OTHERS, self._woken.set)

    async def begun(self, update: Update) -> None:
        """Nothing: it was noted when `update` was taken."""

    async def handled(self, update: Update) -> None:
        """Forget what `update` said."""
        taken = self._taken.pop(id(update), None)
        if taken:
            self._done.add(taken.number)
            self._woken.set()

    async def settle(self, update: Update) -> None:
        """Note at once that `update` is not to be handled again, whatever becomes of it."""
        taken = self._taken.pop(id(update), None)
        if taken:
            self._done.add(taken.number)  # first: where the queue is out of reach it is noted later
            await self._do(self._turns, self._shared.finish, taken.number)

    async def answers(self, update: Update) -> bool:
        """Note that an answer to `update` goes out now; tell whether it may. Waits while the queue is out of reach."""
        taken = self._taken.get(id(update))
        while taken:
            try:
                return await _at_once(self._noting.submit(self._shared.answer, taken.number))
            except RetrievalError as error:
                self._tell(error)
                await asyncio.sleep(_AGAIN_AFTER)
        return True

    async def has_not_answered(self, update: Update) -> None:
        """Note that what went out has not been taken."""
        if taken := self._taken.get(id(update)):
            with suppress(RetrievalError):
                await self._do(self._noting, self._shared.unanswer, taken.number)

    def pause(self) -> None:
        """Take no more."""
        if self._taking:
            self._taking.cancel()

    async def close(self) -> None:
        """Leave to others what is not handled."""
        self.pause()
        try:
            await self._do(self._turns, self._shared.leave, tuple(self._done))
        except RetrievalError as error:
            _LOGGER.warning("What is not handled is left to others only when they notice the end: %s", error)
        for executor in (self._writing, self._turns, self._noting):
            executor.shutdown(wait=True)

    async def _take_turns(self, bot: Bot) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), _LOOK_EVERY)
            self._woken.clear()
            if self._is_known:
                try:
                    await self._turn(bot)
                except RetrievalError as error:
                    self._tell(error)
                except Exception:  # whatever it is: a bot that takes no updates is deaf
                    _LOGGER.exception("Updates could not be taken; trying again")

    async def _turn(self, bot: Bot) -> None:
        finished = tuple(self._done)
        # However much one chat has sent, the others' find room; what goes beyond its bounds is thrown away inside.
        chats = {_place_of(taken.update) for taken in self._taken.values()}
        room = max(0, min(_BATCH, _MOST_AT_ONCE - len(chats)))
        trying = any(taken.tried for taken in self._taken.values())
        held = tuple(taken.number for taken in self._taken.values())
        turn = self._turns.submit(self._shared.turn, finished, room, trying=trying, held=held)
        claims: Sequence[Claim] = await asyncio.wrap_future(turn)
        self._done.difference_update(finished)
        for claim in claims:
            self._take(claim, bot)
        if room and len(claims) == room:
            self._woken.set()

    def _take(self, claim: Claim, bot: Bot) -> None:
        update = parse_body(claim.body, bot)
        if update is None:
            self._done.add(claim.number)
            return
        if claim.new_place:
            self._on_new_place(claim.place)
        self._taken[id(update)] = _Taken(update, claim.number, claim.tried)
        self.put_nowait(GivenUp(update) if claim.given_up else update)

    def _tell(self, error: RetrievalError) -> None:
        if self._troubles.is_news(type(error)):
            _LOGGER.warning("The queue of updates is out of reach; trying until it is back: %s", error)

    async def _do(self, executor: ThreadPoolExecutor, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.wrap_future(executor.submit(work, *arguments))


async def _at_once(future: Future[bool]) -> bool:
    """Return what comes of a future, without a turn of the event loop if it comes quickly."""
    wait([future], timeout=_NOTED_WITHIN)
    return future.result() if future.done() else await asyncio.wrap_future(future)


def _place_of(update: Update) -> int:
    """Return what is handled in order: the chat, or of what comes from no chat the person."""
    place = update.effective_chat or update.effective_sender
    return place.id if place else 0
