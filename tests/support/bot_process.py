"""The real bot as a process, for tests over HTTP; use the fixtures `telegram` and `start`."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from forked_process import ForkedProcess
from run_fake_bot import LET_GO
from telegram_server import TOKEN, TelegramServer


class Bot:
    """A running bot and what it has logged."""

    def __init__(self, process: ForkedProcess, log: Path) -> None:
        self.process = process
        self._log = log

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    def let_go(self, held: str = LET_GO) -> None:
        """Let go on what `run_fake_bot` holds, in this bot and in those that are started after it."""
        (self._log.parent / held).touch()

    async def exit_code(self, seconds: float = 60) -> int:
        return await self.process.exit_code(seconds)

    async def kill(self) -> None:
        await self.process.kill()

    async def stop(self) -> int:
        self.process.terminate()
        return await self.exit_code()


Starter = Callable[..., Awaitable[Bot]]

UNPACED = {
    "bot.transport.pacing._PRIVATE": (1000, 1.0),
    "bot.transport.pacing._GROUP": (1000, 1.0),
    "bot.transport.pacing._OVERALL": (1000, 1.0),
}
"""Constants of a bot that does not wait before it speaks, for modules whose tests ask what it says and not when."""


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
    assert server.failures == []


@pytest_asyncio.fixture
async def start(telegram: TelegramServer, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Starter]:
    """Start bots with settings of the test's; in the end none may have written a token or a traceback of its own.

    Where the module has `CONSTANTS`, they hold for all its bots.
    """
    bots: list[Bot] = []
    of_all = getattr(request.module, "CONSTANTS", {})

    async def starter(program: str = "run_fake_bot", constants: dict[str, float] | None = None, **settings: str) -> Bot:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        inherited = {name: value for name, value in inherited.items() if not name.lower().endswith("_proxy")}
        wanted = {"telegram_token": TOKEN, "telegram_api_url": telegram.url} | settings
        environment = {f"CITEBOT_{name.upper()}": value for name, value in wanted.items()}
        environment["CONSTANTS"] = json.dumps(of_all | (constants or {}))
        log = tmp_path / f"bot{len(bots)}.log"
        bots.append(Bot(ForkedProcess(program, tmp_path, inherited | environment, log), log))
        return bots[-1]

    yield starter
    for bot in bots:
        if bot.process.is_running:
            await bot.kill()
        assert TOKEN not in bot.log()
        assert TOKEN.partition(":")[2] not in bot.log()
