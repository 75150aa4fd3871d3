"""A build that fails at whatever step leaves what was there, says so in one line, and the next one succeeds."""

import errno
import os
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from citebot_process import Command, until
from hashing_model import BRIDGE, COMET, TRAM, cited, hashing_library, open_hashing_library, settings_for

from retrieval.errors import IndexMismatchError, NothingToRollBackError, RetrievalError
from retrieval.index.postings import PostingsBuilder
from retrieval.index.vectors import VectorIndex

STEPS = (
    "retrieval.store.writer.StoreWriter.known_revisions",
    "retrieval.store.writer.StoreWriter.add",
    "retrieval.store.writer.StoreWriter.count_unembedded",
    "retrieval.store.writer.StoreWriter.add_embeddings",
    "retrieval.store.writer.StoreWriter.add_generation",
    "retrieval.index.vectors.VectorIndex.build",
    "retrieval.index.postings.PostingsBuilder.build",
    "retrieval.index.segment.save_arrays",
    "retrieval.index.vectors.VectorIndex.save",
    "retrieval.index.segments.give_place",
    "retrieval.index.layout.Layout.save",
    "retrieval.index.generation.dump_manifest",
    "retrieval.index.generation.give_place",
    "retrieval.index.vectors.VectorIndex.load",
    "retrieval.ingest.indexing.require_known_items",
    "pathlib.Path.replace",
)
"""All that a run does after it has read the sources and before what it built is published, in this order."""


def published(library):
    answers = [library.ask(question, limit=3).citations for question in (BRIDGE[0], COMET[0], TRAM[0])]
    status = library.status()
    return answers, status.generation, status.articles, status.healthy


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_at_any_step_leaves_what_was_published(indexed, corpus, home, monkeypatch, step):
    before = published(indexed)
    corpus.write("tram", *TRAM)
    corpus.write("comet", COMET[0])

    def fail(*_arguments, **_others):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(step, fail)
        with pytest.raises(RetrievalError, match="No space left on device") as told:
            hashing_library(indexed.home.settings).index()

    assert "\n" not in str(told.value)
    assert published(hashing_library(indexed.home.settings)) == published(indexed) == before
    report = hashing_library(indexed.home.settings).index()
    assert (report.articles.added, report.articles.changed) == (1, 1)
    assert cited(indexed.ask(TRAM[0], limit=1)) == ["tram"]
    left = sorted(path.name for path in (home / "generations").iterdir())
    assert left == ["000001", report.generation]


@pytest.mark.parametrize("error", [MemoryError("no memory"), ZeroDivisionError("a mistake")])
@pytest.mark.parametrize(
    "step", ["retrieval.index.segment.save_arrays", "retrieval.ingest.indexing.require_known_items"]
)
def test_any_other_error_leaves_what_was_published_too(indexed, corpus, monkeypatch, step, error):
    before = published(indexed)
    corpus.write("tram", *TRAM)

    def fail(*_arguments, **_others):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(step, fail)
        with pytest.raises(type(error)):
            hashing_library(indexed.home.settings).index()

    assert published(hashing_library(indexed.home.settings)) == before
    assert hashing_library(indexed.home.settings).index().articles.added == 1


# The check before publishing


def shift_vectors(monkeypatch):
    build = VectorIndex.build.__func__
    shifted = classmethod(lambda cls, blocks: build(cls, [np.roll(np.concatenate(list(blocks)), 1, axis=0)]))
    monkeypatch.setattr(VectorIndex, "build", shifted)


def shift_words(monkeypatch):
    build = PostingsBuilder.build

    def shifted(builder, starts):
        words = build(builder, starts)
        rows = (words.passages + 1) % len(words.lengths)
        return replace(words, passages=rows)

    monkeypatch.setattr(PostingsBuilder, "build", shifted)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [(shift_vectors, "sentence 0 is not found by its vector"), (shift_words, "passage 0 is not found by its words")],
)
def test_an_index_whose_rows_mean_something_else_is_not_published(indexed, corpus, monkeypatch, damage, reason):
    before = published(indexed)
    corpus.write("tram", *TRAM)
    corpus.write("ferry", "Паром вышел из гавани.")
    with monkeypatch.context() as damaged:
        damage(damaged)
        with pytest.raises(IndexMismatchError) as told:
            indexed.index()

    assert str(told.value) == (
        f"generation 000002 failed its check: {reason}; the published generation stays: run `citebot index --rebuild`"
    )
    assert published(indexed) == before
    assert indexed.index().articles.added == 2


def test_equal_texts_empty_words_and_strange_letters_pass_the_check(library, corpus):
    corpus.write_lines(
        "feed.jsonl",
        [
            {"id": "a", "title": "One", "text": BRIDGE[0]},
            {"id": "b", "title": "One", "text": f"{BRIDGE[0]} {TRAM[0]}"},
            {"id": "c", "title": "", "text": "!!! ???"},
            {"id": "d", "title": "İstanbul", "text": "İİ ǅ ß ﬁ 𝔘𝔫𝔦 e\u0301to\u0308ile ёж " + "x" * 3000},
            {"id": "e", "title": "", "text": "и в на"},
        ],
    )

    assert library.index().articles.added == 5


