"""The moment in which an answer goes out: noted before it does, so that a bot killed after it does not repeat it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, TypeVar

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.transport.reaching import never_arrived, was_refused

_HALF_SENT_FOR = 3.0
"""Seconds for which Telegram is trusted to wait for the rest of a request."""

_Reply = TypeVar("_Reply")


@dataclass(slots=True)
class _Handling:
    update: Update
    is_answered: bool = False


_HANDLING: ContextVar[_Handling | None] = ContextVar("handling", default=None)


class AnsweredElsewhereError(Forbidden):
    """Another bot has taken over the update, and answers it."""


class _WaitedTooLongError(TelegramError):
    """The answer is noted, and its connection not to be trusted any more."""


class AnswerNotes(Protocol):
    """Where it is noted what is answered."""

    async def answers(self, update: Update) -> bool:
        """Note that an answer goes out now; tell whether it may."""

    async def has_not_answered(self, update: Update) -> None:
        """Note that what went out has not been taken."""


@dataclass(slots=True)
class _Due:
    update: Update
    notes: AnswerNotes
    is_noted: bool = False


_DUE: ContextVar[_Due | None] = ContextVar("due", default=None)


@contextmanager
def handling(update: Update) -> Iterator[None]:
    """Count what is sent meanwhile, also by tasks that are begun meanwhile, as the answer to `update`."""
    token = _HANDLING.set(_Handling(update))
    try:
        yield
    finally:
        _HANDLING.reset(token)


@contextmanager
def aside() -> Iterator[None]:
    """Send meanwhile what is no answer yet, and may be said again."""
    token = _HANDLING.set(None)
    try:
        yield
    finally:
        _HANDLING.reset(token)


async def noted(notes: AnswerNotes | None, send: Callable[[], Awaitable[_Reply]]) -> _Reply:
    """Send a message; if it is the first of an answer, that is noted when it `goes_out`.

    Raises:
        AnsweredElsewhereError: another bot answers; nothing was sent.

    """
    current = _HANDLING.get()
    if notes is None or current is None or current.is_answered:
        return await send()
    due = _Due(current.update, notes)
    token = _DUE.set(due)
    try:
        reply = await _sent_whole(send)
    except TelegramError as error:
        if due.is_noted and not _may_have_arrived(error):
            await notes.has_not_answered(current.update)
        raise
    finally:
        _DUE.reset(token)
    current.is_answered = True
    return reply


async def _sent_whole(send: Callable[[], Awaitable[_Reply]]) -> _Reply:
    try:
        return await send()
    except _WaitedTooLongError:
        return await send()  # on another connection: this one is closed in the middle of the request


def is_due() -> bool:
    """Tell whether what is sent in this task is to be noted."""
    return _DUE.get() is not None


async def goes_out() -> None:
    """Note an answer that `is_due`: to be called when all that is left to do is to write it to the connection."""
    due = _DUE.get()
    if due is None or due.is_noted:
        return
    clock = asyncio.get_running_loop().time
    began = clock()
    if not await due.notes.answers(due.update):
        raise AnsweredElsewhereError("another bot answers this")
    due.is_noted = True
    if clock() - began > _HALF_SENT_FOR:
        raise _WaitedTooLongError("the request was begun too long ago")


def _may_have_arrived(error: TelegramError) -> bool:
    if isinstance(error, (BadRequest, ChatMigrated, Forbidden, RetryAfter)):
        return False
    return not (isinstance(error, NetworkError) and (never_arrived(error) or was_refused(error)))
