"""New generations under running questions: none fails, none waits, and the old one is let go of."""

import asyncio
import re
import threading
import time
import weakref
from dataclasses import dataclass

import pytest
from bot_process import Starter
from citebot_process import until
from hashing_model import (
    COMET,
    TRAM,
    Corpus,
    HashingEmbedder,
    cited,
    hashing_library,
    open_hashing_library,
    settings_for,
)
from telegram_server import TelegramServer

from retrieval.errors import IndexMismatchError
from retrieval.index.generation import GenerationFolder
from retrieval.progress import Progress

KINDS_OF_HOMES = ("folder", "server")
EVERY = 0.02
"""Seconds between two looks at what is published."""
A_SECOND = 20
SWAPS = 10
TAKEN_UP_WITHIN = 15.0
"""Seconds after publishing from which no question may be answered from the generation before, on a busy machine."""


@pytest.fixture
def follower(indexed):
    """A second library that follows what `indexed` publishes, as the bot's does."""
    library = open_hashing_library(indexed.home.settings)
    library.follow(EVERY)
    yield library
    library.close()


@pytest.fixture
def looks(follower, monkeypatch):
    """A list that grows by one whenever `follower` looks at what is published."""
    generations, found = follower.serving._generations, []
    published = generations.published
    monkeypatch.setattr(generations, "published", lambda: found.append(1) or published())
    return found


def look_again(looks, times=3):
    """Wait until it was looked so often again, the last of them wholly."""
    before = len(looks)
    until(lambda: len(looks) > before + times)


def told(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "retrieval.answering.serving"]


def serving(library):
    return library.serving._searcher.generation.manifest.number


# In the background


def test_a_new_generation_is_taken_up_without_being_asked_for(indexed, follower, corpus):
    assert "tram" not in cited(follower.ask(TRAM[0], limit=10))
    corpus.write("tram", *TRAM)
    indexed.index()

    until(lambda: serving(follower) == 2)
    assert cited(follower.ask(TRAM[0], limit=1)) == ["tram"]
    indexed.rollback()
    until(lambda: serving(follower) == 1)
    assert "tram" not in cited(follower.ask(TRAM[0], limit=10))


def test_no_question_waits_for_a_generation_to_be_opened(indexed, follower, corpus, monkeypatch):
    may_open, opens = threading.Event(), threading.Event()
    open_searcher = follower.serving._open

    def slowly(number):
        opens.set()
        assert may_open.wait(60)
        return open_searcher(number)

    monkeypatch.setattr(follower.serving, "_open", slowly)
    corpus.write("tram", *TRAM)
    indexed.index()
    assert opens.wait(60)

    assert "tram" not in cited(follower.ask(TRAM[0], limit=10))  # answered while the new one is being opened
    may_open.set()
    until(lambda: serving(follower) == 2)
    assert cited(follower.ask(TRAM[0], limit=1)) == ["tram"]


def test_the_model_is_not_loaded_again_and_the_old_generation_is_released(indexed, follower, corpus):
    follower.ask(COMET[0])
    old = weakref.ref(follower.serving._searcher)
    model = follower.serving._searcher._embedder
    corpus.write("tram", *TRAM)
    indexed.index()
    until(lambda: serving(follower) == 2)

    assert follower.serving._searcher._embedder is model
    until(lambda: old() is None)


def test_work_beside_the_answering_shares_the_model_and_tells_its_own_progress(indexed, follower, corpus):
    told = []

    class Noting(Progress):
        def building(self):
            told.append("building")

    corpus.write("tram", *TRAM)
    report = follower.beside(Noting()).index()

    assert (report.embedded, len(follower.model.load().embedded), told) == (2, 2, ["building"])
    until(lambda: serving(follower) == 2)
    assert cited(follower.ask(TRAM[0], limit=1)) == ["tram"]


def test_a_question_in_flight_finishes_on_the_generation_it_began_with(indexed, follower, corpus, monkeypatch):
    began, may_go_on, answers = threading.Event(), threading.Event(), []
    embed = follower.model.load().embed_query

    def slowly(text):
        began.set()
        assert may_go_on.wait(60)
        return embed(text)

    monkeypatch.setattr(follower.model.load(), "embed_query", slowly)
    asking = threading.Thread(target=lambda: answers.append(follower.ask(COMET[0], limit=1)))
    asking.start()
    assert began.wait(60)
    corpus.write("comet", "The comet fell into the sea.", title="Comet")
    indexed.index()
    until(lambda: serving(follower) == 2)
    may_go_on.set()
    asking.join()

    assert COMET[0] in answers[0].citations[0].excerpt


def test_a_question_whose_generation_is_deleted_meanwhile_is_answered_from_the_new_one(
    indexed, follower, corpus, monkeypatch
):
    began, may_go_on, answers = threading.Event(), threading.Event(), []
    embed = follower.model.load().embed_query

    def slowly(text):
        began.set()
        assert may_go_on.wait(60)
        return embed(text)

    monkeypatch.setattr(follower.model.load(), "embed_query", slowly)
    asking = threading.Thread(target=lambda: answers.append(follower.ask("Where is the comet?", limit=1)))
    asking.start()
    assert began.wait(60)
    for number in range(1, 5):  # more than are kept
        corpus.write("comet", f"The comet is in place {number}.", title="Comet")
        indexed.index()
    may_go_on.set()
    asking.join()

    assert answers[0].citations[0].excerpt == "The comet is in place 4."


