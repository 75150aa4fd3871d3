"""Products of token states with a layer's weights, in the arithmetic that a processor is quickest in.

A product takes states of shape (tokens, inputs) and gives (tokens, outputs); `gelu` gives the GELU of it.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Any, Final

import torch
from torch.nn import functional

_TOKENS_LAID_OUT_FOR: Final = 512
_PACKED: Final = ("_reorder_linear_weight", "_linear_pointwise")
"""What `Packed` needs of `torch.ops.mkldnn`; not every build of PyTorch has it."""
_EIGHT_BIT: Final = ("qlinear_prepack", "qlinear_pointwise")
"""What `EightBit` needs of `torch.ops.onednn`."""
_PROCESSOR_DESCRIPTION: Final = Path("/proc/cpuinfo")

_WEIGHT_STEPS: Final = 127
_STATE_STEPS: Final = 255
_ZERO_BETWEEN: Final = 128
"""The step that is zero where states are as often below it as above."""
_ZERO_AFTER_GELU: Final = 16
_LEAST_GELU: Final = -0.17
"""No GELU is less."""
_TINY: Final = 1e-30
"""In place of the greatest of nothing but zeros, by which nothing can be divided."""


class Arithmetic(Enum):
    """What products are computed in; everything between them is in float32 or in what they give."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    INT8 = "int8"


class Plain:
    """A product as PyTorch computes it."""

    def __init__(self, weight: Any, bias: Any, dtype: Any) -> None:
        self.weight, self.bias = weight.to(dtype), bias.to(dtype)

    def __call__(self, states: Any) -> Any:
        """Return the product."""
        return functional.linear(states, self.weight, self.bias)

    def gelu(self, states: Any) -> Any:
        """Return the GELU of the product."""
        return torch.ops.aten.gelu_(self(states))


class Packed:
    """A product in bfloat16 with its weights laid out once as the matrix units take them.

    PyTorch has that for what it compiles itself, under private names; where it has not, a product is a plain one.
    """

    def __init__(self, weight: Any, bias: Any) -> None:
        pack, self._product = (getattr(torch.ops.mkldnn, name) for name in _PACKED)
        self._weight, self._bias = pack(weight.bfloat16(), _TOKENS_LAID_OUT_FOR), bias.bfloat16()

    def __call__(self, states: Any) -> Any:
        """Return the product."""
        return self._product(states, self._weight, self._bias, "none", [], "none")

    def gelu(self, states: Any) -> Any:
        """Return the GELU of the product."""
        return self._product(states, self._weight, self._bias, "gelu", [], "none")


class EightBit:
    """A product of 8-bit states and weights, summed exactly, from float32 to float32.

    Each token has a scale of its own, each output one for its weights. Before that, inputs that are great in all texts
    are made less, and their weights more by as much [1].

    Processors without VNNI add two products in 16 bits and cut off what is more, so the weights of two inputs that
    stand side by side may together have no more than `_WEIGHT_STEPS` steps.

    [1] https://arxiv.org/abs/2211.10438
    """

    def __init__(self, weight: Any, bias: Any, seen: Any, *, after_gelu: bool = False) -> None:
        """`weight` and `bias` are in float32, `seen` are states as it will be given, of shape (tokens, inputs).

        Raises:
            RuntimeError: this PyTorch has no such products, or not of this size.

        """
        pack, self._product = (getattr(torch.ops.onednn, name) for name in _EIGHT_BIT)
        self._after_gelu = after_gelu
        self._divisors = None if after_gelu else _divisors(seen, weight)
        if self._divisors is not None:
            weight = weight * self._divisors
        self._scales = weight.abs().view(len(weight), -1, 2).sum(2).amax(1).clamp_min(_TINY) / _WEIGHT_STEPS
        steps = (weight / self._scales[:, None]).round_()
        self._weight, self._bias = pack(steps.to(torch.int8), None), bias
        zero = _ZERO_AFTER_GELU if after_gelu else _ZERO_BETWEEN
        self._shift = torch.full((weight.shape[1],), float(zero - _ZERO_BETWEEN))
        self._of_zero = -zero * self._scales * steps.sum(1)
        self._weight_zeros = torch.zeros(len(weight), dtype=torch.int64)

    def __call__(self, states: Any) -> Any:
        """Return the product."""
        if self._divisors is not None:
            states = states / self._divisors
        factors = self._factors(states)
        # What stands in int8 from -128 is in uint8 from 0 once its first bit is turned; straight to uint8 takes nine
        # times as long.
        steps = torch.addcmul(self._shift, states, factors).round_().to(torch.int8).bitwise_xor_(-128).view(torch.uint8)
        found = self._product(
            steps, 1.0, 0, self._weight, self._scales, self._weight_zeros, self._of_zero, 1.0, 0, torch.float32,
            "none", [], "",
        )  # fmt: skip
        return torch.addcmul(self._bias, found, 1 / factors, out=found)

    def gelu(self, states: Any) -> Any:
        """Return the GELU of the product."""
        return torch.ops.aten.gelu_(self(states))

    def _factors(self, states: Any) -> Any:
        """Steps in 1 for each token, of shape (tokens, 1)."""
        if self._after_gelu:
            above = _STATE_STEPS - _ZERO_AFTER_GELU
            return above / states.amax(1, keepdim=True).clamp_min(above * -_LEAST_GELU / _ZERO_AFTER_GELU)
        return (_STATE_STEPS - _ZERO_BETWEEN) / states.abs().amax(1, keepdim=True).clamp_min(_TINY)


Product = Plain | Packed | EightBit


def product(weight: Any, bias: Any, arithmetic: Arithmetic) -> Plain | Packed:
    """Prepare a product in float32 or bfloat16, `weight` of shape (outputs, inputs) and `bias` in float32."""
    if arithmetic is not Arithmetic.BFLOAT16:
        return Plain(weight, bias, torch.float32)
    if platform.machine() == "x86_64" and all(hasattr(torch.ops.mkldnn, name) for name in _PACKED):
        with suppress(RuntimeError):  # a processor that only emulates bfloat16
            return Packed(weight, bias)
    return Plain(weight, bias, torch.bfloat16)


def best_arithmetic() -> Arithmetic:
    """What this processor embeds in: bfloat16 where it has that, else 8 bits where it has AVX2, elsewhere float32."""
    if has_native_bfloat16():
        return Arithmetic.BFLOAT16
    return Arithmetic.INT8 if has_eight_bits() else Arithmetic.FLOAT32


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


def has_eight_bits() -> bool:
    """Whether products of 8-bit numbers are quicker here than those of float32."""
    known = all(hasattr(torch.ops.onednn, name) for name in _EIGHT_BIT)
    return known and torch.backends.cpu.get_cpu_capability() in {"AVX2", "AVX512"}


def _divisors(seen: Any, weight: Any) -> Any:
    """What to divide each input by, so that neither its states nor its weights are much greater than those of others.

    Powers of two, so that nothing is rounded, nor differs with what the last digits of `seen` are.
    """
    states, weights = (values.abs().amax(0).clamp_min(_TINY) for values in (seen, weight))
    return torch.exp2((torch.log2(states / weights) / 2).round())
