"""Fixtures of several test modules."""

import os
import tempfile
from pathlib import Path

import pytest
from bot_process import start, telegram  # noqa: F401 - fixtures
from hashing_model import Corpus, HashingEmbedder, hashing_library, settings_for, write_three_articles
from places import ARTICLES
from postgres_server import PostgresServer

from retrieval.library import Library
from retrieval.models.model_files import resolve_model
from retrieval.store.database import Database

MADE_ONCE = ("sample_library", "hashed_sample")
"""Fixtures of several modules that take long to make."""


# Whoever runs the tests speaks English in them, and so do the processes that they start.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("CITEBOT_LANGUAGE", None)


@pytest.hookimpl(tryfirst=True)  # before the groups are looked at
def pytest_collection_modifyitems(items):
    """Have the tests that share what is made once run in one process, so that no other one makes it as well.

    What takes long is begun first: the short tests then fill all processes until the end.
    """
    for item in items:
        if group := _shared_by(item):
            item.add_marker(pytest.mark.xdist_group(group))
        if group in MADE_ONCE:
            item.add_marker(pytest.mark.begun_first)
    items.sort(key=lambda item: item.get_closest_marker("begun_first") is None)


def pytest_generate_tests(metafunc):
    """Run a test in each kind of home that its module names, unless it is of files."""
    kinds = getattr(metafunc.module, "KINDS_OF_HOMES", None)
    of_files = any(mark.name == "of_files" for mark in metafunc.definition.iter_markers())
    if kinds and "kind_of_home" in metafunc.fixturenames and not of_files:
        metafunc.parametrize("kind_of_home", kinds)


def _shared_by(item):
    """The name of what a test shares with others: a fixture of `MADE_ONCE`, or those of its module; None for none."""
    definitions = item._fixtureinfo.name2fixturedefs
    for_all = next(filter(definitions.__contains__, MADE_ONCE), None)
    of_module = any(fixture.scope == "module" for found in definitions.values() for fixture in found)
    return for_all or (item.path.stem if of_module else None)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def corpus(tmp_path):
    """An empty folder of articles."""
    return Corpus(tmp_path / "articles")


@pytest.fixture
def three_articles(corpus):
    write_three_articles(corpus)
    return corpus


@pytest.fixture
def embedder():
    return HashingEmbedder()


@pytest.fixture
def kind_of_home():
    """Where a home is: "folder", or "server"; modules with `KINDS_OF_HOMES` run their tests with each of them."""
    return "folder"


@pytest.fixture
def home_settings(home, corpus, kind_of_home, request):
    """Settings of a home for `corpus`."""
    url = request.getfixturevalue("migrated_url") if kind_of_home == "server" else None
    return settings_for(home, corpus.folder, database_url=url)


@pytest.fixture
def library(home_settings, embedder):
    """A library on `corpus` whose model can be computed by hand; nothing is indexed yet."""
    return hashing_library(home_settings, embedder)


@pytest.fixture
def indexed(library, three_articles):
    """`library` with `three_articles` published as generation 000001."""
    library.index()
    library.model.load().embedded.clear()
    return library


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL with pgvector; each process of tests has one of its own."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def own_postgres():
    """One that the tests of a module may stop, start and change; it must run at the end of each of them."""
    server = PostgresServer()
    yield server
    server.close()


@pytest.fixture
def database_url(postgres):
    """The URL of an empty database on it, which is gone afterwards, whoever is still connected to it."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def migrated(postgres):
    """The name of a database that has the schema of articles and nothing else."""
    url = postgres.new_database()
    database = Database.at(url)
    database.migrate()
    database.close()
    return url.rpartition("/")[2]


@pytest.fixture
def migrated_url(postgres, migrated):
    """The URL of a database of its own with that schema."""
    url = postgres.new_database(template=migrated)
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def models_folder():
    """The folder ``models`` of a home into which the bundled model is unpacked, once for all tests."""
    with tempfile.TemporaryDirectory() as home:  # pytest would keep three runs' worth of it
        resolve_model(None, Path(home))
        yield Path(home) / "models"


@pytest.fixture(scope="session")
def sample_library(models_folder, tmp_path_factory):
    """All sample articles, indexed with the real model."""
    home = tmp_path_factory.mktemp("sample-home")
    (home / "models").symlink_to(models_folder)
    library = Library(settings_for(home, ARTICLES, reader=None))
    library.index()
    return library


@pytest.fixture(scope="session")
def hashed_sample(tmp_path_factory):
    """All sample articles, indexed with the model that can be computed by hand."""
    library = hashing_library(settings_for(tmp_path_factory.mktemp("hashed-home"), ARTICLES))
    library.index()
    return library
