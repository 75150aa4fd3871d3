"""Of what changes the newest report counts: a price, a rate, who is in office, when something will open.

Several articles of one matter may each answer, the older ones what was so when they were written. Told by what a
question asks for, by how near their best sentences are to each other, and by their dates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from retrieval.index.generation import Generation
    from retrieval.ranking.features import Features, Floats, Rows
    from retrieval.ranking.reranking import Ranked

_LOOKED_AT = 8
"""Candidates among which a newer report is looked for."""
_FAR_BEHIND = 3.0
"""Log-odds by which a newer report may be behind the best passage."""
_ONE_MATTER = 0.86
"""Cosine of two sentences, each with its headline, from which they tell of one matter."""
_DECISIVE = ("lacks_number", "lacks_date", "lacks_counted")
"""What no answer does without: names, places and reasons are put in too many ways to be missed for certain."""
_AHEAD = 0.5
"""Log-odds by which the newest report is put before the one that it outdates."""


def newest_first(generation: Generation, features: Features, ranked: Ranked, read: Rows | None) -> tuple[Ranked, Rows]:
    """Put the newest report on the matter of the best passage first; return what it outdates as well, by its places.

    Where passages were `read`, by their places, only these can be such reports.
    """
    order = ranked.order[:_LOOKED_AT]
    days = generation.layout.days[features.candidates.passages[order]]
    best = [best_sentence(features, ranked.evidence, int(place)) for place in order]
    vectors = generation.vectors.vectors(features.candidates.sentences[best])
    near = (vectors * vectors[0]).sum(axis=1) >= _ONE_MATTER
    behind = ranked.total[order[0]] - ranked.total[order]
    holds = np.array([_holds_as_much(features, best[0], one) for one in best])
    known = np.ones(len(order), dtype=np.bool_) if read is None else np.isin(order, read)
    reports = near & (behind <= _FAR_BEHIND) & holds & known & (days > 0)
    if not days[0] or not reports.any():
        return ranked, order[:0]
    newest = int(np.argmax(np.where(reports, days, 0)))
    if days[newest] <= days[0]:
        return ranked, order[reports & (days < days[0])]
    bonus = ranked.bonus.copy()
    bonus[order[newest]] += behind[newest] + _AHEAD
    return replace(ranked, bonus=bonus), order[reports & (days < days[newest])]


def lacks_what_is_wanted(features: Features, ranked: Ranked) -> bool:
    """Whether the best sentence of the best passage has no number, date or unit where the question asks for one."""
    best = best_sentence(features, ranked.evidence, int(ranked.order[0]))
    return any(features.sentence[name][best] > 0 for name in _DECISIVE)


def best_sentence(features: Features, evidence: Floats, place: int) -> int:
    """Which of the candidate sentences is the best evidence of a candidate passage."""
    at = features.candidates.sentences_of(place)
    return int(at.start + np.argmax(evidence[at]))


def _holds_as_much(features: Features, sentence: int, other: int) -> bool:
    """Whether another sentence lacks no kind of thing that the question asks for and the first one holds."""
    lacking = [values for name, values in features.sentence.items() if name.startswith("lacks_")]
    return all(values[other] <= values[sentence] for values in lacking)
