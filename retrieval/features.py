"""What ranking and confidence are computed from: figures about a question, its candidate passages and their sentences.

Every figure is an array operation over the candidates of one question; a text is read only of what is then cited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from retrieval.clues import Clue, is_question, wanted_by
from retrieval.terms import is_cyrillic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.generation import Generation
    from retrieval.layout import Layout
    from retrieval.lexical import LexicalIndex, LexicalQuery
    from retrieval.vectors import VectorIndex

    Floats: TypeAlias = NDArray[np.float32]
    Rows: TypeAlias = NDArray[np.int64]

NEAREST_SENTENCES = 200
BEST_BY_WORDS = 50
_SHORT_SENTENCE = 40
_WANTABLE = (Clue.NUMBER, Clue.DATE, Clue.NAME, Clue.PERSON, Clue.PLACE, Clue.REASON)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, and all their sentences, as rows of the generation."""

    passages: Rows
    sentences: Rows
    firsts: Rows
    """Where each passage's sentences begin in `sentences`, shape (passages,)."""
    lengths: Rows
    """How many sentences each passage has, shape (passages,)."""

    def best(self, values: Floats) -> Floats:
        """The largest value among each passage's sentences, shape (passages,)."""
        return np.maximum.reduceat(values, self.firsts)

    def sentences_of(self, place: int) -> slice:
        """Where the sentences of a candidate passage stand among the candidate sentences."""
        return slice(int(self.firsts[place]), int(self.firsts[place] + self.lengths[place]))

    def spread(self, values: Floats) -> Floats:
        """Each passage's value at every one of its sentences, shape (sentences,)."""
        return np.repeat(values, self.lengths)


@dataclass(frozen=True, slots=True)
class Measured:
    """A question, its candidates, and the figures that hold for each."""

    candidates: Candidates
    unknown: float
    """Share of the question's weight in terms that stand nowhere in the articles."""
    terms: int
    sentence: dict[str, Floats]
    """Figures of each candidate sentence by name."""
    passage: dict[str, Floats]
    """Figures of each candidate passage by name."""
    is_question: bool
    """Whether it was a question, and not a headline."""

    def passage_with(self, evidence: Floats) -> dict[str, Floats]:
        """The figures of passages and how good their best sentence is as evidence; `evidence` is by sentence."""
        return {**self.passage, "evidence": self.candidates.best(evidence)}


def measure(generation: Generation, question: str, vector: Floats, hidden: Rows | None = None) -> Measured:
    """Find the candidates for a question, whose vector has shape (dimension,), and measure them.

    `hidden` are rows of passages that are no candidates; at least one passage must be left.
    """
    query = generation.lexical.query(question)
    words = generation.lexical.scores(query)
    candidates = find_candidates(generation.layout, generation.vectors, vector, words, hidden)
    cosines = generation.vectors.cosines(vector, candidates.sentences)
    in_sentences = generation.lexical.in_sentences(query, candidates.sentences)
    other_script = generation.layout.cyrillic[candidates.passages] != is_cyrillic(question)
    sentence = _sentence_figures(candidates, query, cosines, in_sentences, generation.layout, wanted_by(question))
    return Measured(
        candidates=candidates,
        unknown=float(query.weights[query.term_ids < 0].sum()),
        terms=len(query.term_ids),
        sentence=sentence,
        passage={
            **_passage_figures(candidates, query, sentence, words, generation.lexical),
            "other_script": other_script.astype(np.float32),
        },
        is_question=is_question(question),
    )


def find_candidates(
    layout: Layout, vectors: VectorIndex, vector: Floats, words: Floats, hidden: Rows | None = None
) -> Candidates:
    """Collect the passages of the nearest sentences and those whose words fit best; `words` is BM25 by passage.

    As many are found as if the `hidden` passages were not there.
    """
    starts = layout.first_sentences
    hidden = np.zeros(0, dtype=np.int64) if hidden is None else hidden
    hidden_sentences = int((starts[hidden + 1] - starts[hidden]).sum())
    rows, _ = vectors.search(vector, NEAREST_SENTENCES + hidden_sentences)
    by_meaning = np.searchsorted(starts, rows, side="right") - 1
    by_words = largest(words, BEST_BY_WORDS + len(hidden))
    passages = np.setdiff1d(np.concatenate([by_meaning, by_words]), hidden)
    lengths = starts[passages + 1] - starts[passages]
    firsts = np.cumsum(lengths) - lengths
    sentences = np.repeat(starts[passages] - firsts, lengths) + np.arange(lengths.sum())
    return Candidates(passages, sentences, firsts, lengths)


