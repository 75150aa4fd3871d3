"""Sentence vectors in FAISS: exact rows, order and cosines."""

import numpy as np
import pytest

from retrieval.errors import IndexMismatchError
from retrieval.index import vectors
from retrieval.index.rows import rows_of
from retrieval.index.vectors import SegmentVectors, VectorIndex

ROWS = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 0, 1], [-1, 0, 0, 0]], np.float32)
QUERY = np.array([0.8, 0.6, 0, 0], np.float32)
NEAR = [1, 2, 0, 3, 4]
"""Which place each row has among the nearest."""


def segments_of(*parts):
    """The vectors of a generation that consists of segments with these vectors, one article in each."""
    keys = [np.array([number]) for number in range(len(parts))]
    counts = [(np.array([1]), np.array([len(part)])) for part in parts]
    return SegmentVectors(
        [VectorIndex.build([np.asarray(part, dtype=np.float32)]) for part in parts],
        rows_of(np.arange(len(parts)), keys, counts),
    )


@pytest.fixture(params=[[5], [2, 3], [1, 1, 3]], ids=str)
def index(request):
    return segments_of(*np.split(ROWS, np.cumsum(request.param)[:-1]))


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
    found = index.vectors(np.array(rows, dtype=np.int64))

    assert found.shape == (len(rows), 4)
    assert found == pytest.approx(ROWS[rows], abs=1e-3)


def test_thousands_of_rows_are_ranked_exactly():
    generator = np.random.default_rng(1)
    known = generator.permutation(np.linspace(-0.9, 0.9, 3000, dtype=np.float32))
    others = generator.normal(size=(3000, 383)).astype(np.float32)
    others *= np.sqrt(1 - known[:, None] ** 2) / np.linalg.norm(others, axis=1, keepdims=True)
    index = segments_of(*np.array_split(np.column_stack([known, others]), 7))
    query = np.eye(384, dtype=np.float32)[0]

    nearest, cosines = index.search(query, 3000)

    assert nearest.tolist() == np.argsort(-known).tolist()
    assert cosines == pytest.approx(known[nearest], abs=1e-3)
    assert index.cosines(query, nearest) == pytest.approx(known[nearest], abs=1e-3)


def test_of_what_is_equally_near_the_first_rows_come_however_the_generation_is_cut(monkeypatch):
    monkeypatch.setattr(vectors, "_IN_PARALLEL", 100)
    many = np.tile(ROWS, (40, 1))
    whole, cut = segments_of(many), segments_of(many[:77], many[77:130], many[130:])

    for count in (1, 7, 39, 40, 41, 90):
        found = [index.search(QUERY, count) for index in (whole, cut)]
        assert found[0][0].tolist() == found[1][0].tolist() == sorted(range(200), key=lambda row: NEAR[row % 5])[:count]
        assert np.array_equal(found[0][1], found[1][1])


def test_segments_are_searched_by_one_thread_each():
    threads = list(vectors._searching.map(lambda _: vectors.faiss.omp_get_max_threads(), range(8)))
    assert threads == [1] * 8


def test_what_is_gone_of_a_segment_is_not_found():
    parts = [ROWS[:3], ROWS[3:]]
    counts = [(np.ones(3, dtype=np.int64), np.ones(3, dtype=np.int64)), (np.array([1]), np.array([2]))]
    # Of the first segment the last article is gone; the second one's comes first.
    rows = rows_of(np.array([9, 4, 5]), [np.array([4, 5, 6]), np.array([9])], counts)
    index = SegmentVectors([VectorIndex.build([part]) for part in parts], rows)

    assert len(index) == 4
    assert index.search(QUERY, 9)[0].tolist() == [2, 3, 0, 1]
    assert index.search(QUERY, 9, np.array([True, False, False, True]))[0].tolist() == [3, 0]
    assert index.vectors(np.array([0, 3])) == pytest.approx(ROWS[[3, 1]], abs=1e-3)


def test_what_is_loaded_is_what_was_saved(tmp_path):
    path = tmp_path / "папка с пробелом.faiss"
    index = VectorIndex.build([ROWS])
    index.save(path)

    loaded = VectorIndex.load(path)

    assert (len(loaded), loaded.dimension) == (5, 4)
    for found, expected in zip(loaded.search(QUERY, 5), index.search(QUERY, 5), strict=True):
        assert np.array_equal(found, expected)


def test_without_a_vector_there_is_no_index():
    with pytest.raises(ValueError, match="no vectors"):
        VectorIndex.build([])


