"""citebot copy-to: what it says, and what people asked comes along."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.people.audit import begin_operation, end_operation, last_operations
from bot.people.store import PeopleStore
from bot.people.types import Exchange, Shown
from retrieval.types import Certainty

OTHER_DRIVER = (
    "citebot: CITEBOT_DATABASE_URL begins with postgresql://; Citebot works with psycopg: write postgresql+psycopg://"
)
AWAY = (
    "citebot: the people's database postgresql+psycopg://bot:***@127.0.0.1:1/citebot failed: connection failed: "
    'connection to server at "127.0.0.1", port 1 failed: Connection refused; check that the server runs and lets you '
    "in, and what CITEBOT_DATABASE_URL says of host, port, user, password and database"
)
NOW = datetime(2024, 9, 9, 12, 0, tzinfo=UTC)


def exchange(person=1001, previous=None):
    return Exchange(
        person_id=person,
        chat_id=person,
        chat_kind="private",
        question="Когда?",
        understood="Когда открыли мост?",
        asked_at=NOW,
        certainty=Certainty.SURE,
        confidence=0.9,
        took_ms=12.5,
        was_read=True,
        shown=(Shown("bridge", 0, 12),),
        previous=previous,
        conversation={"topic": ["мост"]},
    )


def fill(home, url=None):
    """Two exchanges, the second on top of the first, a rating, a language, an operation; a third that is deleted."""
    home.mkdir(parents=True, exist_ok=True)
    store = PeopleStore.open(home, url)
    first = store.record(exchange())
    store.record(exchange(previous=first))
    store.rate(first, 1001, 1001, useful=False, now=NOW)
    store.choose_language(1001, "ru", NOW)
    end_operation(store, begin_operation(store, 7, "reindex", NOW), "done")
    store.record(exchange(person=1002))
    store.forget(1002)
    store.close()


def require_filled(home, url=None):
    store = PeopleStore.open(home, url)
    assert store.exchange(1, 1001) == exchange()
    assert store.exchange(2, 1001) == exchange(previous=1)
    assert store.ratings_of(1) == {1001: False}
    assert store.language(1001) == "ru"
    assert [(each.person_id, each.outcome) for each in last_operations(store, 5)] == [(7, "done")]
    assert store.record(exchange()) == 4  # buttons may still hold the number of the one that was deleted
    assert begin_operation(store, 7, "rollback", NOW) == 2
    store.close()


@pytest.fixture
def stored(citebot, home, three_articles):
    assert citebot("index", three_articles.folder).returncode == 0
    return home


def test_all_is_carried_to_a_server_and_back(citebot, stored, tmp_path, database_url, monkeypatch):
    fill(stored)
    there = citebot("copy-to", database_url)
    assert (there.returncode, there.stderr) == (0, "")
    assert there.stdout == (
        f"Copied to {database_url}: 3 articles, and 2 questions that people asked.\n"
        f"To go on there, put CITEBOT_DATABASE_URL={database_url} into .env, with the password.\n"
    )
    machine = tmp_path / "machine"
    monkeypatch.setenv("CITEBOT_DATABASE_URL", database_url)
    back = citebot("copy-to", "back", home=machine)
    assert back.stdout == (
        "Copied to back: 3 articles, and 2 questions that people asked.\n"
        "To go on there, put CITEBOT_HOME=back into .env and take CITEBOT_DATABASE_URL out.\n"
    )
    require_filled(machine, database_url)
    assert not (machine / "people.sqlite").exists()
    monkeypatch.delenv("CITEBOT_DATABASE_URL")
    require_filled(tmp_path / "back")
    assert (tmp_path / "back" / "people.sqlite").stat().st_mode & 0o777 == 0o600
    asked = citebot("ask", "When did the comet pass Saturn?", home=tmp_path / "back")
    assert "[1] The comet passed Saturn late on Monday." in asked.stdout


def test_without_a_bot_no_store_of_people_is_made(citebot, stored, tmp_path):
    copied = citebot("copy-to", "--json", "there")
    place = str(Path("there"))
    assert json.loads(copied.stdout) == {"place": place, "articles": 3, "questions": 0, "generation": "000001"}
    assert not (tmp_path / "there" / "people.sqlite").exists()
    assert citebot("copy-to", "elsewhere").stdout.endswith("To go on there, put CITEBOT_HOME=elsewhere into .env.\n")


@pytest.mark.parametrize("kind", ["server", "folder"])
def test_where_people_asked_already_nothing_is_done(citebot, stored, tmp_path, kind, request):
    fill(stored)
    url = request.getfixturevalue("database_url") if kind == "server" else None
    target = tmp_path / "there"
    fill(target, url)
    failed = citebot("copy-to", url or target)
    place = url or target / "people.sqlite"
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == (
        f"citebot: {place} holds questions of people already: name an empty database or a folder without them\n"
    )
    assert not (target / "citebot.sqlite").exists()
    require_filled(target, url)


@pytest.mark.parametrize(
    ("target", "code", "line"),
    [
        ("sqlite:///elsewhere.sqlite", 2, "citebot: a home with SQLite is a folder: name the folder"),
        (
            "postgresql://bot:geheim@localhost/citebot",
            1,
            OTHER_DRIVER,
        ),
        (
            "postgresql+psycopg://bot:geheim@127.0.0.1:1/citebot",
            1,
            AWAY,
        ),
    ],
)
def test_a_target_that_is_none_is_one_line(citebot, stored, target, code, line):
    failed = citebot("copy-to", target)
    assert (failed.returncode, failed.stdout, failed.stderr) == (code, "", line + "\n")


def test_a_folder_that_cannot_be_written_is_one_line(citebot, stored, tmp_path):
    (tmp_path / "file").write_text("")
    failed = citebot("copy-to", "file/home")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("citebot: file/home/current cannot be read (")
    assert failed.stderr.count("\n") == 1


def test_where_nothing_is_published_there_is_nothing_to_copy(citebot, home, tmp_path):
    failed = citebot("copy-to", "there")
    assert failed.stderr == f"citebot: there is no index yet in {home}: run `citebot index`\n"
    assert not (tmp_path / "there").exists()
