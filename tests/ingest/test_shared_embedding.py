"""Embedding that is shared by several processes, over a real PostgreSQL: nothing is lost, and nothing done twice."""

import json
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from types import SimpleNamespace

import numpy as np
import pytest
import sqlalchemy as sa
from citebot_process import Command, until
from hashing_model import HashingEmbedder, hashing_library, settings_for
from postgres_server import PostgresServer

from retrieval.errors import DatabaseAwayError, DatabaseError, StoppedError
from retrieval.ingest.recipe import embedding_text, text_hash
from retrieval.progress import Progress
from retrieval.store.database import Database
from retrieval.store.queue import TaskQueue, tasks
from retrieval.store.retractions import RetractionStore
from retrieval.store.tables import embeddings, revisions, sentences
from retrieval.store.writer import StoreWriter
from retrieval.types import ArticleCounts

MODEL = "hashing-1"
ARTICLES = 12
SENTENCES = 3 * ARTICLES + 1
"""Distinct ones that `many` holds."""
TOLD_TO_STOP = "citebot: told to stop; what is embedded is kept"


@pytest.fixture(autouse=True)
def _small_tasks(monkeypatch):
    monkeypatch.setattr("retrieval.store.queue.TASK_SIZE", 5)


@pytest.fixture
def many(corpus):
    """Articles of three sentences each, and one that has the title and a sentence of another."""
    for number in range(ARTICLES):
        corpus.write(
            f"a{number:02}", *(f"В районе номер {number} открыли {what}." for what in ("школу", "мост", "парк"))
        )
    corpus.write("copied", "В районе номер 0 открыли школу.", "Рядом с ней за лето посадили большой сад.", title="A00")
    return corpus


def texts_of(number):
    return [
        embedding_text(f"A{number:02}", f"В районе номер {number} открыли {what}.")
        for what in ("школу", "мост", "парк")
    ]


ALL_TEXTS = sorted(
    [
        *(text for number in range(ARTICLES) for text in texts_of(number)),
        "A00. Рядом с ней за лето посадили большой сад.",
    ]
)


@pytest.fixture
def shared(home, many, database_url):
    """What makes libraries on one database."""
    made = []

    def library(embedder=None, progress=None):
        made.append(hashing_library(settings_for(home, many.folder, database_url=database_url), embedder, progress))
        return made[-1]

    yield library
    for each in made:
        each.home.database.close()


class StoppingEmbedder(HashingEmbedder):
    """Its run is stopped before anything is embedded."""

    def embed_documents(self, *_texts, **_others):
        raise StoppedError("stopped")


@pytest.fixture
def queued(shared):
    """The database, with everything stored and queued by a run that was stopped; nothing is embedded."""
    library = shared(StoppingEmbedder())
    with pytest.raises(StoppedError):
        library.index()
    return library.home.database


@pytest.fixture
def worker(tmp_path, database_url):
    """Starts workers; what each embeds can be looked at. Ends them."""
    started = []

    def start(url=database_url, arguments=(), **environment):
        folder = tmp_path / f"worker-{len(started)}"
        folder.mkdir()
        command = Command(
            "index", "--worker", *arguments, home=folder / "home", folder=folder, CITEBOT_DATABASE_URL=url,
            HASHING_EMBEDDED=str(folder / "embedded"), HASHING_HELD=str(folder / "held"), **environment,
        )  # fmt: skip
        started.append(command)
        return SimpleNamespace(
            command=command, held=(folder / "held").exists, embedded=lambda: recorded(folder / "embedded")
        )

    yield start
    for command in started:
        if command.process.poll() is None:
            command.end(signal.SIGKILL)


