"""`citebot configure`: asks, tries, and writes `.env` in one step or not at all, with the token never shown."""

import asyncio
import os
import pty
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from citebot_process import until
from dotenv import dotenv_values
from places import ROOT, SUPPORT
from telegram_server import TOKEN

from bot.settings import BotSettings
from bot.terminal.env_file import write_settings
from retrieval.errors import SettingsError

OTHER_TOKEN = "987654321:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist
STANDING = "# Ours\nCITEBOT_CITATIONS=2\n\nOTHER=1 # of another program\n# CITEBOT_TIMEZONE=Europe/Moscow\n"
QUESTIONS = 6
TRIED = "  Telegram knows it: @CitebotTestBot\n"


def surroundings(**settings):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
    inherited = {name: value for name, value in inherited.items() if not name.lower().endswith("_proxy")}
    path = os.pathsep.join((str(ROOT), str(SUPPORT)))
    return inherited | {"PYTHONPATH": path} | {f"CITEBOT_{name.upper()}": value for name, value in settings.items()}


def command():
    return [sys.executable, str(SUPPORT / "run_hashing_citebot.py"), "configure"]


@pytest.fixture
def folder(tmp_path):
    """Where the command is run, with two articles."""
    place = tmp_path / "place"
    (place / "news").mkdir(parents=True)
    for name in ("one", "two"):
        (place / "news" / f"{name}.txt").write_text(f"The board met {name}.\n\nIt chose a chair.", encoding="utf-8")
    return place


