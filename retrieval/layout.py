"""How a generation is laid out: which sentences make up which passage, and what can be told of each at a glance."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval.clues import clues_in
from retrieval.terms import is_cyrillic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.store.reader import PassageText


@dataclass(frozen=True, slots=True)
class Layout:
    """A passage and a sentence are known by their row, their place in these arrays."""

    passage_ids: NDArray[np.int64]
    """Ids in the store, shape (passages,)."""
    first_sentences: NDArray[np.int64]
    """Row of each passage's first sentence, and last the number of sentences, shape (passages + 1,)."""
    days: NDArray[np.int32]
    """Day on which each passage's article was published (`date.toordinal`), 0 where unknown, shape (passages,)."""
    cyrillic: NDArray[np.bool_]
    """Whether each passage is written mostly in Cyrillic, shape (passages,)."""
    clues: NDArray[np.uint8]
    """What each sentence holds (`retrieval.clues.Clue`), shape (sentences,)."""
    lengths: NDArray[np.uint16]
    """Characters of each sentence, shape (sentences,)."""

    def save(self, path: Path) -> None:
        """Write the arrays to one ``.npz`` file."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(path) as arrays:
            return cls(**{field.name: arrays[field.name] for field in fields(cls)})


class LayoutBuilder:
    """Notes passages as they pass by on their way into the lexical index."""

    def __init__(self) -> None:
        self._passage_ids: list[int] = []
        self._first_sentences = [0]
        self._days: list[int] = []
        self._cyrillic: list[bool] = []
        self._clues: list[int] = []
        self._lengths: list[int] = []

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            self._passage_ids.append(passage.id)
            self._first_sentences.append(self._first_sentences[-1] + len(passage.sentences))
            self._days.append(passage.published_at.toordinal() if passage.published_at else 0)
            self._cyrillic.append(is_cyrillic(passage.text))
            self._clues += [int(clues_in(passage.text[span.start : span.end])) for span in passage.sentences]
            self._lengths += [span.end - span.start for span in passage.sentences]
            yield passage

    def build(self) -> Layout:
        """The layout of all passages that passed by."""
        return Layout(
            passage_ids=np.array(self._passage_ids, dtype=np.int64),
            first_sentences=np.array(self._first_sentences, dtype=np.int64),
            days=np.array(self._days, dtype=np.int32),
            cyrillic=np.array(self._cyrillic, dtype=np.bool_),
            clues=np.array(self._clues, dtype=np.uint8),
            lengths=np.array(self._lengths, dtype=np.uint16),
        )
