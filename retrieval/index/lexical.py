"""Words: BM25 over passages, and which words of a question stand in which passage and sentence.

What is kept of a word is where it stands and how often. What it weighs is computed when it is asked for, since that
depends on all passages there are: BM25 as Lucene has it (https://doi.org/10.1007/978-3-030-45442-5_4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from retrieval.index.hashing import hashes_of
from retrieval.index.postings import Posting, indexed_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from retrieval.index.postings import WordPostings
    from retrieval.index.rows import Rows, SegmentRows
    from retrieval.text.terms import QuestionTerm

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """A question as the lexical index sees it, with where its words stand."""

    term_ids: NDArray[np.int64]
    """Which of the postings are those of each term, shape (terms,); -1 where it stands nowhere."""
    others: tuple[tuple[NDArray[np.int64], ...], ...]
    """For each term what stands for it too: several terms together, all of which some passage holds."""
    weights: NDArray[np.float32]
    """Inverse document frequency of each term as its share of their sum, shape (terms,)."""
    highest_score: float
    """BM25 of a passage that would hold every term many times: the sum of their inverse document frequencies."""
    names: NDArray[np.bool_]
    """Which terms are names, shape (terms,)."""
    numbers: NDArray[np.bool_]
    """Which terms are numbers, shape (terms,)."""
    postings: tuple[Posting, ...] = field(repr=False)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which terms some passage holds, or what stands for them, shape (terms,)."""
        return (self.term_ids >= 0) | np.array([bool(ways) for ways in self.others], dtype=np.bool_)


class PassageWords:
    """The words of a generation, wherever they are kept; searching is safe from several threads.

    See `retrieval.index.engines.Words`.
    """

    def __init__(self, lengths: NDArray[np.int32], find: Callable[[Sequence[str]], Mapping[str, Posting]]) -> None:
        """`lengths` are those of passages in words, shape (passages,).

        `find` gives where words stand, those left out that stand nowhere.
        """
        self._find = find
        self._count = len(lengths)
        average = lengths.mean() if len(lengths) else np.float64(0)
        with np.errstate(invalid="ignore"):  # where no passage holds a word, their average length is 0
            self._norms: NDArray[np.float64] = _K1 * ((1 - _B) + _B * lengths / average)

    def __len__(self) -> int:
        return self._count

    def query(self, terms: Sequence[QuestionTerm], others: Sequence[Iterable[Iterable[str]]] = ()) -> LexicalQuery:
        """Look up the terms of a question and weigh them by how rare they are.

        `others` gives for each of them the terms that together stand for it too.
        """
        wanted = [[sorted(way) for way in ways] for ways in others] or [[] for _ in terms]
        asked = {term.term for term in terms}.union(*(way for ways in wanted for way in ways))
        found = self._find(sorted(asked))
        place_of = {word: place for place, word in enumerate(found)}
        postings = tuple(found.values())
        frequencies_of = np.array([len(posting.passages) for posting in postings] + [0], dtype=np.int64)
        term_ids = np.array([place_of.get(term.term, -1) for term in terms], dtype=np.int64)
        looked_up = [
            [np.array([place_of.get(term, -1) for term in way], dtype=np.int64) for way in ways] for ways in wanted
        ]
        ways = tuple(tuple(way for way in of_term if (way >= 0).all()) for of_term in looked_up)
        frequencies = frequencies_of[term_ids]
        for place, of_term in enumerate(ways):
            frequencies[place] = max(frequencies[place], *(frequencies_of[way].min() for way in of_term), 0)
        rarity = np.log1p((len(self) - frequencies + 0.5) / (frequencies + 0.5))
        return LexicalQuery(
            term_ids,
            others=ways,
            weights=(rarity / max(rarity.sum(), 1e-9)).astype(np.float32),
            highest_score=max(float(rarity.sum()), 1e-9),
            names=np.array([term.is_name for term in terms], dtype=np.bool_),
            numbers=np.array([term.is_number for term in terms], dtype=np.bool_),
            postings=postings,
        )

    def scores(self, query: LexicalQuery) -> NDArray[np.float32]:
        """BM25 of every passage, shape (passages,); 0 where no term of the question stands in it.

        What stands for a term counts as much as the rarest of its own terms, where that is more.
        """
        written_otherwise = np.array([bool(ways) for ways in query.others], dtype=np.bool_)
        scores = self._scores(query, query.term_ids[~written_otherwise])
        for place in np.flatnonzero(written_otherwise):
            best = self._scores(query, query.term_ids[place : place + 1])
            for way in query.others[place]:
                each = [self._scores(query, way[at : at + 1]) for at in range(len(way))]
                best = np.maximum(best, np.min(each, axis=0))
            scores = scores + best
        return scores

    def in_passages(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which passage or its title, shape (rows, terms)."""
        return _presence_of(query, [posting.passages for posting in query.postings], rows)

    def in_sentences(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which sentence, shape (rows, terms)."""
        return _presence_of(query, [posting.sentences for posting in query.postings], rows)

    def finds(self, title: str, text: str, row: int) -> bool:
        """Whether all words of a passage stand in the one of this row and count for it; true where it has none."""
        terms = sorted(set(indexed_terms(title, text)))
        found = self._find(terms)
        return len(found) == len(terms) and all(row in posting.passages for posting in found.values())

    def _scores(self, query: LexicalQuery, term_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        scores = np.zeros(len(self), dtype=np.float32)
        for number in term_ids[term_ids >= 0].tolist():
            posting = query.postings[number]
            scores[posting.passages] += self._weights(posting)
        return scores

    def _weights(self, posting: Posting) -> NDArray[np.float32]:
        """BM25 of a word in each passage that holds it: of the precision and in the order in which bm25s has it."""
        frequency = len(posting.passages)
        rarity = np.float32(math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5)))
        counts = posting.counts.astype(np.float32).astype(np.float64)
        weights: NDArray[np.float32] = (rarity * (counts / (self._norms[posting.passages] + counts))).astype(np.float32)
        return weights


