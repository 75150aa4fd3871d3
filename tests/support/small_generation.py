"""A generation of three passages and four sentences whose features can be worked out by hand, and others like it."""

from datetime import datetime

import numpy as np

from retrieval.index.generation import Generation
from retrieval.index.layout import LayoutBuilder
from retrieval.index.lexical import LexicalIndex
from retrieval.index.lexicon_builder import LexiconBuilder
from retrieval.index.manifest import new_manifest
from retrieval.index.vectors import VectorIndex
from retrieval.store.queries import PassageText
from retrieval.types import Span

PASSAGES = (
    (10, datetime.fromisoformat("2024-09-09T12:00"), ("Мост открыт.", "Билет стоит 42 рубля.")),
    (11, datetime.fromisoformat("2024-09-08T12:00"), ("Мост старый.",)),
    (12, None, ("Saturn ring.",)),
)


def small_generation():
    """Sentence number n has the vector with 1 in place n, so a question's vector holds the cosines themselves."""
    return generation_of(PASSAGES, np.eye(4, dtype=np.float32))


def generation_of(passages, vectors):
    """A generation of passages, each an id, a moment and sentences; `vectors` are those of all sentences."""
    layouts, lexicons = LayoutBuilder(), LexiconBuilder()
    texts = (_passage(*passage) for passage in passages)
    lexical = LexicalIndex.build(lexicons.noting(layouts.noting(texts)))
    sentences, dimension = vectors.shape
    manifest = new_manifest(
        number=1,
        previous=None,
        model="m",
        model_fingerprint="f",
        articles=len(passages),
        passages=len(passages),
        sentences=sentences,
        dimension=dimension,
    )
    index = VectorIndex.build([vectors.astype(np.float32)])
    return Generation(manifest, index, lexical, layouts.build(), lexicons.build())


def _passage(passage_id, published_at, sentences):
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return PassageText(passage_id, "", published_at, " ".join(sentences), tuple(spans), revision=passage_id)
