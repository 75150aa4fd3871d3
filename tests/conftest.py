"""Fixtures of several test modules."""

import shutil
import tempfile
from pathlib import Path

import pytest
from bot_process import start, telegram  # noqa: F401 - fixtures
from hashing_model import Corpus, HashingEmbedder, HashingLibrary, settings_for, write_three_articles

from retrieval.library import Library
from retrieval.model_files import resolve_model

SAMPLE = Path(__file__).parent.parent / "data" / "articles"


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
def library(home, corpus, embedder):
    """A library on `corpus` whose model can be computed by hand; nothing is indexed yet."""
    return HashingLibrary(settings_for(home, corpus.folder), embedder)


@pytest.fixture
def indexed(library, three_articles):
    """`library` with `three_articles` published as generation 000001."""
    library.index()
    library.model.embedded.clear()
    return library


@pytest.fixture(scope="session")
def models_folder():
    """The folder ``models`` of a home into which the bundled model is unpacked, once for all tests."""
    with tempfile.TemporaryDirectory() as home:  # pytest would keep three runs' worth of it
        resolve_model(None, Path(home))
        yield Path(home) / "models"


@pytest.fixture(scope="session")
def sample_library(models_folder, tmp_path_factory):
    """Some of the sample articles, indexed with the real model: all of them would take minutes on a busy machine."""
    articles = tmp_path_factory.mktemp("sample-articles")
    for path in [*SAMPLE.glob("en/[a-k]*.txt"), *SAMPLE.glob("ru/flood-ust*.txt")]:
        (articles / path.parent.name).mkdir(exist_ok=True)
        shutil.copy(path, articles / path.parent.name)
    home = tmp_path_factory.mktemp("sample-home")
    (home / "models").symlink_to(models_folder)
    library = Library(settings_for(home, articles, reader=None))
    library.index()
    return library


@pytest.fixture(scope="session")
def hashed_sample(tmp_path_factory):
    """All sample articles, indexed with the model that can be computed by hand."""
    library = HashingLibrary(settings_for(tmp_path_factory.mktemp("hashed-home"), SAMPLE))
    library.index()
    return library
