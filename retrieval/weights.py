"""The learned weights of ranking and confidence: readable data in ``weights.json``, made by a script in benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[np.float32])


@dataclass(frozen=True)
class RereadingWeights:
    """Linear weights of the second look (`retrieval.rereading`), in the same form as those of the first."""

    evidence: dict[str, float]
    passage: dict[str, float]
    confidence: dict[str, float]
    confidence_bias: float


@dataclass(frozen=True)
class Weights:
    """Linear weights by the name of the figure that they multiply (`retrieval.features`)."""

    evidence: dict[str, float]
    """Of a sentence within its passage."""
    passage: dict[str, float]
    """Of a passage among the candidates."""
    confidence: dict[str, float]
    """Of the first hit; their sum with `confidence_bias` is a log-odds."""
    confidence_bias: float
    other_script_bias: float
    """Added to the log-odds where a question, not a headline, is in another script than the first hit."""
    minimum_confidence: float
    """Below it the bot abstains, unless the settings say otherwise."""
    rereading: RereadingWeights


@cache
def shipped_weights() -> Weights:
    """The weights that come with this version."""
    content = resources.files("retrieval").joinpath("weights.json").read_bytes()
    return TypeAdapter(Weights).validate_json(content)


def weigh(figures: Mapping[str, Number], weights: Mapping[str, float]) -> Number:
    """The weighted sum of the figures that `weights` names."""
    return sum(weight * figures[name] for name, weight in weights.items())  # type: ignore[return-value]
