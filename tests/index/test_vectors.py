"""Sentence vectors in FAISS: exact rows, order and cosines."""

import numpy as np
import pytest

from retrieval.errors import IndexMismatchError
from retrieval.index.vectors import VectorIndex

ROWS = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 0, 1], [-1, 0, 0, 0]], np.float32)
QUERY = np.array([0.8, 0.6, 0, 0], np.float32)


@pytest.fixture
def index():
    return VectorIndex.build([ROWS[:2], ROWS[2:3], ROWS[3:]])


def test_rows_are_numbered_through_all_blocks(index):
    assert len(index) == 5
    assert index.dimension == 4


def test_the_nearest_come_first_with_their_cosines(index):
    rows, cosines = index.search(QUERY, 3)

    assert rows.tolist() == [2, 0, 1]
    assert cosines == pytest.approx([0.96, 0.8, 0.6], abs=1e-3)


@pytest.mark.parametrize("count", [5, 6, 1000])
def test_asked_for_more_than_there_are_it_gives_all_and_no_padding(index, count):
    rows, cosines = index.search(QUERY, count)

    assert rows.tolist() == [2, 0, 1, 3, 4]
    assert cosines == pytest.approx([0.96, 0.8, 0.6, 0, -0.8], abs=1e-3)


def test_cosines_of_chosen_rows_come_in_their_order(index):
    assert index.cosines(QUERY, np.array([4, 2, 2, 0])) == pytest.approx([-0.8, 0.96, 0.96, 0.8], abs=1e-3)


@pytest.mark.parametrize("rows", [[0, 1, 2, 3, 4], [2], [4, 2, 2], []])
def test_the_vectors_of_chosen_rows_come_in_their_order(index, rows):
    vectors = index.vectors(np.array(rows, dtype=np.int64))

    assert vectors.shape == (len(rows), 4)
    assert vectors == pytest.approx(ROWS[rows], abs=1e-3)


def test_thousands_of_rows_are_ranked_exactly():
    generator = np.random.default_rng(1)
    known = generator.permutation(np.linspace(-0.9, 0.9, 3000, dtype=np.float32))
    others = generator.normal(size=(3000, 383)).astype(np.float32)
    others *= np.sqrt(1 - known[:, None] ** 2) / np.linalg.norm(others, axis=1, keepdims=True)
    index = VectorIndex.build(np.array_split(np.column_stack([known, others]), 7))
    query = np.eye(384, dtype=np.float32)[0]

    nearest, cosines = index.search(query, 3000)

    assert nearest.tolist() == np.argsort(-known).tolist()
    assert cosines == pytest.approx(known[nearest], abs=1e-3)
    assert index.cosines(query, nearest) == pytest.approx(known[nearest], abs=1e-3)


def test_what_is_loaded_is_what_was_saved(index, tmp_path):
    path = tmp_path / "папка с пробелом.faiss"
    index.save(path)

    loaded = VectorIndex.load(path)

    assert (len(loaded), loaded.dimension) == (5, 4)
    for found, expected in zip(loaded.search(QUERY, 5), index.search(QUERY, 5), strict=True):
        assert np.array_equal(found, expected)


def test_without_a_vector_there_is_no_index():
    with pytest.raises(ValueError, match="no vectors"):
        VectorIndex.build([])


@pytest.mark.parametrize("damage", [lambda _: b"", lambda data: data[:-5], lambda data: b"text" + data[4:]])
def test_a_damaged_file_is_refused_with_its_name(index, tmp_path, damage):
    path = tmp_path / "vectors.faiss"
    index.save(path)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(IndexMismatchError, match=r"vectors\.faiss is damaged: run `citebot index`"):
        VectorIndex.load(path)


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(index, tmp_path):
    with pytest.raises(OSError, match=r"cannot write .*nowhere"):
        index.save(tmp_path / "nowhere" / "vectors.faiss")