@pytest.mark.parametrize("damage", [lambda _: b"", lambda data: data[:-5], lambda data: b"text" + data[4:]])
def test_a_damaged_file_is_refused_with_its_name(tmp_path, damage):
    path = tmp_path / "vectors.faiss"
    VectorIndex.build([ROWS]).save(path)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(IndexMismatchError, match=r"vectors\.faiss is damaged: run `citebot index`"):
        VectorIndex.load(path)


def test_a_place_that_cannot_be_written_is_an_error_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        VectorIndex.build([ROWS]).save(tmp_path / "nowhere" / "vectors.faiss")


# Codes of large segments

MANY = 4000


@pytest.fixture
def many(monkeypatch):
    """Unit vectors around forty places, of which a segment of so many has codes."""
    monkeypatch.setattr(vectors, "_CODED", MANY)
    monkeypatch.setattr(vectors, "_TRAINED_ON", MANY)
    monkeypatch.setattr(vectors, "_LEAST_CANDIDATES", 200)
    drawn = np.random.default_rng(5)
    found = drawn.normal(size=(40, 32))[drawn.integers(0, 40, MANY)] + 0.3 * drawn.normal(size=(MANY, 32))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def coded(many, tmp_path):
    VectorIndex.build([many]).save(tmp_path / "vectors.faiss")
    return VectorIndex.load(tmp_path / "vectors.faiss")


class Looking:
    """Notes what is looked for with codes, and whether they told anything."""

    def __init__(self, codes):
        self.told = []
        self._search = codes.search

    def search(self, *arguments):
        found = self._search(*arguments)
        self.told.append(found is not None)
        return found


@pytest.fixture
def looking(coded):
    coded._codes = Looking(coded._codes)
    return coded._codes.told


def test_with_codes_the_nearest_are_found_with_the_very_cosines(many, coded, looking, tmp_path):
    plain = VectorIndex.build([many])
    for query in many[::400]:
        for found, expected in zip(coded.search(query, 10), plain.search(query, 10), strict=True):
            assert found.tolist() == expected.tolist()
    assert looking == [True] * 10
    assert {path.name for path in tmp_path.iterdir()} == {"vectors.faiss", "vectors.codes.faiss"}


@pytest.mark.parametrize(("share", "told"), [(0.9, True), (0.5, False), (0.01, False)])
def test_with_codes_only_what_is_marked_is_found(many, coded, looking, share, told):
    marked = np.random.default_rng(7).random(MANY) < share
    bits = vectors._bits(marked)
    rows, cosines = coded.search(many[17], 20, bits)
    expected = VectorIndex.build([many]).search(many[17], 20, bits)
    assert (rows.tolist(), cosines.tolist()) == (expected[0].tolist(), expected[1].tolist())
    assert marked[rows].all()
    assert looking == [told]


def test_where_nearly_all_are_wanted_all_are_compared(many, coded, looking):
    assert sorted(coded.search(many[0], MANY)[0].tolist()) == list(range(MANY))
    assert looking == [False]


def test_where_the_likely_ones_are_not_among_those_marked_all_are_compared(many, coded, looking):
    """Those nearest by their codes are just those that may not be found."""
    nearest = VectorIndex.build([many]).search(many[3], 1000)[0]
    marked = np.ones(MANY, dtype=np.bool_)
    marked[nearest] = False
    rows, _ = coded.search(many[3], 50, vectors._bits(marked))
    assert len(rows) == 50
    assert marked[rows].all()
    assert looking == [False]


@pytest.mark.parametrize("changed", [{"_LEAST_RECALL": 1.01}, {"_CODED": MANY + 1}, {"_TOGETHER": 3}], ids=str)
def test_there_are_no_codes_that_miss_too_much_or_gain_nothing(many, tmp_path, monkeypatch, changed):
    for name, value in changed.items():
        monkeypatch.setattr(vectors, name, value)
    VectorIndex.build([many]).save(tmp_path / "vectors.faiss")
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]
    assert VectorIndex.load(tmp_path / "vectors.faiss").search(many[9], 1)[0].tolist() == [9]


def test_damaged_codes_are_named(coded, many, tmp_path):
    path = tmp_path / "vectors.codes.faiss"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(IndexMismatchError, match=r"vectors\.codes\.faiss is damaged: run `citebot index`"):
        coded.search(many[0], 5)


def test_where_the_codes_are_deleted_before_the_first_question_all_are_compared(coded, many, looking, tmp_path):
    """As when a bot has an older generation open while a run publishes."""
    (tmp_path / "vectors.codes.faiss").unlink()
    assert coded.search(many[17], 5)[0].tolist() == VectorIndex.build([many]).search(many[17], 5)[0].tolist()
    assert looking == [False]
