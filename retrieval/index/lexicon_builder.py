"""The lexicon of a generation, made of what is counted in its articles as their passages pass by."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.index.arrays import arrays_below, arrays_of
from retrieval.index.hashing import hashes_of, places_of
from retrieval.index.tallies import Counted, Tally, TallyBuilder, merged_tally
from retrieval.text.lexicon import Lexicon, key_of
from retrieval.text.terms import composed, is_cyrillic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.store.queries import PassageText

MOST_FORMS = 300_000
MOST_NAMES = 100_000
_FEWEST_NAMES = 2
_LEAST_SHARE_OF_A_NAME = 0.3
"""Of all that the rarer of two words stands for, what must be in the name that they make."""
_SURELY_A_NAME = 0.9
_LONGEST = 40
_BREAK = "\v"
"""Put between sentences that are looked at together."""
_WORD = re.compile(r"[^\W_]+")
_OPENING = re.compile(r"(?:\A|[\v.!?…:;—–])[^\w\v]{0,40}([^\W_]+)")
"""A word whose capital says nothing, since a sentence, a speech or a line of a list begins with it."""
_NAMES = re.compile(r"[A-ZА-ЯЁ][^\W_]{0,60}(?: [A-ZА-ЯЁ][^\W_]{0,60})+")
"""Words with capitals side by side; not all of them are names by themselves: «Большой Каньон»."""

_KEY, _CAPITALS, _DOTS, _KINDS = range(4)
"""Traits of a spelling: the hash of its key; which letters are capitals, and which are «ё», the first one in the
highest bit; and what follows."""
_IS_CAPITAL, _BEGINS_SENTENCES = 1, 2
"""It has a letter that is not small; only its first one, as what begins a sentence has."""


@dataclass(frozen=True, slots=True)
class FormCounts:
    """What is counted in the articles of a segment."""

    inside: Tally
    """Spellings of words inside sentences."""
    opening: Tally
    """Spellings of words that begin one."""
    names: Tally
    """Keys of words that have capitals side by side."""

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays of the tallies."""
        parts = [arrays_of(getattr(self, each.name), f"{each.name}/") for each in fields(self)]
        return {name: array for part in parts for name, array in part.items()}

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Make them of what `arrays` gave."""
        return cls(**{each.name: Tally(**arrays_below(arrays, f"{each.name}/")) for each in fields(cls)})

    @classmethod
    def merged(cls, parts: Sequence[tuple[FormCounts, NDArray[np.int64]]]) -> Self:
        """What is counted in several segments in one; see `merged_tally`."""
        return cls(
            **{
                each.name: merged_tally([(getattr(part, each.name), articles) for part, articles in parts])
                for each in fields(cls)
            }
        )


class LexiconBuilder:
    """Notes the words of passages on their way into a segment."""

    def __init__(self) -> None:
        self._builders = {
            "inside": TallyBuilder(_traits_of_spellings),
            "opening": TallyBuilder(_traits_of_spellings),
            "names": TallyBuilder(_traits_of_names),
        }
        self._inside: Counter[str] = Counter()
        self._opening: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._article: tuple[int, str] | None = None

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            article = (passage.revision, passage.title)
            if article != self._article:  # the passages of an article follow each other
                self._close_article()
                self._article = article
                self._note_title(passage.title)
            self._note([passage.text[span.start : span.end] for span in passage.sentences])
            yield passage

    def counts(self) -> FormCounts:
        """What was counted in the articles that passed by."""
        self._close_article()
        self._article = None
        return FormCounts(**{name: builder.build() for name, builder in self._builders.items()})

    def build(self) -> Lexicon:
        """The lexicon of all passages that passed by."""
        counts = self.counts()
        return lexicon_of([(counts, np.ones(len(counts.inside.starts) - 1, dtype=np.bool_))])

    def _close_article(self) -> None:
        if self._article is None:
            return
        names: Counter[str] = Counter()
        for pair, count in self._names.items():
            names[key_of(pair)] += count
        for name, counter in (("inside", _forms(self._inside)), ("opening", _forms(self._opening)), ("names", names)):
            self._builders[name].add(counter)
        for counter in (self._inside, self._opening, self._names):
            counter.clear()

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


def lexicon_of(parts: Sequence[tuple[FormCounts, NDArray[np.bool_]]]) -> Lexicon:
    """The lexicon of the articles that are marked, of each segment: their `MOST_FORMS` most frequent forms."""
    inside = Counted.of([(counts.inside, live) for counts, live in parts])
    opening = Counted.of([(counts.opening, live) for counts, live in parts])
    names = Counted.of([(counts.names, live) for counts, live in parts])
    keys = np.unique(np.concatenate([inside.traits[:, _KEY], opening.traits[:, _KEY]]))
    written = _Written.of(inside, opening, keys)
    forms = np.lexsort((keys, -written.totals))[:MOST_FORMS]
    spellings = [""] * len(forms)
    for counted, rows in ((inside, written.inside[forms]), (opening, written.opening[forms])):
        chosen = np.flatnonzero(rows >= 0)
        for place, spelling in zip(chosen.tolist(), counted.strings(rows[chosen]), strict=True):
            spellings[place] = spelling
    in_order = key_of("\n".join(spellings)).split("\n") if spellings else []
    order = np.array(sorted(range(len(forms)), key=in_order.__getitem__), dtype=np.int64)
    chosen_forms = np.sort(forms)
    return Lexicon.of(
        [spellings[place] for place in order],
        written.totals[forms[order]].astype(np.uint32),
        written.capitals[forms[order]].astype(np.float16),
        _names_among(names, keys, written, chosen_forms),
    )


@dataclass(frozen=True, slots=True)
class _Written:
    """How each form is written, by its key."""

    totals: NDArray[np.int64]
    """How often it stands anywhere, shape (keys,)."""
    capitals: NDArray[np.float64]
    """Share with a capital, of those inside a sentence; not a number where it only begins sentences, shape (keys,).

    What begins a sentence tells something where that has more capitals than sentences ask for, or none.
    """
    inside: NDArray[np.int64]
    """The row of its most frequent spelling among those inside sentences, -1 where it has none, shape (keys,)."""
    opening: NDArray[np.int64]
    """Likewise among those that begin one; -1 where it has any inside."""

    @classmethod
    def of(cls, inside: Counted, opening: Counted, keys: NDArray[np.uint64]) -> Self:
        """Count and compare the spellings of each key."""
        count = len(keys)
        own, other = (np.searchsorted(keys, counted.traits[:, _KEY]) for counted in (inside, opening))
        within = np.bincount(own, inside.totals, minlength=count)
        before = np.bincount(other, opening.totals, minlength=count)
        capital = (inside.traits[:, _KINDS] & _IS_CAPITAL) > 0
        of_inside = np.bincount(own, inside.totals * capital, minlength=count)
        telling = (opening.traits[:, _KINDS] & _BEGINS_SENTENCES) == 0
        rest = np.bincount(other, opening.totals * telling, minlength=count)
        capital = telling & ((opening.traits[:, _KINDS] & _IS_CAPITAL) > 0)
        of_rest = np.bincount(other, opening.totals * capital, minlength=count)
        with np.errstate(invalid="ignore"):  # where it only begins sentences
            capitals = np.where(within > 0, of_inside / within, of_rest / rest)
        mostly_inside = _most_frequent(inside, own, count)
        mostly_opening = np.where(mostly_inside < 0, _most_frequent(opening, other, count), -1)
        return cls((within + before).astype(np.int64), capitals, mostly_inside, mostly_opening)


def _most_frequent(counted: Counted, keys: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The row of how each form is mostly written, -1 where it is not, shape (keys,).

    First which capitals it has, small letters in doubt, then which «ё». `keys` says whose spelling each row is.
    """
    found = np.full(count, -1, dtype=np.int64)
    if not len(keys):
        return found
    capitals = counted.traits[:, _CAPITALS]
    order = np.lexsort((capitals, keys))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (keys[order][1:] != keys[order][:-1]) | (capitals[order][1:] != capitals[order][:-1])
    pattern = np.cumsum(new) - 1
    of_pattern = np.empty(len(order), dtype=np.int64)
    of_pattern[order] = np.bincount(pattern, counted.totals[order]).astype(np.int64)[pattern]
    best = np.lexsort((counted.traits[:, _DOTS], -counted.totals, capitals, -of_pattern, keys))
    first = np.ones(len(best), dtype=np.bool_)
    first[1:] = keys[best][1:] != keys[best][:-1]
    found[keys[best[first]]] = best[first]
    return found


