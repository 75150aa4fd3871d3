"""Secrets and what people ask are shown to nobody: neither in a `repr`, nor in a log, nor on the disk to others."""

import logging
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bot_process import Starter
from telegram.ext import Application
from telegram_server import TOKEN, TelegramServer

from bot.logs import JsonFormatter, TextFormatter
from bot.settings import BotSettings
from retrieval.disk import make_private
from retrieval.fetching.kept import KeptResponse, ResponseFolder
from retrieval.index.writing import FolderLock
from retrieval.store.database import Database

PASSWORD = "of-nobodys-business"  # noqa: S105 - of a test
LETTERS = TOKEN.partition(":")[2]


@pytest.fixture(autouse=True)
def _as_most_machines_are_set_up() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_no_secret_stands_in_what_settings_show(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_URL": "https://bot.example.org",
        "TELEGRAM_WEBHOOK_SECRET": PASSWORD,
        "DATABASE_URL": f"postgresql+psycopg://citebot:{PASSWORD}@db.example.org/citebot",
        "DATABASE_READ_URL": f"postgresql+psycopg://citebot:{PASSWORD}@copy.example.org/citebot",
        "SOURCES": f"https://reader:{PASSWORD}@news.example.org/feed",
    }.items():
        monkeypatch.setenv(f"CITEBOT_{name}", value)
    settings = BotSettings.load()
    place = settings.webhook()
    assert place is not None
    assert place.secret == PASSWORD
    for shown in (repr(settings), str(settings), repr(place), f"{settings!r:.9999}"):
        assert PASSWORD not in shown
        assert LETTERS not in shown
        assert place.path not in shown
    assert "home=" in repr(settings), "what is no secret is shown"


@pytest.mark.parametrize("formatter", [TextFormatter(TOKEN), JsonFormatter(TOKEN)])
def test_no_error_of_the_clients_that_hold_the_token_brings_it_into_the_log(formatter: logging.Formatter) -> None:
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    request = httpx.Request("POST", url)
    response = httpx.Response(502, request=request)
    bot = Application.builder().token(TOKEN).build().bot
    errors: list[Exception] = [
        httpx.ConnectError(f"[Errno 111] {url}", request=request),
        httpx.HTTPStatusError(f"{response} of {request} {url}", request=request, response=response),
        httpx.InvalidURL(f"Invalid port: '{TOKEN}'"),
        RuntimeError(f"{bot!r} {request!r}"),
        KeyError(TOKEN),
    ]
    for error in errors:
        assert LETTERS in f"{error}", "there is something to hide"
        try:
            raise OSError("around it") from error  # noqa: TRY301 - to be caught with its cause
        except OSError as raised:
            about = (type(raised), raised, raised.__traceback__)
        record = logging.LogRecord("test", logging.ERROR, __file__, 1, "%s %r", (error, bot), about)
        assert LETTERS not in formatter.format(record)
        assert "around it" in formatter.format(record)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def lock(home: Path) -> None:
    with FolderLock(home).held(0):
        pass


def migrate(home: Path) -> None:
    database = Database.in_file(home / "citebot.sqlite")
    database.migrate()
    database.close()


def keep(home: Path) -> None:
    ResponseFolder(home / "fetched").keep("https://example.org", KeptResponse("https://example.org", "", b""))


@pytest.mark.parametrize("begin", [lock, migrate, keep, make_private])
def test_a_home_is_made_for_its_owner_alone_and_stays_as_its_owner_made_it(begin, tmp_path: Path) -> None:
    home, shared = tmp_path / "data" / "home", tmp_path / "shared"
    begin(home)
    assert mode(home) == 0o700
    shared.mkdir(mode=0o750)
    begin(shared)
    assert mode(shared) == 0o750


def title_of(process: int) -> str:
    """Return what everyone on the machine sees of a process."""
    place = Path(f"/proc/{process}")
    if place.exists():
        title = b"".join((place / name).read_bytes() for name in ("comm", "cmdline"))
    else:
        title = subprocess.run(["ps", "-o", "comm=,args=", "-p", str(process)], capture_output=True, check=True).stdout
    assert title
    return title.decode(errors="replace")


async def test_what_a_running_bot_keeps_is_its_owners_and_its_command_line_holds_no_token(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(home="home")
    await telegram.polling()
    await telegram.receive(text="Who leads the secretboard?")
    await telegram.messages(1)
    home = tmp_path / "home"
    assert mode(home) == 0o700
    asked = [path for path in home.rglob("*") if path.is_file() and b"secretboard" in path.read_bytes()]
    assert asked, "the question is kept"
    assert {mode(path) for path in asked} == {0o600}
    assert LETTERS not in "".join(path.read_text("latin-1") for path in home.rglob("*") if path.is_file())
    assert LETTERS not in title_of(bot.process.pid)
    assert await bot.stop() == 0
