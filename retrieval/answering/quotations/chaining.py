"""Runs of words that a quote and articles have in common, chained so that they explain the quote best.

As sequences are aligned with a genome: what both have in a row are anchors; a chain of them gains a word for each word
of the quote that it explains, and loses some where it skips words, more where it goes on in another place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.text.quoted_words import restricts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.answering.quotations.places import Place
    from retrieval.text.quoted_words import QuotedWord

_SWITCH = 3.0
"""Words that going on in another place must explain besides."""
_EDIT = 0.3
_SKIPPED = 0.15
"""What a gap costs, and each word of the article that it skips, up to so many."""
_SKIPPED_AT_MOST = 10
_OUT_OF_LINE = 2
"""Words by which a gap over the end of a sentence may be longer in the article than in the quote."""
_OMITTED_AT_MOST = 60
"""Words that a mark of omission may stand for."""
_SHORT_QUOTE = 6
"""Words of a quote in which every single one counts."""
_LONG_QUOTE = 80
"""Words from which only longer runs count."""
_RUNS = 600


@dataclass(frozen=True, slots=True)
class Run:
    """``quote[first:last]`` stands in a place from its word number `at` on."""

    place: Place
    first: int
    last: int
    at: int

    @property
    def end(self) -> int:
        """The number of the word of the place after its last one."""
        return self.at + self.last - self.first


Chain = tuple[tuple[Run, ...], ...]
"""Runs by where they stand: each group goes on in one place."""


def best_chain(quote: Sequence[QuotedWord], places: Sequence[Place]) -> Chain:
    """The chain that explains a quote best; of several as good the one of the earlier places."""
    runs = sorted(_runs(quote, places), key=lambda run: (run.first, run.last))
    scores: list[float] = []
    chosen: list[Run] = []
    before: list[tuple[int, bool] | None] = []
    for run in runs:
        best, taken, link = float(run.last - run.first), run, None
        for number, (score, earlier) in enumerate(zip(scores, chosen, strict=True)):
            # What two runs share counts for the first of them.
            overlap = max(earlier.last - run.first, 0)
            if overlap >= run.last - run.first:
                continue
            rest = replace(run, first=run.first + overlap, at=run.at + overlap)
            cost, goes_on = _link(earlier, rest, quote)
            if score + rest.last - rest.first - cost > best:
                best, taken, link = score + rest.last - rest.first - cost, rest, (number, goes_on)
        scores.append(best)
        chosen.append(taken)
        before.append(link)
    return _traced(scores, chosen, before)


def _traced(scores: Sequence[float], chosen: Sequence[Run], before: Sequence[tuple[int, bool] | None]) -> Chain:
    groups: list[list[Run]] = [[]]
    number = max(range(len(scores)), key=scores.__getitem__, default=None)
    while number is not None:
        groups[-1].append(chosen[number])
        link = before[number]
        if link is not None and not link[1]:
            groups.append([])
        number = None if link is None else link[0]
    return tuple(tuple(reversed(group)) for group in reversed(groups) if group)


def _link(earlier: Run, run: Run, quote: Sequence[QuotedWord]) -> tuple[float, bool]:
    """What it costs to go on from one run to another, and whether that is in the same place."""
    place = run.place
    skipped = run.at - earlier.end
    if place is not earlier.place or skipped < 0:
        return _SWITCH, False
    if quote[run.first].is_after_omission and skipped <= _OMITTED_AT_MOST:
        return _EDIT, True
    crosses = place.sentence_of(earlier.end - 1) != place.sentence_of(run.at)
    if crosses and skipped > run.first - earlier.last + _OUT_OF_LINE:
        dropped = place.words[earlier.end : run.at]
        is_small = len(dropped) <= _SHORT_QUOTE and restricts(dropped)
        if not is_small:
            return _SWITCH, False
    return _EDIT + _SKIPPED * min(skipped, _SKIPPED_AT_MOST), True


def _runs(quote: Sequence[QuotedWord], places: Sequence[Place]) -> list[Run]:
    found = [run for place in places for run in _runs_in(place, quote)]
    return found if len(found) <= _RUNS else sorted(found, key=lambda run: run.first - run.last)[:_RUNS]


def _runs_in(place: Place, quote: Sequence[QuotedWord]) -> Iterator[Run]:
    """Every run that is as long as it can be, and longer than what any two texts have in common."""
    least = 3 if len(quote) > _LONG_QUOTE else 2
    forms, written = place.forms, [word.form for word in quote]
    for first, word in enumerate(quote):
        for at in place.numbers.get(word.form, ()):
            if first and at and written[first - 1] == forms[at - 1]:
                continue
            length = 1
            while (
                first + length < len(written)
                and at + length < len(forms)
                and written[first + length] == forms[at + length]
            ):
                length += 1
            if length >= least or len(quote) <= _SHORT_QUOTE or (least == 2 and word.is_content):  # noqa: PLR2004
                yield Run(place, first, first + length, at)
