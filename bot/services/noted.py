"""What operators do, noted: before it is done, and again with what came of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from bot.people.audit import begin_operation, end_operation
from bot.people.desk import PeopleDesk

DONE = "done"
_FAILED = "failed"
_Result = TypeVar("_Result")


async def noted(
    people: PeopleDesk, person: int, command: str, work: Callable[[], Awaitable[tuple[str, _Result]]]
) -> _Result:
    """Do what an operator commands, note it, and return its result; `work` returns the outcome to note before that.

    The result is to be told, which may take long, and be in vain: by then the outcome is noted.

    Raises:
        PeopleError: it cannot be noted; if not even that it begins, it is not done.

    """
    number = await people.do(begin_operation, person, command, datetime.now(UTC))
    outcome = _FAILED
    try:
        outcome, result = await work()
    finally:
        await people.do(end_operation, number, outcome)
    return result
