"""A part of a quote beside the words of the article in whose place it stands: which differ, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.edits import differing_runs
from retrieval.text.quoted_words import denies, is_negation, restricts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.answering.quotations.chaining import Run
    from retrieval.answering.quotations.places import Place
    from retrieval.text.quoted_words import QuotedWord

_CLAIMED_BY = frozenset(("что", "будто", "чтобы", "that", "whether"))
_OFF = 4
"""Words beyond those of a part among which it is looked for as well."""
_BEFORE = 6
"""Words before a quote in which what introduces it may deny it."""


@dataclass(frozen=True, slots=True)
class Differing:
    """``quote[first:last]`` where the article has ``place.words[at:end]``; one of the two may be empty."""

    first: int
    last: int
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Aligned:
    """``quote[first:last]`` beside ``place.words[at:end]``."""

    place: Place
    first: int
    last: int
    at: int
    end: int
    differing: tuple[Differing, ...]
    is_cut: bool
    """Whether it leaves out a part of a sentence, as quotes may."""
    is_cut_short: bool
    """Whether there is a condition or a denial in that."""

    @property
    def unexplained(self) -> int:
        """How many words of the quote the article does not have."""
        return sum(each.last - each.first for each in self.differing)

    @property
    def changed(self) -> int:
        """How many words differ."""
        return sum(max(each.last - each.first, each.end - each.at) for each in self.differing)


def align(runs: Sequence[Run], quote: Sequence[QuotedWord], first: int, last: int) -> Aligned:
    """Compare ``quote[first:last]``, which holds some runs of one place, with what stands around them there."""
    place = runs[0].place
    begins, _ = place.words_of_sentence(place.sentence_of(runs[0].at))
    _, ends = place.words_of_sentence(place.sentence_of(runs[-1].end - 1))
    at = runs[0].at - (runs[0].first - first)
    end = runs[-1].end + last - runs[-1].last
    # A small word before the first run may stand some words off from it.
    at, end, found = min(
        (
            _differing(place, quote, (first, last), (max(at - more, begins), min(end + more, ends)))
            for more in (0, _OFF)
        ),
        key=lambda each: sum(part.last - part.first for part in each[2]),
    )
    omitted = [each for each in found if _is_omission(each, quote, place)]
    left_out = [*place.words[begins:at], *place.words[end:ends]]
    differing = [each for each in found if each not in omitted]
    if lost := _lost_denial(place, begins, at):
        differing.insert(0, Differing(first, first, lost, at))
    short = restricts(left_out) or any(restricts(place.words[each.at : each.end]) for each in omitted)
    return Aligned(place, first, last, at, end, tuple(differing), bool(left_out or omitted), short)


def _differing(
    place: Place, quote: Sequence[QuotedWord], part: tuple[int, int], among: tuple[int, int]
) -> tuple[int, int, list[Differing]]:
    """Where a part of a quote differs from some words of a place, and which of these it covers."""
    (first, last), (at, end) = part, among
    written = [word.form for word in quote[first:last]]
    found = [
        Differing(first + a, first + b, at + c, at + d) for a, b, c, d in differing_runs(written, place.forms[at:end])
    ]
    # What stands before and after the words of a quote is not missing in it.
    if found and found[0].first == found[0].last == first:
        at = found.pop(0).end
    if found and found[-1].first == found[-1].last == last:
        end = found.pop().at
    return at, end, found


def _is_omission(each: Differing, quote: Sequence[QuotedWord], place: Place) -> bool:
    """Whether words are left out where the quote has a mark for that, and none that turns what is left."""
    if each.first < each.last or each.first == len(quote) or not quote[each.first].is_after_omission:
        return False
    dropped = place.words[each.at : each.end]
    return not (restricts(dropped) or denies(dropped))


def _lost_denial(place: Place, begins: int, at: int) -> int | None:
    """Where a denial begins of which a quote takes what is denied alone: «не | построят», "denied that | it fell"."""
    before = place.words[begins:at]
    if before and is_negation(before[-1].form):
        return at - 1
    if before and before[-1].form in _CLAIMED_BY and denies(before[-_BEFORE:-1]):
        return next(_denials(place, max(begins, at - _BEFORE), at))
    return None


def _denials(place: Place, start: int, end: int) -> Iterator[int]:
    return (number for number in range(start, end) if denies(place.words[number : number + 1]))
