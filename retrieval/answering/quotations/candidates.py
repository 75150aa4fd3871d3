"""Where in a generation a quote may stand: passages by its rarer words, and by the meaning of its sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.answering.quotations.places import Place
from retrieval.errors import IndexMissingError
from retrieval.question.bounds import Bounded
from retrieval.ranking.allowed import allowed_passages
from retrieval.text.quoted_words import quoted_words
from retrieval.text.splitting import sentence_spans
from retrieval.text.terms import question_terms
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from retrieval.index.generation import Generation
    from retrieval.models.embedding import Embedder
    from retrieval.store.queries import StoreQueries, TextAround

_BY_WORDS = 8
"""Passages that are looked at for each piece of a quote."""
_BY_MEANING = 12
"""Sentences near to a quote in meaning whose passages are looked at."""
_PIECES = 16
_LONG_SENTENCE = 8
"""Words from which each half of a sentence is looked for by itself: it may have been put together of two."""
_AROUND = 500
"""Characters around a passage that are looked at besides as many as the quote has."""


def places_of(
    quote: str, generation: Generation, embedder: Embedder, queries: StoreQueries, hidden: frozenset[int]
) -> list[Place]:
    """The pieces of articles that may hold a quote or a part of it; passages whose ids are `hidden` are passed over.

    Raises:
        IndexMissingError: some of them were deleted or forgotten meanwhile, so that what is found would be too little.

    """
    allowed = allowed_passages(generation.layout, Bounded(), hidden)
    rows = list(_by_words(quote, generation, allowed))
    rows += _by_meaning(quote, generation, embedder, allowed)
    ids = [int(generation.layout.passage_ids[row]) for row in dict.fromkeys(rows)]
    texts = queries.texts_around(ids, len(quote) + _AROUND)
    if len(texts) < len(ids):
        raise IndexMissingError(told("the index was replaced while its articles were read: read them again"))
    return _joined(texts)


def _by_words(quote: str, generation: Generation, allowed: NDArray[np.bool_] | None) -> Iterator[int]:
    for piece in _pieces(quote):
        scores = generation.lexical.scores(generation.lexical.query(question_terms(piece)))
        if allowed is not None:
            scores = np.where(allowed, scores, np.float32(0))
        best = np.argsort(-scores, kind="stable")[:_BY_WORDS]
        yield from best[scores[best] > 0].tolist()


def _by_meaning(quote: str, generation: Generation, embedder: Embedder, allowed: NDArray[np.bool_] | None) -> list[int]:
    layout = generation.layout
    among = None if allowed is None else np.repeat(allowed, np.diff(layout.first_sentences))
    rows, _ = generation.vectors.search(embedder.embed_query(quote), _BY_MEANING, among)
    found: list[int] = layout.passages_of(rows).tolist()
    return found


def _pieces(quote: str) -> list[str]:
    """A quote, its sentences, and the halves of those that are long."""
    sentences = [quote[span.start : span.end] for span in sentence_spans(quote)]
    pieces = [quote, *(sentences if len(sentences) > 1 else ())]
    for sentence in sentences:
        words = quoted_words(sentence)
        if len(words) >= _LONG_SENTENCE:
            middle = words[len(words) // 2].start
            pieces += [sentence[:middle], sentence[middle:]]
    return pieces[:_PIECES]


def _joined(texts: list[TextAround]) -> list[Place]:
    """One place of pieces of an article that touch."""
    places: list[Place] = []
    for each in texts:
        last = places[-1] if places else None
        if last is None or last.article.id != each.article.id or each.start > last.start + len(last.text):
            places.append(Place(each.article, each.start, each.text, each.passage_id))
        elif each.start + len(each.text) > last.start + len(last.text):
            text = last.text + each.text[last.start + len(last.text) - each.start :]
            places[-1] = Place(last.article, last.start, text, last.passage_id)
    return places
