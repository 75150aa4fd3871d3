"""Draws what a reader learns from in one epoch: some pairs of each set, made negatives, titles, questions in haste."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from training.hasty_typing import in_haste
from training.held_out import split_held_out
from training.nearest import Nearest, nearest_by_words
from training.negatives import made_negatives
from training.reader_pairs import Pair, grouped, read_pairs
from training.reader_plans import SetPlan

TITLED_SHARE = 1 / 3
"""Of the passages that have a title so many are read with it."""
HASTY_SHARE = 0.12
"""Of the questions in `HASTY_LANGUAGES` so many are typed in haste."""
HASTY_LANGUAGES = ("ru", "en")
_LONGEST_TITLE = 90
"""Characters; what is longer is no title."""


def mix(folder: Path, seed: int, plans: Sequence[SetPlan], ways: Sequence[Nearest] = (nearest_by_words,)) -> list[Pair]:
    """Draw the pairs of all plans, shuffled; another seed draws others and makes other negatives.

    The pairs of a bag stand one after another. `ways` find passages for made negatives.
    """
    drawn: list[list[Pair]] = []
    for number, plan in enumerate(plans):
        chance = random.Random(f"{seed} {number} {plan.name}")
        pairs, _held = split_held_out(plan.name, read_pairs(folder / f"{plan.name}.jsonl"))
        drawn += [as_shown(group, chance) for group in _drawn(plan, pairs, chance, ways)]
    random.Random(seed).shuffle(drawn)
    return list(chain.from_iterable(drawn))


def _drawn(plan: SetPlan, pairs: list[Pair], chance: random.Random, ways: Sequence[Nearest]) -> list[list[Pair]]:
    groups = grouped(pairs)
    chance.shuffle(groups)
    yes = [group for group in groups if group[0].answerable][: plan.answerable]
    no = [group for group in groups if not group[0].answerable][: plan.unanswerable]
    if not plan.made:
        return yes + no
    made = made_negatives(list(chain.from_iterable(yes)), pairs, chance, ways)
    return yes + no + grouped(made[: round(plan.made * len(yes))])


def as_shown(group: Sequence[Pair], chance: random.Random) -> list[Pair]:
    """Return a pair, or those of a bag, as they are read: mostly without titles, the question sometimes in haste."""
    shown = [pair if _is_titled(pair, chance) else replace(pair, title="") for pair in group]
    asked = group[0]
    if asked.language.split("-")[0] in HASTY_LANGUAGES and chance.random() < HASTY_SHARE:
        question = in_haste(asked.question, chance)
        return [replace(pair, question=question) for pair in shown]
    return shown


def _is_titled(pair: Pair, chance: random.Random) -> bool:
    return len(pair.title) <= _LONGEST_TITLE and chance.random() < TITLED_SHARE
