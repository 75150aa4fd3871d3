"""The real bot as a process, for tests over HTTP; use the fixtures `telegram` and `start`."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio
from telegram_server import TOKEN, TelegramServer

HERE = Path(__file__).parent


class Bot:
    """A running bot and what it has logged."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self._log = log

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    async def exit_code(self, seconds: float = 30) -> int:
        return await asyncio.wait_for(self.process.wait(), seconds)

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.exit_code()


Starter = Callable[..., Awaitable[Bot]]


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
    assert server.failures == []


@pytest_asyncio.fixture
async def start(telegram: TelegramServer, tmp_path: Path) -> AsyncIterator[Starter]:
    """Start bots with settings of the test's; in the end none may have written a token or a traceback of its own."""
    bots: list[Bot] = []

    async def starter(script: str = "run_fake_bot.py", **settings: str) -> Bot:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        inherited = {name: value for name, value in inherited.items() if not name.lower().endswith("_proxy")}
        wanted = {"telegram_token": TOKEN, "telegram_api_url": telegram.url} | settings
        environment = {f"CITEBOT_{name.upper()}": value for name, value in wanted.items()}
        log = tmp_path / f"bot{len(bots)}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(HERE / script),
                cwd=tmp_path,
                env=inherited | {"PYTHONPATH": str(HERE.parent), "PYTHONWARNINGS": "error"} | environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        bots.append(Bot(process, log))
        return bots[-1]

    yield starter
    for bot in bots:
        if bot.process.returncode is None:
            await bot.kill()
        assert TOKEN not in bot.log()
        assert TOKEN.partition(":")[2] not in bot.log()
