"""How rules put pieces together: each rule in its turn, from the beginning of the text to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.time.days import Tense
from retrieval.time.kinds import Kind, Piece, needed, pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable
    from datetime import date

    Build = Callable[["Parts", "Context"], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression means depends on."""

    today: date
    tense_at: Callable[[int], Tense]
    """What the verbs around a character of the text tell."""
    untold: Tense = Tense.UNTOLD
    """What is taken for the tense where none is told."""
    tense_of_text: Callable[[], Tense] = lambda: Tense.UNTOLD
    """What all its verbs tell: enough for a day of a month, which is past or to come by itself."""
    is_present: bool = False
    """Whether its verbs are in the present, so that what comes once a year may be to come."""
    is_news: bool = False
    """Whether it is a sentence of an article, and not a question."""
    asks_for_change: bool = False
    """Whether «за неделю» is the week up to today, and not how long something took."""

    def told(self, parts: Parts) -> Tense:
        """The tense where an expression stands."""
        return self.tense_at(parts[0].start)

    def tense(self, parts: Parts) -> Tense:
        """The same, or what is taken for it where none is told."""
        told = self.told(parts)
        return self.untold if told is Tense.UNTOLD else told

    def tense_of_date(self, parts: Parts) -> Tense:
        """The same, or that of the whole text, for what comes once a year."""
        if self.is_present and self.told(parts) is Tense.UNTOLD:
            return Tense.PRESENT
        tense = self.tense(parts)
        return self.tense_of_text() if tense is Tense.UNTOLD else tense


class Parts(tuple[Piece, ...]):
    """The pieces that a rule has matched, in order."""

    __slots__ = ()

    def all(self, *kinds: Kind) -> list[Any]:
        """The values of all pieces of these kinds."""
        return [piece.value for piece in self if piece.kind in kinds]

    def one(self, *kinds: Kind) -> Any:
        """The value of the first piece of these kinds; None where there is none."""
        return next((piece.value for piece in self if piece.kind in kinds), None)

    def has(self, *kinds: Kind) -> bool:
        """Whether there is a piece of these kinds."""
        return any(piece.kind in kinds for piece in self)

    def word(self, *kinds: Kind) -> str:
        """The word of the first piece of these kinds; empty where there is none."""
        return next((piece.word for piece in self if piece.kind in kinds), "")


KEEP = object()
"""What a rule makes of pieces that it has matched and that are none of its business."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Pieces that match become one, of a kind and with the value that `build` gives.

    Where it gives None they are not understood: they become words, so that no other rule reads half of them.
    """

    pattern: re.Pattern[str]
    needs: tuple[frozenset[str], ...]
    build: Build
    kind: Kind = Kind.SPAN
    lacks_year: bool = False


def rule(written: str, build: Build, kind: Kind = Kind.SPAN, *, lacks_year: bool = False) -> Rule:
    """Make a rule; for how it is written see `kinds.pattern`."""
    return Rule(pattern(written), needed(written), build, kind, lacks_year)


def applied(rules: Iterable[Rule], pieces: list[Piece], context: Context) -> list[Piece]:
    """The pieces after all rules."""
    kinds = _kinds(pieces)
    there = set(kinds)
    for each in rules:
        if _may_match(each, there) and each.pattern.search(kinds):
            pieces = _with(each, pieces, kinds, context)
            kinds = _kinds(pieces)
            there = set(kinds)
    return pieces


def _may_match(each: Rule, there: set[str]) -> bool:
    for needs in each.needs:  # noqa: SIM110 - as `any` it takes three times as long, for each rule and sentence
        if needs <= there:
            return True
    return False


def _kinds(pieces: Iterable[Piece]) -> str:
    return "".join([piece.kind for piece in pieces])


def _with(each: Rule, pieces: list[Piece], kinds: str, context: Context) -> list[Piece]:
    made: list[Piece] = []
    done = 0
    for match in each.pattern.finditer(kinds):
        start, end = match.span()
        parts = Parts(pieces[start:end])
        made += pieces[done:start]
        made += _made(each, parts, context)
        done = end
    return made + pieces[done:]


def _made(each: Rule, parts: Parts, context: Context) -> Iterable[Piece]:
    value = each.build(parts, context)
    if value is KEEP:
        return parts
    if value is None:
        return [piece._replace(kind=Kind.WORD) for piece in parts]
    return [Piece(each.kind, parts[0].start, parts[-1].end, value, parts[-1].word, _lacks_year(each, parts))]


def _lacks_year(each: Rule, parts: Parts) -> bool:
    if parts.has(Kind.NUMERAL, Kind.YEAR) or any(part.kind is Kind.SPAN and not part.lacks_year for part in parts):
        return False
    return each.lacks_year or any(part.lacks_year for part in parts)
