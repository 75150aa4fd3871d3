"""The commands with a home on PostgreSQL: they do what they do in a folder, and what fails is one line."""

import json
import signal

import pytest
from citebot_process import Command
from hashing_model import TRAM, Corpus, hashing_library, settings_for, write_three_articles

from retrieval.errors import DatabaseError
from retrieval.index.server.recall import ENOUGH
from retrieval.progress import Progress
from retrieval.types import VectorSearch

AWAY = "postgresql+psycopg://bot:geheim@127.0.0.1:1/citebot"
FAILED = (
    "citebot: the {what} postgresql+psycopg://bot:***@127.0.0.1:1/citebot failed: connection failed: connection to "
    'server at "127.0.0.1", port 1 failed: Connection refused; check that the server runs and lets you in, and what '
    "CITEBOT_DATABASE_URL says of host, port, user, password and database\n"
)


@pytest.fixture(scope="module")
def shared(postgres, tmp_path_factory):
    """A home on a server with three articles, for commands that only read; its URL and its folder of articles."""
    corpus = Corpus(tmp_path_factory.mktemp("articles"))
    write_three_articles(corpus)
    url = postgres.new_database()
    home = tmp_path_factory.mktemp("machine")
    library = hashing_library(settings_for(home, corpus.folder, database_url=url))
    library.index()
    library.home.database.close()
    return url, corpus.folder


@pytest.fixture
def on_server(citebot, monkeypatch, shared):
    url, folder = shared
    monkeypatch.setenv("CITEBOT_DATABASE_URL", url)
    monkeypatch.setenv("CITEBOT_SOURCES", str(folder))
    return citebot


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        (["status"], 0, "articles    3\n"),
        (["articles"], 0, "comet"),
        (["export"], 0, '{"id": "bridge", '),
        (["ask", "When did the comet pass Saturn?"], 0, "[1] The comet passed Saturn late on Monday."),
        (["ask", "--json", "When did the comet pass Saturn?"], 0, '"article_id": "comet"'),
        (["timeline", "comet"], 0, "I found no story about this in the articles."),
        (["index", "--dry-run"], 0, "Articles: 3 unchanged.\n"),
        (["forget", "--list"], 0, ""),
        (["calibrate", "--reset"], 0, "There were no calibrated bounds; "),
        (["report"], 0, "citebot-report.html\n"),
        (["start"], 0, ""),
        (["health"], 1, "no bot runs with CITEBOT_HOME="),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_that_reads_does_what_it_does_in_a_folder(on_server, arguments, code, shown):
    found = on_server(*arguments)
    assert (found.returncode, found.stderr) == (code, "")
    assert shown in found.stdout


def test_status_names_the_database_and_counts_its_size(on_server, shared):
    url, _ = shared
    rows = dict(line.split(maxsplit=1) for line in on_server("status").stdout.splitlines())
    assert rows["database"] == url
    assert "vectors" not in rows
    assert float(rows["disk"].split()[0]) > 5
    found = json.loads(on_server("status", "--json").stdout)
    assert (found["database"], found["vector_search"]) == (url, None)
    assert found["disk_bytes"] > 5 << 20


@pytest.mark.parametrize("recall", [0.991, 0.913])
def test_status_tells_how_vectors_are_searched(on_server, shared, monkeypatch, recall):
    url, folder = shared
    monkeypatch.setattr("retrieval.store.server.neighbours.INDEXED_FROM", 1)
    monkeypatch.setattr("retrieval.index.server.recall.recall", lambda *_: recall)
    library = hashing_library(settings_for("unused", folder, database_url=url))
    library.index(rebuild=True)
    found = library.status()
    effort = 100 if recall >= ENOUGH else 800
    assert found.vector_search == VectorSearch(effort, recall)
    assert found.healthy
    library.home.database.close()

    shown = on_server("status")
    assert shown.returncode == 0
    assert (
        f"vectors     searched by an index of neighbours, which finds {recall:.3f} of what is nearest\n" in shown.stdout
    )
    problem = (
        f"problem: searching vectors finds {recall:.3f} of what is nearest, expected 0.98: run `REINDEX TABLE "
        "CONCURRENTLY embedding` in the database; the next `citebot index` that changes something measures it anew\n"
    )
    assert (problem in shown.stdout) == (recall < ENOUGH)
    assert json.loads(on_server("status", "--json").stdout)["vector_search"] == {"effort": effort, "recall": recall}


