"""The model as a value: known without being loaded, loaded once by whoever needs it first."""

import threading
import time

import pytest
from hashing_model import HashingEmbedder, hashing_library, settings_for

from retrieval.errors import ModelError
from retrieval.library import Library
from retrieval.models import model as model_module
from retrieval.models.model import Model, model_named
from retrieval.models.model_files import BUNDLED_MODEL, model_fingerprint


class Loading:
    """Loads an embedder slowly, and remembers what it was told with."""

    def __init__(self):
        self.embedders = []

    def __call__(self, announce):
        time.sleep(0.05)
        announce("loading …")
        self.embedders.append(HashingEmbedder("loaded"))
        return self.embedders[-1]


def test_a_model_is_loaded_once_however_many_threads_need_it():
    loading, found, told = Loading(), [], []
    model = Model("hashing", fingerprint=lambda: "known", load=loading)
    threads = [threading.Thread(target=lambda: found.append(model.load(told.append))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(loading.embedders), told) == (1, ["loading …"])
    assert all(embedder is loading.embedders[0] for embedder in found)
    assert len(found) == 8


def test_a_model_that_could_not_be_loaded_is_tried_again():
    attempts = []

    def load(_announce):
        attempts.append(len(attempts))
        if len(attempts) == 1:
            raise ModelError("not yet")
        return HashingEmbedder()

    model = Model("hashing", fingerprint=lambda: None, load=load)
    with pytest.raises(ModelError, match="not yet"):
        model.load()

    assert model.load() is model.load()
    assert attempts == [0, 1]


@pytest.mark.parametrize(("known", "expected", "loaded"), [("known", "known", 0), (None, "loaded", 1)])
def test_a_model_is_loaded_for_its_fingerprint_only_where_its_files_are_not_here(known, expected, loaded):
    loading = Loading()
    model = Model("hashing", fingerprint=lambda: known, load=loading)

    assert model.fingerprint() == known
    assert model.fetched_fingerprint() == expected
    assert len(loading.embedders) == loaded


def test_the_bundled_model_is_known_before_anything_is_written(tmp_path):
    model = model_named(None, tmp_path / "home")

    assert (model.name, model.fingerprint()) == (BUNDLED_MODEL, model_fingerprint(None))
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("elsewhere", [True, False])
def test_the_bundled_model_is_unpacked_where_the_library_is_told_to(tmp_path, monkeypatch, elsewhere):
    homes = []

    def noting(name, home, *, announce):
        homes.append((name, home))
        raise ModelError("as far as this goes")

    monkeypatch.setattr(model_module, "resolve_model", noting)
    model_home = tmp_path / "elsewhere" if elsewhere else None
    library = Library(settings_for(tmp_path / "home"), model_home=model_home)
    with pytest.raises(ModelError, match="as far as this goes"):
        library.model.load()

    assert homes == [(None, model_home or tmp_path / "home")]


def test_a_library_runs_on_the_model_that_it_is_handed(home, three_articles):
    embedder = HashingEmbedder("another")
    library = hashing_library(settings_for(home, three_articles.folder), embedder)
    library.index()
    opened = library.opened()

    assert opened.embedder is embedder
    assert (opened.generation.manifest.model, opened.generation.manifest.model_fingerprint) == ("hashing", "another")
    assert opened.queries.count_articles(opened.generation.manifest.number) == 3
