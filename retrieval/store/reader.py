"""Reading: what a published generation holds, and the passages that an answer cites."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import func

from retrieval.store.tables import embeddings, generation_revisions, passages, revisions, sentences
from retrieval.types import ArticleHeader, Passage, SourceCount, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database

_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """The revision of an article that a generation was built from."""

    id: int
    content_hash: str
    origin: str


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as the lexical index needs it."""

    id: int
    title: str
    text: str
    sentences: tuple[Span, ...]
    """Offsets into `text`, the passage's own, not the article's."""


class StoreReader:
    """Reads what is stored; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revisions_of(self, generation: int) -> dict[str, StoredRevision]:
        """The revisions of a generation by article id."""
        query = (
            sa.select(revisions.c.article_id, revisions.c.id, revisions.c.content_hash, generation_revisions.c.origin)
            .join(generation_revisions, generation_revisions.c.revision_id == revisions.c.id)
            .where(generation_revisions.c.generation_id == generation)
        )
        with self._database.connect() as connection:
            return {row[0]: StoredRevision(*row[1:]) for row in connection.execute(query)}

    def passages(self, passage_ids: Sequence[int]) -> list[Passage]:
        """The passages with these ids, in this order; an id that is gone is left out."""
        if not passage_ids:
            return []
        with self._database.connect() as connection:
            spans = _sentence_spans(connection, passage_ids)
            found = {passage.id: passage for passage in _passages(connection, passage_ids, spans)}
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    def passage_texts(self, generation: int) -> Iterator[PassageText]:
        """Every passage of a generation in the order of its index."""
        query = (
            _of_generation(
                sa.select(
                    passages.c.id,
                    passages.c.start,
                    revisions.c.title,
                    _text_between(passages.c.start, passages.c.end).label("text"),
                    sentences.c.start.label("sentence_start"),
                    sentences.c.end.label("sentence_end"),
                ),
                generation,
            )
            .order_by(passages.c.id, sentences.c.id)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        with self._database.connect() as connection:
            for (passage_id, start, title, text), rows in groupby(
                connection.execute(query), key=lambda row: (row.id, row.start, row.title, row.text)
            ):
                spans = tuple(Span(row.sentence_start - start, row.sentence_end - start) for row in rows)
                yield PassageText(passage_id, title, text, spans)

    def vectors(self, generation: int, model: str) -> Iterator[NDArray[np.float32]]:
        """Blocks of shape (rows, dimension): the sentence vectors of a generation in the order of its index.

        A sentence without an embedding is left out, so that the caller's count of rows tells.
        """
        query = (
            _of_generation(sa.select(embeddings.c.vector), generation)
            .join(embeddings, embeddings.c.text_hash == sentences.c.text_hash)
            .where(embeddings.c.model == model)
            .order_by(passages.c.id, sentences.c.id)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        with self._database.connect() as connection:
            for rows in connection.execute(query).partitions():
                block = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float16)
                yield block.reshape(len(rows), -1).astype(np.float32)

    def sources(self, generation: int) -> tuple[SourceCount, ...]:
        """Articles by outlet, the largest first; articles without an outlet are counted under ``""``."""
        name = func.coalesce(revisions.c.source, "")
        query = (
            sa.select(name, func.count())
            .join(generation_revisions, generation_revisions.c.revision_id == revisions.c.id)
            .where(generation_revisions.c.generation_id == generation)
            .group_by(name)
            .order_by(func.count().desc(), name)
        )
        with self._database.connect() as connection:
            return tuple(SourceCount(*row) for row in connection.execute(query))

    def date_range(self, generation: int) -> tuple[date | None, date | None]:
        """Dates of the oldest and the newest article; None where no article has a date."""
        query = (
            sa.select(func.min(revisions.c.published_at), func.max(revisions.c.published_at))
            .join(generation_revisions, generation_revisions.c.revision_id == revisions.c.id)
            .where(generation_revisions.c.generation_id == generation)
        )
        with self._database.connect() as connection:
            first, last = connection.execute(query).one()
        return (first and first.date(), last and last.date())


def _of_generation(select: sa.Select[Any], generation: int) -> sa.Select[Any]:
    return (
        select.select_from(passages)
        .join(revisions, revisions.c.id == passages.c.revision_id)
        .join(generation_revisions, generation_revisions.c.revision_id == revisions.c.id)
        .join(sentences, sentences.c.passage_id == passages.c.id)
        .where(generation_revisions.c.generation_id == generation)
    )


def _text_between(start: sa.Column[int], end: sa.Column[int]) -> sa.ColumnElement[str]:
    """The slice ``text[start:end]`` in SQL, whose positions begin at 1."""
    return func.substr(revisions.c.text, start + 1, end - start)


def _sentence_spans(connection: Connection, passage_ids: Sequence[int]) -> dict[int, list[Span]]:
    query = (
        sa.select(sentences.c.passage_id, sentences.c.start, sentences.c.end)
        .where(sentences.c.passage_id.in_(passage_ids))
        .order_by(sentences.c.id)
    )
    spans: dict[int, list[Span]] = {passage_id: [] for passage_id in passage_ids}
    for passage_id, start, end in connection.execute(query):
        spans[passage_id].append(Span(start, end))
    return spans


def _passages(connection: Connection, passage_ids: Sequence[int], spans: dict[int, list[Span]]) -> Iterator[Passage]:
    query = (
        sa.select(
            passages.c.id,
            passages.c.start,
            passages.c.end,
            _text_between(passages.c.start, passages.c.end).label("text"),
            revisions.c.article_id,
            revisions.c.title,
            revisions.c.published_at,
            revisions.c.source,
            revisions.c.url,
            revisions.c.language,
        )
        .join(revisions, revisions.c.id == passages.c.revision_id)
        .where(passages.c.id.in_(passage_ids))
    )
    for row in connection.execute(query):
        header = ArticleHeader(row.article_id, row.title, row.published_at, row.source, row.url, row.language)
        yield Passage(row.id, header, row.start, row.end, row.text, tuple(spans[row.id]))
