"""How a generation is laid out: which sentences make up which passage, and what can be told of each at a glance."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.array_files import loaded_arrays
from retrieval.text.clues import clues_in
from retrieval.text.strings import borders
from retrieval.text.terms import is_cyrillic
from retrieval.time.articles import days_told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.index.rows import Rows
    from retrieval.store.queries import PassageText
    from retrieval.types import Period

_SHORT = 2
"""Days after the first: a weekend and a day are still news of each of their days."""


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
    clues: NDArray[np.uint16]
    """What each sentence holds (`retrieval.text.kinds.Clue`), shape (sentences,)."""
    lengths: NDArray[np.uint16]
    """Characters of each sentence, shape (sentences,)."""
    telling: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Rows of sentences that tell of days, in order, one as often as it tells of times apart, shape (told,)."""
    first_told: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """The first day that each of them tells of (`date.toordinal`), shape (told,)."""
    last_told: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """The last one, shape (told,)."""
    outlet_names: NDArray[np.str_] = field(default_factory=lambda: np.zeros(1, dtype=np.str_))
    """The outlets of the articles, shape (outlets,); the first is "", for articles that name none."""
    outlets: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """Which of them each passage is of, shape (passages,); empty where it was not noted."""
    numbers: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """Which passage of its article each one is, from 0, shape (passages,); empty where it was not noted."""
    events: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """The event that each passage's article reports as others do, by its number, 0 where it stands alone, shape
    (passages,); empty where events were not looked for."""

    threads: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    """The thread that each passage's article is of, which tells how an event went on: likewise."""

    def published_in(self, period: Period) -> NDArray[np.bool_]:
        """Which passages are of articles that were published in a period, shape (passages,)."""
        within: NDArray[np.bool_] = (self.days >= period.first.toordinal()) & (self.days <= period.last.toordinal())
        return within

    def telling_of(self, period: Period, *, wholly: bool = False) -> NDArray[np.int64]:
        """Rows of the sentences that tell of a day in a period, in order; `wholly` of nothing beyond it.

        What lasts longer than the period and `_SHORT` is not one day's news: "this year" tells of no day in May.
        """
        first, last = period.first.toordinal(), period.last.toordinal()
        if wholly:
            return np.unique(self.telling[(self.first_told >= first) & (self.last_told <= last)])
        meets = (self.first_told <= last) & (self.last_told >= first)
        brief = self.last_told - self.first_told <= max(last - first, _SHORT)
        return np.unique(self.telling[meets & brief])

    def passages_of(self, sentences: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of the passages that these sentences stand in, shape (sentences,)."""
        return np.searchsorted(self.first_sentences, sentences, side="right") - 1

    def numbers_of(self, passages: NDArray[np.int64]) -> NDArray[np.int32]:
        """Which passages of their articles these rows are, shape (rows,): all the first where it was not noted."""
        return self.numbers[passages] if len(self.numbers) else np.zeros(len(passages), dtype=np.int32)

    def of_outlets(self, names: Collection[str]) -> NDArray[np.bool_]:
        """Which passages are of articles of one of these outlets, shape (passages,)."""
        if not len(self.outlets):
            return np.zeros(len(self.passage_ids), dtype=np.bool_)
        return np.isin(self.outlets, np.flatnonzero(np.isin(self.outlet_names, list(names))))

    def events_of(self, passage_ids: Collection[int]) -> dict[int, int]:
        """The events that passages belong to, by their ids; those whose article stands alone are left out."""
        return self._groups_of(self.events, passage_ids)

    def threads_of(self, passage_ids: Collection[int]) -> dict[int, int]:
        """The threads that passages belong to, by their ids; those whose article stands alone are left out."""
        return self._groups_of(self.threads, passage_ids)

    def reporting(self, events: Collection[int]) -> dict[int, int]:
        """All passages that report these events, by their ids, with the event; in the order of the generation."""
        rows = np.flatnonzero(np.isin(self.events, list(events)))
        return dict(zip(self.passage_ids[rows].tolist(), self.events[rows].tolist(), strict=True))

    def of_threads(self, threads: Collection[int]) -> list[int]:
        """The ids of all passages of these threads, in the order of the generation."""
        return [int(each) for each in self.passage_ids[np.isin(self.threads, list(threads))]] if threads else []

    def _groups_of(self, groups: NDArray[np.int32], passage_ids: Collection[int]) -> dict[int, int]:
        if not len(groups):
            return {}
        rows = np.flatnonzero(np.isin(self.passage_ids, list(passage_ids)) & (groups > 0))
        return dict(zip(self.passage_ids[rows].tolist(), groups[rows].tolist(), strict=True))

    def save(self, path: Path | IO[bytes]) -> None:
        """Write the arrays to one ``.npz`` file."""
        np.savez(path, **{each.name: getattr(self, each.name) for each in fields(self)})

    @classmethod
    def load(cls, path: Path | IO[bytes]) -> Self:
        """Read what `save` wrote."""
        arrays = loaded_arrays(path)
        layout = cls(**{each.name: arrays[each.name] for each in fields(cls) if each.name in arrays})
        # Older versions wrote eight bits, which cannot be compared with the kinds that have come since.
        return replace(layout, clues=layout.clues.astype(np.uint16))


class LayoutBuilder:
    """Notes passages as they pass by on their way into the lexical index."""

    def __init__(self) -> None:
        self._passage_ids: list[int] = []
        self._first_sentences = [0]
        self._days: list[int] = []
        self._cyrillic: list[bool] = []
        self._clues: list[int] = []
        self._lengths: list[int] = []
        self._told: list[tuple[int, int, int]] = []
        self._outlet_names = {"": 0}
        self._outlets: list[int] = []
        self._numbers: list[int] = []
        self._revision: int | None = None

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            self._passage_ids.append(passage.id)
            self._first_sentences.append(self._first_sentences[-1] + len(passage.sentences))
            self._days.append(passage.published_at.toordinal() if passage.published_at else 0)
            self._cyrillic.append(is_cyrillic(passage.text))
            self._clues += [int(clues_in(passage.text[span.start : span.end])) for span in passage.sentences]
            self._lengths += [span.end - span.start for span in passage.sentences]
            self._outlets.append(self._outlet_names.setdefault(passage.source or "", len(self._outlet_names)))
            self._numbers.append(self._numbers[-1] + 1 if passage.revision == self._revision else 0)
            self._revision = passage.revision
            self._note_days(passage)
            yield passage

    def _note_days(self, passage: PassageText) -> None:
        if passage.published_at is None:
            return
        first = self._first_sentences[-1] - len(passage.sentences)
        for row, span in enumerate(passage.sentences, first):
            for told in days_told(passage.text[span.start : span.end], passage.published_at.date()):
                self._told.append((row, told.first.toordinal(), told.last.toordinal()))

    def build(self) -> Layout:
        """The layout of all passages that passed by."""
        return Layout(
            passage_ids=np.array(self._passage_ids, dtype=np.int64),
            first_sentences=np.array(self._first_sentences, dtype=np.int64),
            days=np.array(self._days, dtype=np.int32),
            cyrillic=np.array(self._cyrillic, dtype=np.bool_),
            clues=np.array(self._clues, dtype=np.uint16),
            lengths=np.array(self._lengths, dtype=np.uint16),
            telling=np.array([row for row, _, _ in self._told], dtype=np.int64),
            first_told=np.array([first for _, first, _ in self._told], dtype=np.int32),
            last_told=np.array([last for _, _, last in self._told], dtype=np.int32),
            outlet_names=np.array(list(self._outlet_names), dtype=np.str_),
            outlets=np.array(self._outlets, dtype=np.int32),
            numbers=np.array(self._numbers, dtype=np.int32),
        )


def assembled(parts: Sequence[Layout], rows: Rows) -> Layout:
    """The layout of a generation, or of a segment, whose `rows` are those of other segments; events are not noted."""
    of_segments = rows.of_segments

    def by_passage(name: str, kind: type[np.generic]) -> NDArray[Any]:
        return _gathered(
            [(getattr(part, name), own.passages) for part, own in zip(parts, of_segments, strict=True)],
            rows.passages,
            kind,
        )

    def by_sentence(name: str, kind: type[np.generic]) -> NDArray[Any]:
        return _gathered(
            [(getattr(part, name), own.sentences) for part, own in zip(parts, of_segments, strict=True)],
            rows.sentences,
            kind,
        )

    lengths = [(np.diff(part.first_sentences), own.passages) for part, own in zip(parts, of_segments, strict=True)]
    told = [(part, own.sentences[part.telling]) for part, own in zip(parts, of_segments, strict=True)]
    telling = np.concatenate([found[found >= 0] for _, found in told]).astype(np.int64)
    order = np.argsort(telling, kind="stable")
    names, outlets = _outlets(parts, rows)
    return Layout(
        passage_ids=by_passage("passage_ids", np.int64),
        first_sentences=borders(_gathered(lengths, rows.passages, np.int64)),
        days=by_passage("days", np.int32),
        cyrillic=by_passage("cyrillic", np.bool_),
        clues=by_sentence("clues", np.uint16),
        lengths=by_sentence("lengths", np.uint16),
        telling=telling[order],
        first_told=np.concatenate([part.first_told[found >= 0] for part, found in told])[order],
        last_told=np.concatenate([part.last_told[found >= 0] for part, found in told])[order],
        outlet_names=names,
        outlets=outlets,
        numbers=by_passage("numbers", np.int32),
    )


def _gathered(
    parts: Iterable[tuple[NDArray[Any], NDArray[np.int32]]], count: int, kind: type[np.generic]
) -> NDArray[Any]:
    """What stands in each of `count` rows, given what stands in the rows of segments, and which rows these are."""
    found = np.zeros(count, dtype=kind)
    for values, rows in parts:
        kept = rows >= 0
        found[rows[kept]] = values[kept]
    return found


def _outlets(parts: Sequence[Layout], rows: Rows) -> tuple[NDArray[np.str_], NDArray[np.int32]]:
    """The outlets of a generation in the order in which passages name them, and which of them each passage is of."""
    names = [""]
    number_of = {"": 0}
    found = []
    for part, own in zip(parts, rows.of_segments, strict=True):
        for name in part.outlet_names.tolist():
            if number_of.setdefault(name, len(names)) == len(names):
                names.append(name)
        numbers = np.array([number_of[name] for name in part.outlet_names.tolist()], dtype=np.int32)
        found.append((numbers[part.outlets], own.passages))
    outlets = _gathered(found, rows.passages, np.int32)
    named, firsts = np.unique(outlets, return_index=True)
    in_order = named[np.argsort(firsts, kind="stable")]
    in_order = np.concatenate([[0], in_order[in_order > 0]])
    place = np.zeros(len(names), dtype=np.int32)
    place[in_order] = np.arange(len(in_order))
    return np.array([names[number] for number in in_order.tolist()], dtype=np.str_), place[outlets]
