"""A segment: the index of some revisions, immutable. A generation consists of segments, without what is gone of them.

Nothing is read again of an article that a segment holds: whatever a generation is made of stands here by article, and
segments are put together from arrays alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval.index.arrays import arrays_below, arrays_of, map_arrays, save_arrays
from retrieval.index.layout import Layout, assembled
from retrieval.index.lexicon_builder import FormCounts
from retrieval.index.postings import WordPostings, merged_postings
from retrieval.index.rows import rows_of
from retrieval.index.vectors import VectorIndex
from retrieval.text.strings import Strings, borders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.index.rows import Rows

VECTORS = "vectors.faiss"
ARRAYS = "arrays"
_ARTICLES, _LAYOUT, _WORDS, _FORMS = "articles/", "layout/", "words/", "forms/"


@dataclass(frozen=True, slots=True)
class SegmentArticles:
    """What is noted of the articles of a segment, in the order of their ids."""

    revisions: NDArray[np.int64]
    """Their revisions, shape (articles,)."""
    first_passages: NDArray[np.int64]
    """Row of each article's first passage, and last the number of passages, shape (articles + 1,)."""
    moments: NDArray[np.float64]
    """When they were published, in days; infinite where that is not known, shape (articles,)."""
    meanings: NDArray[np.float32]
    """Unit vectors of their beginnings, shape (articles, dimension)."""
    signatures: NDArray[np.uint32]
    """By which near-copies are found, shape (articles, numbers)."""
    text: NDArray[np.uint8]
    """What their beginnings tell, as JSON; see `Strings`."""
    text_starts: NDArray[np.int64]

    @property
    def told(self) -> Strings:
        """What their beginnings tell, as JSON, by article."""
        return Strings(self.text, self.text_starts)

    def take(self, articles: NDArray[np.int64]) -> SegmentArticles:
        """Some of them, in this order."""
        told = self.told.take(articles)
        return SegmentArticles(
            revisions=self.revisions[articles],
            first_passages=borders(np.diff(self.first_passages)[articles]),
            moments=self.moments[articles],
            meanings=self.meanings[articles],
            signatures=self.signatures[articles],
            text=told.text,
            text_starts=told.starts,
        )

    @classmethod
    def joined(cls, parts: Sequence[SegmentArticles]) -> Self:
        """Those of several segments, one after the other."""
        told = Strings.joined([part.told for part in parts])
        return cls(
            first_passages=borders(np.concatenate([np.diff(part.first_passages) for part in parts])),
            text=told.text,
            text_starts=told.starts,
            **{
                name: np.concatenate([getattr(part, name) for part in parts])
                for name in ("revisions", "moments", "meanings", "signatures")
            },
        )


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Rows are places in it, of passages and sentences in the order of their articles' ids."""

    articles: SegmentArticles
    layout: Layout
    words: WordPostings
    forms: FormCounts
    vectors: VectorIndex
    name: str = ""
    """The name of its folder; empty while it is in memory alone."""

    @property
    def keys(self) -> NDArray[np.int64]:
        """What its articles are known by: the ids of their first passages, which no others ever get."""
        return self.layout.passage_ids[self.articles.first_passages[:-1]]

    @property
    def first_sentences(self) -> NDArray[np.int64]:
        """Row of each article's first sentence, and last the number of sentences, shape (articles + 1,)."""
        return self.layout.first_sentences[self.articles.first_passages]

    def __len__(self) -> int:
        return len(self.articles.revisions)

    @property
    def sentences(self) -> int:
        """How many sentences it has."""
        return int(self.layout.first_sentences[-1])

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        parts = ((self.articles, _ARTICLES), (self.layout, _LAYOUT), (self.words, _WORDS))
        arrays = {name: array for part, prefix in parts for name, array in arrays_of(part, prefix).items()}
        forms = {_FORMS + name: array for name, array in self.forms.arrays().items()}
        save_arrays(folder / ARRAYS, {**arrays, **forms})
        self.vectors.save(folder / VECTORS)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote into memory."""
        arrays = map_arrays(folder / ARRAYS)
        return cls(
            SegmentArticles(**arrays_below(arrays, _ARTICLES)),
            Layout(**arrays_below(arrays, _LAYOUT)),
            WordPostings(**arrays_below(arrays, _WORDS)),
            FormCounts.of_arrays(arrays_below(arrays, _FORMS)),
            VectorIndex.load(folder / VECTORS),
            folder.name,
        )

    @classmethod
    def merged(cls, parts: Sequence[Segment], order: NDArray[np.int64]) -> Self:
        """Put segments together, of which those articles are left whose keys `order` names, in its order."""
        rows = rows_of(order, [part.keys for part in parts], [part.counts for part in parts])
        own = rows.compact()
        joined = SegmentArticles.joined([part.articles for part in parts])
        places = np.concatenate([each.articles for each in own.of_segments])
        live = np.flatnonzero(places >= 0)
        articles = joined.take(live[np.argsort(places[live], kind="stable")])
        layout = assembled([part.layout for part in parts], own)
        return cls(
            articles,
            layout,
            merged_words([part.words for part in parts], own),
            FormCounts.merged([(part.forms, each.articles) for part, each in zip(parts, own.of_segments, strict=True)]),
            VectorIndex.build(own.in_order([part.vectors for part in parts])),
        )

    @property
    def counts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many passages and sentences each article has, each of shape (articles,)."""
        return np.diff(self.articles.first_passages), np.diff(self.first_sentences)


def merged_words(parts: Sequence[WordPostings], rows: Rows) -> WordPostings:
    """The words of segments as those of one whose rows are the generation's; `rows` are those of the segments."""
    lengths = np.zeros(rows.passages, dtype=np.int32)
    placed = [(words, own.passages, own.sentences) for words, own in zip(parts, rows.of_segments, strict=True)]
    for words, passages, _ in placed:
        kept = passages >= 0
        lengths[passages[kept]] = words.lengths[kept]
    return merged_postings(placed, lengths, rows.first_passages)
