"""What a run is watched on: questions that were not written from the passage, and two sets of those that were."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from training.encoding import EncodedPair, encode
from training.held_out import HELD_PAGES, HELD_QUESTIONS, WATCHED_BAGS, split_held_out
from training.negatives import made_negatives
from training.reader_pairs import Pair, grouped, read_pairs
from training.reader_plans import BAGS

Figures = Mapping[str, Mapping[str, float]]

MADE_NEGATIVES = 300
"""Made for a set that has none, and as many pairs with an answer are kept."""
BAGS_OF_A_LANGUAGE = 80
WRITTEN_FROM_PASSAGES = {"sberquad-val": slice(-560, None), "squad2-en": slice(None, 400)}
"""Sets whose questions were written from the passage, and which of their held-out pairs are used."""
NATURAL = (*HELD_PAGES, *HELD_QUESTIONS, *(f"{BAGS}-{language}" for language in WATCHED_BAGS))
"""Those whose questions were not: by these the best checkpoint is chosen, since readers ask in this way."""


def watched_sets(folder: Path, tokenizer: Any) -> dict[str, list[EncodedPair]]:
    """Return held-out examples by the name under which they are reported, the same ones each time.

    Passages stand there as the product reads them, without titles.
    """
    chance = random.Random(0)
    return {name: encode(pairs, tokenizer, chance, whole=True) for name, pairs in _watched(folder)}


def worth(figures: Figures) -> float:
    """Return the one number by which the best checkpoint is chosen: the mean of the natural areas under ROC."""
    return round(float(np.mean([figures[name]["auc"] for name in NATURAL])), 4)


def _watched(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    for name in (*HELD_PAGES, *HELD_QUESTIONS):
        yield name, _held(folder, name)
    bags = grouped(_held(folder, BAGS))
    for language in WATCHED_BAGS:
        those = [bag for bag in bags if bag[0].language == language]
        some = random.Random(1).sample(those, min(BAGS_OF_A_LANGUAGE, len(those)))
        yield f"{BAGS}-{language}", list(chain.from_iterable(some))
    for name, part in WRITTEN_FROM_PASSAGES.items():
        held = _held(folder, name)
        some_pairs = held[part]
        if all(pair.answerable for pair in some_pairs):
            made = made_negatives(some_pairs[:MADE_NEGATIVES], held, random.Random(0))
            some_pairs = some_pairs[:MADE_NEGATIVES] + made[:MADE_NEGATIVES]
        yield name, some_pairs


def _held(folder: Path, name: str) -> list[Pair]:
    _learned, held = split_held_out(name, read_pairs(folder / f"{name}.jsonl"))
    return [replace(pair, title="") for pair in held]
