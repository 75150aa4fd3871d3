"""Words: BM25 over passages, and which words of a question stand in which passage and sentence.

The only importer of bm25s (https://arxiv.org/abs/2407.03618), which computes every BM25 weight when the index is
built and keeps them in a sparse matrix, so a question costs a few array additions.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import bm25s
import numpy as np

from retrieval.text.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.store.queries import PassageText
    from retrieval.text.terms import QuestionTerm

    Posting: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]

_K1 = 1.2
_B = 0.75


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """A question as the lexical index sees it."""

    term_ids: NDArray[np.int64]
    """Shape (terms,); -1 where no passage holds the term."""
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

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which terms some passage holds, or what stands for them, shape (terms,)."""
        return (self.term_ids >= 0) | np.array([bool(ways) for ways in self.others], dtype=np.bool_)


class LexicalIndex:
    """Immutable; rows are places in the generation, as in the vector index. See `retrieval.index.engines.Words`."""

    def __init__(
        self, engine: bm25s.BM25, sentence_starts: NDArray[np.int64], sentence_rows: NDArray[np.int32]
    ) -> None:
        self._engine = engine
        self._vocabulary: dict[str, int] = engine.vocab_dict
        self._sentence_starts = sentence_starts
        self._sentence_rows = sentence_rows

    @classmethod
    def build(cls, passages: Iterable[PassageText]) -> Self:
        """Index passages, each together with its title, and their sentences."""
        vocabulary = {"": 0}  # bm25s wants at least one word
        passage_terms: list[array[int]] = []
        sentence_terms: array[int] = array("q")
        term_counts: array[int] = array("q")
        for passage in passages:
            passage_terms.append(_numbered(indexed_terms(passage.title, passage.text), vocabulary))
            for sentence in passage.sentences:
                distinct = set(_numbered(terms_of(passage.text[sentence.start : sentence.end]), vocabulary))
                sentence_terms.extend(distinct)
                term_counts.append(len(distinct))
        engine = bm25s.BM25(k1=_K1, b=_B)
        with np.errstate(invalid="ignore"):  # where no passage holds a word, their average length is 0
            engine.index((passage_terms, vocabulary), show_progress=False)
        return cls(engine, *_inverted(sentence_terms, term_counts, len(engine.vocab_dict)))

    @classmethod
    def of_postings(cls, postings: Mapping[str, Posting], passages: int) -> Self:
        """An index of some of the words of so many passages, as `postings` gives them; it holds no others."""
        none = (np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int32))
        of_passages, scores, of_sentences = zip(*(postings or {"": none}).values(), strict=True)
        engine = bm25s.BM25(k1=_K1, b=_B)
        engine.nonoccurrence_array = None
        engine.vocab_dict = {word: number for number, word in enumerate(postings or {"": none})}
        engine.scores = {
            "data": np.concatenate(scores),
            "indices": np.concatenate(of_passages),
            "indptr": _borders(of_passages),
            "num_docs": passages,
        }
        return cls(engine, _borders(of_sentences), np.concatenate(of_sentences))

    def postings(self) -> Iterator[tuple[str, Posting]]:
        """Every word that some passage holds, and where it stands."""
        data, rows, starts = (np.asarray(self._engine.scores[name]) for name in ("data", "indices", "indptr"))
        for word, number in self._vocabulary.items():
            held = slice(int(starts[number]), int(starts[number + 1]))
            if held.start < held.stop:
                sentences = slice(int(self._sentence_starts[number]), int(self._sentence_starts[number + 1]))
                yield word, (rows[held], data[held], self._sentence_rows[sentences])

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read an index that `save` wrote; its arrays stay on disk, mapped into memory."""
        engine = bm25s.BM25.load(str(folder), mmap=True, load_vocab=True)
        starts, rows = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("sentence_starts", "sentence_rows"))
        return cls(engine, starts, rows)

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._engine.save(str(folder), show_progress=False)
        np.save(folder / "sentence_starts.npy", self._sentence_starts)
        np.save(folder / "sentence_rows.npy", self._sentence_rows)

    def __len__(self) -> int:
        return int(self._engine.scores["num_docs"])

    def holds(self, term: str) -> bool:
        """Whether a term stands in any passage or title."""
        return term in self._vocabulary

    def query(self, terms: Sequence[QuestionTerm], others: Sequence[Iterable[Iterable[str]]] = ()) -> LexicalQuery:
        """Look up the terms of a question and weigh them by how rare they are.

        `others` gives for each of them the terms that together stand for it too.
        """
        term_ids = np.array([self._vocabulary.get(term.term, -1) for term in terms], dtype=np.int64)
        looked_up = [[self._ids(way) for way in ways] for ways in others] or [[] for _ in terms]
        ways = tuple(tuple(way for way in found if (way >= 0).all()) for found in looked_up)
        frequencies = self._frequencies(term_ids)
        for place, found in enumerate(ways):
            frequencies[place] = max(frequencies[place], *(self._frequencies(way).min() for way in found), 0)
        rarity = np.log1p((len(self) - frequencies + 0.5) / (frequencies + 0.5))
        return LexicalQuery(
            term_ids,
            others=ways,
            weights=(rarity / max(rarity.sum(), 1e-9)).astype(np.float32),
            highest_score=max(float(rarity.sum()), 1e-9),
            names=np.array([term.is_name for term in terms], dtype=np.bool_),
            numbers=np.array([term.is_number for term in terms], dtype=np.bool_),
        )

    def scores(self, query: LexicalQuery) -> NDArray[np.float32]:
        """BM25 of every passage, shape (passages,); 0 where no term of the question stands in it.

        What stands for a term counts as much as the rarest of its own terms, where that is more.
        """
        written_otherwise = np.array([bool(ways) for ways in query.others], dtype=np.bool_)
        scores = self._scores(query.term_ids[~written_otherwise])
        for place in np.flatnonzero(written_otherwise):
            best = self._scores(query.term_ids[place : place + 1])
            for way in query.others[place]:
                best = np.maximum(best, np.min([self._scores(way[at : at + 1]) for at in range(len(way))], axis=0))
            scores = scores + best
        return scores

    def finds(self, title: str, text: str, row: int) -> bool:
        """Whether all words of a passage stand in the one of this row and count for it; true where it has none."""
        terms = np.unique([self._vocabulary.get(term, -1) for term in indexed_terms(title, text)])
        if not len(terms):
            return True
        held = _presence(terms, self._engine.scores["indptr"], self._engine.scores["indices"], np.array([row]))
        return bool(held.all()) and float(self._engine.get_scores_from_ids(terms)[row]) > 0

    def in_passages(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which passage or its title, shape (rows, terms)."""
        return _presence_of(query, self._engine.scores["indptr"], self._engine.scores["indices"], rows)

    def in_sentences(self, query: LexicalQuery, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which terms, or what stands for them, are in which sentence, shape (rows, terms)."""
        return _presence_of(query, self._sentence_starts, self._sentence_rows, rows)

    def words_of(self, starts: NDArray[np.int64], articles: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
        """The distinct words of some articles, titles included: their numbers by the row of the article, sorted.

        `starts` gives the row of each article's first passage, and last the number of passages, shape (articles + 1,).
        """
        rows = np.asarray(self._engine.scores["indices"], dtype=np.int64)
        chosen = np.zeros(len(starts) - 1, dtype=np.bool_)
        chosen[articles] = True
        of_articles = np.searchsorted(starts, rows, side="right") - 1
        wanted = np.flatnonzero(chosen[of_articles])
        words = np.searchsorted(self._engine.scores["indptr"], wanted, side="right") - 1
        pairs = np.unique(of_articles[wanted] * len(self._vocabulary) + words)
        owners, words = np.divmod(pairs, len(self._vocabulary))
        borders = np.searchsorted(owners, articles)
        return {
            int(article): words[start:end]
            for article, start, end in zip(articles, borders, np.searchsorted(owners, articles, "right"), strict=True)
        }

    @property
    def rarity(self) -> NDArray[np.float32]:
        """How rare each word is, by its number: the logarithm of how many times more passages there are."""
        frequencies = np.diff(np.asarray(self._engine.scores["indptr"]))
        rarity: NDArray[np.float32] = np.log(len(self) / np.maximum(frequencies, 1)).astype(np.float32)
        return rarity

    def _ids(self, terms: Iterable[str]) -> NDArray[np.int64]:
        return np.array([self._vocabulary.get(term, -1) for term in sorted(terms)], dtype=np.int64)

    def _frequencies(self, term_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many passages hold each term, shape (terms,)."""
        starts = self._engine.scores["indptr"]
        frequencies: NDArray[np.int64] = np.where(term_ids >= 0, starts[term_ids + 1] - starts[term_ids], 0)
        return frequencies

    def _scores(self, term_ids: NDArray[np.int64]) -> NDArray[np.float32]:
        known = term_ids[term_ids >= 0]
        if not len(known):
            return np.zeros(len(self), dtype=np.float32)
        scores: NDArray[np.float32] = self._engine.get_scores_from_ids(known)
        return scores


def indexed_terms(title: str, text: str) -> Iterable[str]:
    """The terms by which a passage is found: those of its title too."""
    return terms_of(f"{title}\n{text}")


def _numbered(terms: Iterable[str], vocabulary: dict[str, int]) -> array[int]:
    return array("q", (vocabulary.setdefault(term, len(vocabulary)) for term in terms))


def _borders(arrays: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """Where each of some arrays begins when they follow each other, and where the last one ends."""
    return np.cumsum([0, *map(len, arrays)], dtype=np.int64)


def _inverted(
    terms: array[int], counts: array[int], vocabulary_size: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Turn the terms of each sentence into the sentences of each term: where each term's rows start, and the rows."""
    term_ids = np.asarray(terms, dtype=np.int64)
    sentence_rows = np.repeat(np.arange(len(counts), dtype=np.int32), np.asarray(counts, dtype=np.int64))
    by_term = np.argsort(term_ids, kind="stable")
    starts = np.zeros(vocabulary_size + 1, dtype=np.int64)
    np.cumsum(np.bincount(term_ids, minlength=vocabulary_size), out=starts[1:])
    return starts, sentence_rows[by_term]


def _presence_of(
    query: LexicalQuery, starts: NDArray[np.int64], postings: NDArray[np.int32], rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    found = _presence(query.term_ids, starts, postings, rows)
    for place, ways in enumerate(query.others):
        for way in ways:
            found[:, place] |= _presence(way, starts, postings, rows).all(axis=1)
    return found


def _presence(
    term_ids: NDArray[np.int64], starts: NDArray[np.int64], postings: NDArray[np.int32], rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Look rows up in each term's postings, which are sorted."""
    found = np.zeros((len(rows), len(term_ids)), dtype=np.bool_)
    for column, term_id in enumerate(term_ids):
        if term_id < 0:
            continue
        of_term = postings[starts[term_id] : starts[term_id + 1]]
        places = np.minimum(np.searchsorted(of_term, rows), len(of_term) - 1)
        found[:, column] = len(of_term) > 0 and of_term[places] == rows
    return found
