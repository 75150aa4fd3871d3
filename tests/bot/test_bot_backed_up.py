"""A backup of the home of a bot that answers: it notices nothing, and another one goes on from what was put back."""

import asyncio
import json
from pathlib import Path
from typing import Any

from bot_process import Starter
from citebot_process import Command
from telegram_server import TelegramServer

QUESTION = "Какова длина моста через Ильму?"
OPTIONS = {"min_confidence": "0", "reader": "off", "citations": "1", "questions_per_minute": "1000"}


async def run(folder: Path, home: Path, *arguments: str) -> list[str]:
    command = Command(*arguments, home=home, folder=folder, CITEBOT_SOURCES=str(folder / "articles"))
    assert await asyncio.to_thread(command.end) == 0, command.warnings
    return command.lines_left()


async def test_a_bot_answers_on_while_it_is_backed_up_and_checked(
    telegram: TelegramServer, start: Starter, tmp_path: Path, indexed: Any, home: Path
) -> None:
    bot = await start("run_hashing_bot", home=str(home), **OPTIONS)
    await telegram.receive(text=QUESTION)
    await telegram.messages(1)

    copying = asyncio.create_task(run(tmp_path, home, "backup", "home.tar.gz"))
    asked = 1
    while not copying.done():
        await telegram.receive(text=QUESTION)
        asked += 1
        await telegram.messages(asked)
    await copying
    checked = json.loads((await run(tmp_path, home, "doctor", "--json"))[0])

    assert checked["healthy"]
    assert await bot.stop() == 0
    texts = {call.fields["text"] for call in telegram.sent()}
    assert len(texts) == 1
    await run(tmp_path, tmp_path / "there", "restore", "home.tar.gz")
    other = await start("run_hashing_bot", home=str(tmp_path / "there"), **OPTIONS)
    await telegram.receive(text=QUESTION)
    answer = (await telegram.messages(asked + 1))[-1]
    assert answer.fields["text"] in texts
    assert await other.stop() == 0
    assert "Traceback" not in bot.log() + other.log()