def test_what_changes_a_home_does_so(citebot, monkeypatch, database_url, three_articles):
    monkeypatch.setenv("CITEBOT_DATABASE_URL", database_url)
    monkeypatch.setenv("CITEBOT_SOURCES", str(three_articles.folder))
    assert citebot("index").stdout.startswith("Articles: 3 added.\n")
    three_articles.write("tram", *TRAM)
    assert citebot("index").stdout.startswith("Articles: 1 added, 3 unchanged.\n")
    assert citebot("rollback").stdout == "Generation 000001 is published again: 3 articles.\n"
    library = hashing_library(settings_for("unused", database_url=database_url))
    with library.home.lock.held(0):
        monkeypatch.setattr("retrieval.upkeep._PATIENCE", 0.0)
        beside = citebot("forget", "comet")
        assert "Another citebot is writing the index" in beside.stdout
        busy = citebot("index")
        assert busy.returncode == 1
        assert busy.stderr.startswith(f"citebot: another citebot is writing the index in {database_url}: ")
    library.home.database.close()
    assert citebot("forget", "--list").stdout.endswith("comet\n")
    assert citebot("index").stdout.startswith("Articles: 1 added, 2 unchanged, 1 forgotten.\n")
    assert "its text is deleted" in citebot("forget", "bridge").stdout
    assert citebot("forget", "--undo", "comet").returncode == 0
    assert "0 of them embedded" not in citebot("index").stdout


def test_a_watch_takes_up_what_changes(tmp_path, three_articles, database_url):
    watching = Command(
        "index", three_articles.folder, "--watch", home=tmp_path / "machine", folder=tmp_path,
        CITEBOT_DATABASE_URL=database_url,
    )  # fmt: skip
    assert "3 added" in watching.line()
    three_articles.write("tram", *TRAM)
    assert "1 added" in watching.line()
    assert watching.end(signal.SIGINT) == 0


# The server is away


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["index"], "database"),
        (["index", "--dry-run"], "database"),
        (["ask", "Когда открыли мост?"], "database"),
        (["timeline", "мост"], "database"),
        (["articles"], "database"),
        (["export"], "database"),
        (["rollback"], "database"),
        (["forget", "bridge"], "database"),
        (["forget", "--list"], "database"),
        (["calibrate"], "database"),
        (["calibrate", "--reset"], "database"),
        (["report"], "people's database"),
        (["start"], "database"),
        (["copy-to", "elsewhere"], "database"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_server_that_is_away_is_one_line(citebot, monkeypatch, arguments, what):
    monkeypatch.setenv("CITEBOT_DATABASE_URL", AWAY)
    failed = citebot(*arguments)
    assert (failed.returncode, failed.stdout, failed.stderr) == (1, "", FAILED.format(what=what))


def test_status_tells_of_a_server_that_is_away(citebot, monkeypatch):
    monkeypatch.setenv("CITEBOT_DATABASE_URL", AWAY)
    found = citebot("status")
    problem = FAILED.format(what="database").replace("citebot: ", "problem: ", 1)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.endswith(problem)
    assert found.stdout.count("connection failed") == 1
    assert "database    postgresql+psycopg://bot:***@127.0.0.1:1/citebot\n" in found.stdout


@pytest.mark.parametrize("step", ["embedding", "building"])
def test_a_run_whose_server_goes_away_ends_in_one_line_and_goes_on_later(own_postgres, tmp_path, three_articles, step):
    class Away(Progress):
        def embedding(self, done, _total):
            if step == "embedding" and done:
                own_postgres.stop()

        def building(self):
            if step == "building":
                own_postgres.stop()

    settings = settings_for(tmp_path / "machine", three_articles.folder, database_url=own_postgres.new_database())
    library = hashing_library(settings)
    library.index()
    three_articles.write("tram", *TRAM)
    with pytest.raises(DatabaseError) as told:
        hashing_library(settings, progress=Away()).index()
    assert "\n" not in str(told.value)
    with pytest.raises(DatabaseError):
        library.ask("Сколько стоит билет на трамвай?")

    own_postgres.start()
    assert library.status().generation == "000001"
    assert library.ask("Сколько стоит билет на трамвай?").citations[0].article_id != "tram"
    assert library.index().articles.added == 1
    assert library.ask("Сколько стоит билет на трамвай?").citations[0].article_id == "tram"
