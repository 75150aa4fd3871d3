"""BERT's layers for inference on a processor, in the arithmetic that it is quickest in.

The same numbers as `transformers.BertModel` gives, sooner: queries, keys and values are one matrix, weights are laid
out once as the processor's matrix units take them, and every product has one of a few shapes, since the library
compiles its kernels anew for each (15 ms). Only `retrieval.models` uses it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise
from threading import Barrier
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch.nn import functional

from retrieval.models.products import Arithmetic, EightBit, product

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.models.products import Product

    Rows = Sequence[Sequence[int] | NDArray[np.int32]] | NDArray[np.int64]

_ROWS: Final = (16, 32, 48, 64, 96, 128, 192, 256, 320, 384, 448, 512)
"""How many tokens a product has; above the last, multiples of 64."""
_ROWS_OF_QUESTIONS: Final = _ROWS[:4]
_STEP_OF_ROWS_IN_EIGHT_BITS: Final = 16
"""There it compiles in half a millisecond, but keeps a thousand kernels: were there one for each number of tokens, a
process would grow by 400 MB.
"""
_LEAST_SHARE: Final = 200
"""Tokens that each core must get; where there are fewer, cores take parts of each product."""
_LEAST_SHARE_IN_EIGHT_BITS: Final = 100
"""There a product is so short that waking another core takes as long: where there are fewer, fewer cores work."""
_SAMPLE: Final = (16, 32)
"""Texts by which 8-bit products are fitted, and tokens of each."""
_ALIKE: Final = 0.998
"""The least mean cosine of texts in 8 bits with those in float32: the built-in model has .9996, the reader .9988."""


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
        fitted = self._layers_in_eight_bits(weights) if arithmetic is Arithmetic.INT8 else None
        self._in_eight_bits = fitted is not None
        self._layers = fitted or [self._layer(weights, number, arithmetic) for number in range(shape.layers)]

    def _layer(self, weights: Mapping[str, Any], number: int, arithmetic: Arithmetic) -> _Layer:
        products = [product(*matrix, arithmetic) for matrix in _matrices(weights, number)]
        return _Layer(products, _norms(weights, number, self._shape, self._dtype), self._shape.heads)

    @torch.inference_mode()
    def _layers_in_eight_bits(self, weights: Mapping[str, Any]) -> list[_Layer] | None:
        """Return layers in 8 bits, fitted to texts of random words; None where they give something else than float32.

        Texts of random words are enough: which numbers are great in a model's states, its weights decide.
        """
        count, length = _SAMPLE
        rows = np.random.default_rng(0).integers(len(self._words), size=(count, min(length, self.longest)))
        runs = [_Run(0, *rows.shape)]
        exact = rough = self._embedded(rows)
        layers = []
        for number in range(self._shape.layers):
            matrices, norms = _matrices(weights, number), _norms(weights, number, self._shape, torch.float32)
            plain = _Layer([product(*each, Arithmetic.FLOAT32) for each in matrices], norms, self._shape.heads)
            *given, exact = plain.passed(exact, runs)
            try:
                layers.append(_Layer(_in_eight_bits(matrices, given), norms, self._shape.heads))
                rough = layers[-1](rough, runs)
            except RuntimeError:  # this PyTorch has no such products, or not of these sizes
                return None
        texts = [states.view(*rows.shape, -1).mean(1) for states in (exact, rough)]
        return layers if functional.cosine_similarity(*texts).mean() >= _ALIKE else None

    def _rows(self, tokens: int) -> int:
        """How many tokens a product is made for that has so many; float32 has no kernels to compile."""
        if self._in_eight_bits:
            return -(-tokens // _STEP_OF_ROWS_IN_EIGHT_BITS) * _STEP_OF_ROWS_IN_EIGHT_BITS
        return tokens if self._dtype is torch.float32 else _rounded(tokens)

    def _embedded(self, rows: Rows) -> Any:
        """The states of tokens before the first layer, row after row, in float32."""
        ids = torch.as_tensor(np.concatenate([np.asarray(row, dtype=np.int64) for row in rows]))
        places = torch.as_tensor(np.concatenate([np.arange(len(row)) for row in rows]))
        return self._norm(self._words[ids].float() + functional.embedding(places, self._places))

    @property
    def longest(self) -> int:
        """Tokens that it can read at once."""
        return len(self._places)

    def encode(self, rows: Rows) -> Any:
        """Return the last hidden states of all tokens, row after row, in float32, of shape (tokens, hidden).

        Nothing is computed for padding. Rows of one length are the quicker for standing together. Of many rows each
        core takes a share, since cores that share each step wait for one another a thousand times a pass.
        """
        cores = torch.get_num_threads()
        tokens = sum(map(len, rows))
        if self._in_eight_bits:
            count = max(1, min(cores, tokens // _LEAST_SHARE_IN_EIGHT_BITS))
        elif tokens >= cores * _LEAST_SHARE:
            count = cores
        else:
            return self._encode(rows)
        found = list(_workers(cores).map(self._encode, _shares(rows, count)))
        return found[0] if len(found) == 1 else torch.cat(found)

    @torch.inference_mode()
    def _encode(self, rows: Rows) -> Any:
        states = self._embedded(rows).to(self._dtype)
        tokens, runs = len(states), _runs(list(map(len, rows)))
        states = functional.pad(states, (0, 0, 0, self._rows(tokens) - tokens))
        for layer in self._layers:
            states = layer(states, runs)
        return states[:tokens].float()

    def warm_up(self) -> None:
        """Have the kernels compiled for texts as short as a question, which took the first ones longer than others."""
        if self._in_eight_bits:  # where such texts will be read: kernels are kept by the number of threads as well
            _workers(torch.get_num_threads()).submit(self._warm_up).result()
        else:
            self._warm_up()

    @torch.inference_mode()
    def _warm_up(self) -> None:
        for rows in _ROWS_OF_QUESTIONS:
            self._layers[0](torch.zeros(rows, self._places.shape[1], dtype=self._dtype), [_Run(0, 1, rows)])


class _Layer:
    """One layer: its products for what is attended to, for what was, for the wide states, and for the narrow ones."""

    def __init__(self, products: Sequence[Product], norms: Sequence[_Norm], heads: int) -> None:
        self._attended, self._mixed, self._widened, self._narrowed = products
        self._norms = norms
        self._heads = heads

    def __call__(self, states: Any, runs: list[_Run]) -> Any:
        return self.passed(states, runs)[-1]

    def passed(self, states: Any, runs: list[_Run]) -> tuple[Any, ...]:
        """Return what each product was given, and last what came of it all."""
        attended = self._attention(self._attended(states), runs)
        between = self._norms[0](self._mixed(attended).add_(states))
        widened = self._widened.gelu(between)
        return states, attended, between, widened, self._norms[1](self._narrowed(widened).add_(between))

    def _attention(self, projected: Any, runs: list[_Run]) -> Any:
        attended = projected.new_zeros(len(projected), projected.shape[1] // 3)
        for run in runs:
            tokens = slice(run.start, run.start + run.count * run.length)
            parts = projected[tokens].view(run.count, run.length, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
            found = functional.scaled_dot_product_attention(*parts)
            attended[tokens] = found.transpose(1, 2).reshape(run.count * run.length, -1)
        return attended


def _matrices(weights: Mapping[str, Any], number: int) -> list[tuple[Any, Any]]:
    """Weight and bias of each product of a layer, in float32; queries, keys and values are one."""
    place = f"encoder.layer.{number}."
    names = [f"{place}attention.self.{name}" for name in ("query", "key", "value")]
    attended = [torch.cat([weights[f"{name}.{part}"].float() for name in names]) for part in ("weight", "bias")]
    others = [f"{place}{name}" for name in ("attention.output.dense", "intermediate.dense", "output.dense")]
    return [
        (attended[0], attended[1]),
        *((weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float()) for name in others),
    ]


def _norms(weights: Mapping[str, Any], number: int, shape: Shape, dtype: Any) -> list[_Norm]:
    names = [f"encoder.layer.{number}.{name}" for name in ("attention.output.LayerNorm", "output.LayerNorm")]
    return [_Norm(weights, name, shape.epsilon, dtype) for name in names]


def _in_eight_bits(matrices: Sequence[tuple[Any, Any]], given: Sequence[Any]) -> list[Product]:
    """A layer's products fitted to what they were given; before the last stands GELU."""
    *others, (narrow, widened) = zip(matrices, given, strict=True)
    return [*(EightBit(*matrix, states) for matrix, states in others), EightBit(*narrow, widened, after_gelu=True)]


