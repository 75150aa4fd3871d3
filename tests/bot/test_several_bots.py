"""Several bots on one PostgreSQL, as processes over HTTP: each update answered once, whichever of them dies."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from bot_process import UNPACED, Bot, Starter
from people_database import follow_asked
from postgres_server import PostgresServer
from run_fake_bot import PUBLISHED
from telegram_server import READER, TelegramServer
from test_bot_webhook import free_port, message

from bot.health import read_health
from bot.people.digests import DailyDigest, want_digest
from bot.people.store import PeopleStore
from retrieval.types import Followed

CHATS = range(2001, 2009)
EACH = 3


def in_chat(update_id: int, chat: int, text: str) -> dict[str, Any]:
    update = message(update_id, text)
    update["message"] |= {"chat": {"id": chat, "type": "private", "first_name": "Ann"}}
    update["message"]["from"] = READER | {"id": chat}
    return update


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a database on the test's own server, if it has one."""
    if "own_postgres" in request.fixturenames:
        return str(request.getfixturevalue("own_postgres").new_database())
    return str(request.getfixturevalue("database_url"))


@pytest.fixture
def fetching(start: Starter, url: str, tmp_path: Path) -> Callable[..., Awaitable[Bot]]:
    """Start one of several bots that fetch updates, with a home of its own."""
    homes = (str(tmp_path / f"home{number}") for number in range(9))

    async def started(constants: dict[str, Any] | None = None, **settings: str) -> Bot:
        return await start(constants=constants, **{"home": next(homes), "database_url": url} | settings)

    return started


@pytest.fixture
def called(fetching: Callable[..., Awaitable[Bot]]) -> Callable[[], Awaitable[tuple[Bot, str]]]:
    """Start one of several bots behind a balancer; return it and where it listens."""

    async def started() -> tuple[Bot, str]:
        port = free_port()
        bot = await fetching(
            telegram_webhook_url="https://bot.example.org/citebot", telegram_webhook_listen=f"127.0.0.1:{port}"
        )
        return bot, f"http://127.0.0.1:{port}"

    return started


async def listening(*bots: Bot) -> None:
    while not all("Answering as" in bot.log() for bot in bots):
        assert all(bot.process.is_running for bot in bots), "".join(bot.log() for bot in bots)
        await asyncio.sleep(0.05)


def answers(telegram: TelegramServer) -> dict[int, list[int]]:
    """Return to which messages of each chat something was said, in the order in which it was."""
    said: dict[int, list[int]] = {}
    for call in telegram.sent():
        said.setdefault(call.fields["chat_id"], []).append(call.fields["reply_parameters"]["message_id"])
    return said


async def test_behind_a_balancer_each_update_is_answered_once_and_a_chat_in_order_though_one_is_killed(
    telegram: TelegramServer, called: Callable[[], Awaitable[tuple[Bot, str]]]
) -> None:
    (first, at_first), (second, at_second) = await called(), await called()
    await listening(first, second)
    path = telegram.webhook["url"]

    async def deliver(chat: int) -> None:
        for turn in range(EACH):
            update = in_chat(chat * 10 + turn, chat, "held" if turn == 0 else f"Who leads board {turn}?")
            for place in (at_first, at_second)[:: 1 if chat % 2 else -1]:
                assert await telegram.call_webhook(update, place=place) == 200

    await asyncio.gather(*map(deliver, CHATS))
    await telegram.typing(1)
    await first.kill()
    first.let_go()
    wanted = {chat: [chat * 10 + turn for turn in range(EACH)] for chat in CHATS}
    await telegram.messages(len(CHATS) * EACH)
    assert answers(telegram) == wanted
    again, _ = await called()
    await listening(again)
    assert telegram.webhook["url"] == path
    assert await second.stop() == 0
    assert await again.stop() == 0
    assert answers(telegram) == wanted
    assert "Another program" not in second.log() + again.log()


async def test_one_of_several_fetches_and_another_one_does_when_it_is_killed(
    telegram: TelegramServer, fetching: Callable[..., Awaitable[Bot]], tmp_path: Path
) -> None:
    first = await fetching()
    await telegram.polling()
    second = await fetching()
    await listening(second)
    assert read_health(tmp_path / "home1").healthy
    for chat in CHATS:
        await telegram.receive(text="/help", sender={"id": chat})
    await telegram.messages(len(CHATS))
    await first.kill()
    telegram.restarted()
    for chat in CHATS:
        await telegram.receive(text="/help", sender={"id": chat})
    sent = await telegram.messages(2 * len(CHATS))
    assert Counter(call.fields["chat_id"] for call in sent) == dict.fromkeys(CHATS, 2)
    assert await second.stop() == 0
    assert "This bot fetches the updates now" in second.log()
    assert "Another program" not in first.log() + second.log()
    assert not [call for call in telegram.calls if "Conflict" in call.description]


async def test_while_the_database_is_away_nothing_is_taken_and_nothing_is_lost(
    telegram: TelegramServer, called: Callable[[], Awaitable[tuple[Bot, str]]], own_postgres: PostgresServer
) -> None:
    bot, place = await called()
    await listening(bot)
    assert await telegram.call_webhook(in_chat(1, 2001, "held"), place=place) == 200
    await telegram.typing(1)
    own_postgres.stop()
    assert await telegram.call_webhook(in_chat(2, 2002, "Who leads the board?"), place=place) == 503
    bot.let_go()
    assert await telegram.call_webhook(in_chat(3, 2003, "Who leads the board?"), place=place) == 503
    assert telegram.sent() == []
    own_postgres.start()
    while await telegram.call_webhook(in_chat(2, 2002, "Who leads the board?"), place=place) != 200:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    await telegram.messages(2)
    assert answers(telegram) == {2001: [1], 2002: [2]}
    assert all(call.parsed and call.parsed.text.startswith("1. The board") for call in telegram.sent())
    assert await bot.stop() == 0
    assert bot.log().count("The database is away") == 1


async def test_what_nobody_asked_for_is_sent_by_one_of_several(
    telegram: TelegramServer, fetching: Callable[..., Awaitable[Bot]], url: str, tmp_path: Path
) -> None:
    hour = datetime.now(UTC).hour
    with closing(PeopleStore.open(tmp_path / "home", url)) as store:
        for chat in CHATS:
            followed = Followed("later map", datetime(2026, 1, 9), (), 7)  # noqa: DTZ001 - naive as the archive's
            follow_asked(store, chat, followed, datetime(2026, 1, 9, tzinfo=UTC))
            want_digest(store, DailyDigest(chat, hour, "en"), date(2026, 1, 1))
    (tmp_path / PUBLISHED).touch()
    settings = {"digest_channel": "@daily_news", "digest_hour": str(hour), "timezone": "UTC", "quiet_hours": "off"}
    often = {"bot.services.asking_again._LOOK_EVERY": 0.05}
    bots = [await fetching(constants=UNPACED | often, **settings) for _ in range(2)]
    await listening(*bots)
    await telegram.messages(2 * len(CHATS) + 1)
    assert [await bot.stop() for bot in bots] == [0, 0]
    sent = Counter((call.fields["chat_id"], call.fields["text"][:12]) for call in telegram.sent())
    told = {(chat, beginning): 1 for chat in CHATS for beginning in ("<i>There is ", "<b>The main ")}
    assert sent == told | {("@daily_news", "<b>The main "): 1}
