"""Average readers of one training run, weight by weight (https://arxiv.org/abs/2203.05482).

    python benchmarks/average_readers.py READER READER … --into FILE

Each READER is a `reader.safetensors` that `train_reader.py` wrote, one a continuation of another.
"""

import argparse
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def average(files: list[Path]) -> dict[str, torch.Tensor]:
    """Return the mean of each tensor over all files, which hold the same names and shapes, in their own type."""
    readers = [load_file(file) for file in files]
    return {
        name: torch.stack([reader[name].float() for reader in readers]).mean(0).to(tensor.dtype)
        for name, tensor in readers[0].items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("readers", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    with safe_open(arguments.readers[0], "pt") as first:
        facts = first.metadata()
    save_file(average(arguments.readers), arguments.into, metadata=facts)


if __name__ == "__main__":
    main()
