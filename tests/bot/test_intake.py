"""What is sent to be an article, where it cannot be kept or taken in for a while."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.services import intake
from bot.services.intake import Intake
from bot.texts import Texts, catalogue
from retrieval.errors import DatabaseError, IndexBusyError
from retrieval.types import ArticleCounts, IndexReport, Received

REPORT = IndexReport(ArticleCounts(added=2), 5, 9, 9, "000008", 0.5, ())
TOLD = (
    "What was sent to me to be an article has not been taken in for some time, and I go on trying. The reason: the "
    "database is away"
)
WAITS = "What was sent to me to be an article waits: the index must be made anew. /reindex does that."


class Taking:
    """Fails as it is told to, and then does not."""

    def __init__(self, receiving: list[Exception], taking_in: list[Exception | None]) -> None:
        self._receiving = receiving
        self._taking_in = taking_in
        self.kept: list[list[Received]] = []
        self.done = asyncio.Event()

    async def receive(self, received: Any) -> None:
        if self._receiving:
            raise self._receiving.pop()
        self.kept.append(received)

    async def has_received(self) -> bool:
        return False

    async def take_in(self) -> IndexReport | None:
        if self._taking_in:
            if isinstance(error := self._taking_in.pop(), Exception):
                raise error
            return None
        self.done.set()
        return REPORT


async def test_what_fails_for_long_is_told_once_and_tried_until_it_does_not(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for constant in ("_TOGETHER", "_FIRST_WAIT", "_LASTS"):
        monkeypatch.setattr(intake, constant, 0.0)
    told: list[str] = []

    async def tell(_bot: object, message: Callable[[Texts], str]) -> bool:
        told.append(message(catalogue("en")))
        return True

    away = [DatabaseError("the database is away") for _ in range(3)]
    taking = Taking([DatabaseError("the disk is full")], [*away, IndexBusyError("busy")])
    taken = Intake(taking, cast("Any", SimpleNamespace(tell=tell)))
    working = asyncio.create_task(taken.keep_taking_in(cast("Any", None)))
    await taken.keep([])
    await taking.done.wait()
    await asyncio.sleep(0)
    working.cancel()

    assert taking.kept == [[]]
    assert told == [TOLD]
    assert [record.getMessage() for record in caplog.records] == [
        "What was sent to be an article cannot be kept (the disk is full); again in 0 s",
        "What was received cannot be taken in: DatabaseError: the database is away",
        "Taken in what was received: 2 articles added, 0 changed, 0 removed; index 000008, 0.5 s",
    ]


async def test_what_takes_a_whole_run_is_told_once_until_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "_TOGETHER", 0.0)
    told: list[str] = []

    async def tell(_bot: object, message: Callable[[Texts], str]) -> bool:
        told.append(message(catalogue("en")))
        return True

    taking = Taking([], [None, None])
    kept = Intake(taking, cast("Any", SimpleNamespace(tell=tell)))
    working = asyncio.create_task(kept.keep_taking_in(cast("Any", None)))
    while not taking.done.is_set():
        kept.wake()
        await asyncio.sleep(0)
    working.cancel()
    assert told == [WAITS]
