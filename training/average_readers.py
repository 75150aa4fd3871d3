"""Average readers of one training run, weight by weight (https://arxiv.org/abs/2203.05482).

    python -m training.average_readers READER READER … --into FILE

Each READER is a `reader.safetensors` that `training/reader.py` wrote, one a continuation of another: only then are the
factors of one those of the other. What runs of their own changed is averaged by `training/soup.py`.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def average_files(files: Sequence[Path]) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Return the mean of each tensor over all files, in their own type, and what the files say of themselves.

    Raises:
        ValueError: the files are of another rank or scale, or do not change the same weights.

    """
    facts = [_facts(file) for file in files]
    readers = [load_file(file) for file in files]
    shapes = [{name: tensor.shape for name, tensor in reader.items()} for reader in readers]
    if any(one != facts[0] for one in facts) or any(one != shapes[0] for one in shapes):
        raise ValueError(f"{', '.join(map(str, files))} differ in rank or scale: name readers of one run")
    average = {
        name: torch.stack([reader[name].float() for reader in readers]).mean(0).to(tensor.dtype)
        for name, tensor in readers[0].items()
    }
    return average, facts[0]


def _facts(file: Path) -> dict[str, str]:
    with safe_open(file, framework="pt") as opened:
        return dict(opened.metadata() or {})


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("readers", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    average, facts = average_files(arguments.readers)
    save_file(average, arguments.into, metadata=facts)


if __name__ == "__main__":
    main()