def _names_among(names: Counted, keys: NDArray[np.uint64], written: _Written, forms: NDArray[np.int64]) -> list[str]:
    """Pairs of words that have capitals side by side often enough to make a name that they do not tell alone.

    `keys` are in order; `forms` are the rows of those that the lexicon has, in order.
    """
    one, other = (places_of(names.traits[:, word], keys) for word in (0, 1))
    counts = [np.where(place >= 0, written.totals[place], 0) if len(keys) else 0 * place for place in (one, other)]
    often = (names.totals >= _FEWEST_NAMES) & (names.totals >= _LEAST_SHARE_OF_A_NAME * np.minimum(*counts))
    chosen = np.isin(one, forms), np.isin(other, forms)
    shares = [
        np.where(is_there, written.capitals[place], 0.0) if len(keys) else 0.0 * place
        for place, is_there in zip((one, other), chosen, strict=True)
    ]
    # As Python's min: what is not a number counts where it comes first.
    lesser = np.where(shares[1] < shares[0], shares[1], shares[0])
    rows = np.flatnonzero(often & (lesser < _SURELY_A_NAME))
    most = rows[np.lexsort((names.hashes[rows], -names.totals[rows]))[:MOST_NAMES]]
    return sorted(names.strings(most))


def _forms(counter: Mapping[str, int]) -> dict[str, int]:
    """Spellings that are a form of a word: each as long as its key."""
    return {
        spelling: count
        for spelling, count in counter.items()
        if len(spelling) <= _LONGEST and len(key_of(spelling)) == len(spelling) and not key_of(spelling).isdecimal()
    }


def _traits_of_spellings(spellings: Sequence[str]) -> NDArray[np.uint64]:
    traits = np.zeros((len(spellings), 4), dtype=np.uint64)
    traits[:, _KEY] = hashes_of(map(key_of, spellings))
    traits[:, _CAPITALS] = _bits(map(str.isupper, spelling) for spelling in spellings)
    traits[:, _DOTS] = _bits((letter in "ёЁ" for letter in spelling) for spelling in spellings)
    traits[:, _KINDS] = [
        _IS_CAPITAL * (spelling != spelling.lower()) | _BEGINS_SENTENCES * _begins_as_sentences_do(spelling)
        for spelling in spellings
    ]
    return traits


def _traits_of_names(pairs: Sequence[str]) -> NDArray[np.uint64]:
    words = [pair.split(" ") for pair in pairs]
    return np.stack([hashes_of(word[place] for word in words) for place in (0, 1)], axis=1)


def _bits(of_letters: Iterable[Iterable[bool]]) -> list[int]:
    return [sum(marked << (63 - place) for place, marked in enumerate(letters)) for letters in of_letters]


def _begins_as_sentences_do(spelling: str) -> bool:
    return spelling[0].isupper() and not any(map(str.isupper, spelling[1:]))
