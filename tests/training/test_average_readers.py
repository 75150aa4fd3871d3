"""The mean of readers of one run."""

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from training.average_readers import main


def write(file, value, rank=1):
    tensors = {"encoder.encoder.layer.0.output.dense.lora_A": torch.full((rank, 3), value, dtype=torch.bfloat16)}
    save_file(tensors, file, metadata={"scale": "1.0", "rank": str(rank)})
    return str(file)


def run(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["average_readers", *arguments])
    main()


def test_each_number_is_the_mean_in_16_bits(tmp_path, monkeypatch):
    files = [write(tmp_path / f"{value}.safetensors", value) for value in (1.0, 2.0, 6.0)]
    file = tmp_path / "average.safetensors"
    run(monkeypatch, *files, "--into", str(file))
    [tensor] = load_file(file).values()
    assert tensor.dtype == torch.bfloat16
    assert tensor.tolist() == [[3.0, 3.0, 3.0]]
    with safe_open(file, "pt") as opened:
        assert opened.metadata() == {"scale": "1.0", "rank": "1"}


def test_readers_of_another_rank_are_refused(tmp_path, monkeypatch):
    files = [write(tmp_path / f"{rank}.safetensors", 1.0, rank) for rank in (1, 2)]
    with pytest.raises(ValueError, match="differ in rank or scale"):
        run(monkeypatch, *files, "--into", str(tmp_path / "average.safetensors"))
