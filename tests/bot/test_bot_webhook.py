"""The bot behind a webhook: the real process, called as a proxy calls it."""

import asyncio
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from bot_process import Starter
from telegram_server import READER, Fault, TelegramServer

from bot.health import read_health

SECRET = "a-secret_of-the-operator"  # noqa: S105 - of a test


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def settings(port: int) -> dict[str, str]:
    return {
        "telegram_webhook_url": "https://bot.example.org/citebot/",
        "telegram_webhook_listen": f"127.0.0.1:{port}",
        "telegram_webhook_secret": SECRET,
    }


def message(update_id: int, text: str) -> dict[str, Any]:
    chat = {"id": READER["id"], "type": "private", "first_name": "Ann"}
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    body = {"message_id": update_id, "date": int(time.time()), "chat": chat, "from": READER, "text": text}
    return {"update_id": update_id, "message": body | {"entities": entities}}


async def up(telegram: TelegramServer) -> None:
    await telegram.until(lambda: telegram.webhook and len(telegram.commands) >= 3, "the webhook and the menu")


async def test_a_call_with_the_secret_is_answered_once(
    telegram: TelegramServer, start: Starter, settings: dict[str, str], port: int
) -> None:
    place = f"http://127.0.0.1:{port}"
    bot = await start(**settings, log_level="debug")
    await up(telegram)
    assert re.fullmatch(r"https://bot\.example\.org/citebot/[A-Za-z0-9_-]{32}", telegram.webhook["url"])
    assert telegram.webhook["secret_token"] == SECRET
    assert telegram.webhook["allowed_updates"] == ["message", "callback_query", "inline_query", "my_chat_member"]
    for _ in range(2):
        assert await telegram.call_webhook(message(1, "/help"), place=place) == 200
    greeted = message(2, "/start")
    assert await telegram.call_webhook(greeted, place=place) == 200
    assert [call.fields["text"][:5] for call in await telegram.messages(2)] == ["How t", "Hello"]
    assert await bot.stop() == 0
    assert telegram.webhook
    path = telegram.webhook["url"].rpartition("/")[2]
    again = await start(**settings)
    await telegram.until(lambda: not telegram.webhook["url"].endswith(path), "a new path")
    assert await telegram.call_webhook(greeted, place=place) == 200
    assert await telegram.call_webhook(message(3, "/help"), place=place) == 200
    await telegram.messages(3)
    assert await again.stop() == 0
    assert len(telegram.sent()) == 3
    assert not [call for call in telegram.calls if call.method == "getUpdates"]


async def test_whoever_does_not_know_the_secret_is_turned_away(
    telegram: TelegramServer, start: Starter, settings: dict[str, str], port: int
) -> None:
    place = f"http://127.0.0.1:{port}"
    bot = await start(**settings, log_level="debug")
    await up(telegram)
    wrong = "wrong-secretboard"
    assert await telegram.call_webhook(message(1, "/help"), place=place, secret="") == 403
    assert await telegram.call_webhook(message(1, "/help"), place=place, secret=wrong) == 403
    real = telegram.webhook["url"]
    telegram.webhook["url"] = "https://bot.example.org/citebot/guessed"
    assert await telegram.call_webhook(message(1, "/help"), place=place) == 404
    telegram.webhook["url"] = real
    assert await telegram.call_webhook(message(2, "/start"), place=place) == 200
    [sent] = await telegram.messages(1)
    assert sent.fields["text"].startswith("Hello")
    assert await bot.stop() == 0
    for told in (wrong, SECRET, real.rpartition("/")[2]):
        assert told not in bot.log()


async def test_what_is_malformed_is_confirmed_and_not_logged(
    telegram: TelegramServer, start: Starter, settings: dict[str, str], port: int
) -> None:
    place = f"http://127.0.0.1:{port}"
    bot = await start(**settings)
    await up(telegram)
    broken = {"update_id": 7, "message": {"text": "secretboard"}}
    assert await telegram.call_webhook(broken, place=place) == 200
    assert await telegram.call_webhook(b"secretboard {", place=place) == 200
    assert await telegram.call_webhook(b"[" * 5000, place=place) == 200
    assert await telegram.call_webhook(message(8, "Who leads the secretboard?"), place=place) == 200
    await telegram.messages(1)
    assert await bot.stop() == 0
    assert "Update 7 is malformed" in bot.log()
    for told in ("secretboard", SECRET, telegram.webhook["url"], "Traceback"):
        assert told not in bot.log()


