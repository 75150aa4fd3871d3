"""The learned weights of ranking and confidence: readable data in ``weights.json``, made by `training.ranking`."""

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
class RerankingWeights:
    """Linear weights of reranking (`retrieval.ranking.reranking`), in the same form as those of ranking."""

    evidence: dict[str, float]
    passage: dict[str, float]
    confidence: dict[str, float]
    confidence_bias: float


@dataclass(frozen=True)
class Weights:
    """Linear weights by the name of the feature that they multiply (`retrieval.ranking.features`)."""

    evidence: dict[str, float]
    """Of a sentence within its passage."""
    passage: dict[str, float]
    """Of a passage among the candidates."""
    confidence: dict[str, float]
    """Of the first hit; their sum with `confidence_bias` is a log-odds."""
    confidence_bias: float
    minimum_confidence: float
    """From it on an answer is sure, unless the settings say otherwise."""
    unsure_confidence: float
    """From it on an unsure answer is shown, unless the settings say otherwise."""
    reranking: RerankingWeights


@cache
def shipped_weights() -> Weights:
    """The weights that come with this version."""
    content = resources.files("retrieval.ranking").joinpath("weights.json").read_bytes()
    return TypeAdapter(Weights).validate_json(content)


def weigh(features: Mapping[str, Number], weights: Mapping[str, float]) -> Number:
    """The weighted sum of the features that `weights` names."""
    return sum(weight * features[name] for name, weight in weights.items())  # type: ignore[return-value]
