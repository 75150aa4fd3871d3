"""A copy of the database for reading: questions are answered from a real standby, and nothing is ever written there."""

import pytest
from hashing_model import COMET, TRAM, cited, hashing_library, settings_for
from postgres_server import PostgresServer

from retrieval.errors import DatabaseError

GLASS = ("Stained glass", "The stained glass of the chapel was cleaned by two craftsmen.")


@pytest.fixture(scope="module")
def primary():
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def standby(primary):
    server = primary.standby()
    yield server
    server.close()


@pytest.fixture
def library(home, three_articles, primary, standby):
    url = primary.new_database()
    standby.catch_up(primary)
    urls = {"database_url": url, "database_read_url": standby.url(url.rpartition("/")[2])}
    yield hashing_library(settings_for(home, three_articles.folder, kept_generations=2, **urls))
    primary.drop(url)


def test_what_is_written_goes_to_the_database_and_what_is_asked_to_the_copy(library, corpus, primary, standby):
    library.index()
    standby.catch_up(primary)
    first = cited(library.ask(COMET[1], limit=1))
    corpus.write("tram", *TRAM)
    library.index()
    standby.catch_up(primary)
    second = cited(library.ask(TRAM[1], limit=1))
    library.forget(["tram"])
    third = cited(library.ask(TRAM[1]))

    assert (first, second, "tram" in third) == (["comet"], ["tram"], False)
    assert library.rollback().number == 1
    standby.catch_up(primary)
    assert library.status().healthy


def test_a_copy_that_is_behind_answers_with_what_it_has_and_never_with_what_was_forgotten(
    library, corpus, primary, standby
):
    library.index()
    standby.catch_up(primary)
    with standby.behind():
        corpus.write("tram", *TRAM)
        library.index()
        before = [cited(library.ask(text, limit=1)) for text in (TRAM[1], COMET[1])]
        library.forget(["comet"])
        forgotten = cited(library.ask(COMET[1]))
    standby.catch_up(primary)

    assert before[0] != ["tram"]
    assert before[1] == ["comet"]
    assert "comet" not in forgotten
    assert cited(library.ask(TRAM[1], limit=1)) == ["tram"]


def test_a_copy_so_far_behind_that_its_generation_is_gone_is_answered_from_once_it_has_followed(
    library, corpus, primary, standby
):
    library.index()
    standby.catch_up(primary)
    assert cited(library.ask(COMET[1], limit=1)) == ["comet"]
    with standby.behind():
        for name, article in {"tram": TRAM, "glass": GLASS}.items():
            corpus.write(name, *article)
            library.index()
        assert cited(library.ask(COMET[1], limit=1)) == ["comet"]
    standby.catch_up(primary)

    assert [cited(library.ask(text, limit=1)) for text in (COMET[1], GLASS[1])] == [["comet"], ["glass"]]


def test_the_copy_cannot_be_written(library, primary, standby):
    library.index()
    standby.catch_up(primary)

    with pytest.raises(DatabaseError, match="read-only transaction"):
        library.home.generations.publish(1)


@pytest.mark.parametrize("named", [{}, {"database_url": "sqlite:///articles.sqlite"}])
def test_only_a_server_has_a_copy(home, corpus, named):
    told = "CITEBOT_DATABASE_READ_URL: only a PostgreSQL has copies that follow it"
    with pytest.raises(DatabaseError, match=told):
        hashing_library(settings_for(home, corpus.folder, database_read_url="postgresql+psycopg://u@h/d", **named))


def test_a_copy_that_cannot_be_named_is_told_by_its_own_setting(home, corpus, database_url):
    with pytest.raises(DatabaseError, match="CITEBOT_DATABASE_READ_URL: is not a URL"):
        hashing_library(settings_for(home, corpus.folder, database_url=database_url, database_read_url="nonsense"))
