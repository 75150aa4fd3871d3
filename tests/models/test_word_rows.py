"""Rows of a matrix that stays in its file."""

import pytest
import torch
from safetensors.torch import save_file

from retrieval.models import word_rows
from retrieval.models.word_rows import WordRows

BEFORE = torch.arange(5, dtype=torch.float32)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("has_pread", [True, False])
def test_rows_are_those_of_the_file(tmp_path, monkeypatch, kind, has_pread):
    matrix = torch.randn(40, 6).to(kind)
    save_file({"a": BEFORE, "words": matrix, "z": BEFORE + 1}, tmp_path / "model.safetensors")
    if not has_pread:
        monkeypatch.delattr(word_rows.os, "pread")
    wanted = torch.tensor([39, 0, 7, 7, 1, 39])

    found = WordRows(tmp_path / "model.safetensors", "words", "bert.words")[wanted]

    assert found.dtype == kind
    assert torch.equal(found, matrix[wanted])


def test_the_matrix_may_have_any_of_its_names(tmp_path):
    matrix = torch.randn(3, 2)
    save_file({"bert.words": matrix}, tmp_path / "model.safetensors")

    assert torch.equal(WordRows(tmp_path / "model.safetensors", "words", "bert.words")[torch.tensor([2])], matrix[2:])


def test_a_file_without_it_is_no_model(tmp_path):
    save_file({"other": BEFORE}, tmp_path / "model.safetensors")

    with pytest.raises(KeyError, match="words"):
        WordRows(tmp_path / "model.safetensors", "words", "bert.words")


@pytest.mark.parametrize("row", [-1, 3])
def test_a_row_that_there_is_not_is_not_read_from_what_stands_beside(tmp_path, row):
    save_file({"a": BEFORE, "words": torch.randn(3, 2), "z": BEFORE + 1}, tmp_path / "model.safetensors")

    with pytest.raises(IndexError):
        WordRows(tmp_path / "model.safetensors", "words")[torch.tensor([0, row])]