def _sentence_figures(
    candidates: Candidates,
    query: LexicalQuery,
    cosines: Floats,
    in_sentences: NDArray[np.bool_],
    layout: Layout,
    wanted: Clue,
) -> dict[str, Floats]:
    clues = layout.clues[candidates.sentences]
    lengths = layout.lengths[candidates.sentences].astype(np.float32)
    words = in_sentences @ query.weights
    before = np.zeros_like(in_sentences)
    before[1:] = in_sentences[:-1]
    before[candidates.firsts] = False
    first = np.zeros(len(cosines), dtype=np.float32)
    first[candidates.firsts] = 1
    figures = {
        "cosine": cosines,
        "words": words,
        "words_gap": words - candidates.spread(candidates.best(words)),
        "words_with_before": (in_sentences | before) @ query.weights,
        "first": first,
        "short": (lengths < _SHORT_SENTENCE).astype(np.float32),
        "log_length": np.log(np.maximum(lengths, 1)),
        "asks": ((clues & Clue.ASKING) > 0).astype(np.float32),
        "points_back": ((clues & Clue.POINTING_BACK) > 0).astype(np.float32),
    }
    for clue in _WANTABLE:
        lacking = (clues & clue) == 0 if wanted == clue else np.zeros(len(clues), dtype=np.bool_)
        figures[f"lacks_{str(clue.name).lower()}"] = lacking.astype(np.float32)
    return figures


def _passage_figures(
    candidates: Candidates,
    query: LexicalQuery,
    sentence: dict[str, Floats],
    words: Floats,
    lexical: LexicalIndex,
) -> dict[str, Floats]:
    cosines = sentence["cosine"]
    present = lexical.in_passages(query, candidates.passages)
    closest = candidates.best(cosines)
    others = np.where(cosines < candidates.spread(closest), cosines, -1)
    second = np.where(candidates.lengths > 1, candidates.best(others), closest)
    own_words = words[candidates.passages]
    known = np.float32(query.weights[query.term_ids >= 0].sum())
    return {
        "cosine": closest,
        "cosine_gap": closest - closest.max(),
        "cosine_second": np.maximum(second, closest - 0.2) - closest,
        "bm25": own_words / query.highest_score,
        "bm25_share": own_words / max(float(own_words.max()), 1e-6),
        "bm25_share_known": own_words / max(float(own_words.max()), 1e-6) * known,
        "words": present @ query.weights,
        "sentence_words": candidates.best(sentence["words"]),
        "names": _share_of(present, query.weights * query.names),
        "numbers": _share_of(present, query.weights * query.numbers),
    }


def confidence_figures(
    measured: Measured, passage: dict[str, Floats], evidence: Floats, scores: Floats
) -> dict[str, float]:
    """Figures of the best passage, its best sentence, and how far it is ahead of the others.

    `passage` and `scores` are by candidate passage, `evidence` by candidate sentence.
    """
    order = np.argsort(-scores, kind="stable")
    top = int(order[0])
    sentences = measured.candidates.sentences_of(top)
    chosen = sentences.start + int(np.argmax(evidence[sentences]))
    behind = scores[order[1:10]]
    figures = {f"passage_{name}": float(values[top]) for name, values in passage.items()}
    figures |= {f"sentence_{name}": float(values[chosen]) for name, values in measured.sentence.items()}
    figures["unknown"] = measured.unknown
    figures["log_terms"] = float(np.log1p(measured.terms))
    figures["lead"] = float(scores[top] - behind[0]) if len(behind) else 0.0
    figures["lead_over_ten"] = float(scores[top] - behind.mean()) if len(behind) else 0.0
    return figures


def _share_of(present: NDArray[np.bool_], weights: Floats) -> Floats:
    """Share of some terms' weight that is present, shape (rows,); 1 where there are no such terms."""
    total = float(weights.sum())
    return present @ weights / np.float32(total) if total > 0 else np.ones(len(present), dtype=np.float32)


def largest(values: Floats, count: int) -> Rows:
    """Rows of the largest values above zero, at most `count`, in no order."""
    if count < len(values):
        rows = np.argpartition(values, -count)[-count:]
        return rows[values[rows] > 0].astype(np.int64)
    return np.flatnonzero(values > 0).astype(np.int64)
