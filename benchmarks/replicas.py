"""Two bots on one PostgreSQL that are killed again and again: each update answered once, and each chat in order.

Behind a balancer: updates of many chats, each delivered twice, at a steady pace, while one of the bots, now this and
now that one, is killed (SIGKILL) and started again. Then by polling: whichever fetches is killed, and how long it takes
until the other one does. Telegram, the balancer and PostgreSQL are on loopback; the library answers by rote, in 30 ms.

Usage: replicas.py [UPDATES [KILLS [SEED]]]
"""

import asyncio
import importlib
import json
import logging
import os
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

_SUPPORT = Path(__file__).parents[1] / "tests" / "support"
sys.path.insert(0, str(_SUPPORT))
_TELEGRAM: Any = importlib.import_module("telegram_server")
_POSTGRES: Any = importlib.import_module("postgres_server")
_PROCESSES: Any = importlib.import_module("forked_process")

_EACH = 10
"""Updates of a chat."""
_A_SECOND = 22.0
"""Updates; Telegram allows thirty messages."""
_TRIES = 200
_POLLING_KILLS = 5


class Bot:
    """One of the bots, started again under the same settings after each kill."""

    def __init__(self, folder: Path, number: int, settings: dict[str, str]) -> None:
        self._folder = folder
        self._number = number
        self._settings = settings
        self._starts = 0
        self._process: Any = None
        self.start()

    @property
    def log(self) -> str:
        """What it has written since its last start."""
        path = self._log_file()
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def start(self) -> None:
        """Start it."""
        self._starts += 1
        home = {"CITEBOT_HOME": str(self._folder / f"home{self._number}"), "CONSTANTS": "{}"}
        given = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        environment = given | self._settings | home
        self._process = _PROCESSES.ForkedProcess("run_fake_bot", self._folder, environment, self._log_file())

    async def up(self) -> None:
        """Wait until it answers."""
        while "Answering as" not in self.log:
            if not self._process.is_running:
                raise RuntimeError(self.log)
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it without a word."""
        await self._process.kill()

    async def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        await self._process.exit_code(60)

    def _log_file(self) -> Path:
        return self._folder / f"bot{self._number}-{self._starts}.log"


class Trial:
    """A PostgreSQL, a Telegram, and two bots."""

    def __init__(self, folder: Path, telegram: Any, postgres: Any, chance: random.Random) -> None:
        self._folder = folder
        self.telegram = telegram
        self.postgres = postgres
        self.chance = chance
        url = postgres.new_database()
        self._database = url.rpartition("/")[2]
        self.settings = {
            "CITEBOT_TELEGRAM_TOKEN": _TELEGRAM.TOKEN,
            "CITEBOT_TELEGRAM_API_URL": telegram.url,
            "CITEBOT_DATABASE_URL": url,
            "CITEBOT_QUESTIONS_PER_MINUTE": "1000",
        }

    def bots(self, *settings: dict[str, str]) -> list[Bot]:
        """Start bots."""
        return [Bot(self._folder, number, self.settings | each) for number, each in enumerate(settings)]

    def under_way(self) -> int:
        """Return how many updates are being handled."""
        return int(
            self.postgres.execute(
                "SELECT count(*) FROM update_queue WHERE body IS NOT NULL AND owner IS NOT NULL", self._database
            )[0][0]
        )

    def told(self, asked: dict[int, list[int]]) -> None:
        """Print what became of the updates that were `asked`, by chat."""
        answered: dict[int, list[int]] = {chat: [] for chat in asked}
        errors = 0
        for call in self.telegram.sent():
            reply = call.fields.get("reply_parameters")
            if reply and call.parsed and call.parsed.text.startswith("1. The board"):
                answered[call.fields["chat_id"]].append(reply["message_id"])
            else:
                errors += 1
                print("  said besides:", call.fields["text"][:90])
        times = Counter(Counter(each for said in answered.values() for each in said)[number] for number in _all(asked))
        noted = self.postgres.execute("SELECT count(*) FROM update_queue WHERE answering", self._database)[0][0]
        disorder = sum(said != sorted(said) for said in answered.values())
        twice = sum(count for many, count in times.items() if many > 1)
        print(f"updates {len(_all(asked))}, answered once {times[1]}, twice or more {twice}, never {times[0]}")
        print(f"noted as answered {noted}: what was killed in that moment is not sent again")
        print(f"chats {len(asked)}, out of order {disorder}; other words that readers saw {errors}")


def _all(asked: dict[int, list[int]]) -> list[int]:
    return [number for numbers in asked.values() for number in numbers]


@asynccontextmanager
async def trial(seed: int) -> AsyncIterator[Trial]:
    """Make what a trial needs, and clear it away."""
    postgres = _POSTGRES.PostgresServer()
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with _TELEGRAM.TelegramServer(gives_up=False) as telegram:
                yield Trial(Path(folder), telegram, postgres, random.Random(seed))
    finally:
        postgres.close()


class Balancer:
    """Delivers an update to one of the bots; to another one where that does not take it."""

    def __init__(self, telegram: Any, places: list[str], chance: random.Random, session: ClientSession) -> None:
        self._telegram = telegram
        self._places = places
        self._chance = chance
        self._session = session
        self.refused = 0

    async def deliver(self, update: dict[str, Any]) -> None:
        """Try until one has confirmed `update`."""
        for _ in range(_TRIES):
            try:
                if await self._status(self._chance.choice(self._places), json.dumps(update)) == 200:  # noqa: PLR2004
                    return
            except (ClientError, TimeoutError):
                pass
            self.refused += 1
            await asyncio.sleep(0.1)
        raise RuntimeError("nobody takes an update")

    async def _status(self, place: str, body: str) -> int:
        webhook = self._telegram.webhook
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": webhook["secret_token"],
        }
        address = place + urlsplit(webhook["url"]).path
        async with self._session.post(address, data=body, headers=headers) as response:
            return int(response.status)


def _message(number: int, chat: int) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    where = {"id": chat, "type": "private", "first_name": "Ann"}
    text = f"slow question {number}"
    body = {"message_id": number, "date": int(time.time()), "chat": where, "from": person, "text": text}
    return {"update_id": number, "message": body}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def behind_a_balancer(one: Trial, updates: int, kills: int) -> None:
    """Deliver `updates` while bots are killed."""
    ports = [_free_port(), _free_port()]
    webhook = {"CITEBOT_TELEGRAM_WEBHOOK_URL": "https://bot.example.org"}
    bots = one.bots(*(webhook | {"CITEBOT_TELEGRAM_WEBHOOK_LISTEN": f"127.0.0.1:{port}"} for port in ports))
    for bot in bots:
        await bot.up()
    chats = range(1000, 1000 + updates // _EACH)
    asked = {chat: [chat * _EACH + turn for turn in range(_EACH)] for chat in chats}
    began = time.monotonic()
    hit: list[int] = []
    async with ClientSession(timeout=ClientTimeout(10)) as session:
        balancer = Balancer(one.telegram, [f"http://127.0.0.1:{port}" for port in ports], one.chance, session)
        delivering = asyncio.create_task(_deliver_all(balancer, asked, one.chance))
        for _ in range(kills):
            await asyncio.sleep(one.chance.uniform(0.3, 1.7) * updates / _A_SECOND / (kills + 1))
            for bot in bots:
                await bot.up()
            victim = one.chance.choice(bots)
            hit.append(one.under_way())
            await victim.kill()
            victim.start()
        await delivering
    await _quiet(one)
    print(f"killed {kills} times, with {hit} updates under way; {time.monotonic() - began:.0f} s in all")
    print(f"deliveries that were refused or lost and made again: {balancer.refused}")
    one.told(asked)
    for bot in bots:
        await bot.up()
        await bot.stop()


async def _deliver_all(balancer: Balancer, asked: dict[int, list[int]], chance: random.Random) -> None:
    """Deliver everything twice: a chat's in their order, as Telegram does, and many chats at once."""
    waiting = {chat: list(numbers) for chat, numbers in asked.items()}
    under_way: dict[int, asyncio.Task[None]] = {}
    began, count = time.monotonic(), 0
    again: list[asyncio.Task[None]] = []
    while waiting:
        chat = chance.choice(list(waiting))
        if chat in under_way:
            await under_way[chat]
        update = _message(waiting[chat].pop(0), chat)
        if not waiting[chat]:
            del waiting[chat]
        under_way[chat] = asyncio.create_task(balancer.deliver(update))
        again.append(asyncio.create_task(_deliver_later(balancer, update, chance.choice((0.0, 0.0, 0.5, 5.0)))))
        count += 1
        await asyncio.sleep(max(0.0, began + count / _A_SECOND - time.monotonic()))
    await asyncio.gather(*under_way.values(), *again)


