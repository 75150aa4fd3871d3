"""What is sent to the bot to be an article: kept at once, and soon after taken into the index."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Protocol

from telegram import Bot

from bot.messages import translated
from bot.services.operators import Operators
from bot.texts import Texts
from retrieval.errors import IndexBusyError, NothingToIndexError, RetrievalError, StoppedError
from retrieval.told import told_by
from retrieval.types import IndexReport, Received

_LOGGER = logging.getLogger(__name__)

_TOGETHER = 2.0
"""Seconds that what has come waits for what comes with it."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_LASTS = 600.0
"""Seconds of failing after which the operators are told."""


class Taking(Protocol):
    """What the bot has for it: `bot.maintenance.Maintenance`."""

    async def receive(self, received: Sequence[Received]) -> None:
        """Keep what came."""

    async def has_received(self) -> bool:
        """Tell whether anything was kept, now or earlier."""

    async def take_in(self) -> IndexReport | None:
        """Publish what was kept; None where that takes a whole run."""


class Intake:
    """Keeps articles that are sent, and has them taken in, one run after another."""

    def __init__(self, maintenance: Taking, operators: Operators) -> None:
        self._maintenance = maintenance
        self._operators = operators
        self._came = asyncio.Event()
        self._is_told_to_wait = False
        """Whether the operators know that it takes a whole run."""

    async def keep(self, received: Sequence[Received]) -> None:
        """Keep articles, trying for as long as it takes: whoever sent them does not send them again."""
        wait = _FIRST_WAIT
        while True:
            try:
                await self._maintenance.receive(received)
            except RetrievalError as error:
                _LOGGER.warning("What was sent to be an article cannot be kept (%s); again in %.0f s", error, wait)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                self._came.set()
                return

    def wake(self) -> None:
        """Have what is kept taken in soon."""
        self._came.set()

    async def keep_taking_in(self, bot: Bot) -> None:
        """Take in what an earlier run has left, and then what comes; ends when it is cancelled."""
        try:
            if await self._maintenance.has_received():
                self._came.set()
        except RetrievalError as error:
            _LOGGER.warning("It cannot be looked up what was received: %s", error)
        while True:
            await self._came.wait()
            await asyncio.sleep(_TOGETHER)
            self._came.clear()
            await self._take_in(bot)

    async def _take_in(self, bot: Bot) -> None:
        """Take in what is kept, trying for as long as that may help."""
        failing = _Failing()
        while True:
            try:
                await self._tell_of(await self._maintenance.take_in(), bot)
            except (StoppedError, NothingToIndexError) as error:
                _LOGGER.info("Nothing is taken in: %s", error)
            except IndexBusyError:
                _LOGGER.debug("Another process works on the index; what was received is taken in after it")
                await asyncio.sleep(failing.next_wait())
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on and tries again
                failing.note(error)
                if failing.is_to_be_told() and await self._operators.tell(bot, failing.sentence):
                    failing.is_told = True
                await asyncio.sleep(failing.next_wait())
                continue
            return

    async def _tell_of(self, report: IndexReport | None, bot: Bot) -> None:
        """Log what was taken in; tell the operators, once until that changes, where they must do something for it."""
        if report is not None:
            self._is_told_to_wait = False
            _log(report)
        elif not self._is_told_to_wait:
            _LOGGER.warning("What was received waits for the next run of `citebot index`, which this index needs")
            self._is_told_to_wait = await self._operators.tell(bot, lambda texts: texts.say("intake-whole"))


class _Failing:
    """For how long taking in has been failing, and why."""

    def __init__(self) -> None:
        self.is_told = False
        self._since: float | None = None
        self._error: Exception | None = None
        self._wait = _FIRST_WAIT

    def note(self, error: Exception) -> None:
        """Take note of an error; log one that is not that of the last time."""
        self._since = self._since or time.monotonic()
        if str(error) != str(self._error):
            _LOGGER.warning("What was received cannot be taken in: %s: %s", type(error).__name__, error)
        self._error = error

    def next_wait(self) -> float:
        """Return for how many seconds to wait, longer each time."""
        wait, self._wait = self._wait, min(2 * self._wait, _LONGEST_WAIT)
        return wait

    def is_to_be_told(self) -> bool:
        """Tell whether it has lasted so long that somebody should do something about it."""
        return not self.is_told and self._since is not None and time.monotonic() - self._since >= _LASTS

    def sentence(self, texts: Texts) -> str:
        """Return what the operators are told."""
        is_told = isinstance(self._error, RetrievalError)
        reason = translated(told_by(self._error), texts.language) if is_told and self._error else repr(self._error)
        return texts.say("intake-failing", reason=reason)


def _log(report: IndexReport) -> None:
    counts = report.articles
    if counts.added or counts.changed or counts.removed:
        _LOGGER.info(
            "Taken in what was received: %d articles added, %d changed, %d removed; index %s, %.1f s",
            counts.added,
            counts.changed,
            counts.removed,
            report.generation,
            report.seconds,
        )
