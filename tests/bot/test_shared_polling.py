"""Whose turn it is to fetch updates where several bots share a queue: who lost it stops, and no end is unseen."""

import asyncio
from types import SimpleNamespace

import pytest
from telegram.error import InvalidToken

from bot.transport.polling import SharedPolling


class Fetching:
    """Begins to fetch when it is let."""

    def __init__(self, error=None) -> None:
        self.error = error
        self.let = asyncio.Event()
        self.done: asyncio.Queue[str] = asyncio.Queue()

    async def start(self, _application) -> None:
        self.done.put_nowait("begins")
        await self.let.wait()
        if self.error:
            raise self.error
        self.done.put_nowait("fetches")

    async def stop(self, _application) -> None:
        self.done.put_nowait("stopped")

    def on_stopped(self) -> None:
        self.done.put_nowait("ended")


async def get_me() -> None:
    """Telegram answers."""


APPLICATION = SimpleNamespace(bot=SimpleNamespace(get_me=get_me))


async def test_who_loses_its_turn_while_it_begins_to_fetch_stops_and_begins_again() -> None:
    fetching = Fetching()
    polling = SharedPolling(fetching, lambda: None, lambda: None)
    await polling.start(APPLICATION)
    polling.lead(True)
    assert await fetching.done.get() == "begins"
    polling.lead(False)
    fetching.let.set()
    assert [await fetching.done.get() for _ in range(2)] == ["fetches", "stopped"]
    polling.lead(True)
    assert [await fetching.done.get() for _ in range(2)] == ["begins", "fetches"]
    await polling.stop(APPLICATION)


@pytest.mark.parametrize(
    ("error", "told"), [(InvalidToken(), "refused"), (RuntimeError("This Updater is already running!"), "ended")]
)
async def test_what_ends_fetching_is_told(error, told) -> None:
    fetching = Fetching(error)
    polling = SharedPolling(fetching, lambda: None, lambda: fetching.done.put_nowait("refused"))
    await polling.start(APPLICATION)
    polling.lead(True)
    fetching.let.set()
    assert [await fetching.done.get() for _ in range(2)] == ["begins", told]
    await polling.stop(APPLICATION)