async def _deliver_later(balancer: Balancer, update: dict[str, Any], seconds: float) -> None:
    await asyncio.sleep(seconds)
    await balancer.deliver(update)


async def _quiet(one: Trial) -> None:
    """Wait until nothing more is sent."""
    before = -1
    while before != len(one.telegram.sent()):
        before = len(one.telegram.sent())
        await asyncio.sleep(15)


async def by_polling(one: Trial, kills: int) -> None:
    """Kill whichever fetches, and time the other one's taking over."""
    bots = one.bots({}, {})
    for bot in bots:
        await bot.up()
    asked: dict[int, list[int]] = {}
    takes: list[float] = []
    for _ in range(kills):
        for chat in range(5000 + len(asked), 5010 + len(asked)):
            number = await one.telegram.receive(text="slow question", sender={"id": chat})
            asked[chat] = [number]
        await asyncio.sleep(one.chance.uniform(0.0, 1.0))
        leader = next(bot for bot in bots if _fetches(bot))
        killed = time.monotonic()
        await leader.kill()
        fetched = await _next_fetch(one, killed)
        takes.append(fetched - killed)
        leader.start()
        await leader.up()
        await asyncio.sleep(1.0)
    await _quiet(one)
    print(f"the other one fetches after {', '.join(f'{each:.1f}' for each in takes)} s")
    conflicts = sum("Conflict" in call.description for call in one.telegram.calls)
    print(f"conflicts told by Telegram: {conflicts}")
    one.told(asked)
    for bot in bots:
        await bot.stop()


def _fetches(bot: Bot) -> bool:
    return "This bot fetches the updates now" in bot.log


async def _next_fetch(one: Trial, since: float) -> float:
    while True:
        for call in reversed(one.telegram.calls):
            if call.method == "deleteWebhook" and call.at > since:
                return float(call.at)
        await asyncio.sleep(0.02)


async def main(updates: int, kills: int, seed: int) -> None:
    """Make both trials."""
    print(f"seed {seed}")
    logging.disable()  # aiohttp tells of each request that a kill has cut off
    async with trial(seed) as one:
        await behind_a_balancer(one, updates, kills)
    async with trial(seed) as one:
        await by_polling(one, _POLLING_KILLS)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    asyncio.run(main(*(given + [3000, 12, random.randrange(10**6)][len(given) :])))
