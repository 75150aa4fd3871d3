"""Average what several runs changed in the encoder's weights, and write it as one reader of a given rank.

    python -m training.soup FOLDER FOLDER … --rank 128 --into FILE

Each FOLDER holds what a run left in `changes-*.safetensors`: what it added to each weight matrix, ``layer.….weight`` of
shape (out, in), and its heads, ``span_head.…`` and ``answerable_head.…``. Runs from one beginning may be averaged
weight by weight (https://arxiv.org/abs/2203.05482). Each averaged change is then replaced by the closest product of two
thin matrices, which its largest singular values give, in the form that `retrieval/models/span_reader.py` loads.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

Tensors = dict[str, torch.Tensor]

_HEADS = ("span_head.", "answerable_head.")
_MATRIX = ".weight"
_BEFORE_LAYER = "encoder.encoder."
"""Where the layers stand in the reader, as its file names them."""


def read_changes(folder: Path) -> Tensors:
    """Read all changes and heads of a run in float32, by their names.

    Raises:
        ValueError: the folder holds no changes.

    """
    changes: Tensors = {}
    for file in sorted(folder.glob("changes-*.safetensors")):
        with safe_open(file, framework="pt") as opened:
            changes |= {name: opened.get_tensor(name).float() for name in opened.keys()}  # noqa: SIM118 - no mapping
    if not changes:
        raise ValueError(f"{folder} holds no changes-*.safetensors: name the folder that a run wrote them to")
    return changes


def average(runs: Sequence[Tensors]) -> Tensors:
    """Return the mean of each tensor over all runs.

    Raises:
        ValueError: a run has a tensor that another one lacks.

    """
    first = runs[0]
    for other in runs[1:]:
        if different := first.keys() ^ other.keys():
            raise ValueError(f"{min(different)} is not in all runs: only runs of one kind can be averaged")
    return {name: torch.stack([run[name] for run in runs]).mean(0) for name in first}


def as_reader(changes: Tensors, rank: int) -> Tensors:
    """Return heads as they are and, of each changed matrix, the factors of this rank, in 16 bits.

    Raises:
        ValueError: something is changed that a reader's file has no place for, such as a bias.

    """
    return {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in _parts(changes, rank)}


def factors(change: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return A, shape (rank, in), and B, shape (out, rank), whose product B @ A is closest to a change, (out, in).

    The rank is that of the change at most. Both get the roots of the singular values, so that neither has numbers of
    another size than the other, which 16 bits would round worse.
    """
    left, strengths, right = torch.linalg.svd(change, full_matrices=False)
    roots = strengths[:rank].sqrt()
    return roots[:, None] * right[:rank], left[:, :rank] * roots


def kept_share(changes: Tensors, reader: Tensors) -> float:
    """Tell which share of the changes' squared size the factors of a reader keep."""
    matrices = {name: change for name, change in changes.items() if not name.startswith(_HEADS)}
    lost = sum(float((change - _product(reader, name)).square().sum()) for name, change in matrices.items())
    return 1 - lost / sum(float(change.square().sum()) for change in matrices.values())


def write_reader(reader: Tensors, rank: int, file: Path, scale: float = 1.0) -> None:
    """Write a reader's file, whole or not at all."""
    partial = file.with_suffix(".partial")
    save_file(reader, partial, metadata={"scale": str(scale), "rank": str(rank)})
    partial.chmod(0o644)  # safetensors lets nobody but its user read the file
    partial.replace(file)


def _parts(changes: Tensors, rank: int) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors of a reader's file by their names there."""
    for name, change in changes.items():
        if name.startswith(_HEADS):
            yield name, change
        elif name.endswith(_MATRIX) and change.dim() == len(("out", "in")):
            thin_in, thin_out = factors(change, rank)
            yield _factor_name(name, "A"), thin_in
            yield _factor_name(name, "B"), thin_out
        else:
            raise ValueError(
                f"{name} has no place in a reader's file, which holds changes of weight matrices and heads"
            )


def _factor_name(matrix: str, side: str) -> str:
    return f"{_BEFORE_LAYER}{matrix.removesuffix(_MATRIX)}.lora_{side}"


def _product(reader: Tensors, matrix: str) -> torch.Tensor:
    """What a reader changes in a matrix, shape (out, in)."""
    return reader[_factor_name(matrix, "B")].float() @ reader[_factor_name(matrix, "A")].float()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--into", type=Path, required=True)
    arguments = parser.parse_args()
    changes = average([read_changes(folder) for folder in arguments.folders])
    reader = as_reader(changes, arguments.rank)
    write_reader(reader, arguments.rank, arguments.into)
    print(f"{arguments.into}: rank {arguments.rank} keeps {kept_share(changes, reader):.3f} of the changes")


if __name__ == "__main__":
    main()
