"""Which sentences to show: the run of whole sentences that most probably holds the answer, in few characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.types import Span

EXCERPT_MAXIMUM = 400
"""Characters of an excerpt; a sentence is never longer."""

_PARAGRAPH_COST = 0.01
"""What going over the end of a paragraph must gain in probability, so that no half paragraph trails."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences ``first`` to ``last`` (both included) of a passage, of which ``evidence`` answers best."""

    first: int
    last: int
    evidence: int
    mass: float
    """How probable it is that one of the sentences answers, as a share of the passage's own probability."""


def best_excerpt(sentences: Sequence[Span], probabilities: Sequence[float], taken: frozenset[int]) -> Excerpt | None:
    """The best excerpt around the best sentence of a passage that is not `taken`; None where all are.

    `sentences` are spans in text order; `probabilities` says for each how probable it is that it answers.
    """
    free = [place for place in range(len(sentences)) if place not in taken]
    if not free:
        return None
    evidence = max(free, key=lambda place: (probabilities[place], -place))
    runs = _runs_around(evidence, sentences, taken)
    masses = {(first, last): sum(probabilities[first : last + 1]) for first, last in runs}
    # Of runs that are equally good the one that says more of what follows.
    first, last = max(masses, key=lambda run: (round(masses[run] - _PARAGRAPH_COST * _breaks(sentences, *run), 6), run))
    return Excerpt(first, last, evidence, masses[first, last])


def _breaks(sentences: Sequence[Span], first: int, last: int) -> int:
    """How many times a run goes over the end of a paragraph: sentences there are further apart than a space."""
    return sum(sentences[place + 1].start - sentences[place].end > 1 for place in range(first, last))


def _runs_around(evidence: int, sentences: Sequence[Span], taken: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Every run of free neighbours that holds the evidence and is short enough."""
    for first in range(evidence, -1, -1):
        if first in taken:
            return
        for last in range(evidence, len(sentences)):
            if last in taken or (last > first and sentences[last].end - sentences[first].start > EXCERPT_MAXIMUM):
                break
            yield first, last
