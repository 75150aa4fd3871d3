"""Which passages are about a topic, as far as words and vectors tell; nothing is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from retrieval.index.generation import Generation
    from retrieval.ranking.features import Features
    from retrieval.ranking.reranking import Ranked


@dataclass(frozen=True, slots=True)
class Mention:
    """A passage that may be about a topic."""

    passage_id: int
    sentence: int
    """Which of its sentences tells it best."""
    score: float
    """Its log-odds, which are comparable among the passages of one topic."""
    words: float
    """Share of the topic's rare words that stand in it or in its headline."""
    cosine: float
    """Of the topic and its nearest sentence, which is read with the headline."""
    first_words: float
    """Share of these words in its first sentence."""
    rarity: tuple[float, ...] = ()
    """How rare each term of the topic is, as a share of them all."""
    known: tuple[bool, ...] = ()
    """Whether any passage holds it, or what stands for it."""


def mentions(generation: Generation, features: Features, ranked: Ranked) -> list[Mention]:
    """All candidates, the best first."""
    in_sentences = features.sentence["words"]
    rarity = tuple(features.rarity.tolist())
    known = tuple(features.known.tolist())
    return [
        Mention(
            passage_id=int(generation.layout.passage_ids[features.candidates.passages[place]]),
            sentence=int(np.argmax(ranked.evidence[at])),
            score=float(ranked.scores[place]),
            words=float(features.passage["words"][place]),
            cosine=float(features.passage["cosine"][place]),
            first_words=float(in_sentences[at.start]),
            rarity=rarity,
            known=known,
        )
        for place in ranked.order.tolist()
        for at in [features.candidates.sentences_of(place)]
    ]
