"""The lexicon of a generation, made of its passages as they pass by."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from retrieval.text.lexicon import Lexicon, key_of
from retrieval.text.terms import composed, is_cyrillic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.store.queries import PassageText

MOST_FORMS = 300_000
MOST_NAMES = 100_000
_FEWEST_NAMES = 2
_LEAST_SHARE_OF_A_NAME = 0.3
"""Of all that the rarer of two words stands for, what must be in the name that they make."""
_MOST_NOTED = 2 * MOST_FORMS
"""Spellings held while passages pass by; what is rarest then goes."""
_SURELY_A_NAME = 0.9
_LONGEST = 40
_BREAK = "\v"
"""Put between sentences that are looked at together."""
_WORD = re.compile(r"[^\W_]+")
_OPENING = re.compile(r"(?:\A|[\v.!?…:;—–])[^\w\v]*([^\W_]+)")
"""A word whose capital says nothing, since a sentence, a speech or a line of a list begins with it."""
_NAMES = re.compile(r"[A-ZА-ЯЁ][^\W_]*(?: [A-ZА-ЯЁ][^\W_]*)+")
"""Words with capitals side by side; not all of them are names by themselves: «Большой Каньон»."""


class LexiconBuilder:
    """Notes the words of passages on their way into the lexical index."""

    def __init__(self) -> None:
        self._inside: Counter[str] = Counter()
        self._opening: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._title = ""

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            if passage.title != self._title:  # the passages of an article follow each other
                self._title = passage.title
                self._note_title(passage.title)
            self._note([passage.text[span.start : span.end] for span in passage.sentences])
            if max(map(len, (self._inside, self._opening, self._names))) > _MOST_NOTED:
                self._drop_the_rarest()
            yield passage

    def build(self) -> Lexicon:
        """The lexicon of all passages that passed by: their `MOST_FORMS` most frequent forms."""
        inside, opening = _by_key(self._inside), _by_key(self._opening)
        counts: Counter[str] = Counter()
        for spellings in (inside, opening):
            counts.update({key: sum(each.values()) for key, each in spellings.items()})
        keys = sorted(sorted(counts, key=lambda key: (-counts[key], key))[:MOST_FORMS])
        capitals = {key: _capital(inside.get(key), opening.get(key)) for key in keys}
        pairs: Counter[str] = Counter()
        for pair, count in self._names.items():
            pairs[key_of(pair)] += count
        telling = (pair for pair, count in pairs.items() if _makes_a_name(count, pair.split(" "), counts, capitals))
        names = sorted(telling, key=lambda pair: (-pairs[pair], pair))[:MOST_NAMES]
        return Lexicon(
            [_most_frequent(inside.get(key) or opening[key]) for key in keys],
            np.array([counts[key] for key in keys], dtype=np.uint32),
            np.array([capitals[key] for key in keys], dtype=np.float16),
            sorted(names),
        )

    def _note_title(self, title: str) -> None:
        if is_cyrillic(title):
            self._note([title])
        else:  # English titles have capitals everywhere
            self._opening.update(_WORD.findall(composed(title)))

    def _note(self, sentences: Sequence[str]) -> None:
        """Note sentences; where one has nothing but capitals, they tell nothing."""
        loud = [sentence for sentence in sentences if sentence.isupper() and " " in sentence]
        self._opening.update(word.capitalize() for sentence in loud for word in _WORD.findall(composed(sentence)))
        text = composed(_BREAK.join(sentence for sentence in sentences if sentence not in loud))
        self._opening.update(_OPENING.findall(text))
        inside = _OPENING.sub(_BREAK, text)
        self._inside.update(_WORD.findall(inside))
        for names in _NAMES.findall(inside):
            parts = names.split(" ")
            self._names.update(map(" ".join, pairwise(parts)))

    def _drop_the_rarest(self) -> None:
        for counter in (self._inside, self._opening, self._names):
            least = 2
            while len(counter) > _MOST_NOTED // 2:
                for word in [word for word, count in counter.items() if count < least]:
                    del counter[word]
                least *= 2


def _makes_a_name(count: int, pair: Sequence[str], counts: Mapping[str, int], capitals: Mapping[str, float]) -> bool:
    """Whether two words that have capitals side by side `count` times make a name that they do not tell alone."""
    if count < _FEWEST_NAMES or count < _LEAST_SHARE_OF_A_NAME * min(counts.get(key, 0) for key in pair):
        return False
    return min(capitals.get(key, 0) for key in pair) < _SURELY_A_NAME


def _by_key(spellings: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for spelling, count in spellings.items():
        key = key_of(spelling)
        if len(key) == len(spelling) <= _LONGEST and not key.isdecimal():
            found[key][spelling] = count
    return found


def _most_frequent(spellings: Mapping[str, int]) -> str:
    """How a form is mostly written: first which capitals it has, small letters in doubt, then which «ё»."""
    if len(spellings) == 1:
        return next(iter(spellings))
    capitals: Counter[tuple[bool, ...]] = Counter()
    for spelling, count in spellings.items():
        capitals[_capitals(spelling)] += count
    mostly = min(capitals, key=lambda written: (-capitals[written], written))
    alike = (spelling for spelling in spellings if _capitals(spelling) == mostly)
    return min(alike, key=lambda spelling: (-spellings[spelling], spelling))


def _capitals(spelling: str) -> tuple[bool, ...]:
    return tuple(map(str.isupper, spelling))


def _capital(inside: Mapping[str, int] | None, opening: Mapping[str, int] | None) -> float:
    """Share of a form with a capital, of those inside a sentence; not a number where it only begins sentences.

    What begins a sentence tells something where that has more capitals than sentences ask for, or none.
    """
    spellings = inside or {
        spelling: count for spelling, count in (opening or {}).items() if not _begins_as_sentences_do(spelling)
    }
    if not spellings:
        return math.nan
    return sum(count for spelling, count in spellings.items() if spelling != spelling.lower()) / sum(spellings.values())


def _begins_as_sentences_do(spelling: str) -> bool:
    return spelling[0].isupper() and not any(map(str.isupper, spelling[1:]))