class SegmentWords(PassageWords):
    """The words of a generation that consists of segments."""

    def __init__(self, segments: Sequence[WordPostings], rows: Rows) -> None:
        """`rows` are those of the same segments."""
        self._segments = tuple(zip(segments, rows.of_segments, strict=True))
        self._rows = rows
        lengths = np.zeros(rows.passages, dtype=np.int32)
        for words, own in self._segments:
            kept = own.passages >= 0
            lengths[own.passages[kept]] = words.lengths[kept]
        super().__init__(lengths, self._found)

    def holds(self, term: str) -> bool:
        """Whether a term stands in any passage or title."""
        hashes = hashes_of([term])
        for words, own in self._segments:
            [place] = words.find([term], hashes).tolist()
            if place >= 0 and (own.is_whole or _is_anywhere(_placed(words.posting(place), own))):
                return True
        return False

    def finds(self, title: str, text: str, row: int) -> bool:
        """Whether all words of a passage stand in the one of this row and count for it; true where it has none."""
        terms = sorted(set(indexed_terms(title, text)))
        article = int(np.searchsorted(self._rows.first_passages, row, side="right")) - 1
        words, own = self._segments[int(self._rows.segments[article])]
        local = int(np.flatnonzero(own.passages == row)[0])
        places = words.find(terms, hashes_of(terms))
        return bool((places >= 0).all()) and all(_holds(words.posting(place), local) for place in places.tolist())

    def _found(self, wanted: Sequence[str]) -> dict[str, Posting]:
        hashes = hashes_of(wanted)
        pieces: list[list[Posting]] = [[] for _ in wanted]
        for words, own in self._segments:
            for number, place in enumerate(words.find(wanted, hashes).tolist()):
                if place >= 0:
                    posting = _placed(words.posting(place), own)
                    if _is_anywhere(posting):
                        pieces[number].append(posting)
        return {word: _joined(found) for word, found in zip(wanted, pieces, strict=True) if found}


def _is_anywhere(posting: Posting) -> bool:
    return bool(len(posting.passages) or len(posting.sentences))


def _holds(posting: Posting, passage: int) -> bool:
    place = int(np.searchsorted(posting.passages, passage))
    return place < len(posting.passages) and int(posting.passages[place]) == passage


def _placed(posting: Posting, own: SegmentRows) -> Posting:
    """A posting of a segment with the rows of the generation."""
    passages, sentences = own.passages[posting.passages], own.sentences[posting.sentences]
    if own.is_whole:
        return Posting(passages, posting.counts, sentences)
    kept = passages >= 0
    return Posting(passages[kept], posting.counts[kept], sentences[sentences >= 0])


def _joined(parts: Sequence[Posting]) -> Posting:
    """One posting of those of several segments."""
    if len(parts) == 1:
        return parts[0]
    passages, counts, sentences = (np.concatenate(each) for each in zip(*parts, strict=True))
    # Stable sorting finds the runs that are in order already.
    order = np.argsort(passages, kind="stable")
    return Posting(passages[order], counts[order], np.sort(sentences, kind="stable"))


def _presence_of(query: LexicalQuery, held: Sequence[NDArray[np.int32]], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    found = _presence(query.term_ids, held, rows)
    for place, ways in enumerate(query.others):
        for way in ways:
            found[:, place] |= _presence(way, held, rows).all(axis=1)
    return found


def _presence(
    term_ids: NDArray[np.int64], held: Sequence[NDArray[np.int32]], rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Look rows up in what holds each term, which is in order."""
    found = np.zeros((len(rows), len(term_ids)), dtype=np.bool_)
    wanted = rows.astype(np.int32)
    for column, term_id in enumerate(term_ids.tolist()):
        if term_id < 0 or not len(held[term_id]):
            continue
        of_term = held[term_id]
        places = np.minimum(np.searchsorted(of_term, wanted), len(of_term) - 1)
        found[:, column] = of_term[places] == wanted
    return found
