"""A token that does not hold ends the bot before it has done anything else; no word from Telegram does not."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from places import ROOT, SUPPORT
from telegram_server import TOKEN, Fault, TelegramServer

REFUSED = "123456789:BBwrongwrongwrongwrongwrongwrongwro_"
MALFORMED = (
    "citebot: CITEBOT_TELEGRAM_TOKEN is not a bot token: expected the whole of what @BotFather gave, digits, a colon "
    "and 35 letters (its value is not shown here)"
)


async def run_citebot(folder: Path, *arguments: str, given: str = "", **settings: str) -> tuple[int, str, str]:
    """Run the real command line over the model that can be computed by hand; return code, output and errors."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
    inherited = {name: value for name, value in inherited.items() if not name.lower().endswith("_proxy")}
    wanted = {f"CITEBOT_{name.upper()}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(SUPPORT / "run_hashing_citebot.py"),
        *arguments,
        cwd=folder,
        env=inherited | {"PYTHONPATH": f"{ROOT}{os.pathsep}{SUPPORT}", "CITEBOT_READER": "off"} | wanted,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(given.encode())
    assert process.returncode is not None
    return process.returncode, output.decode(), errors.decode()


def made_in(folder: Path) -> list[Path]:
    return list(folder.glob("*"))


@pytest.mark.parametrize("command", ["run", "start"])
async def test_a_refused_token_is_told_before_there_is_an_index(
    telegram: TelegramServer, tmp_path: Path, command: str
) -> None:
    (tmp_path / "a.txt").write_text("The board met.\n\nIt chose a new chair on Monday.", encoding="utf-8")
    code, output, errors = await run_citebot(
        tmp_path, command, telegram_token=REFUSED, telegram_api_url=telegram.url, sources="a.txt"
    )
    assert (code, output) == (1, "")
    assert errors == (
        f"citebot: CITEBOT_TELEGRAM_TOKEN was refused at CITEBOT_TELEGRAM_API_URL={telegram.url}: check that this is "
        "the root of a Bot API server, and that the token is the one from @BotFather\n"
    )
    assert [call.method for call in telegram.calls] == ["getMe"]
    assert made_in(tmp_path / "data/state/generations") == []


@pytest.mark.parametrize("command", ["run", "start"])
async def test_a_malformed_token_is_told_without_asking_telegram(
    telegram: TelegramServer, tmp_path: Path, command: str
) -> None:
    told = await run_citebot(tmp_path, command, telegram_token="nonsense", telegram_api_url=telegram.url)  # noqa: S106
    assert told == (1, "", MALFORMED + "\n")
    assert telegram.calls == []
    assert made_in(tmp_path) == []


async def test_a_missing_token_is_told(tmp_path: Path) -> None:
    missing = "citebot: CITEBOT_TELEGRAM_TOKEN is not set: put the token from @BotFather there\n"
    assert await run_citebot(tmp_path, "run") == (1, "", missing)


async def test_when_telegram_cannot_be_reached_start_says_so_and_goes_on(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    telegram.fault("getMe", Fault())
    code, _, errors = await run_citebot(
        tmp_path, "start", telegram_token=TOKEN, telegram_api_url=telegram.url, sources="missing"
    )
    assert code == 1
    first, second = errors.splitlines()
    assert first == (
        "citebot: Telegram cannot be reached (Bad Gateway), so the token is not checked yet; going on with the index"
    )
    assert second.startswith("citebot: no articles in 'missing'")
    assert TOKEN not in errors


async def test_when_telegram_cannot_be_reached_run_says_so_and_goes_on(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    telegram.cut = True
    code, _, errors = await run_citebot(tmp_path, "run", telegram_token=TOKEN, telegram_api_url=telegram.url)
    assert code == 1
    first, second = errors.splitlines()
    assert "WARNING bot.application: Telegram cannot be reached (" in first
    assert first.endswith("), so the token is not checked yet; going on, and trying again")
    assert second.startswith("citebot: there is no index yet in ")
    assert TOKEN.partition(":")[2] not in errors
