"""A generation of three passages and four sentences whose features can be worked out by hand, and others like it."""

from datetime import datetime

import numpy as np

from retrieval.index.generation import BuiltGeneration
from retrieval.index.layout import LayoutBuilder
from retrieval.index.lexical import SegmentWords
from retrieval.index.lexicon_builder import LexiconBuilder, lexicon_of
from retrieval.index.manifest import new_manifest
from retrieval.index.postings import PostingsBuilder
from retrieval.index.rows import rows_of
from retrieval.index.segment import Segment, SegmentArticles
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
    segment = segment_of([_passage(*passage) for passage in passages], vectors)
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
    return whole_generation(manifest, segment)


def segment_of(passages, vectors):
    """A segment of passages, and of the vectors of their sentences, in memory."""
    layouts, lexicons, words = LayoutBuilder(), LexiconBuilder(), PostingsBuilder()
    revisions = [passage.revision for passage in words.noting(lexicons.noting(layouts.noting(passages)))]
    firsts = [row for row, revision in enumerate(revisions) if row == 0 or revisions[row - 1] != revision]
    starts, count = np.array([*firsts, len(revisions)]), len(firsts)
    articles = SegmentArticles(
        revisions=np.array([revisions[row] for row in firsts], dtype=np.int64),
        first_passages=starts,
        moments=np.full(count, np.inf),
        meanings=np.zeros((count, np.shape(vectors)[1]), dtype=np.float32),
        signatures=np.zeros((count, 128), dtype=np.uint32),
        text=np.zeros(0, dtype=np.uint8),
        text_starts=np.zeros(count + 1, dtype=np.int64),
    )
    index = VectorIndex.build([np.asarray(vectors, dtype=np.float32)])
    return Segment(articles, layouts.build(), words.build(starts), lexicons.counts(), index)


def whole_generation(manifest, segment, lexicon=True):
    """The generation that consists of one segment."""
    rows = rows_of(segment.keys, [segment.keys], [segment.counts])
    everything = np.ones(len(segment), dtype=np.bool_)
    words = lexicon_of([(segment.forms, everything)]) if lexicon else None
    return BuiltGeneration.of(manifest, [segment], rows, segment.layout, words)


def words_in(passages):
    """The words of passages, without vectors."""
    segment = segment_of(list(passages), np.zeros((sum(len(each.sentences) for each in passages), 4)))
    return SegmentWords([segment.words], rows_of(segment.keys, [segment.keys], [segment.counts]))


def _passage(passage_id, published_at, sentences):
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return PassageText(passage_id, "", published_at, " ".join(sentences), tuple(spans), revision=passage_id)
