"""The words that the articles are written with: how often each form stands there, and how it is written in a sentence.

A question is held against them, so that it counts for the same however it was typed: which words are names, which were
typed on the wrong keys, which are misspelt.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.array_files import loaded_arrays
from retrieval.text.edits import within
from retrieval.text.strings import SortedStrings, Strings
from retrieval.text.terms import term_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_AFTER_ALL = "\U0010ffff"
_LEAST_INTACT = 3
"""Letters at the beginning or at the end of a long word that are right where two others are wrong."""


def key_of(word: str) -> str:
    """What forms of one word that differ in capitals and in «ё» have in common."""
    return word.lower().replace("ё", "е")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A form as the articles mostly write it."""

    text: str
    count: int
    """How often it stands there."""
    capital: float | None
    """Share of those with a capital, of all inside a sentence; None where it only begins sentences."""


class Lexicon:
    """Immutable; a form is known by its place in the order of the keys (`key_of`)."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` are what `save` writes."""
        self._arrays = dict(arrays)
        self._spellings = SortedStrings(arrays["text"], arrays["starts"])
        self._keys = SortedStrings(arrays["keys"], arrays["key_starts"])
        self._names = SortedStrings(arrays["names"], arrays["name_starts"])
        self._counts: NDArray[np.uint32] = arrays["counts"]
        self._capitals: NDArray[np.float16] = arrays["capitals"]
        self._by_ending = np.ascontiguousarray(arrays["by_ending"], dtype=np.int32).data

    @classmethod
    def load(cls, path: Path | IO[bytes]) -> Self:
        """Read what `save` wrote."""
        return cls(loaded_arrays(path))

    def save(self, path: Path | IO[bytes]) -> None:
        """Write it to one ``.npz`` file."""
        np.savez(path, **self._arrays)  # type: ignore[arg-type]  # none of them is called as what it takes besides

    def __len__(self) -> int:
        return len(self._keys)

    def count(self, key: str) -> int:
        """How often a form stands in the articles."""
        place = self._place(key)
        return 0 if place is None else int(self._counts[place])

    def spelling(self, key: str) -> Spelling | None:
        """How the articles mostly write a form inside a sentence; None where they do not hold it."""
        place = self._place(key)
        return None if place is None else self._spelling(place)

    def is_name(self, one: str, other: str) -> bool:
        """Whether two words side by side make a name, of which at least one is none elsewhere."""
        pair = f"{one} {other}"
        place = self._names.left(pair)
        return place < len(self._names) and self._names[place] == pair

    def begins_any(self, prefix: str) -> bool:
        """Whether any form begins so."""
        place = self._keys.left(prefix)
        return place < len(self._keys) and self._keys[place].startswith(prefix)

    def family(self, key: str) -> Iterator[Spelling]:
        """The other forms of a word: those with the same term (`retrieval.text.terms`)."""
        term = term_of(key)
        for place in range(*self._beginning(term)):
            if self._keys[place] != key and term_of(self._keys[place]) == term:
                yield self._spelling(place)

    def similar(self, key: str, edits: int) -> dict[str, int]:
        """Forms that at most so many edits (1 or 2) part from a misspelt one, by their keys, with those edits.

        Looked at are forms that share the beginning or the end of it, where the rest holds all edits.
        """
        intact = (len(key) - 1) // 2 if edits == 1 else max(_LEAST_INTACT, len(key) // 3)
        first, last = self._beginning(key[:intact])
        behind = self._ending(key[-intact:])
        choices = [*self._keys.between(first, last), *(self._keys[place] for place in behind)]
        return within(key, choices, edits)

    @property
    def keys(self) -> Strings:
        """The keys of all forms, in their order."""
        return Strings(self._arrays["keys"], self._arrays["key_starts"])

    @property
    def ranks_by_ending(self) -> NDArray[np.int64]:
        """The place of each form where all are in the order of their keys read backwards, shape (forms,)."""
        found = np.empty(len(self), dtype=np.int64)
        found[self._arrays["by_ending"]] = np.arange(len(self))
        return found

    def left_of(self, key: str) -> int:
        """How many forms come before a key."""
        return self._keys.left(key)

    def left_by_ending(self, key: str) -> int:
        """How many forms come before a key where all are read backwards."""
        return bisect_left(self._by_ending, key[::-1], key=partial(_reversed, self._keys))

    def left_of_name(self, name: str) -> int:
        """How many names come before one."""
        return self._names.left(name)

    def _place(self, key: str) -> int | None:
        place = self._keys.left(key)
        return place if place < len(self._keys) and self._keys[place] == key else None

    def _spelling(self, place: int) -> Spelling:
        capital = float(self._capitals[place])
        return Spelling(self._spellings[place], int(self._counts[place]), None if np.isnan(capital) else capital)

    def _beginning(self, prefix: str) -> tuple[int, int]:
        return self._keys.left(prefix), self._keys.left(prefix + _AFTER_ALL)

    def _ending(self, suffix: str) -> Sequence[int]:
        reversed_key = partial(_reversed, self._keys)
        ends = (suffix[::-1], suffix[::-1] + _AFTER_ALL)
        first, last = (bisect_left(self._by_ending, end, key=reversed_key) for end in ends)
        return self._by_ending[first:last].tolist()


def _reversed(keys: Sequence[str], place: int) -> str:
    return keys[place][::-1]


@dataclass(frozen=True, slots=True)
class CorpusWords:
    """What the articles know of words: the lexicon, which is bounded, and every term that they hold."""

    lexicon: Lexicon
    holds_term: Callable[[str], bool]

    def hold(self, key: str) -> bool:
        """Whether a word stands in the articles, in this form or in another one."""
        return self.lexicon.count(key) > 0 or self.holds_term(term_of(key))
