"""Where a run begins: with random factors, or with those of a reader that is there already."""

from pathlib import Path

import torch
from safetensors import safe_open

from training.network import Network, learned
from training.soup import factors

DEFAULT_RANK = 32
_IN, _OUT = ".lora_A", ".lora_B"


def rank_of(file: Path) -> int:
    """Return the rank of a reader's factors.

    Raises:
        ValueError: the file holds no factors.

    """
    with safe_open(file, framework="pt") as opened:
        thin = next((name for name in opened.keys() if name.endswith(_IN)), None)  # noqa: SIM118 - no mapping
        if thin is None:
            raise ValueError(f"{file} changes no weight: name a reader.safetensors to start from")
        return int(opened.get_slice(thin).get_shape()[0])


def start_from(network: Network, file: Path) -> None:
    """Give a network the changes and heads of a reader.

    Where the network's rank is higher than the reader's, it reads just as the reader does, and the ranks that are left
    learn from nothing; where it is lower, its changes are the closest that it can make.

    Raises:
        ValueError: the reader changes other weights than the network, or is of another size.

    """
    begun = learned(network)
    with safe_open(file, framework="pt") as opened:
        scale = float((opened.metadata() or {}).get("scale", "1"))
        tensors = {name: opened.get_tensor(name).float() for name in opened.keys()}  # noqa: SIM118 - no mapping
    if tensors.keys() != begun.keys():
        raise ValueError(f"{file} changes other weights than those of this model: start from a reader of this model")
    if any(_size(name, tensor) != _size(name, begun[name]) for name, tensor in tensors.items()):
        raise ValueError(f"{file} is of another size than this model: start from a reader of this model")
    for name in [name for name in tensors if name.endswith(_IN)]:
        other = name.removesuffix(_IN) + _OUT
        rank = len(begun[name])
        tensors[name], tensors[other] = _of_rank(tensors[name], tensors[other], begun[name], rank)
        tensors[other] *= scale / network.scale
    network.load_state_dict(tensors, strict=False)


def _size(name: str, tensor: torch.Tensor) -> tuple[int, ...]:
    """The shape of a head, and of a factor all but its rank."""
    if name.endswith(_IN):
        return tuple(tensor.shape[1:])
    return tuple(tensor.shape[:1] if name.endswith(_OUT) else tensor.shape)


def _of_rank(
    thin_in: torch.Tensor, thin_out: torch.Tensor, random_in: torch.Tensor, rank: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return factors (rank, in) and (out, rank) whose product is that of `thin_out` and `thin_in`, or closest to it."""
    had = len(thin_in)
    if had > rank:
        return factors(thin_out @ thin_in, rank)
    more = thin_out.new_zeros(len(thin_out), rank - had)
    return torch.cat([thin_in, random_in[had:].to(thin_in)]), torch.cat([thin_out, more], dim=1)
