"""How far two spellings, or two sentences, are apart. The only importer of rapidfuzz (https://github.com/rapidfuzz/RapidFuzz).

An edit is a letter too many, too few or another one, or two letters that changed places. A dictionary of deletions, as
SymSpell makes it, answers sooner, but takes six seconds and 400 MB for as many words as are gone through here in a
millisecond.
"""

from __future__ import annotations

from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.fuzz import WRatio
from rapidfuzz.process import extract, extractOne

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEYBOARDS = (("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"), ("qwertyuiop", "asdfghjkl", "zxcvbnm"))
_SOUND_ALIKE = (
    "оа еи еэ иы яе яи эе ую юу бп вф гк дт жш зс цс шщ чщ тц гх ьъ йи ae ea ei ie iy ou ao bp vf gk dt zs ck cs"
)
_VOWELS = frozenset("аеиоуыэюяьъйaeiouy")


class Slip(IntEnum):
    """What may have made one word of another, the likeliest first."""

    EXCHANGED = 1
    """Two neighbouring letters changed places, or one is doubled, or no longer is."""
    HEARD = 2
    """A letter stands for one that sounds alike, or a vowel is missing."""
    MISSED = 3
    """Any letter is missing or too many, or one from beside it on the keyboard was hit."""
    NONE = 4
    """Nothing likely."""


def within(word: str, choices: Sequence[str], edits: int) -> dict[str, int]:
    """Which of `choices` are at most so many edits from a word, and with how many."""
    found = extract(word, choices, scorer=OSA.distance, score_cutoff=edits, limit=None)
    return {choice: int(distance) for choice, distance, _ in found}


def nearest(name: str, choices: Sequence[str]) -> str | None:
    """Which of `choices` a name of several words was probably meant to be; words may be missing or in another order."""
    found = extractOne(name, choices, scorer=WRatio, score_cutoff=_LEAST_LIKENESS)
    return found[0] if found else None


def slip(written: str, meant: str) -> Slip:
    """The least likely slip among those that made one small word of another.

    The first letter is always right, unless it changed places with the second.
    """
    if written[0] != meant[0] and written[:2] != meant[1::-1]:
        return Slip.NONE
    edits = Levenshtein.editops(written, meant)
    if OSA.distance(written, meant) < len(edits):
        return Slip.EXCHANGED if len(edits) == _EDITS_OF_AN_EXCHANGE else Slip.MISSED
    return max((_slip(edit.tag, written, edit.src_pos, meant, edit.dest_pos) for edit in edits), default=Slip.NONE)


def differing_runs(written: Sequence[str], meant: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two sequences of words differ, by the fewest edits: ``written[a:b]`` stands for ``meant[c:d]``.

    Yields a, b, c and d in order; one of the two runs may be empty, and runs that touch are one.
    """
    begun: tuple[int, int, int, int] | None = None
    for edit in Levenshtein.opcodes(written, meant):
        run = (edit.src_start, edit.src_end, edit.dest_start, edit.dest_end)
        if edit.tag != "equal":
            begun = run if begun is None else (begun[0], run[1], begun[2], run[3])
        elif begun is not None:
            yield begun
            begun = None
    if begun is not None:
        yield begun


def _slip(tag: str, written: str, source: int, meant: str, target: int) -> Slip:
    if tag == "replace":
        pair = frozenset((written[source], meant[target]))
        return Slip.HEARD if pair in _ALIKE else Slip.MISSED if pair in _TOUCHING else Slip.NONE
    word, place = (written, source) if tag == "delete" else (meant, target)
    if word[place] in (word[place - 1 : place], word[place + 1 : place + 2]):
        return Slip.EXCHANGED
    return Slip.HEARD if tag == "insert" and word[place] in _VOWELS else Slip.MISSED


def _touching(rows: Sequence[str]) -> Iterator[frozenset[str]]:
    """Letters of one keyboard whose keys touch."""
    for row, letters in enumerate(rows):
        yield from map(frozenset, pairwise(letters))
        below = rows[row + 1] if row + 1 < len(rows) else ""
        for column, letter in enumerate(below):
            yield from (frozenset((letter, other)) for other in letters[column : column + 2])


_LEAST_LIKENESS = 70.0
"""Of 100. ``BOT_TOKEN`` and ``TELEGRAM_TOKEN`` have 72, ``VERSION`` and ``KEPT_GENERATIONS`` 64."""
_EDITS_OF_AN_EXCHANGE = 2
_TOUCHING = {pair for rows in _KEYBOARDS for pair in _touching(rows)}
_ALIKE = set(map(frozenset, _SOUND_ALIKE.split()))
