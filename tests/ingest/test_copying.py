"""A home carried over to PostgreSQL and back: the same answers, nothing embedded anew, and nothing half done."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import sqlalchemy as sa
from hashing_model import TRAM, HashingEmbedder, cited, hashing_library, settings_for
from places import ROOT, SUPPORT

from retrieval.calibrated import Calibrated
from retrieval.errors import (
    IndexBusyError,
    IndexMismatchError,
    IndexMissingError,
    NotEmptyError,
    NothingToRollBackError,
)
from retrieval.index.vectors import VectorIndex
from retrieval.ingest import segments
from retrieval.progress import Progress
from retrieval.store.tables import passages

QUESTIONS = ("Какова длина моста через Ильму?", "Сколько стоит билет на трамвай?", "When did the comet pass Saturn?")
MOMENT = datetime(2024, 9, 9, 22, 30, tzinfo=UTC)


@pytest.fixture
def places(tmp_path, corpus, database_url):
    """Settings of a home in a folder, of one on a server, and of another one in a folder."""
    return (
        settings_for(tmp_path / "home", corpus.folder),
        settings_for(tmp_path / "machine", corpus.folder, database_url=database_url),
        settings_for(tmp_path / "back", corpus.folder),
    )


@pytest.fixture(params=["to a server", "back into a folder"])
def way(request, places):
    """Where a home is, and where it is to be copied to."""
    first, server, last = places
    return (first, server) if request.param == "to a server" else (server, last)


def answers_of(library):
    return [replace(library.ask(question), took_ms=0) for question in QUESTIONS]


def filled(settings, corpus):
    """A home with two generations, a forgotten article and bounds of its own."""
    library = hashing_library(settings)
    library.index()
    corpus.write("tram", *TRAM)
    library.index()
    library.forget(["harvest"])
    made_for = library.bounds_choice.made_for()
    library.home.calibration.write(Calibrated(0.7, 0.4, 0.1, "questions", MOMENT, made_for))
    return library


def test_what_was_copied_answers_alike_and_goes_on(way, three_articles):
    here, there = way
    source = filled(here, three_articles)
    before = answers_of(source)
    assert [cited(answer)[0] for answer in before] == ["bridge", "tram", "comet"]

    manifest = source.copy_to(there)

    target = hashing_library(there)
    assert (manifest.name, manifest.articles) == ("000002", 3)
    assert answers_of(target) == before
    assert answers_of(source) == before
    assert target.home.calibration.read() == source.home.calibration.read()
    assert [retraction.article_id for retraction in target.forgotten()] == ["harvest"]
    kept = ["articles", "passages", "sentences", "sources", "languages", "generation", "published_at", "problems"]
    told = [[getattr(library.status(), name) for name in kept] for library in (source, target)]
    assert told[0] == told[1]

    report = target.index()
    assert (report.embedded, report.articles.unchanged, report.articles.forgotten) == (0, 3, 1)
    assert target.model.load(None).embedded == []
    assert target.rollback().name == "000002"
    assert target.rollback().name == "000001"
    with pytest.raises(NothingToRollBackError):
        target.rollback()
    assert cited(target.ask(QUESTIONS[0]))[0] == "bridge"
    assert target.index().embedded == 0


def test_numbers_of_passages_that_are_gone_are_not_given_again(way, three_articles):
    here, there = way
    source = hashing_library(replace_kept(here, 1))
    source.index()
    three_articles.write("tram", *TRAM)
    source.index()
    three_articles.remove("tram")
    source.index()
    highest = max(numbers(source))
    assert highest == 3

    source.copy_to(there)
    target = hashing_library(there)
    assert numbers(target) == [1, 2, 3]
    three_articles.write("tram", *TRAM)
    target.index()
    assert numbers(target) == [1, 2, 3, 5]


def replace_kept(settings, kept):
    return settings.model_copy(update={"kept_generations": kept})


def numbers(library):
    with library.home.database.connect() as connection:
        return sorted(connection.execute(sa.select(passages.c.id)).scalars())


class Stopping(Progress):
    """Ends the run as soon as it comes to a step."""

    def __init__(self, step):
        self._step = step

    def copying(self, done, _total):
        if self._step == "copying" and done:
            raise KeyboardInterrupt

    def building(self):
        if self._step == "building":
            raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["copying", "building", "publishing"])
def test_a_copy_that_is_broken_off_is_begun_anew(way, three_articles, step):
    here, there = way
    source = filled(here, three_articles)
    stopped = hashing_library(here, progress=Stopping(step))

    def before_publishing():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.copy_to(there, before_publishing)
    with pytest.raises(IndexMissingError):
        hashing_library(there).ask(QUESTIONS[0])

    three_articles.remove("comet")
    source.index()
    assert source.copy_to(there).name == "000003"
    assert answers_of(hashing_library(there)) == answers_of(source)


KILLED = """
import os, signal, sys
from hashing_model import hashing_library, settings_for
from retrieval.index.vectors import VectorIndex
from retrieval.ingest import segments
from retrieval.progress import Progress

class Killing(Progress):
    def building(self):
        os.kill(os.getpid(), signal.SIGKILL)

