"""The lexicon of a generation, made of what is counted in its articles as their passages pass by."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from retrieval.index.arrays import arrays_below, arrays_of
from retrieval.index.hashing import hashes_of, places_of
from retrieval.index.tallies import Counted, Tally, TallyBuilder, merged_tally
from retrieval.text.lexicon import Lexicon, key_of
from retrieval.text.strings import Strings, distinct
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
    return noted_lexicon(parts, None)[0]


class LexiconOrder(NamedTuple):
    """A lexicon with the hashes of its keys and of its names in their order: to put another one in order by."""

    lexicon: Lexicon
    keys: NDArray[np.uint64]
    names: NDArray[np.uint64]


def noted_lexicon(parts: Sequence[tuple[FormCounts, NDArray[np.bool_]]], earlier: LexiconOrder | None) -> LexiconOrder:
    """The same; most of its forms are in order where an `earlier` lexicon has them."""
    inside = Counted.of([(counts.inside, live) for counts, live in parts])
    opening = Counted.of([(counts.opening, live) for counts, live in parts])
    names = Counted.of([(counts.names, live) for counts, live in parts])
    keys = distinct(np.concatenate([inside.traits[:, _KEY], opening.traits[:, _KEY]]))
    written = _Written.of(inside, opening, keys)
    forms = np.lexsort((keys, -written.totals))[:MOST_FORMS]
    ordered = _Ordered.of(forms, keys[forms], _Spellings(inside, opening, written), earlier)
    chosen = forms[ordered.order]
    of_names = _in_order(_names_among(names, keys, written, np.sort(forms)), names, earlier)
    named = names.take(of_names)
    arrays: dict[str, NDArray[Any]] = {
        "text": ordered.spellings.text,
        "starts": ordered.spellings.starts,
        "keys": ordered.keys.text,
        "key_starts": ordered.keys.starts,
        "names": named.text,
        "name_starts": named.starts,
        "counts": written.totals[chosen].astype(np.uint32),
        "capitals": written.capitals[chosen].astype(np.float16),
        "by_ending": ordered.by_ending.astype(np.int32),
    }
    return LexiconOrder(Lexicon(arrays), keys[chosen], names.hashes[of_names])


class _Spellings(NamedTuple):
    """How forms are mostly written, by rows of keys."""

    inside: Counted
    opening: Counted
    written: _Written

    def take(self, forms: NDArray[np.int64]) -> Strings:
        """How some of them are, in their order."""
        rows = self.written.inside[forms]
        within, before = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
        texts = [self.inside.take(rows[within]), self.opening.take(self.written.opening[forms[before]])]
        order = np.empty(len(forms), dtype=np.int64)
        order[np.concatenate([within, before])] = np.arange(len(forms))
        return Strings.joined(texts).take(order)


class _Ordered(NamedTuple):
    """Forms in the order of their keys."""

    order: NDArray[np.int64]
    """Where each of them stood."""
    spellings: Strings
    keys: Strings
    by_ending: NDArray[np.int64]
    """Their places in the order of their keys read backwards."""

    @classmethod
    def of(
        cls, forms: NDArray[np.int64], hashes: NDArray[np.uint64], spellings: _Spellings, earlier: LexiconOrder | None
    ) -> Self:
        """Put forms in order, given with the hashes of their keys."""
        before = _places_before(hashes, earlier.keys) if earlier else np.full(len(forms), -1)
        new = np.flatnonzero(before < 0)
        listed = _keys_of(spellings.take(forms[new]).listed())
        known = np.flatnonzero(before >= 0)
        if earlier is None or not len(known):
            order = np.array(sorted(range(len(listed)), key=listed.__getitem__), dtype=np.int64)
            in_order = [listed[place] for place in order.tolist()]
            backwards = sorted(range(len(in_order)), key=lambda place: in_order[place][::-1])
            return cls(order, spellings.take(forms[order]), Strings.of(in_order), np.array(backwards, dtype=np.int64))
        lexicon = earlier.lexicon
        by_key = np.array(sorted(range(len(new)), key=listed.__getitem__), dtype=np.int64)
        left = [lexicon.left_of(listed[place]) for place in by_key.tolist()]
        places = np.concatenate([known, new[by_key]])
        order = places[_merged(before[known], left)]
        keys = Strings.joined([lexicon.keys, Strings.of([listed[at] for at in by_key.tolist()])])
        of_keys = np.concatenate([before[known], len(lexicon) + np.arange(len(new))])
        place_of = np.empty(len(forms), dtype=np.int64)
        place_of[order] = np.arange(len(forms))
        by_end = np.array(sorted(range(len(new)), key=lambda place: listed[place][::-1]), dtype=np.int64)
        left = [lexicon.left_by_ending(listed[place]) for place in by_end.tolist()]
        ending = np.concatenate([known, new[by_end]])[_merged(lexicon.ranks_by_ending[before[known]], left)]
        at = np.empty(len(forms), dtype=np.int64)
        at[places] = np.arange(len(forms))
        return cls(order, spellings.take(forms[order]), keys.take(of_keys[at[order]]), place_of[ending])


def _in_order(rows: NDArray[np.int64], names: Counted, earlier: LexiconOrder | None) -> NDArray[np.int64]:
    """Rows of names in the order of these."""
    before = _places_before(names.hashes[rows], earlier.names) if earlier else np.full(len(rows), -1)
    new, known = rows[before < 0], rows[before >= 0]
    listed = names.take(new).listed()
    order = sorted(range(len(new)), key=listed.__getitem__)
    left = [earlier.lexicon.left_of_name(listed[place]) for place in order] if earlier else [0] * len(new)
    return np.concatenate([known, new[order]])[_merged(before[before >= 0], left)]


def _places_before(hashes: NDArray[np.uint64], before: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each hash stood among others; -1 where it did not."""
    by_hash = np.argsort(before, kind="stable")
    found = places_of(hashes, before[by_hash])
    return np.where(found >= 0, by_hash[found] if len(by_hash) else -1, -1)


