"""What is kept is found again as long as nothing has changed that it depends on."""

import sys
from types import ModuleType

import pytest

from training.caching import cache_file, cached, code_digest, digest, file_digest, keep


def test_a_value_is_made_once(tmp_path):
    file = cache_file(tmp_path / "caches", "features", "index-1")
    assert cached(file, lambda: {"made": 1}) == {"made": 1}
    assert cached(file, lambda: pytest.fail("made again")) == {"made": 1}
    keep(file, [2])
    assert cached(file, lambda: pytest.fail("made again")) == [2]
    assert [kept.name for kept in file.parent.iterdir()] == [file.name]


def test_a_file_is_named_by_everything_that_it_depends_on(tmp_path):
    names = {
        cache_file(tmp_path, *parts).name
        for parts in [("a", "1", "2"), ("a", "2", "1"), ("a", "12"), ("a", "1"), ("b", "1", "2"), ("a", "1", "2")]
    }
    assert len(names) == 5


def test_a_value_has_one_digest():
    assert digest("ab", 1) == digest("ab", 1) != digest("a", "b1")
    assert digest("\ud800")  # half of a pair, which a question may hold


def test_a_file_has_the_digest_of_what_it_holds(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("same")
    other.write_text("same")
    assert file_digest(one) == file_digest(other)
    other.write_text("different")
    assert file_digest(one) != file_digest(other)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of two modules, one of them in a package within."""
    package = ModuleType("measured")
    package.__path__ = [str(tmp_path)]
    (tmp_path / "within").mkdir()
    for name in ("features.py", "within/terms.py"):
        (tmp_path / name).write_text("ONE = 1\n")
    monkeypatch.setitem(sys.modules, "measured", package)
    return package


@pytest.mark.parametrize("name", ["features.py", "within/terms.py", "within/added.py"])
def test_changed_code_has_another_digest(package, tmp_path, name):
    before = code_digest(package)
    assert code_digest(package) == before
    (tmp_path / "weights.json").write_text("{}")
    assert code_digest(package) == before
    (tmp_path / name).write_text("ONE = 2\n")
    assert code_digest(package) != before


def test_a_module_has_the_digest_of_its_file(tmp_path):
    module = ModuleType("alone")
    module.__file__ = str(tmp_path / "alone.py")
    (tmp_path / "alone.py").write_text("ONE = 1\n")
    before = code_digest(module)
    (tmp_path / "beside.py").write_text("")
    assert code_digest(module) == before
    (tmp_path / "alone.py").write_text("ONE = 2\n")
    assert code_digest(module) != before