def test_a_generation_that_is_superseded_while_it_is_opened_is_passed_over_without_a_word(
    indexed, corpus, monkeypatch, caplog
):
    reader = open_hashing_library(indexed.home.settings)
    open_searcher = reader.serving._open
    opened = []

    def overtaken(number):
        opened.append(number)
        if number == 2:
            for version in range(4):
                corpus.write("comet", f"The comet is in place {version}.", title="Comet")
                indexed.index()
        return open_searcher(number)

    monkeypatch.setattr(reader.serving, "_open", overtaken)
    corpus.write("tram", *TRAM)
    indexed.index()

    assert reader.ask("Where is the comet?", limit=1).citations[0].excerpt == "The comet is in place 3."
    assert opened == [2, 6]
    assert told(caplog) == []


@pytest.mark.of_files
def test_a_following_library_with_another_model_says_so_once_and_goes_on(indexed, follower, looks, caplog):
    hashing_library(indexed.home.settings, HashingEmbedder("hashing-2")).index(rebuild=True)
    until(lambda: told(caplog))
    published = GenerationFolder(indexed.home.settings.home).published()
    until(lambda: follower.serving._opened == published)
    look_again(looks)

    expected = (
        "generation 000002 cannot be opened, going on with the one before: the index was built with the model hashing "
        "(hashing-2), the settings say hashing (hashing-1): run `citebot index --rebuild`, or set "
        "CITEBOT_EMBEDDING_MODEL back"
    )
    assert told(caplog) == [expected]
    assert cited(follower.ask(COMET[0], limit=1)) == ["comet"]
    with pytest.raises(IndexMismatchError):
        open_hashing_library(indexed.home.settings)


@pytest.mark.of_files
def test_what_cannot_be_told_is_said_once_and_awaited(indexed, follower, looks, home, corpus, caplog):
    (home / "current").write_text("damaged")
    until(lambda: told(caplog))
    look_again(looks)

    [line] = told(caplog)
    assert line.startswith("what is published cannot be told, going on as before: ")
    assert cited(follower.ask(COMET[0], limit=1)) == ["comet"]
    corpus.write("tram", *TRAM)
    number = int(indexed.index().generation)
    until(lambda: serving(follower) == number)


# The bot


@dataclass
class Edition:
    """A published generation of one article, and when it was the published one."""

    number: int
    since: float
    until: float = float("inf")


def write_edition(corpus, number):
    corpus.write("harbour", f"The harbour gate opens at mark {number} today.", title="Harbour")


async def ask_steadily(telegram: TelegramServer, done: asyncio.Event) -> list[tuple[int, float]]:
    """Ask `A_SECOND` questions a second, each as another person; return who asked when."""
    asked, started = [], time.monotonic()
    while not done.is_set():
        person = 10_000 + len(asked)
        asked.append((person, time.monotonic()))
        await telegram.receive(text="At which mark does the harbour gate open?", sender={"id": person})
        await asyncio.sleep(max(0.0, started + len(asked) / A_SECOND - time.monotonic()))
    return asked


async def answered_from(telegram: TelegramServer, number: int) -> None:
    """Wait for the first answer from an edition."""
    await telegram.until(lambda: any(f"mark {number} " in call.fields["text"] for call in telegram.sent()), "it", 60)


async def test_a_bot_asked_twenty_questions_a_second_through_ten_swaps_fails_none(
    telegram: TelegramServer, start: Starter, home, corpus: Corpus
) -> None:
    library = hashing_library(settings_for(home, corpus.folder))
    write_edition(corpus, 1)
    await asyncio.to_thread(library.index)
    editions = [Edition(1, time.monotonic())]
    settings = {"home": str(home), "reader": "off", "min_confidence": "0", "questions_at_once": "5000"}
    bot = await start("run_hashing_bot", **settings)
    await telegram.polling(60)

    done = asyncio.Event()
    asking = asyncio.create_task(ask_steadily(telegram, done))
    for number in range(2, SWAPS + 2):
        await answered_from(telegram, number - 1)
        write_edition(corpus, number)
        began = time.monotonic()
        await asyncio.to_thread(library.index)
        editions[-1].until = time.monotonic()
        editions.append(Edition(number, began))
    await answered_from(telegram, SWAPS + 1)
    done.set()
    asked = await asking
    sent = await telegram.messages(len(asked), seconds=120)

    answers = {call.fields["chat_id"]: call for call in sent}
    assert answers.keys() == {person for person, _ in asked}
    by_number = {edition.number: edition for edition in editions}
    seen = set()
    for person, asked_at in asked:
        answer = answers[person]
        number = re.search(r"opens at mark (\d+) today", answer.parsed.text if answer.parsed else "")
        assert number, answer.fields["text"]
        edition = by_number[int(number[1])]
        seen.add(edition.number)
        assert edition.since <= answer.at
        assert asked_at <= edition.until + TAKEN_UP_WITHIN
    assert seen == by_number.keys()
    assert await bot.stop() == 0
    assert "WARNING" not in bot.log()
    assert "Error" not in bot.log()