def recorded(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def rows(database, *columns):
    with database.connect() as connection:
        return connection.execute(sa.select(*columns)).all()


def embedded_count(database):
    return len(rows(database, embeddings.c.text_hash))


def tasks_of(database):
    """The texts of all tasks by the numbers of these, in order."""
    return {task.id: task.text_hashes for task in sorted(rows(database, tasks), key=lambda task: task.id)}


def vectors_for(waiting):
    return np.ones((len(waiting), 64), np.float32)


def test_tasks_hold_each_text_once_in_the_order_in_which_they_were_stored(queued):
    found = rows(queued, tasks)

    hashes = [text_hash for task in sorted(found, key=lambda task: task.id) for text_hash in task.text_hashes]
    first = {}
    for row in sorted(rows(queued, sentences.c.id, sentences.c.text_hash)):
        first.setdefault(row.text_hash, row.id)
    assert hashes == sorted(first, key=first.__getitem__)
    assert len(hashes) == SENTENCES < len(rows(queued, sentences.c.id))
    assert [task.size for task in found] == [5] * 7 + [2]
    assert {(task.model, task.model_name) for task in found} == {(MODEL, "hashing")}


def test_alone_a_run_embeds_each_text_once_and_leaves_no_task(shared, embedder):
    report = shared(embedder).index()

    assert report.embedded == SENTENCES
    assert sorted(embedder.embedded) == ALL_TEXTS
    assert rows(shared().home.database, tasks) == []
    assert shared().index().embedded == 0
    assert shared().status().healthy


def test_what_a_stopped_run_has_queued_a_worker_embeds_and_the_next_run_publishes(queued, shared, worker, embedder):
    helper = worker()
    lines = [helper.command.line() for _ in range(8)]
    until(lambda: embedded_count(queued) == SENTENCES)

    report = shared(embedder).index()

    assert helper.command.end(signal.SIGTERM) == 0
    assert helper.command.warnings[-1] == TOLD_TO_STOP
    counts = [line.partition("  ")[2].partition(";")[0] for line in lines]
    assert counts == [f"{count} sentences embedded" for count in (*[5] * 7, 2)]
    assert [line.rpartition("; ")[2] for line in lines] == [f"{left} left" for left in (32, 27, 22, 17, 12, 7, 2, 0)]
    assert sorted(helper.embedded()) == ALL_TEXTS
    assert embedder.embedded == []
    assert report.articles == ArticleCounts(added=ARTICLES + 1)
    assert report.embedded == 0


def test_a_run_and_two_workers_share_the_work(shared, worker, database_url):
    slowly = {"HASHING_PAUSE": "1"}  # neither does all before the other one looks
    helpers = [worker(**slowly), worker(**slowly)]
    for helper in helpers:
        until(lambda command=helper.command: any("ready to embed" in line for line in command.warnings))

    class Waiting(HashingEmbedder):
        """Does its first part only after both others have done one."""

        def embed_documents(self, texts, *, progress=None):
            until(lambda: all(helper.embedded() for helper in helpers))
            return super().embed_documents(texts, progress=progress)

    embedder = Waiting()
    report = shared(embedder).index()

    parts = [embedder.embedded, *(helper.embedded() for helper in helpers)]
    assert all(parts)
    assert sorted(chain.from_iterable(parts)) == ALL_TEXTS
    assert report.embedded == SENTENCES
    assert embedded_count(shared().home.database) == SENTENCES
    assert shared().status().healthy


def test_what_a_killed_worker_had_taken_is_embedded_by_the_run_that_waits_for_it(queued, shared, worker, embedder):
    helper = worker(HASHING_HOLD_AFTER="0")
    until(helper.held)
    waits = threading.Event()

    class Telling(Progress):
        def announce(self, message):
            if message == "waiting for what other indexers are embedding":
                waits.set()

    with ThreadPoolExecutor() as executor:
        run = executor.submit(shared(embedder, Telling()).index)
        assert waits.wait(60)
        by_run = sorted(embedder.embedded)
        helper.command.end(signal.SIGKILL)
        report = run.result(60)

    assert len(by_run) == SENTENCES - 5
    assert helper.embedded() == []
    assert sorted(embedder.embedded) == ALL_TEXTS
    assert report.embedded == SENTENCES
    assert shared().status().healthy


def test_a_worker_that_is_stopped_in_the_middle_of_a_task_gives_it_back(queued, worker):
    helper = worker(HASHING_HOLD_AFTER="0")
    until(helper.held)

    assert helper.command.end(signal.SIGINT) == 0

    assert helper.command.warnings[-1] == TOLD_TO_STOP
    assert helper.command.lines_left() == []
    assert TaskQueue(queued).left(MODEL) == SENTENCES
    assert TaskQueue(queued).work(MODEL, vectors_for) == 5


def test_what_somebody_works_on_stays_his_when_the_queue_is_filled_again(queued):
    queue = TaskQueue(queued)
    before = tasks_of(queued)
    revision_ids = [row.id for row in rows(queued, revisions.c.id)]

    def fill_meanwhile(waiting):
        assert queue.fill(revision_ids, MODEL, name="hashing") is False
        now = tasks_of(queued)
        assert [now.pop(next(iter(before)))] == [before[next(iter(before))]]
        assert not now.keys() & before.keys()
        assert [*chain.from_iterable(now.values())] == [*chain.from_iterable(before.values())][5:]
        return vectors_for(waiting)

    assert queue.work(MODEL, fill_meanwhile) == 5
    assert queue.left(MODEL) == SENTENCES - 5
    assert queue.fill(revision_ids, MODEL, name="hashing") is True
    assert queue.left(MODEL) == SENTENCES - 5


def test_the_queue_of_another_model_is_dropped_by_the_run_that_comes_next(queued, shared):
    report = shared(HashingEmbedder("hashing-2")).index()

    assert report.embedded == SENTENCES
    assert tasks_of(queued) == {}


def test_a_text_that_its_worker_did_not_find_is_embedded_all_the_same(queued, shared, embedder, monkeypatch):
    # Its article was erased when the work on the task began, and is stored again before the task is done.
    queue = TaskQueue(queued)
    filled = threading.Event()
    fill = TaskQueue.fill

    def fill_and_tell(*arguments, **options):
        outcome = fill(*arguments, **options)
        filled.set()
        return outcome

    def embed(waiting):
        begun.set()
        assert filled.wait(60)
        return embedder.embed_documents([embedding_text(found.title, found.text) for found in waiting])

    begun = threading.Event()
    monkeypatch.setattr(TaskQueue, "fill", fill_and_tell)
    erased = [row.id for row in rows(queued, revisions.c.id, revisions.c.title) if row.title == "A00"]
    with queued.begin() as connection:
        connection.execute(sa.delete(revisions).where(revisions.c.id.in_(erased)))

    with ThreadPoolExecutor() as executor:
        work = executor.submit(queue.work, MODEL, embed)
        assert begun.wait(60)
        report = shared(embedder).index()

        assert work.result(60) == 2
    assert embedded_count(queued) == SENTENCES
    assert report.articles == ArticleCounts(added=ARTICLES + 1)


def test_what_fails_leaves_its_task_to_others(queued):
    queue = TaskQueue(queued)

    def fail(_waiting):
        raise MemoryError

    with pytest.raises(MemoryError):
        queue.work(MODEL, fail)

    assert queue.left(MODEL) == SENTENCES
    assert embedded_count(queued) == 0
    assert queue.work(MODEL, vectors_for) == 5
    assert queue.left(MODEL) == SENTENCES - 5
    assert embedded_count(queued) == 5


def test_two_never_work_on_the_same_task(queued):
    queue = TaskQueue(queued)
    seen = []

    def work_beside(waiting):
        seen.append({sentence.text_hash for sentence in waiting})
        if len(seen) < 8:
            queue.work(MODEL, work_beside)
        else:
            assert queue.work(MODEL, vectors_for) is None
        return vectors_for(waiting)

    assert queue.work(MODEL, work_beside) == 5
    assert sum(map(len, seen)) == len(set().union(*seen)) == SENTENCES
    assert queue.left(MODEL) == 0


def test_the_texts_of_a_task_are_those_that_were_hashed(corpus, shared, many, queued):
    corpus.write(
        "odd",
        "🙂👩\u200d🚀 e\u0301 שלום עולם. 𝔘𝔫𝔦 говорит \ufeff о мостах.",
        "Последнее предложение 🙂.",
        title="𝔘 «Odd»",
    )
    with pytest.raises(StoppedError):
        shared(StoppingEmbedder()).index()
    waiting = []

    def look(found):
        waiting.extend(found)
        return vectors_for(found)

    while TaskQueue(queued).work(MODEL, look):
        pass

    assert len(waiting) > SENTENCES
    assert [text_hash(found.title, found.text) for found in waiting] == [found.text_hash for found in waiting]


def test_what_was_forgotten_is_not_embedded(queued, embedder):
    RetractionStore(queued).add(["a00"])

    sizes = []
    while (size := TaskQueue(queued).work(MODEL, vectors_for)) is not None:
        sizes.append(size)

    # The sentence that it has in common with another article, which has its title too, may still be read.
    assert sum(sizes) == embedded_count(queued) == SENTENCES - 2


def test_of_what_is_forgotten_while_it_is_embedded_nothing_stays(queued):
    retractions = RetractionStore(queued)

    def forget_meanwhile(waiting):
        assert len(waiting) == 5
        retractions.add(["a00", "a01", "copied"])
        retractions.erase()
        return vectors_for(waiting)

    assert TaskQueue(queued).work(MODEL, forget_meanwhile) == 5

    assert embedded_count(queued) == 0


def test_what_is_forgotten_after_it_was_embedded_goes_with_its_article(queued):
    retractions = RetractionStore(queued)
    assert TaskQueue(queued).work(MODEL, vectors_for) == 5

    retractions.add(["a00", "a01", "copied"])
    retractions.erase()

    assert embedded_count(queued) == 0


def test_articles_can_be_written_while_a_task_is_embedded(queued, shared):
    def write_meanwhile(waiting):
        assert StoreWriter(queued).add([]) == []
        shared().home.database.migrate()
        return vectors_for(waiting)

    assert TaskQueue(queued).work(MODEL, write_meanwhile) == 5


def test_a_worker_of_another_model_says_so_and_waits(queued, shared, worker, embedder):
    helper = worker(HASHING_FINGERPRINT="hashing-2")
    told = (
        "citebot: the model hashing (hashing-1) is asked for, this machine has hashing (hashing-2): "
        "set CITEBOT_EMBEDDING_MODEL on both to the same; waiting"
    )
    until(lambda: told in helper.command.warnings)

    assert shared(embedder).index().embedded == SENTENCES
    with pytest.raises(StoppedError):
        shared(StoppingEmbedder("hashing-2")).index(rebuild=True)
    assert helper.command.line().partition("  ")[2].startswith("5 sentences embedded")

    assert helper.command.end(signal.SIGTERM) == 0
    assert helper.command.warnings.count(told) == 1


def test_a_worker_waits_where_nothing_was_indexed_yet(many, shared, worker, database_url):
    helper = worker()
    told = f"citebot: there is no index yet in {database_url}: run `citebot index`; waiting"
    until(lambda: told in helper.command.warnings)

    with pytest.raises(StoppedError):
        shared(StoppingEmbedder()).index()

    assert [helper.command.line().rpartition("; ")[2] for _ in range(2)] == ["32 left", "27 left"]
    assert helper.command.end(signal.SIGTERM) == 0
    assert helper.command.warnings == [
        "ready to embed with the model hashing, what `citebot index` asks for", told, TOLD_TO_STOP
    ]  # fmt: skip


def test_a_worker_goes_on_when_its_database_is_there_again(many, home, worker):
    server = PostgresServer()
    url = server.new_database()
    library = hashing_library(settings_for(home, many.folder, database_url=url), StoppingEmbedder())
    try:
        helper = worker(url, HASHING_PAUSE="0.2")
        until(lambda: helper.command.warnings)
        with pytest.raises(StoppedError):
            library.index()
        helper.command.line()
        server.stop(signal.SIGQUIT)
        until(lambda: any("failed" in line for line in helper.command.warnings))
        server.start()
        until(lambda: "citebot: the database is there again" in helper.command.warnings)
        until(lambda: embedded_count(library.home.database) == SENTENCES)

        assert helper.command.end(signal.SIGTERM) == 0
        assert TaskQueue(library.home.database).left(MODEL) == 0
    finally:
        library.home.database.close()
        server.close()
    away = [line for line in helper.command.warnings if " failed: " in line]
    assert len(away) == 1
    assert away[0].endswith("; waiting")


def test_a_database_that_is_away_is_told_from_one_that_is_wrong(queued):
    with pytest.raises(DatabaseAwayError):
        Database.at("postgresql+psycopg://citebot@127.0.0.1:1/citebot").check_schema()
    with pytest.raises(DatabaseError) as wrong, queued.connect() as connection:
        connection.execute(sa.text("SELECT nothing FROM nowhere"))
    assert type(wrong.value) is DatabaseError


def test_a_worker_ends_where_there_is_no_database(worker):
    helper = worker("postgresql+psycopg://citebot@127.0.0.1:1/citebot")

    assert helper.command.end() == 1

    (line,) = helper.command.warnings
    assert line.startswith("citebot: the database postgresql+psycopg://citebot@127.0.0.1:1/citebot failed: ")


def test_a_worker_ends_where_the_database_is_of_another_version(queued, worker):
    with queued.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    helper = worker()

    assert helper.command.end() == 1

    assert helper.command.warnings[-1].startswith("citebot: the database has schema 9999, this version of citebot")


def test_what_a_worker_embeds_can_be_had_as_json(queued, worker):
    helper = worker(arguments=["--json"])

    found = json.loads(helper.command.line())

    assert helper.command.end(signal.SIGTERM) == 0
    assert found == {"sentences": 5, "left": SENTENCES - 5, "seconds": found["seconds"]}


def test_a_worker_needs_a_database_for_several_machines(worker, tmp_path):
    helper = worker(f"sqlite:///{tmp_path / 'citebot.sqlite'}")

    assert helper.command.end() == 1

    (line,) = helper.command.warnings
    assert line == (
        "citebot: `citebot index --worker` embeds for another machine, by a database that both use: set "
        "CITEBOT_DATABASE_URL=postgresql+psycopg://… on both"
    )


@pytest.mark.parametrize(
    "others",
    [["articles"], ["--rebuild"], ["--dry-run"], ["--accept-removals"], ["--watch"], ["--watch", "--every", "5"]],
)
def test_a_worker_reads_nothing_itself(worker, others):
    helper = worker(arguments=others)

    assert helper.command.end() == 2

    assert helper.command.warnings[-1] == (
        "Error: --worker goes with no SOURCES and no other option but --json: it embeds what another machine reads"
    )
