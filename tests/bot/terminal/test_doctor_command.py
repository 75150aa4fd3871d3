"""citebot doctor: lines and exit codes, also where settings are wrong, with people and Telegram looked at."""

import asyncio
import json
import sqlite3
from contextlib import closing

import pytest
from damaging import flip_bit, truncate
from telegram_server import TOKEN, TelegramServer

from bot.people.store import PeopleStore

SECRET = "problem: .env holds a secret and others may read or change it: run `chmod 600 .env`"  # noqa: S105


@pytest.fixture
def indexed_by_command(citebot, three_articles, monkeypatch):
    """A home on the articles; as the command line has it."""
    monkeypatch.setenv("CITEBOT_SOURCES", str(three_articles.folder))
    assert citebot("index").returncode == 0
    return three_articles


def lines(done, beginning):
    return [line for line in done.stdout.splitlines() if line.startswith(beginning)]


def test_all_is_well(citebot, indexed_by_command, home):
    done = citebot("doctor")

    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if "MiB" not in line] == [
        "ok: all settings are understood",
        f"ok: {home}/citebot.sqlite is whole, and so are its tables",
        "ok: 8 files of the index hold what was written",
        "ok: nothing is left over from runs that were killed",
        "ok: 3 texts are what was stored, with 6 sentences in their places",
        "ok: all stored vectors are those of the index",
        "ok: generation 000001 has the 3 articles, 3 passages and 6 sentences that are stored",
        "ok: the model is the one that the index was built with: hashing",
        "ok: the clock is behind nothing that was stored",
        "ok: 1 source is there",
        "ok: nothing is stored about people yet",
        "note: no token is set, so Telegram was not asked",
    ]


def test_damage_is_told_mended_and_then_gone(citebot, indexed_by_command, home):
    flip_bit(home / "segments/000001/vectors.faiss")
    told = (
        f"problem: {home}/segments/000001/vectors.faiss does not hold what was written: run `citebot doctor --repair`"
    )

    found = citebot("doctor")
    mended = citebot("doctor", "--repair")
    again = citebot("doctor", "--json")

    assert (found.returncode, lines(found, "problem")) == (1, [told])
    assert mended.returncode == 0
    assert mended.stdout.splitlines()[:2] == [told, "repaired: Generation 000001 is built anew from what is stored."]
    assert lines(mended, "problem") == [told]
    answer = json.loads(again.stdout)
    assert (again.returncode, answer["healthy"], answer["repaired"]) == (0, True, [])
    assert {finding["level"] for finding in answer["findings"]} == {"ok", "note"}
    assert citebot("status").returncode == 0


def test_json_tells_what_was_repaired(citebot, indexed_by_command, home):
    flip_bit(home / "segments/000001/vectors.faiss")

    answer = json.loads(citebot("doctor", "--repair", "--json").stdout)

    assert (answer["healthy"], answer["repaired"]) == (
        True,
        ["Generation 000001 is built anew from what is stored."],
    )


def test_a_repair_beside_another_writer_says_so(citebot, indexed_by_command, home, library):
    flip_bit(home / "segments/000001/vectors.faiss")

    with library.home.lock.held(0):
        done = citebot("doctor", "--repair")

    assert done.returncode == 1
    assert lines(done, "problem: not") == [
        f"problem: not repaired: another citebot is writing the index in {home}: wait until it is done"
    ]


def test_what_cannot_be_mended_is_left(citebot, indexed_by_command, home):
    (home / "citebot.sqlite").unlink()

    done = citebot("doctor", "--repair")

    assert done.returncode == 1
    assert len(lines(done, f"problem: {home}/citebot.sqlite is damaged (nothing is in it")) == 2
    assert not (home / "citebot.sqlite").exists()


def test_settings_are_looked_at(citebot, indexed_by_command, tmp_path):
    env = tmp_path / ".env"
    env.write_text(f"CITEBOT_TELEGRAM_API_URL=http://127.0.0.1:1\nCITEBOT_TELEGRAM_TOKEN={TOKEN}\nCITEBOT_CITATION=4\n")
    env.chmod(0o644)

    done = citebot("doctor")

    assert done.returncode == 1
    found = lines(done, "problem")
    assert found[:2] == [
        "problem: in .env: CITEBOT_CITATION is no setting of Citebot and is not read; did you mean CITEBOT_CITATIONS?",
        SECRET,
    ]
    assert found[2].startswith("problem: Telegram cannot be reached (")
    assert TOKEN not in done.stdout + done.stderr
    env.chmod(0o600)
    assert SECRET not in citebot("doctor").stdout


def test_a_wrong_setting_ends_it_with_one_line(citebot, indexed_by_command, monkeypatch):
    monkeypatch.setenv("CITEBOT_CITATIONS", "many")

    done = citebot("doctor", "--repair")

    assert done.returncode == 1
    assert set(done.stdout.splitlines()) == {
        "problem: CITEBOT_CITATIONS='many': is not a whole number from 1 to 10",
        "problem: not repaired: CITEBOT_CITATIONS='many': is not a whole number from 1 to 10",
    }


def test_what_is_stored_about_people_is_looked_at(citebot, indexed_by_command, home):
    PeopleStore.open(home, None).close()
    assert "ok: what is stored about people is whole" in citebot("doctor").stdout.splitlines()
    with closing(sqlite3.connect(home / "people.sqlite")) as people:
        people.execute("PRAGMA journal_mode = DELETE")
    truncate(home / "people.sqlite")

    done = citebot("doctor", "--repair")

    assert done.returncode == 1
    assert any("people.sqlite" in line and "malformed" in line for line in lines(done, "problem"))


async def test_telegram_is_asked_who_the_bot_is(citebot, indexed_by_command, monkeypatch, telegram: TelegramServer):
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("CITEBOT_TELEGRAM_API_URL", telegram.url)

    done = await asyncio.to_thread(citebot, "doctor")

    assert done.returncode == 0
    assert lines(done, "ok: Telegram") == ["ok: Telegram answers, and the bot is @CitebotTestBot"]


def test_it_speaks_russian(citebot, indexed_by_command, home, monkeypatch):
    monkeypatch.setenv("CITEBOT_LANGUAGE", "ru")
    flip_bit(home / "segments/000001/vectors.faiss")

    done = citebot("doctor", "--repair")

    assert done.stdout.splitlines()[:2] == [
        (
            f"ошибка: {home}/segments/000001/vectors.faiss: в файле не то, что было записано: выполните "
            "`citebot doctor --repair`"
        ),
        "исправлено: Индекс 000001 построен заново по сохранённому.",
    ]
    assert all(line.startswith(("в порядке: ", "к сведению: ")) for line in done.stdout.splitlines()[2:])