def _merged(known: NDArray[np.int64], left: Sequence[int]) -> NDArray[np.int64]:
    """The order of what has places in an order, and of what comes before such places, which is in order itself."""
    return np.argsort(np.concatenate([2 * known + 1, 2 * np.array(left, dtype=np.int64)]), kind="stable")


def _keys_of(spellings: Sequence[str]) -> list[str]:
    return key_of("\n".join(spellings)).split("\n") if spellings else []


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
    alone = np.bincount(keys, minlength=count) == 1
    only = np.flatnonzero(alone[keys])
    found[keys[only]] = only
    rows = np.flatnonzero(~alone[keys])
    keys, totals, traits = keys[rows], counted.totals[rows], counted.traits[rows]
    capitals = traits[:, _CAPITALS]
    order = np.lexsort((capitals, keys))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (keys[order][1:] != keys[order][:-1]) | (capitals[order][1:] != capitals[order][:-1])
    pattern = np.cumsum(new) - 1
    of_pattern = np.empty(len(order), dtype=np.int64)
    of_pattern[order] = np.bincount(pattern, totals[order]).astype(np.int64)[pattern]
    best = np.lexsort((traits[:, _DOTS], -totals, capitals, -of_pattern, keys))
    first = np.ones(len(best), dtype=np.bool_)
    first[1:] = keys[best][1:] != keys[best][:-1]
    found[keys[best[first]]] = rows[best[first]]
    return found


def _names_among(
    names: Counted, keys: NDArray[np.uint64], written: _Written, forms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The rows of pairs of words with capitals side by side often enough to make a name that they do not tell alone.

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
    return rows[np.lexsort((names.hashes[rows], -names.totals[rows]))[:MOST_NAMES]]


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
