"""Which sentences to show: the run of whole sentences that most probably holds the answer and is understood by itself.

Around the sentence that answers best stand those that probably answer as well. Then the excerpt begins where it is
understood: what a pronoun means is pulled in. And it goes on as long as it is about the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.antecedents import points_back
from retrieval.text.terms import question_terms, term_of
from retrieval.text.vocabulary import DURATION_STEMS, MONTHS, SAYING, WEEKDAYS
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.types import Passage

EXCERPT_MAXIMUM = 400
"""Characters of an excerpt; a sentence is never longer."""

_SENTENCE_COST = 0.04
"""What a further sentence must add in probability, unless it goes on about the same."""
_PARAGRAPH_COST = 0.01
"""What going over the end of a paragraph must gain besides."""
_DISPENSABLE = 0.1
"""Probability below which a sentence at the end gives way to what a pronoun at the beginning means."""

_UNFINISHED = (":", ";", ",")
"""What ends a sentence that goes on in the next: it announces a list or a quotation, or is a part of one."""
_TELLS_NOTHING = frozenset(term_of(word) for word in SAYING | MONTHS | WEEKDAYS) | DURATION_STEMS


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences ``first`` to ``last`` (both included) of a passage, of which ``evidence`` answers best."""

    first: int
    last: int
    evidence: int
    mass: float
    """How probable it is that one of the sentences answers, as a share of the passage's own probability."""


class _Run(NamedTuple):
    first: int
    last: int


def best_excerpt(passage: Passage, probabilities: Sequence[float], taken: frozenset[int]) -> Excerpt | None:
    """The best excerpt around the best sentence of a passage that is not `taken`; None where all are.

    `probabilities` says for each sentence how probable it is that it answers.
    """
    sentences = passage.sentences
    free = [place for place in range(len(sentences)) if place not in taken]
    if not free:
        return None
    evidence = max(free, key=lambda place: (probabilities[place], -place))
    run = max(
        _runs_around(evidence, sentences, taken),
        key=lambda run: (round(_gain(run, sentences, probabilities), 6), run.last),
    )
    run = _begun(passage, run, evidence, probabilities, taken)
    run = _continued(passage, run, taken)
    return Excerpt(*run, evidence, sum(probabilities[run.first : run.last + 1]))


def beginning(passage: Passage, first: int, last: int, taken: frozenset[int] = frozenset()) -> int:
    """Where an excerpt of sentences `first` to `last` should begin to be understood, as far as there is room."""
    sentences = passage.sentences
    while (
        first > 0
        and first - 1 not in taken
        and sentences[last].end - sentences[first - 1].start <= EXCERPT_MAXIMUM
        and (_is_unfinished(passage, first - 1) or points_back(passage.text_of(sentences[first])))
    ):
        first -= 1
    return first


def goes_on(sentence: str, told: str) -> bool:
    """Whether a sentence is about the same as the text before it: it points back, or shares a word that tells."""
    return points_back(sentence) or not _content(told).isdisjoint(_content(sentence))


def _begun(passage: Passage, run: _Run, evidence: int, probabilities: Sequence[float], taken: frozenset[int]) -> _Run:
    """The run with what its beginning points back to; what hardly answers at its end makes room for that."""
    first = beginning(passage, run.first, run.last, taken)
    last = run.last
    while first == run.first and last > evidence and probabilities[last] < _DISPENSABLE:
        last -= 1
        first = beginning(passage, run.first, last, taken)
    return run if first == run.first else _Run(first, last)


def _continued(passage: Passage, run: _Run, taken: frozenset[int]) -> _Run:
    """The run with what ends its last sentence, and what follows in its paragraph and goes on about the same."""
    sentences = passage.sentences
    told = passage.text_of(Span(sentences[run.first].start, sentences[run.last].end))
    last = run.last
    while (
        last + 1 < len(sentences)
        and last + 1 not in taken
        and sentences[last + 1].end - sentences[run.first].start <= EXCERPT_MAXIMUM
        and (
            _is_unfinished(passage, last)
            or (not _is_paragraph_end(sentences, last) and goes_on(passage.text_of(sentences[last + 1]), told))
        )
    ):
        last += 1
    return _Run(run.first, last)


def _content(text: str) -> frozenset[str]:
    """The terms that tell what a text is about: no numbers, no times, not that somebody says so."""
    return frozenset(
        term.term for term in question_terms(text) if not term.is_number and term.term not in _TELLS_NOTHING
    )


def _gain(run: _Run, sentences: Sequence[Span], probabilities: Sequence[float]) -> float:
    """How probable it is that the run answers, less what its length costs."""
    breaks = sum(_is_paragraph_end(sentences, place) for place in range(run.first, run.last))
    mass = sum(probabilities[run.first : run.last + 1])
    return mass - _SENTENCE_COST * (run.last - run.first) - _PARAGRAPH_COST * breaks


def _is_unfinished(passage: Passage, place: int) -> bool:
    return passage.text_of(passage.sentences[place]).endswith(_UNFINISHED)


def _is_paragraph_end(sentences: Sequence[Span], place: int) -> bool:
    """Whether a sentence ends a paragraph: the next one is further away than a space."""
    return sentences[place + 1].start - sentences[place].end > 1


def _runs_around(evidence: int, sentences: Sequence[Span], taken: frozenset[int]) -> Iterator[_Run]:
    """Every run of free neighbours that holds the evidence and is short enough."""
    for first in range(evidence, -1, -1):
        if first in taken:
            return
        for last in range(evidence, len(sentences)):
            if last in taken or (last > first and sentences[last].end - sentences[first].start > EXCERPT_MAXIMUM):
                break
            yield _Run(first, last)
