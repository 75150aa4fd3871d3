"""What a new generation must prove before it is published: counts and dimensions, and that known things are found.

Counts alone would let an index through whose rows stand for other sentences than its vectors or words were made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import IndexMismatchError
from retrieval.told import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.store.queries import StoreQueries
    from retrieval.store.retractions import RetractionStore

_KNOWN_ITEMS = 64
"""Passages that are searched for at most."""
_MEASURED = 4096
"""Sentences of whose vectors the length is measured at most."""
_ROUNDING = 2e-3
"""By how much 16-bit rounding may change the length of a vector."""


def require_same_counts(generation: Generation) -> None:
    """Compare what was read back with what the manifest says.

    Raises:
        IndexMismatchError: they differ.

    """
    manifest = generation.manifest
    expected = (manifest.dimension, manifest.passages, manifest.passages, manifest.sentences, manifest.sentences)
    found = (
        generation.vectors.dimension,
        len(generation.lexical),
        len(generation.layout.passage_ids),
        len(generation.vectors),
        int(generation.layout.first_sentences[-1]),
    )
    if found != expected:
        raise _failed(
            generation,
            told(
                "dimension, passages, passages, sentences, sentences are {found}, expected {expected}",
                found=found,
                expected=expected,
            ),
        )


def require_known_items(generation: Generation, store: StoreQueries, retractions: RetractionStore) -> None:
    """Look for some passages: each must be found by its words, and its first sentence by its vector.

    The sample is spread evenly over the generation, the same each time. What was forgotten since is passed over.
    Nothing is nearer to a sentence than itself where all vectors have the length 1, so nothing is searched for.

    Raises:
        IndexMismatchError: one is not found, or not where it should be.

    """
    _require_lengths(generation)
    count = len(generation.layout.passage_ids)
    sample = np.unique(np.linspace(0, count - 1, min(count, _KNOWN_ITEMS)).astype(np.int64))
    passage_ids = generation.layout.passage_ids[sample].tolist()
    passages = {passage.id: passage for passage in store.passages(passage_ids)}
    hidden = retractions.passages(generation.manifest.number)
    for place, passage_id in zip(sample.tolist(), passage_ids, strict=True):
        if passage_id in hidden:
            continue
        vector = store.first_vector(passage_id, generation.manifest.model_fingerprint)
        if vector is None or passage_id not in passages:
            raise _failed(generation, told("passage {passage_id} is not stored or not embedded", passage_id=passage_id))
        _require_vector(generation, place, vector)
        # That it comes first cannot be asked for: BM25 may prefer a shorter passage with the same words.
        if not generation.lexical.finds(passages[passage_id].article.title, passages[passage_id].text, place):
            raise _failed(generation, told("passage {place} is not found by its words", place=place))


def _require_vector(generation: Generation, place: int, vector: NDArray[np.float32]) -> None:
    row = int(generation.layout.first_sentences[place])
    if float(generation.vectors.cosines(vector, np.array([row]))[0]) < float(vector @ vector) - _ROUNDING:
        raise _failed(generation, told("sentence {row} is not found by its vector", row=row))


def _require_lengths(generation: Generation) -> None:
    """A vector that is longer than others would be nearer to a sentence than that one itself."""
    count = len(generation.vectors)
    rows = np.unique(np.linspace(0, count - 1, min(count, _MEASURED)).astype(np.int64))
    lengths = np.linalg.norm(generation.vectors.vectors(rows), axis=1)
    wrong = rows[np.abs(lengths - 1) > _ROUNDING]
    if len(wrong):
        raise _failed(generation, told("sentence {row} is not found by its vector", row=int(wrong[0])))


def _failed(generation: Generation, reason: str) -> IndexMismatchError:
    return IndexMismatchError(
        told(
            "generation {name} failed its check: {reason}; the published generation stays: run `citebot index "
            "--rebuild`",
            name=generation.manifest.name,
            reason=reason,
        )
    )
