"""The words of one segment: which passage holds each how often, which sentence holds it, which article."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from retrieval.index.hashing import hashes_of, places_of
from retrieval.text.strings import Strings, borders, ranges
from retrieval.text.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.store.queries import PassageText


class Posting(NamedTuple):
    """Where a word stands; rows are in order."""

    passages: NDArray[np.int32]
    """Rows of the passages that hold it, or whose title does."""
    counts: NDArray[Any]
    """How often, in each of them."""
    sentences: NDArray[np.int32]
    """Rows of the sentences that hold it."""


@dataclass(frozen=True, slots=True)
class WordPostings:
    """A word is known by its row, its place in the order of hashes."""

    hashes: NDArray[np.uint64]
    """Shape (words,), in order."""
    text: NDArray[np.uint8]
    """The words themselves; see `Strings`."""
    text_starts: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Where the passages of each word begin, shape (words + 1,)."""
    passages: NDArray[np.int32]
    counts: NDArray[Any]
    """How often each of these passages holds the word."""
    sentence_starts: NDArray[np.int64]
    sentences: NDArray[np.int32]
    article_starts: NDArray[np.int64]
    """Where the words of each article begin, shape (articles + 1,)."""
    article_words: NDArray[np.int32]
    """The words of each article, each once, in order."""
    lengths: NDArray[np.int32]
    """How many words each passage has, with its title and as often as they stand there, shape (passages,)."""

    @property
    def words(self) -> Strings:
        """The words, by row."""
        return Strings(self.text, self.text_starts)

    def find(self, words: Sequence[str], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """The rows of words, given with their hashes; -1 where they stand nowhere, shape (words,)."""
        places = places_of(hashes, self.hashes)
        strings = self.words
        for at, (word, place) in enumerate(zip(words, places.tolist(), strict=True)):
            if place >= 0 and strings[place] != word:
                places[at] = -1
        return places

    def posting(self, word: int) -> Posting:
        """Where the word of a row stands in the segment."""
        held = slice(int(self.starts[word]), int(self.starts[word + 1]))
        inside = slice(int(self.sentence_starts[word]), int(self.sentence_starts[word + 1]))
        return Posting(self.passages[held], self.counts[held], self.sentences[inside])

    def postings(self) -> Iterator[tuple[str, Posting]]:
        """Every word, and where it stands."""
        for row, word in enumerate(self.words.listed()):
            yield word, self.posting(row)


class PostingsBuilder:
    """Notes the words of passages as they pass by."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._passage_words = array("i")
        self._lengths = array("i")
        self._sentence_words = array("i")
        self._sentence_lengths = array("i")

    def noting(self, passages: Iterable[PassageText]) -> Iterator[PassageText]:
        """Pass `passages` on unchanged."""
        for passage in passages:
            self._lengths.append(self._note(indexed_terms(passage.title, passage.text), self._passage_words))
            for span in passage.sentences:
                terms = terms_of(passage.text[span.start : span.end])
                self._sentence_lengths.append(self._note(terms, self._sentence_words))
            yield passage

    def _note(self, terms: Iterable[str], into: array[int]) -> int:
        before = len(into)
        vocabulary = self._vocabulary
        into.extend([vocabulary.setdefault(term, len(vocabulary)) for term in terms])
        return len(into) - before

    def build(self, first_passages: NDArray[np.int64]) -> WordPostings:
        """The words of all passages that passed by.

        `first_passages` gives the row of each article's first passage, and last the number of passages.
        """
        words = list(self._vocabulary)
        hashes = hashes_of(words)
        order = np.argsort(hashes, kind="stable")
        row_of = np.empty(len(words), dtype=np.int64)
        row_of[order] = np.arange(len(words))
        lengths = np.array(self._lengths, dtype=np.int32)
        of_passages = _pairs(row_of, self._passage_words, lengths)
        of_sentences = _pairs(row_of, self._sentence_words, np.array(self._sentence_lengths, dtype=np.int32))
        return _postings(
            hashes[order], Strings.of(words).take(order), of_passages, of_sentences, lengths, first_passages
        )


def indexed_terms(title: str, text: str) -> list[str]:
    """The terms by which a passage is found: those of its title too."""
    return terms_of(f"{title}\n{text}")


class _Pairs(NamedTuple):
    """Words and the rows that hold them, in the order of both."""

    words: NDArray[np.int64]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]


def _pairs(row_of: NDArray[np.int64], words: array[int], lengths: NDArray[np.int32]) -> _Pairs:
    numbers = np.frombuffer(words, dtype=np.int32) if len(words) else np.zeros(0, dtype=np.int32)
    keys = row_of[numbers] * max(len(lengths), 1) + np.repeat(np.arange(len(lengths)), lengths)
    found, counts = np.unique(keys, return_counts=True)
    return _Pairs(*np.divmod(found, max(len(lengths), 1)), counts)


def _postings(
    hashes: NDArray[np.uint64],
    words: Strings,
    of_passages: _Pairs,
    of_sentences: _Pairs,
    lengths: NDArray[np.int32],
    first_passages: NDArray[np.int64],
) -> WordPostings:
    """Put postings together, given in the order of words and then of rows."""
    count, articles = len(hashes), len(first_passages) - 1
    owners = np.searchsorted(first_passages, of_passages.rows, side="right") - 1
    of_articles = np.unique(owners * max(count, 1) + of_passages.words)
    owners, article_words = np.divmod(of_articles, max(count, 1))
    return WordPostings(
        hashes=hashes,
        text=words.text,
        text_starts=words.starts,
        starts=borders(np.bincount(of_passages.words, minlength=count)),
        passages=of_passages.rows.astype(np.int32),
        counts=_narrow(of_passages.counts),
        sentence_starts=borders(np.bincount(of_sentences.words, minlength=count)),
        sentences=of_sentences.rows.astype(np.int32),
        article_starts=borders(np.bincount(owners, minlength=articles)),
        article_words=article_words.astype(np.int32),
        lengths=lengths,
    )


def _narrow(counts: NDArray[np.int64]) -> NDArray[Any]:
    """Counts in as few bytes as hold them all."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def merged_postings(
    parts: Sequence[tuple[WordPostings, NDArray[np.int32], NDArray[np.int32]]],
    lengths: NDArray[np.int32],
    first_passages: NDArray[np.int64],
) -> WordPostings:
    """The words of several segments in one.

    Of each part are given the rows that its passages and its sentences have in the new one, -1 where they are gone;
    `lengths` and `first_passages` are those of the new one.
    """
    all_hashes, firsts = np.unique(np.concatenate([part.hashes for part, _, _ in parts]), return_index=True)
    of_passages = _merged(
        [(part.hashes, part.starts, part.passages, part.counts, rows) for part, rows, _ in parts], all_hashes
    )
    of_sentences = _merged(
        [(part.hashes, part.sentence_starts, part.sentences, None, rows) for part, _, rows in parts], all_hashes
    )
    held = np.zeros(len(all_hashes), dtype=np.bool_)
    held[of_passages.words] = held[of_sentences.words] = True
    row_of = np.cumsum(held) - 1
    return _postings(
        all_hashes[held],
        Strings.joined([part.words for part, _, _ in parts]).take(firsts[held]),
        of_passages._replace(words=row_of[of_passages.words]),
        of_sentences._replace(words=row_of[of_sentences.words]),
        lengths,
        first_passages,
    )


def _merged(
    parts: Sequence[
        tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int32], NDArray[Any] | None, NDArray[np.int32]]
    ],
    all_hashes: NDArray[np.uint64],
) -> _Pairs:
    words, rows, counts = [], [], []
    for hashes, starts, items, times, new_rows in parts:
        of_words = np.repeat(np.searchsorted(all_hashes, hashes), np.diff(starts))
        found = new_rows[items]
        kept = found >= 0
        words.append(of_words[kept])
        rows.append(found[kept].astype(np.int64))
        counts.append(np.ones(len(rows[-1]), dtype=np.int64) if times is None else times[kept].astype(np.int64))
    all_words, all_rows = np.concatenate(words), np.concatenate(rows)
    order = np.argsort(all_words * (int(all_rows.max(initial=0)) + 1) + all_rows, kind="stable")
    return _Pairs(all_words[order], all_rows[order], np.concatenate(counts)[order])


def words_of_articles(words: WordPostings, articles: NDArray[Any]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The hashes of the words of some articles, one article after the other, and where each begins among them."""
    places, starts = ranges(words.article_starts, articles)
    return words.hashes[words.article_words[places]], starts
