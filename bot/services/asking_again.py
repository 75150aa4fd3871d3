"""Asking what was asked before again, of each new index: readers go first, and what takes too long is asked later."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.services.desks import DeskBusyError, QuestionDesk
from retrieval.errors import RetrievalError

_LOGGER = logging.getLogger(__name__)

_LOOK_EVERY = 60.0

_Question = TypeVar("_Question")
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class AskedAgain(Generic[_Question, _Found]):
    """A question that was asked again."""

    question: _Question
    found: _Found | None
    """What came of it; None where that is nothing, or it could not be asked."""
    is_put_off: bool = False
    """Whether there was no time for it."""


async def ask_again(
    desk: QuestionDesk, questions: Sequence[_Question], ask: Callable[[_Question], Awaitable[_Found | None]]
) -> AsyncIterator[AskedAgain[_Question, _Found]]:
    """Ask one question after another, each when no reader waits; one that fails, or has no time, costs no other one.

    Raises:
        RetrievalError: the index or a database fails, and so would the others.

    """
    put_off = 0
    for question in questions:
        await desk.left_idle()
        try:
            asked: AskedAgain[_Question, _Found] = AskedAgain(question, await ask(question))
        except (DeskBusyError, TimeoutError):
            put_off += 1
            asked = AskedAgain(question, None, is_put_off=True)
        except RetrievalError:
            raise
        except Exception as error:  # noqa: BLE001 - one question must not stand in the way of all others
            # Without its words, which may hold the question.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOGGER.error("A question could not be asked again\n%s%s", frames, type(error).__qualname__)  # noqa: TRY400
            asked = AskedAgain(question, None)
        yield asked
    if put_off:
        _LOGGER.info("There was no time to ask %d questions again; they are asked later", put_off)


async def keep_looking(look: Callable[[], Awaitable[None]], what: str) -> None:
    """Look now and every minute from now on, whatever fails; ends when it is cancelled.

    `what` says in the log what could not be done: once for as long as it fails for one reason.
    """
    told = ""
    while True:
        try:
            await look()
            told = ""
        except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on and looks again
            # The words of any other error may hold a question.
            words = f": {error}" if isinstance(error, RetrievalError) else ""
            reason = f"{type(error).__name__}{words}"
            if reason != told:
                _LOGGER.warning("%s: %s", what, reason)
            told = reason
        await asyncio.sleep(_LOOK_EVERY)


def when_asked(asked_at: datetime, timezone: ZoneInfo) -> datetime:
    """Return the moment of a question, which has a time zone, as the archive takes it: naive, in its time zone."""
    return asked_at.astimezone(timezone).replace(tzinfo=None)