async def test_what_was_confirmed_survives_a_kill(
    telegram: TelegramServer, start: Starter, settings: dict[str, str], port: int
) -> None:
    bot = await start(**settings)
    await up(telegram)
    assert await telegram.call_webhook(message(1, "held"), place=f"http://127.0.0.1:{port}") == 200
    await bot.kill()
    assert telegram.sent() == []
    bot.let_go()
    await start(**settings)
    await telegram.messages(1)


async def test_without_a_secret_one_is_made_up_and_each_start_makes_another(
    telegram: TelegramServer, start: Starter, settings: dict[str, str]
) -> None:
    del settings["telegram_webhook_secret"]
    secrets = set()
    for _ in range(2):
        telegram.restarted()
        telegram.webhook = {}
        bot = await start(**settings)
        await up(telegram)
        secrets.add(telegram.webhook["secret_token"])
        assert await bot.stop() == 0
    assert len(secrets) == 2
    assert min(map(len, secrets)) >= 40


async def test_a_webhook_that_is_taken_away_again_and_again_is_set_again_and_logged_once(
    telegram: TelegramServer, start: Starter, settings: dict[str, str], port: int, tmp_path: Path
) -> None:
    looking = {"bot.transport.webhook._LOOK_EVERY": 0.1}
    bot = await start(**settings, home=str(tmp_path / "home"), constants=looking)
    await up(telegram)
    assert read_health(tmp_path / "home").healthy
    telegram.fault("getWebhookInfo", Fault(), times=2)
    ours = telegram.webhook
    for _ in range(2):
        telegram.webhook = {"url": "https://other.example.org/bot"}
        await telegram.until(lambda: telegram.webhook == ours, "the webhook to be set again")
    health = read_health(tmp_path / "home")
    assert (health.healthy, health.told.partition(":")[0]) == (False, "another program uses this bot's token")
    place, wrong = f"http://127.0.0.1:{port}", "wrong-secretboard"
    for _ in range(3):
        assert await telegram.call_webhook(message(1, "/help"), place=place, secret=wrong) == 403
    assert await telegram.call_webhook(message(1, "/help"), place=place) == 200
    await telegram.messages(1)
    assert bot.log().count("Another program takes the webhook of this token away") == 1
    assert bot.log().count("Telegram could not be asked about the webhook") == 1
    assert bot.log().count("without the right secret") == 1
    telegram.fault("getWebhookInfo", Fault(401, "Unauthorized"))
    assert await bot.exit_code() == 1
    assert "citebot: CITEBOT_TELEGRAM_TOKEN was refused" in bot.log()
    assert "Traceback" not in bot.log()


async def test_polling_after_a_webhook_takes_it_away(telegram: TelegramServer, start: Starter) -> None:
    telegram.webhook = {"url": "https://bot.example.org/old"}
    await start()
    await telegram.polling()
    assert telegram.webhook == {}
    await telegram.receive(text="/help")
    await telegram.messages(1)


async def test_what_keeps_a_webhook_from_starting_is_one_line(
    telegram: TelegramServer, start: Starter, settings: dict[str, str], port: int
) -> None:
    refused = await start(**settings | {"telegram_webhook_url": "https://forbidden.example.org"})
    assert await refused.exit_code() == 1
    assert "citebot: CITEBOT_TELEGRAM_WEBHOOK_URL was refused by Telegram: Bad" in refused.log()
    malformed = await start(**settings | {"telegram_webhook_secret": "no spaces, please"})
    assert await malformed.exit_code() == 1
    assert malformed.log().startswith("citebot: CITEBOT_TELEGRAM_WEBHOOK_SECRET is not a secret of a webhook")
    assert "spaces" not in malformed.log()
    taken = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", port)
    late = await start(**settings)
    assert await late.exit_code() == 1
    assert f"citebot: CITEBOT_TELEGRAM_WEBHOOK_LISTEN=127.0.0.1:{port} cannot be had" in late.log()
    taken.close()
    assert "Traceback" not in refused.log() + malformed.log() + late.log()
