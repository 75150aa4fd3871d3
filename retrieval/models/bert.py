"""BERT's layers for inference on a processor, in the arithmetic that it is quickest in.

The same numbers as `transformers.BertModel` gives, sooner: queries, keys and values are one matrix, weights are laid
out once as the processor's matrix units take them, and every product has one of a few shapes, since the library
compiles its kernels anew for each (15 ms). Only `retrieval.models` uses it.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_ROWS: Final = (16, 32, 48, 64, 96, 128, 192, 256, 320, 384, 448, 512)
"""How many tokens a product has; above the last, multiples of 64."""
_ROWS_OF_QUESTIONS: Final = _ROWS[:4]
_PRIVATE: Final = ("_reorder_linear_weight", "_linear_pointwise")
"""What `_Packed` needs; not every build of PyTorch has it."""
_PROCESSOR_DESCRIPTION: Final = Path("/proc/cpuinfo")


class Arithmetic(Enum):
    """What products are computed in; everything between them is in float32 or in what they give."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


@dataclass(frozen=True, slots=True)
class Shape:
    """What `config.json` tells of a BERT."""

    layers: int
    heads: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows of one length that follow one another: at which token they begin, how many they are, how long each is."""

    start: int
    count: int
    length: int


class Bert:
    """Encodes batches of token ids; one thread at a time."""

    def __init__(self, weights: Mapping[str, Any], shape: Shape, arithmetic: Arithmetic) -> None:
        """`weights` are named as `transformers.BertModel` names them.

        Raises:
            KeyError, RuntimeError: a weight is missing or does not fit.

        """
        self._shape = shape
        self._dtype = torch.bfloat16 if arithmetic is Arithmetic.BFLOAT16 else torch.float32
        # As they are in the file, and may be read from there when they are asked for.
        self._words = weights["embeddings.word_embeddings.weight"]
        kind = weights["embeddings.token_type_embeddings.weight"][0].float()
        self._places = weights["embeddings.position_embeddings.weight"].float() + kind
        self._norm = _Norm(weights, "embeddings.LayerNorm", shape.epsilon, torch.float32)
        self._layers = [
            _Layer(weights, f"encoder.layer.{number}.", shape, arithmetic, self._dtype)
            for number in range(shape.layers)
        ]

    def _rows(self, tokens: int) -> int:
        """How many tokens a product is made for that has so many; float32 has no kernels to compile."""
        return tokens if self._dtype is torch.float32 else _rounded(tokens)

    @property
    def longest(self) -> int:
        """Tokens that it can read at once."""
        return len(self._places)

    @torch.inference_mode()
    def encode(self, rows: Sequence[Sequence[int] | NDArray[np.int32]]) -> Any:
        """Return the last hidden states of all tokens, row after row, in float32, of shape (tokens, hidden).

        Nothing is computed for padding. Rows of one length are the quicker for standing together.
        """
        lengths = list(map(len, rows))
        ids = torch.as_tensor(np.concatenate([np.asarray(row, dtype=np.int64) for row in rows]))
        places = torch.as_tensor(np.concatenate([np.arange(length) for length in lengths]))
        words = self._words[ids].float()
        states = self._norm(words + functional.embedding(places, self._places)).to(self._dtype)
        states = functional.pad(states, (0, 0, 0, self._rows(len(ids)) - len(ids)))
        runs = _runs(lengths)
        for layer in self._layers:
            states = layer(states, runs)
        return states[: len(ids)].float()

    @torch.inference_mode()
    def warm_up(self) -> None:
        """Have the kernels compiled for texts as short as a question, which took the first ones longer than others."""
        for rows in _ROWS_OF_QUESTIONS:
            self._layers[0](torch.zeros(rows, self._places.shape[1], dtype=self._dtype), [_Run(0, 1, rows)])


class _Layer:
    def __init__(
        self, weights: Mapping[str, Any], place: str, shape: Shape, arithmetic: Arithmetic, dtype: Any
    ) -> None:
        self._heads = shape.heads
        names = [f"{place}attention.self.{name}" for name in ("query", "key", "value")]
        self._attended = _linear(
            torch.cat([weights[f"{name}.weight"].float() for name in names]),
            torch.cat([weights[f"{name}.bias"].float() for name in names]),
            arithmetic,
        )
        self._mixed, self._widened, self._narrowed = (
            _linear(weights[f"{place}{name}.weight"].float(), weights[f"{place}{name}.bias"].float(), arithmetic)
            for name in ("attention.output.dense", "intermediate.dense", "output.dense")
        )
        self._norms = [
            _Norm(weights, f"{place}{name}", shape.epsilon, dtype)
            for name in ("attention.output.LayerNorm", "output.LayerNorm")
        ]

    def __call__(self, states: Any, runs: list[_Run]) -> Any:
        attended = self._attention(self._attended(states), runs)
        between = self._norms[0](self._mixed(attended).add_(states))
        return self._norms[1](self._narrowed(self._widened.gelu(between)).add_(between))

    def _attention(self, projected: Any, runs: list[_Run]) -> Any:
        attended = projected.new_zeros(len(projected), projected.shape[1] // 3)
        for run in runs:
            tokens = slice(run.start, run.start + run.count * run.length)
            parts = projected[tokens].view(run.count, run.length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            found = functional.scaled_dot_product_attention(*parts)
            attended[tokens] = found.transpose(1, 2).reshape(run.count * run.length, -1)
        return attended


class _Norm:
    def __init__(self, weights: Mapping[str, Any], name: str, epsilon: float, dtype: Any) -> None:
        self._weight, self._bias = (weights[f"{name}.{part}"].to(dtype) for part in ("weight", "bias"))
        self._epsilon = epsilon

    def __call__(self, states: Any) -> Any:
        return functional.layer_norm(states, self._weight.shape, self._weight, self._bias, self._epsilon)


class _Plain:
    """A product as PyTorch computes it."""

    def __init__(self, weight: Any, bias: Any, dtype: Any) -> None:
        self._weight, self._bias = weight.to(dtype), bias.to(dtype)

    def __call__(self, states: Any) -> Any:
        return functional.linear(states, self._weight, self._bias)

    def gelu(self, states: Any) -> Any:
        return functional.gelu(self(states))


class _Packed:
    """A product in bfloat16 with its weights laid out once as the matrix units take them.

    PyTorch has that for what it compiles itself, under private names; where it has not, a product is a plain one.
    """

    def __init__(self, weight: Any, bias: Any) -> None:
        pack, self._product = (getattr(torch.ops.mkldnn, name) for name in _PRIVATE)
        self._weight, self._bias = pack(weight.bfloat16(), _ROWS[-1]), bias.bfloat16()

    def __call__(self, states: Any) -> Any:
        return self._product(states, self._weight, self._bias, "none", [], "none")

    def gelu(self, states: Any) -> Any:
        return self._product(states, self._weight, self._bias, "gelu", [], "none")


def _linear(weight: Any, bias: Any, arithmetic: Arithmetic) -> _Plain | _Packed:
    """Prepare a product, `weight` and `bias` in float32."""
    if arithmetic is Arithmetic.FLOAT32:
        return _Plain(weight, bias, torch.float32)
    packs = platform.machine() == "x86_64" and all(hasattr(torch.ops.mkldnn, name) for name in _PRIVATE)
    return _Packed(weight, bias) if packs else _Plain(weight, bias, torch.bfloat16)


def has_native_bfloat16(processor_description: Path = _PROCESSOR_DESCRIPTION) -> bool:
    """Ask Linux about the processor; emulated bfloat16 is slower than float32, so doubt means no.

    What PyTorch was told to do without (`ATEN_CPU_CAPABILITY`), it has not.
    """
    is_x86 = platform.machine() == "x86_64"
    if is_x86 and torch.backends.cpu.get_cpu_capability() != "AVX512":
        return False
    try:
        words = processor_description.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return False
    return not ({"avx512_bf16", "amx_bf16"} if is_x86 else {"bf16"}).isdisjoint(words)


def _rounded(tokens: int) -> int:
    """The smallest number of tokens that products are made for and that holds so many."""
    return next((rows for rows in _ROWS if rows >= tokens), -(-tokens // 64) * 64)


def _runs(lengths: Sequence[int]) -> list[_Run]:
    runs, start = [], 0
    for length, same in groupby(lengths):
        runs.append(_Run(start, len(list(same)), length))
        start += runs[-1].count * length
    return runs
