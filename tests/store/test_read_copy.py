"""A copy of the database for reading: questions are answered from it, and nothing is ever written there.

The copy is the database itself, over connections that may not write.
"""

import pytest
from hashing_model import COMET, TRAM, cited, hashing_library, settings_for

from retrieval.errors import DatabaseError

READ_ONLY = "?options=-c%20default_transaction_read_only%3Don"


@pytest.fixture
def library(home, three_articles, database_url):
    urls = {"database_url": database_url, "database_read_url": database_url + READ_ONLY}
    return hashing_library(settings_for(home, three_articles.folder, **urls))


def test_what_is_written_goes_to_the_database_and_what_is_asked_to_the_copy(library, corpus):
    library.index()
    first = cited(library.ask(COMET[1], limit=1))
    corpus.write("tram", *TRAM)
    library.index()
    second = cited(library.ask(TRAM[1], limit=1))
    library.forget(["tram"])
    third = cited(library.ask(TRAM[1]))

    assert (first, second, "tram" in third) == (["comet"], ["tram"], False)
    assert library.rollback().number == 1
    assert library.status().healthy


def test_the_copy_cannot_be_written(library):
    library.index()

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
