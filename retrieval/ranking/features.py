"""What ranking and confidence are computed from: features about a question, its candidate passages and their sentences.

Every feature is an array operation over the candidates of one question; a text is read only of what is then cited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from retrieval.text.abbreviations import Abbreviations
from retrieval.text.kinds import COUNTED, Clue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index.engines import Vectors, Words
    from retrieval.index.generation import Generation
    from retrieval.index.layout import Layout
    from retrieval.index.lexical import LexicalQuery
    from retrieval.question.parsing import Question

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
class Features:
    """A question, its candidates, and the features that hold for each."""

    candidates: Candidates
    unknown: float
    """Share of the question's weight in terms that stand nowhere in the articles."""
    terms: int
    asks_whether: bool
    """Whether it wants yes or no."""
    sentence: dict[str, Floats]
    """Features of each candidate sentence by name."""
    passage: dict[str, Floats]
    """Features of each candidate passage by name."""
    rarity: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    """How rare each term of the question is, as a share of them all, shape (terms,)."""
    known: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """Which of them any passage holds, or what stands for it, shape (terms,)."""

    def passage_with(self, evidence: Floats) -> dict[str, Floats]:
        """The features of passages and how good their best sentence is as evidence; `evidence` is by sentence."""
        return {**self.passage, "evidence": self.candidates.best(evidence)}


def extract_features(
    generation: Generation,
    question: Question,
    vector: Floats,
    allowed: NDArray[np.bool_] | None = None,
    abbreviations: Abbreviations | None = None,
) -> Features:
    """Find the candidates for a question, whose vector has shape (dimension,), and measure them.

    `allowed`, shape (passages,), marks those that may be candidates, at least one; without it all may. `abbreviations`
    are those that are known everywhere by default.
    """
    others = (abbreviations or Abbreviations.of()).others([term.term for term in question.terms])
    query = generation.lexical.query(question.terms, others)
    words = generation.lexical.scores(query)
    candidates = find_candidates(generation.layout, generation.vectors, vector, words, allowed)
    cosines = generation.vectors.cosines(vector, candidates.sentences)
    in_sentences = generation.lexical.in_sentences(query, candidates.sentences)
    other_script = generation.layout.cyrillic[candidates.passages] != question.is_cyrillic
    numbers = generation.layout.numbers_of(candidates.passages)
    # An index that was built before things were counted apart cannot tell whether a sentence lacks them.
    wanted = question.wants if generation.manifest.has_clues else question.wants & ~COUNTED
    sentence = _sentence_features(candidates, query, cosines, in_sentences, generation.layout, wanted)
    return Features(
        candidates=candidates,
        unknown=float(query.weights[~query.known].sum()),
        terms=len(query.term_ids),
        asks_whether=not question.asks_for_words,
        sentence=sentence,
        passage={
            **_passage_features(candidates, query, sentence, words, generation.lexical),
            "other_script": other_script.astype(np.float32),
            "opens": (numbers == 0).astype(np.float32),
            "log_number": np.log1p(numbers).astype(np.float32),
            "asks_across": (other_script & question.is_question).astype(np.float32),
        },
        rarity=query.weights,
        known=query.known,
    )


def find_candidates(
    layout: Layout, vectors: Vectors, vector: Floats, words: Floats, allowed: NDArray[np.bool_] | None = None
) -> Candidates:
    """Collect the passages of the nearest sentences and those whose words fit best; `words` is BM25 by passage.

    As many are found as if there were no passages but those `allowed`.
    """
    starts = layout.first_sentences
    among = None if allowed is None else np.repeat(allowed, np.diff(starts))
    rows, _ = vectors.search(vector, NEAREST_SENTENCES, among)
    by_meaning = np.searchsorted(starts, rows, side="right") - 1
    by_words = largest(words if allowed is None else np.where(allowed, words, 0), BEST_BY_WORDS)
    passages = np.union1d(by_meaning, by_words)
    lengths = starts[passages + 1] - starts[passages]
    firsts = np.cumsum(lengths) - lengths
    sentences = np.repeat(starts[passages] - firsts, lengths) + np.arange(lengths.sum())
    return Candidates(passages, sentences, firsts, lengths)


