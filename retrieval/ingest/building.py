"""A generation, built in memory of what is stored and embedded; no model is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from retrieval.index.generation import BuiltGeneration
from retrieval.index.layout import LayoutBuilder
from retrieval.index.lexical import LexicalIndex
from retrieval.index.lexicon_builder import LexiconBuilder
from retrieval.index.vectors import VectorIndex
from retrieval.ingest.events import ArticleNotes, grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.index.manifest import Manifest
    from retrieval.store.queries import StoreQueries

    class Describe(Protocol):
        """Makes a manifest."""

        def __call__(self, *, dimension: int, passages: int, sentences: int) -> Manifest:
            """Make the manifest of so many passages and sentences, whose vectors have so many numbers."""


def build_generation(
    queries: StoreQueries, number: int, model: str, stories: Sequence[Sequence[int]], describe: Describe
) -> BuiltGeneration:
    """Build generation `number` with the vectors of a model, given by its fingerprint.

    `stories` are near-copies, as the numbers of their revisions; `describe` makes the manifest.
    """
    layouts, lexicons, notes = LayoutBuilder(), LexiconBuilder(), ArticleNotes()
    passages = notes.noting(queries.passage_texts(number))
    lexical = LexicalIndex.build(lexicons.noting(layouts.noting(passages)))
    layout = layouts.build()
    vectors = VectorIndex.build(queries.vectors(number, model))
    found = grouped(notes, layout, lexical, vectors, stories, queries)
    layout = replace(layout, events=found.events, threads=found.threads)
    manifest = describe(dimension=vectors.dimension, passages=len(layout.passage_ids), sentences=len(layout.clues))
    return BuiltGeneration(manifest, vectors, lexical, layout, lexicons.build())