@pytest.fixture
def configured(citebot, folder, telegram, monkeypatch):
    """Run the command with answers that come from another program; Enter for those that are not given."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CITEBOT_TIMEZONE")  # which is asked for
    monkeypatch.setenv("CITEBOT_TELEGRAM_API_URL", telegram.url)

    async def run(*answers, lines=QUESTIONS):
        given = "".join(f"{answer}\n" for answer in (*answers, *[""] * QUESTIONS)[:lines])
        done = await asyncio.to_thread(citebot, "configure", given=given)
        assert TOKEN.partition(":")[2] not in done.stdout + done.stderr
        return done

    return run


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def written(folder):
    return (folder / ".env").read_text(encoding="utf-8")


async def test_what_is_asked_is_tried_and_written_and_all_else_stays(configured, folder):
    (folder / ".env").write_text(STANDING, encoding="utf-8")
    done = await configured(TOKEN, "news", "1001, 1002", "Asia/Almaty")
    assert (done.returncode, done.stderr) == (0, "")
    assert TRIED in done.stdout
    assert "\n  2 articles\n" in done.stdout
    names = "CITEBOT_TELEGRAM_TOKEN, CITEBOT_SOURCES, CITEBOT_ADMIN_IDS, CITEBOT_TIMEZONE"
    assert done.stdout.endswith(
        f"Written into .env: {names}.\nNext: `citebot start` indexes the articles, and runs the bot.\n"
    )
    assert written(folder) == (
        f"{STANDING}CITEBOT_TIMEZONE=Asia/Almaty\nCITEBOT_TELEGRAM_TOKEN={TOKEN}\nCITEBOT_SOURCES=news\n"
        "CITEBOT_ADMIN_IDS='1001, 1002'\n"
    ).replace("'", "")
    assert (folder / ".env").stat().st_mode & 0o777 == 0o600
    assert names_in(folder) == [".env", "news"]


async def test_enter_keeps_what_stands_and_a_dash_takes_it_out(configured, folder):
    before = f"CITEBOT_TELEGRAM_TOKEN={TOKEN}\nCITEBOT_SOURCES=news\ncitebot_admin_ids=7\n"
    (folder / ".env").write_text(before, encoding="utf-8")
    done = await configured()
    assert done.returncode == 0
    assert TRIED in done.stdout
    assert "from @BotFather (not shown while it is typed) [the one that is set]:\n" in done.stdout
    assert "[news]:\n" in done.stdout
    assert "[7]:\n" in done.stdout
    assert "[Europe/Moscow]:\n" in done.stdout
    assert "\nNothing was changed.\n" in done.stdout
    assert written(folder) == before

    done = await configured("", "", "-")
    assert "Written into .env: CITEBOT_ADMIN_IDS.\n" in done.stdout
    done = await configured("-")
    assert "Telegram numbers" not in done.stdout  # of those who may administer a bot that there is not
    assert "Written into .env: CITEBOT_TELEGRAM_TOKEN.\n" in done.stdout
    assert done.stdout.endswith("Next: `citebot start` indexes the articles, and answers here.\n")
    assert written(folder) == "CITEBOT_SOURCES=news\n"


WRONG = {
    "malformed token": (["nonsense"], "CITEBOT_TELEGRAM_TOKEN is not a bot token: expected the whole of what"),
    "refused token": ([OTHER_TOKEN], "CITEBOT_TELEGRAM_TOKEN was refused at CITEBOT_TELEGRAM_API_URL="),
    "no number": ([TOKEN, "news", "@vasya"], "CITEBOT_ADMIN_IDS='@vasya': '@vasya' is not a Telegram number"),
    "no zone": (["-", "news", "Europe/Moskow"], "CITEBOT_TIMEZONE='Europe/Moskow': is not a time zone; Europe/M"),
}


@pytest.mark.parametrize(("answers", "told"), WRONG.values(), ids=WRONG.keys())
async def test_a_wrong_answer_of_a_program_ends_it_and_leaves_the_file(configured, folder, answers, told):
    (folder / ".env").write_text(STANDING, encoding="utf-8")
    done = await configured(*answers)
    assert done.returncode == 1
    assert done.stderr.startswith(f"citebot: {told}")
    assert done.stderr.count("\n") == 1
    assert written(folder) == STANDING


async def test_answers_that_end_too_early_leave_the_file(configured, folder):
    done = await configured("-", "news", lines=2)
    assert (done.returncode, done.stderr) == (1, "citebot: stopped; nothing was changed\n")
    assert names_in(folder) == ["news"]


async def test_sources_without_articles_and_a_telegram_out_of_reach_are_told_and_taken(configured, folder, telegram):
    telegram.cut = True
    done = await configured(TOKEN, "later")
    assert done.returncode == 0
    assert "  Telegram cannot be reached (" in done.stdout
    assert "  no articles in 'later'; the first problem: later: no such file or folder" in done.stdout
    assert dotenv_values(folder / ".env") == {"CITEBOT_TELEGRAM_TOKEN": TOKEN, "CITEBOT_SOURCES": "later"}


async def test_where_there_is_an_index_of_other_articles_it_says_to_index_first(configured, citebot, folder):
    assert citebot("index", "news").returncode == 0
    same = await configured("-", "news")
    assert same.stdout.endswith("Next: `citebot start` indexes the articles, and answers here.\n")
    (folder / "own").mkdir()
    (folder / "own" / "three.txt").write_text("The board met again.\n\nIt chose a hall.", encoding="utf-8")
    other = await configured("-", "own")
    assert other.stdout.endswith(
        "Next: `citebot index` brings the index in step with these articles, then `citebot start`.\n"
    )


async def test_what_else_is_wrong_and_what_wins_over_the_file_is_told(configured, folder, monkeypatch):
    (folder / ".env").write_text("CITEBOT_ADMIN_IDS=@vasya\nCITEBOT_CITATIONS=many\n", encoding="utf-8")
    monkeypatch.setenv("CITEBOT_SOURCES", "elsewhere")
    done = await configured(TOKEN, "news", "7")
    wrong = "CITEBOT_CITATIONS='many': is not a whole number from 1 to 10"
    assert f"  The sources cannot be tried: {wrong}\n" in done.stdout
    assert "CITEBOT_SOURCES is set in the environment too, which wins over .env.\n" in done.stdout
    assert done.stdout.endswith(f"Next mend what else is wrong in .env or the environment: {wrong}\n")
    assert written(folder).splitlines()[:2] == ["CITEBOT_ADMIN_IDS=7", "CITEBOT_CITATIONS=many"]


class Terminal:
    """The command at a terminal; what is shown there is also what the terminal itself echoes."""

    def __init__(self, folder, **settings):
        self._ours, theirs = pty.openpty()
        os.set_blocking(self._ours, False)
        self.process = subprocess.Popen(
            command(), cwd=folder, env=surroundings(**settings),
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self._bytes = b""
        self._seen = 0

    @property
    def shown(self):
        return self._bytes.decode(errors="replace")

    def sees(self, words):
        """Wait until the terminal shows `words` after what was seen before."""
        until(lambda: self._shows(words))

    def types(self, line):
        os.write(self._ours, f"{line}\n".encode())

    def end(self):
        code = self.process.wait(60)
        os.close(self._ours)
        return code

    def _shows(self, words):
        with suppress(OSError):  # there is nothing at the moment, or nothing to come
            self._bytes += os.read(self._ours, 65536)
        found = self.shown.find(words, self._seen)
        if found >= 0:
            self._seen = found + len(words)
        return found >= 0


@pytest.fixture
def at_terminal(folder):
    terminal = Terminal(folder)
    yield terminal
    terminal.process.kill()
    terminal.process.wait()


def test_at_a_terminal_the_token_is_not_echoed_and_wrong_answers_are_asked_for_again(at_terminal, folder):
    terminal = at_terminal
    terminal.sees("[no bot, answers in the terminal]: ")
    terminal.types("nonsense-secret")
    terminal.sees("CITEBOT_TELEGRAM_TOKEN is not a bot token")
    terminal.sees("[no bot, answers in the terminal]: ")
    terminal.types("-")
    terminal.sees("[data/articles]: ")
    terminal.types("later")
    terminal.sees("Keep these sources all the same? [y/N]: ")
    terminal.types("n")
    terminal.sees("[data/articles]: ")
    terminal.types("news,nwes")
    terminal.sees("  nwes: no such file or folder; correct the path")
    terminal.sees("Keep these sources all the same? [y/N]: ")
    terminal.types("")
    terminal.sees("[data/articles]: ")
    terminal.types("news")
    terminal.sees("  2 articles")
    terminal.sees("[Europe/Moscow]: ")
    terminal.types("Europe/Moskow")
    terminal.sees("is not a time zone; Europe/Moscow is one")
    terminal.sees("[Europe/Moscow]: ")
    assert not (folder / ".env").exists()
    terminal.types("Asia/Almaty")
    if "language" in BotSettings.model_fields:
        terminal.sees("[that of this machine]: ")
        terminal.types("")
    terminal.sees("answers here.")
    assert terminal.end() == 0
    assert "secret" not in terminal.shown
    assert written(folder) == "CITEBOT_SOURCES=news\nCITEBOT_TIMEZONE=Asia/Almaty\n"


def test_ctrl_c_leaves_the_file_as_it_was_and_says_so(at_terminal, folder):
    (folder / ".env").write_text(STANDING, encoding="utf-8")
    terminal = at_terminal
    terminal.sees("[no bot, answers in the terminal]: ")
    terminal.types("-")
    terminal.sees("[data/articles]: ")
    terminal.process.send_signal(signal.SIGINT)
    terminal.sees("citebot: stopped; .env stays as it was")
    assert terminal.end() == 130
    assert written(folder) == STANDING
    assert names_in(folder) == [".env", "news"]


@pytest.mark.parametrize("value", ["a b", " a", "it's", 'say "x"', "a#b", "a #b", "a\\b", "a\\'b", "$HOME", "Ё=ё,б=в"])
def test_any_value_is_read_as_it_was_written(tmp_path, value):
    path = tmp_path / ".env"
    path.write_text("A=1\n", encoding="utf-8")
    write_settings(path, {"CITEBOT_ABOUT": value})
    assert dotenv_values(path) == {"A": "1", "CITEBOT_ABOUT": value}
    write_settings(path, {"CITEBOT_ABOUT": "b", "CITEBOT_CITATIONS": None})
    assert path.read_text(encoding="utf-8") == "A=1\nCITEBOT_ABOUT=b\n"


def test_what_the_file_cannot_hold_leaves_it_as_it_was(tmp_path):
    path = tmp_path / ".env"
    path.write_text("A=1", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"^CITEBOT_ABOUT cannot be written into \.env as it is: put it"):
        write_settings(path, {"CITEBOT_ABOUT": "${A}"})
    assert path.read_text(encoding="utf-8") == "A=1"
    with pytest.raises(SettingsError, match=r"\.env cannot be written \(No such file or directory\)"):
        write_settings(tmp_path / "missing" / ".env", {"A": "1"})
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize("may", [True, False])
def test_the_file_stays_with_its_owner_where_that_is_possible(tmp_path, monkeypatch, may):
    given = []

    def give(_path, *owner):
        given.append(owner)
        if not may:
            raise PermissionError

    monkeypatch.setattr(os, "chown", give)
    path = tmp_path / ".env"
    write_settings(path, {"CITEBOT_ABOUT": "a"})
    assert given == []
    write_settings(path, {"CITEBOT_ABOUT": "b"})
    assert given == [(path.stat().st_uid, path.stat().st_gid)]
    assert path.read_text(encoding="utf-8") == "CITEBOT_ABOUT=b\n"


def test_a_link_is_followed_and_the_mark_of_some_editors_does_not_hide_the_first_line(tmp_path):
    (tmp_path / "real").write_text("CITEBOT_ABOUT=a\n", encoding="utf-8-sig")
    link = tmp_path / ".env"
    link.symlink_to("real")
    write_settings(link, {"CITEBOT_ABOUT": "b"})
    assert link.is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == "CITEBOT_ABOUT=b\n"
