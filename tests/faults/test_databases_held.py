"""Databases that another process holds, or that are away for a while, beside a bot and beside a run that indexes."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from bot_process import UNPACED, Starter
from hashing_model import BRIDGE, TRAM, Corpus, hashing_library
from telegram_server import TelegramServer

from bot.transport.journal import UpdateJournal
from bot.transport.noting import Notes
from retrieval.errors import DatabaseError, IndexMissingError
from retrieval.library import Library
from retrieval.store import engines

CONSTANTS = UNPACED
QUESTIONS = [f"Who leads board {number}?" for number in range(6)]
HELD = "The journal of updates is held by another process"
FREE = "The journal of updates is free again, and has all that was put off"


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Let nobody else write, and whoever begins to read neither."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The home of a bot that is started."""
    return tmp_path / "data" / "state"


def rows(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT body, begun, answering FROM updates ORDER BY number").fetchall()


async def test_while_the_journal_is_held_questions_are_answered_and_noted_later(
    telegram: TelegramServer, start: Starter, state: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="/help")
    await telegram.messages(1)
    with held(state / "updates.sqlite"):
        for number, text in enumerate(QUESTIONS):
            await telegram.receive(text=text, sender={"id": 3000 + number})
        assert len(await telegram.messages(1 + len(QUESTIONS), 30)) == 1 + len(QUESTIONS)
        assert bot.log().count(HELD) == 1
    await telegram.receive(text="/help", sender={"id": 4000})
    await telegram.messages(2 + len(QUESTIONS))
    await telegram.until(lambda: FREE in bot.log(), "the notes")
    assert await bot.stop() == 0

    assert rows(state / "updates.sqlite") == [(None, 1, 1)] * (2 + len(QUESTIONS))
    assert "Traceback" not in bot.log()
    again = await start()
    await telegram.until(lambda: "Answering as" in again.log(), "the next run")
    assert await again.stop() == 0
    assert len(telegram.sent()) == 2 + len(QUESTIONS)


def test_what_is_put_off_is_noted_in_its_order_and_known_meanwhile(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path / "updates.sqlite")
    journal.wait_for_others(0)
    notes = Notes(journal)
    with held(tmp_path / "updates.sqlite"):
        assert [notes.add(7, "seven"), notes.add(8, "eight"), notes.add(7, "seven")] == [True, True, False]
        notes.make(journal.begun, 7)
        notes.make(journal.answering, 7, True)
        notes.make(journal.handled, 7)
        notes.make(journal.begun, 8)
    assert rows(tmp_path / "updates.sqlite") == []
    assert notes.add(9, "nine")
    assert rows(tmp_path / "updates.sqlite") == [(None, 1, 1), ("eight", 1, 0), ("nine", 0, 0)]
    assert not notes.add(8, "eight")
    journal.close()


def test_the_end_waits_for_who_holds_the_journal(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path / "updates.sqlite")
    journal.wait_for_others(0)
    notes = Notes(journal)
    with ThreadPoolExecutor() as beside:
        with held(tmp_path / "updates.sqlite"):
            assert notes.add(7, "seven")
            end = beside.submit(notes.finish)
            with pytest.raises(TimeoutError):
                end.result(0.2)
        end.result()
    assert rows(tmp_path / "updates.sqlite") == [("seven", 0, 0)]
    journal.close()


async def test_a_bot_waits_at_its_start_until_the_journal_is_free(
    telegram: TelegramServer, start: Starter, state: Path
) -> None:
    first = await start()
    await telegram.polling()
    assert await first.stop() == 0
    with held(state / "updates.sqlite"):
        bot = await start()
        await asyncio.sleep(1)
        assert bot.process.is_running
    await telegram.receive(text=QUESTIONS[0])
    await telegram.messages(1)
    assert await bot.stop() == 0


@pytest.mark.parametrize("name", ["people.sqlite", "updates.sqlite"])
async def test_a_database_that_is_moved_away_and_back_costs_nothing(
    telegram: TelegramServer, start: Starter, state: Path, name: str
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text=QUESTIONS[0])
    await telegram.messages(1)
    files = sorted(state.glob(f"{name}*"))  # noqa: ASYNC240 - nothing else runs meanwhile
    for file in files:
        file.rename(file.with_name(f"away-{file.name}"))
    await telegram.receive(text=QUESTIONS[1], sender={"id": 3001})
    await telegram.messages(2)
    for file in files:
        file.with_name(f"away-{file.name}").rename(file)
    await telegram.receive(text=QUESTIONS[2], sender={"id": 3002})
    await telegram.messages(3)
    assert await bot.stop() == 0
    assert [str(call.fields["text"])[:2] for call in telegram.sent()] == ["1."] * 3
    assert "Traceback" not in bot.log()


# The articles' database


def asked(library: Library) -> list[str]:
    return [citation.excerpt for citation in library.ask(BRIDGE[1], limit=1).citations]


def test_while_the_articles_are_held_questions_are_answered_and_an_index_waits(
    indexed: Library, corpus: Corpus, home: Path
) -> None:
    before = asked(indexed)
    corpus.write("tram", *TRAM)
    with ThreadPoolExecutor() as beside:
        with held(home / "citebot.sqlite"):
            report = beside.submit(hashing_library(indexed.home.settings).index)
            assert asked(indexed) == asked(hashing_library(indexed.home.settings)) == before
            assert not report.done()
        assert report.result().articles.added == 1


def test_an_index_that_has_waited_long_enough_says_so_in_one_line_and_the_next_one_completes(
    indexed: Library, corpus: Corpus, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus.write("tram", *TRAM)
    monkeypatch.setattr("retrieval.store.engines._PRAGMAS", ("busy_timeout = 50", *engines._PRAGMAS[1:]))
    with held(home / "citebot.sqlite"), pytest.raises(DatabaseError, match="database is locked") as told:
        hashing_library(indexed.home.settings).index()
    assert "\n" not in str(told.value)
    assert hashing_library(indexed.home.settings).index().articles.added == 1


def test_while_the_articles_are_away_that_is_said_and_answers_are_the_same_once_they_are_back(
    indexed: Library, home: Path
) -> None:
    before = asked(indexed)
    files = sorted(home.glob("citebot.sqlite*"))
    for file in files:
        file.rename(file.with_name(f"away-{file.name}"))
    for library in (indexed, hashing_library(indexed.home.settings)):
        with pytest.raises(IndexMissingError, match="there is no index yet in"):
            library.ask(BRIDGE[1])
    for file in files:
        file.with_name(f"away-{file.name}").rename(file)
    assert asked(indexed) == asked(hashing_library(indexed.home.settings)) == before
