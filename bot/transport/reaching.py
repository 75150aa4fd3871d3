"""Trying until Telegram is reached; and whether it was."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

_LOGGER = logging.getLogger(__name__)

_LONGEST_WAIT = 30.0
_NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout"}
"""Errors of httpx from before the request is written."""


async def until_reached(
    work: Callable[[], Awaitable[object]], *, unless: tuple[type[TelegramError], ...] = (InvalidToken,)
) -> None:
    """Await `work` again and again until Telegram was there to do it; what is in `unless` is raised."""
    wait = 1.0
    while True:
        try:
            await work()
        except unless:
            raise
        except TelegramError as error:
            pause = max(wait, seconds_asked_for(error)) if isinstance(error, RetryAfter) else wait
            _LOGGER.warning("Telegram cannot be reached (%s); trying again in %.0f s", error, pause)
            await asyncio.sleep(pause)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            return


def seconds_asked_for(error: RetryAfter) -> float:
    """Return how long Telegram asks to be left in peace; PTB is in the middle of changing the type."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def never_arrived(error: NetworkError) -> bool:
    """Tell whether the request was turned away before Telegram could act on it."""
    return type(error.__cause__).__name__ in _NEVER_SENT or "bad gateway" in str(error).lower()


def was_refused(error: NetworkError) -> bool:
    """Tell whether Telegram itself has answered that it failed, which is a 5xx with an error body.

    Telegram did not accept the message, as far as it knows; a rare duplicate is better than silence.
    """
    # What failed on the way, and a page that is not Telegram's, have a cause.
    return error.__cause__ is None and not isinstance(error, TimedOut)