class _Norm:
    def __init__(self, weights: Mapping[str, Any], name: str, epsilon: float, dtype: Any) -> None:
        self._weight, self._bias = (weights[f"{name}.{part}"].to(dtype) for part in ("weight", "bias"))
        self._epsilon = epsilon

    def __call__(self, states: Any) -> Any:
        return functional.layer_norm(states, self._weight.shape, self._weight, self._bias, self._epsilon)


@cache
def _workers(count: int) -> ThreadPoolExecutor:
    """Threads that compute on one core each."""
    ready = Barrier(count + 1)

    def begin() -> None:
        torch.get_num_threads()  # only now the number that holds for new threads is taken, which must not be later
        torch.set_num_threads(1)  # of this thread, and of new ones
        ready.wait()

    workers = ThreadPoolExecutor(count, thread_name_prefix="bert", initializer=begin)
    try:
        for _ in range(count):
            workers.submit(int)
        ready.wait()
    except RuntimeError:  # no more threads are to be had, and those that there are would wait for it for ever
        ready.abort()
        raise
    finally:
        torch.set_num_threads(count)
    return workers


def _shares(rows: Rows, count: int) -> list[Rows]:
    """Divide rows into `count` shares of nearly as many tokens each; fewer where rows are fewer or very unlike."""
    ends = np.cumsum(list(map(len, rows)))
    bounds = {int(np.abs(ends - ends[-1] * number / count).argmin()) + 1 for number in range(1, count)}
    return [rows[begin:end] for begin, end in pairwise([0, *sorted(bounds - {len(rows)}), len(rows)])]


def _rounded(tokens: int) -> int:
    """The smallest number of tokens that products are made for and that holds so many."""
    return next((rows for rows in _ROWS if rows >= tokens), -(-tokens // 64) * 64)


def _runs(lengths: Sequence[int]) -> list[_Run]:
    runs, start = [], 0
    for length, same in groupby(lengths):
        runs.append(_Run(start, len(list(same)), length))
        start += runs[-1].count * length
    return runs