# How many are kept


def test_as_many_generations_are_kept_as_the_settings_say(home, three_articles):
    for kept in (1, 2, 5):
        library = hashing_library(settings_for(home, three_articles.folder, kept_generations=kept))
        for number in range(6):
            three_articles.write("comet", f"Комета {kept} пролетела {number} раз.")
            library.index()
        assert len(list((home / "generations").iterdir())) == kept
        for _ in range(kept - 1):
            library.rollback()
        with pytest.raises(NothingToRollBackError):
            library.rollback()


def test_with_one_kept_a_running_library_goes_on_too(home, three_articles):
    library = hashing_library(settings_for(home, three_articles.folder, kept_generations=1))
    library.index()
    reader = open_hashing_library(library.home.settings)
    reader.follow(3600.0)  # it has not noticed yet when it is asked
    three_articles.write("comet", "The comet is gone.", title="Comet")
    library.index()

    assert reader.ask("Where is the comet?", limit=1).citations[0].excerpt == "The comet is gone."
    reader.close()


# Killed


def embedded(home):
    try:
        with closing(sqlite3.connect(f"file:{home / 'citebot.sqlite'}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM embedding").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def stored(home):
    try:
        with closing(sqlite3.connect(f"file:{home / 'citebot.sqlite'}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM revision").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


SENTENCES = 5000


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_while_it_embeds_a_run_loses_the_batch_in_hand_and_nothing_else(home, corpus, tmp_path):
    corpus.write_lines("feed.jsonl", [{"id": number, "text": f"Сообщение {number}."} for number in range(SENTENCES)])
    for held_after, kept in ((1024, 1024), (2048, 3072)):
        command = Command("index", corpus.folder, home=home, folder=tmp_path, HASHING_HOLD_AFTER=str(held_after))
        until(lambda kept=kept: embedded(home) == kept)
        command.process.kill()
        command.end()
    library = hashing_library(settings_for(home, corpus.folder))

    assert stored(home) == SENTENCES
    assert embedded(home) == kept
    assert not library.status().healthy
    report = library.index()
    assert (report.sentences, report.embedded) == (SENTENCES, SENTENCES - kept)
    assert len(set(library.model.load().embedded)) == len(library.model.load().embedded) == SENTENCES - kept


def test_killed_while_it_reads_a_run_loses_nothing_that_was_stored(home, corpus, tmp_path):
    corpus.write_lines("feed.jsonl", [{"id": number, "text": f"Сообщение {number}."} for number in range(SENTENCES)])
    command = Command("index", corpus.folder, home=home, folder=tmp_path)
    until(lambda: stored(home))
    command.process.kill()
    command.end()
    found = stored(home)
    library = hashing_library(settings_for(home, corpus.folder))

    assert found % 200 == 0
    assert library.index().articles.added == SENTENCES
    assert stored(home) == SENTENCES


# Another model


def test_another_model_is_refused_by_every_command_with_what_to_type(home, three_articles, tmp_path):
    hashing_library(settings_for(home, three_articles.folder)).index()
    three_articles.write("tram", *TRAM)
    reason = (
        "the index was built with the model hashing (hashing-1), the settings say hashing (hashing-2): "
        "run `citebot index --rebuild`, or set CITEBOT_EMBEDDING_MODEL back"
    )
    sources = str(three_articles.folder)
    token = "123456789:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist

    def run(*arguments, model="hashing-2"):
        command = Command(
            *arguments,
            home=home,
            folder=tmp_path,
            HASHING_FINGERPRINT=model,
            CITEBOT_SOURCES=sources,
            CITEBOT_TELEGRAM_TOKEN=token,
            CITEBOT_TELEGRAM_API_URL="http://127.0.0.1:9",
        )
        return command.end(), command.warnings, command.lines_left()

    for arguments in (["index"], ["ask", "Where?"]):
        assert run(*arguments) == (1, [f"citebot: {reason}"], []), arguments
    code, (unreachable, told), lines = run("run")
    assert (code, told, lines) == (1, f"citebot: {reason}", [])
    assert "WARNING bot.application: Telegram cannot be reached" in unreachable
    code, warnings, lines = run("status")
    assert (code, warnings, lines[-1]) == (1, [], f"problem: {reason}")
    assert run("index", "--rebuild")[0] == 0
    back = reason.replace("-1)", "-3)").replace("-2)", "-1)").replace("-3)", "-2)")
    assert run("rollback", model="hashing-2") == (1, [f"citebot: {reason}"], [])
    assert run("ask", "Where?", model="hashing-1") == (1, [f"citebot: {back}"], [])
