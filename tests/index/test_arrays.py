"""Arrays in one file: the same as they were, and only one file is kept open for all of them."""

import gc
from pathlib import Path

import numpy as np
import pytest

from retrieval.index.arrays import arrays_below, map_arrays, save_arrays

OPEN_FILES = Path("/proc/self/fd")
ARRAYS = {
    "a/numbers": np.arange(7, dtype=np.int64),
    "a/none": np.zeros(0, dtype=np.uint8),
    "a/rows": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b/names": np.array(["", "Известия"], dtype=np.str_),
    "b/marked": np.array([True, False]),
    "b/last": np.zeros((0, 4), dtype=np.uint64),
}


def test_what_is_mapped_is_what_was_saved(tmp_path):
    save_arrays(tmp_path / "arrays", ARRAYS)

    found = map_arrays(tmp_path / "arrays")

    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert np.array_equal(found[name], array)
        assert type(found[name]) is np.ndarray
        assert found[name].flags.aligned
        assert not found[name].flags.writeable
    assert list(arrays_below(found, "b/")) == ["names", "marked", "last"]


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="only Linux tells which files are open")
def test_one_file_is_open_for_all_arrays_and_none_behind_them(tmp_path):
    save_arrays(tmp_path / "arrays", ARRAYS)
    gc.collect()
    before = len(list(OPEN_FILES.iterdir()))

    found = map_arrays(tmp_path / "arrays")

    assert len(list(OPEN_FILES.iterdir())) == before + 1
    del found
    gc.collect()
    assert len(list(OPEN_FILES.iterdir())) == before


@pytest.mark.parametrize("content", [b"", b"\x07", b"\xff" * 64, b"\0" * 64])
def test_a_damaged_file_is_told(tmp_path, content):
    (tmp_path / "arrays").write_bytes(content)
    with pytest.raises((ValueError, TypeError)):
        map_arrays(tmp_path / "arrays")


def test_a_file_that_was_cut_off_is_told(tmp_path):
    save_arrays(tmp_path / "arrays", ARRAYS)
    (tmp_path / "arrays").write_bytes((tmp_path / "arrays").read_bytes()[:-128])
    with pytest.raises((ValueError, TypeError)):
        map_arrays(tmp_path / "arrays")