def _sentence_features(
    candidates: Candidates,
    query: LexicalQuery,
    cosines: Floats,
    in_sentences: NDArray[np.bool_],
    layout: Layout,
    wanted: Clue,
) -> dict[str, Floats]:
    clues = layout.clues[candidates.sentences]
    lengths = layout.lengths[candidates.sentences].astype(np.float32)
    words = _weight_of(in_sentences, query.weights)
    before = np.zeros_like(in_sentences)
    before[1:] = in_sentences[:-1]
    before[candidates.firsts] = False
    first = np.zeros(len(cosines), dtype=np.float32)
    first[candidates.firsts] = 1
    features = {
        "cosine": cosines,
        "words": words,
        "words_gap": words - candidates.spread(candidates.best(words)),
        "words_with_before": _weight_of(in_sentences | before, query.weights),
        "first": first,
        "short": (lengths < _SHORT_SENTENCE).astype(np.float32),
        "log_length": np.log(np.maximum(lengths, 1)),
        "asks": ((clues & Clue.ASKING) > 0).astype(np.float32),
        "points_back": ((clues & Clue.POINTING_BACK) > 0).astype(np.float32),
    }
    for clue in _WANTABLE:
        features[f"lacks_{str(clue.name).lower()}"] = _lacking(clues, wanted & clue)
    features["lacks_counted"] = _lacking(clues, wanted & COUNTED)
    return features


def _lacking(clues: NDArray[np.uint16], wanted: Clue) -> Floats:
    """Which sentences hold nothing of what is wanted, shape (sentences,): none where nothing is."""
    return ((clues & wanted) == 0).astype(np.float32) if wanted else np.zeros(len(clues), dtype=np.float32)


def _passage_features(
    candidates: Candidates,
    query: LexicalQuery,
    sentence: dict[str, Floats],
    words: Floats,
    lexical: Words,
) -> dict[str, Floats]:
    cosines = sentence["cosine"]
    present = lexical.in_passages(query, candidates.passages)
    closest = candidates.best(cosines)
    others = np.where(cosines < candidates.spread(closest), cosines, -1)
    second = np.where(candidates.lengths > 1, candidates.best(others), closest)
    own_words = words[candidates.passages]
    known = np.float32(query.weights[query.known].sum())
    return {
        "cosine": closest,
        "cosine_gap": closest - closest.max(),
        "cosine_second": np.maximum(second, closest - 0.2) - closest,
        "bm25": own_words / query.highest_score,
        "bm25_share": own_words / max(float(own_words.max()), 1e-6),
        "bm25_share_known": own_words / max(float(own_words.max()), 1e-6) * known,
        "words": _weight_of(present, query.weights),
        "sentence_words": candidates.best(sentence["words"]),
        "names": _share_of(present, query.weights * query.names),
        "numbers": _share_of(present, query.weights * query.numbers),
    }


def confidence_features(
    features: Features, passage: dict[str, Floats], evidence: Floats, scores: Floats
) -> dict[str, float]:
    """Features of the best passage, its best sentence, and how far it is ahead of the others.

    `passage` and `scores` are by candidate passage, `evidence` by candidate sentence.
    """
    order = np.argsort(-scores, kind="stable")
    top = int(order[0])
    sentences = features.candidates.sentences_of(top)
    chosen = sentences.start + int(np.argmax(evidence[sentences]))
    behind = scores[order[1:10]]
    found = {f"passage_{name}": float(values[top]) for name, values in passage.items()}
    found |= {f"sentence_{name}": float(values[chosen]) for name, values in features.sentence.items()}
    found["unknown"] = features.unknown
    found["log_terms"] = float(np.log1p(features.terms))
    found["lead"] = float(scores[top] - behind[0]) if len(behind) else 0.0
    found["lead_over_ten"] = float(scores[top] - behind.mean()) if len(behind) else 0.0
    return found


def _share_of(present: NDArray[np.bool_], weights: Floats) -> Floats:
    """Share of some terms' weight that is present, shape (rows,); 1 where there are no such terms."""
    total = float(weights.sum())
    return _weight_of(present, weights) / np.float32(total) if total > 0 else np.ones(len(present), dtype=np.float32)


def _weight_of(present: NDArray[np.bool_], weights: Floats) -> Floats:
    """The weight of the terms that are present, shape (rows,).

    Not as a product of matrices: for so few terms its libraries compute with what lies behind them in memory as well,
    and warn of that.
    """
    weight: Floats = np.where(present, weights, np.float32(0)).sum(axis=1)
    return weight


def largest(values: Floats, count: int) -> Rows:
    """Rows of the largest values above zero, at most `count`, in no order."""
    rows = np.flatnonzero(values > 0)  # most passages hold no word of a question: to part them all takes far longer
    return rows[np.argpartition(values[rows], -count)[-count:]] if count < len(rows) else rows