home, url = sys.argv[1:]
hashing_library(settings_for(home), progress=Killing()).copy_to(settings_for(home, database_url=url))
"""


def test_a_copy_that_is_killed_is_begun_anew(places, three_articles):
    here, there, _ = places
    source = filled(here, three_articles)
    arguments = [sys.executable, "-c", KILLED, str(here.home), there.database_url]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{SUPPORT}"}
    assert subprocess.run(arguments, env=environment, check=False).returncode == -signal.SIGKILL

    assert source.copy_to(there).name == "000002"
    assert answers_of(hashing_library(there)) == answers_of(source)


def test_what_is_forgotten_meanwhile_is_forgotten_there_as_well(way, three_articles):
    here, there = way
    source = filled(here, three_articles)
    beside = hashing_library(here)

    def before_publishing():
        assert not beside.forget(["bridge"])  # its text is deleted by who holds the lock

    source.copy_to(there, before_publishing)

    for library in (source, hashing_library(there)):
        assert {retraction.article_id for retraction in library.forgotten()} == {"harvest", "bridge"}
        assert "bridge" not in cited(library.ask(QUESTIONS[0]))
        assert texts_of(library) == {"comet", "tram"}


def texts_of(library):
    """Which articles have a text in the database."""
    with library.home.database.connect() as connection:
        found = connection.execute(sa.text("SELECT article_id FROM revision WHERE text != ''"))
        return set(found.scalars())


def test_nothing_is_written_where_something_is_published(way, three_articles):
    here, there = way
    source = filled(here, three_articles)
    source.copy_to(there)
    three_articles.write("other", "Совсем другой текст о погоде.")
    source.index()

    with pytest.raises(NotEmptyError) as told:
        source.copy_to(there)
    target = hashing_library(there)
    place = target.home.database.shown
    assert str(told.value) == f"{place} holds articles already: name an empty database or folder"
    assert target.status().generation == "000002"
    with pytest.raises(NotEmptyError):
        source.copy_to(here)


def test_where_nothing_is_published_nothing_is_made(places):
    here, _, last = places
    with pytest.raises(IndexMissingError):
        hashing_library(here).copy_to(last)
    assert not last.home.exists()


def test_who_writes_in_one_of_the_two_is_waited_for_by_nobody(way, three_articles):
    here, there = way
    source = filled(here, three_articles)
    for settings in way:
        with hashing_library(settings).home.lock.held(0), pytest.raises(IndexBusyError):
            source.copy_to(there)
    assert source.copy_to(there).name == "000002"


def test_damaged_bounds_are_left_behind_with_a_word(places, three_articles):
    here, there, _ = places
    told = []

    class Telling(Progress):
        def announce(self, message):
            told.append(message)

    filled(here, three_articles).home.calibration.path.write_text("nonsense")
    hashing_library(here, progress=Telling()).copy_to(there)
    assert told == [f"the calibrated bounds are not copied, since {here.home / 'calibration.json'} is damaged"]
    assert hashing_library(there).home.calibration.read() is None


def rolled(text):
    """Another vector than the model's own, of the same length."""
    return np.roll(HashingEmbedder.embed_query(HashingEmbedder(), text), 5)


def test_generations_of_two_models_are_copied_each_with_its_own_vectors(places, three_articles):
    here, _, there = places
    hashing_library(here).index()
    other = HashingEmbedder("hashing-2")
    other.embed_query = rolled
    source = hashing_library(here, other)
    source.index(rebuild=True)

    assert source.copy_to(there).name == "000002"

    target = hashing_library(there, other)
    assert answers_of(target) == answers_of(source)
    generations = target.home.generations
    assert generations.lineage(2, 3) == [2, 1]
    first, second = (generations.open(number).vectors.vectors(np.arange(1)) for number in (1, 2))
    assert np.array_equal(second, np.roll(first, 5))


def test_of_earlier_generations_those_that_are_embedded_are_copied(places, three_articles):
    here, _, there = places
    source = hashing_library(here)
    source.index()
    three_articles.remove("comet")
    source.index(rebuild=True)

    assert source.copy_to(there).name == "000002"

    assert hashing_library(there).home.generations.lineage(2, 3) == [2]
    assert answers_of(hashing_library(there)) == answers_of(source)


def test_an_index_of_another_version_is_not_copied(places, three_articles):
    here, _, there = places
    source = hashing_library(here)
    source.index()
    path = here.home / "generations" / "000001" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 5}))

    with pytest.raises(IndexMismatchError, match="has format 5, expected 6: run `citebot index`"):
        source.copy_to(there)

    assert not (there.home / "current").exists()


def test_on_a_server_the_vectors_of_segments_are_not_put_together(places, three_articles, monkeypatch):
    here, there, _ = places
    monkeypatch.setattr(segments, "MOST_SENTENCES", 2)
    build, built = VectorIndex.build.__func__, []
    counted = classmethod(lambda cls, blocks: built.append(1) or build(cls, blocks))
    on_disk, on_server = hashing_library(here), hashing_library(there)
    on_disk.index()
    monkeypatch.setattr(VectorIndex, "build", counted)

    on_server.index()

    assert len(built) == 3
    assert answers_of(on_server) == answers_of(on_disk)
