"""The store of people in both databases: a file of SQLite in a home, and PostgreSQL."""

import pytest

from bot.people.store import PeopleStore


@pytest.fixture(params=["sqlite", "postgres"])
def server(request):
    """Where people are stored besides the home: nowhere, or at the URL of an empty database."""
    return request.getfixturevalue("database_url") if request.param == "postgres" else None


@pytest.fixture
def store(home, server):
    opened = PeopleStore.open(home, server)
    yield opened
    opened.close()


@pytest.fixture
def store_in_file(home):
    opened = PeopleStore.open(home, None)
    yield opened
    opened.close()
