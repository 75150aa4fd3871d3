"""Abbreviations and what they stand for: «ЦБ» and «Центральный банк» are met by each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Self, TypeAlias

from retrieval.text.terms import question_terms
from retrieval.text.vocabulary import ABBREVIATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Way: TypeAlias = frozenset[str]
"""The terms of one way to write something: all of them belong to it."""


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Groups of ways to write the same, by each term of theirs."""

    groups: Mapping[str, tuple[tuple[Way, ...], ...]]

    @classmethod
    @cache
    def of(cls, pairs: tuple[tuple[str, str], ...] = ()) -> Self:
        """Those that are known everywhere, and `pairs` of an abbreviation and what it stands for."""
        written = [*(line.split("=") for line in ABBREVIATIONS.strip().splitlines()), *pairs]
        groups: dict[str, list[tuple[Way, ...]]] = defaultdict(list)
        for ways in (tuple(map(_way, line)) for line in written):
            for term in frozenset[str]().union(*ways):
                groups[term].append(ways)
        return cls({term: tuple(found) for term, found in groups.items()})

    def others(self, terms: Sequence[str]) -> tuple[tuple[Way, ...], ...]:
        """For each term of a question the other ways to write that of which it is a part there.

        A term that is a part of nothing, or of what the question does not hold whole, has none.
        """
        asked = frozenset(terms)
        return tuple(
            tuple(
                way
                for ways in self.groups.get(term, ())
                if any(term in own and own <= asked for own in ways)
                for way in ways
                if not way <= asked
            )
            for term in terms
        )


def _way(written: str) -> Way:
    return frozenset(term.term for term in question_terms(written))
