"""Reading all that is stored, to compare it with what it must be; and taking out what cannot be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import sqlalchemy as sa

from retrieval.store.retractions import ERASED
from retrieval.store.selections import in_portions, live
from retrieval.store.tables import (
    embeddings,
    generation_revisions,
    generations,
    metadata,
    passages,
    retracted_revisions,
    retractions,
    revisions,
    sentences,
)
from retrieval.types import Article, PassageSpan, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from retrieval.store.database import Database

_DAMAGED = "damaged:"
"""What the content hash of a damaged revision begins with, so that the next run stores its article anew."""
_ROUNDING = 2e-3
"""By how much 16-bit rounding may change the length of a vector."""
_ROWS_AT_ONCE = 5000


class StoredText(NamedTuple):
    """A revision with all that was made of its text."""

    revision: int
    article: Article
    content_hash: str
    passages: tuple[PassageSpan, ...]
    text_hashes: tuple[bytes, ...]
    """Of its sentences, in order."""


class StoreAudit:
    """Reads and mends a database of articles; who mends holds the writer's lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest_moment(self) -> datetime | None:
        """When something was last forgotten, in UTC."""
        with self._database.connect() as connection:
            return connection.execute(sa.select(sa.func.max(retractions.c.retracted_at))).scalar()

    def texts(self) -> Iterator[StoredText]:
        """All revisions but those whose text was deleted."""
        with self._database.connect() as connection:
            numbers = connection.execute(
                sa.select(revisions.c.id)
                .where(revisions.c.content_hash.not_like(f"{ERASED}%"))
                .order_by(revisions.c.id)
            ).scalars()
            for some in in_portions(numbers.all()):
                found = connection.execute(sa.select(revisions).where(revisions.c.id.in_(some))).all()
                spans = _spans_of(connection, some)
                for row in found:
                    article = Article(
                        row.article_id, row.title, row.text, row.published_at, row.source, row.url, row.language
                    )
                    yield StoredText(row.id, article, row.content_hash, *spans.get(row.id, ((), ())))

    def revisions_of(self, generation: int) -> frozenset[int]:
        """The revisions of a generation that may be read."""
        with self._database.connect() as connection:
            return frozenset(connection.execute(live(generation, revisions.c.id)).scalars())

    def passage_sizes(self, generation: int) -> dict[int, int]:
        """How many sentences each passage of a generation has, but for what was forgotten."""
        query = (
            live(generation, passages.c.id, sa.func.count(sentences.c.id))
            .join(passages, passages.c.revision_id == revisions.c.id)
            .outerjoin(sentences, sentences.c.passage_id == passages.c.id)
            .group_by(passages.c.id)
        )
        with self._database.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def wrong_vectors(self, model: str, dimension: int) -> list[bytes]:
        """The hashes of the texts whose vectors have another length than `dimension` numbers, or than 1."""
        query = sa.select(embeddings.c.text_hash, embeddings.c.vector).where(embeddings.c.model == model)
        wrong = []
        with self._database.snapshot() as connection:
            for rows in connection.execution_options(stream_results=True).execute(query).partitions(_ROWS_AT_ONCE):
                for text_hash, packed in rows:
                    vector = np.frombuffer(packed, np.float16) if len(packed) == 2 * dimension else np.zeros(1)
                    # Not finite is not near to 1 either.
                    if not abs(float(np.linalg.norm(vector.astype(np.float32))) - 1) <= _ROUNDING:
                        wrong.append(text_hash)
        return wrong

    def delete_vectors(self, model: str, text_hashes: Sequence[bytes]) -> None:
        """Delete vectors, so that their texts are embedded anew."""
        with self._database.begin() as connection:
            for some in in_portions(text_hashes):
                connection.execute(
                    sa.delete(embeddings).where(embeddings.c.model == model, embeddings.c.text_hash.in_(some))
                )

    def delete_rows(self, rows: Mapping[str, Sequence[int]]) -> None:
        """Delete rows that refer to what is gone, by table and SQLite's number of each."""
        with self._database.begin() as connection:
            for table in metadata.sorted_tables:
                for some in in_portions(rows.get(table.name, ())):
                    connection.execute(sa.delete(table).where(sa.literal_column("rowid").in_(some)))

    def forget_generations(self, numbers: Collection[int]) -> None:
        """Delete the records of generations; what they list stays until the next run."""
        with self._database.begin() as connection:
            connection.execute(sa.delete(generations).where(generations.c.id.in_(list(numbers))))

    def mark_damaged(self, revision_ids: Collection[int]) -> None:
        """Have the next run store the articles of revisions anew, where the sources still hold them."""
        with self._database.begin() as connection:
            name = sa.literal(_DAMAGED) + sa.cast(revisions.c.id, sa.String)
            for some in in_portions(sorted(revision_ids)):
                connection.execute(sa.update(revisions).where(revisions.c.id.in_(some)).values(content_hash=name))

    def retire_damaged(self, generation: int) -> int:
        """Let nobody read damaged revisions whose articles a generation has anew; return how many those are."""
        listed = sa.select(generation_revisions.c.revision_id).where(generation_revisions.c.generation_id == generation)
        anew = live(generation, revisions.c.article_id)
        query = sa.select(revisions.c.id).where(
            revisions.c.content_hash.like(f"{_DAMAGED}%"),
            revisions.c.id.not_in(listed),
            revisions.c.id.not_in(sa.select(retracted_revisions.c.revision_id)),
            revisions.c.article_id.in_(anew),
        )
        with self._database.begin() as connection:
            found = list(connection.execute(query).scalars())
            if found:
                connection.execute(sa.insert(retracted_revisions), [{"revision_id": number} for number in found])
        return len(found)


def _spans_of(
    connection: sa.Connection, numbers: Sequence[int]
) -> dict[int, tuple[tuple[PassageSpan, ...], tuple[bytes, ...]]]:
    """The passages of revisions, and the hashes of their sentences' texts."""
    query = (
        sa.select(passages.c.revision_id, passages.c.id, passages.c.start, passages.c.end)
        .add_columns(sentences.c.start, sentences.c.end, sentences.c.text_hash)
        .outerjoin(sentences, sentences.c.passage_id == passages.c.id)
        .where(passages.c.revision_id.in_(numbers))
        .order_by(passages.c.revision_id, passages.c.id, sentences.c.id)
    )
    found: dict[int, dict[int, tuple[int, int, list[Span]]]] = {}
    hashes: dict[int, list[bytes]] = {}
    for revision, passage, start, end, first, last, text_hash in connection.execute(query):
        spans = found.setdefault(revision, {}).setdefault(passage, (start, end, []))[2]
        if text_hash is not None:
            spans.append(Span(first, last))
            hashes.setdefault(revision, []).append(text_hash)
    return {
        revision: (
            tuple(PassageSpan(start, end, tuple(spans)) for start, end, spans in of_revision.values()),
            tuple(hashes.get(revision, ())),
        )
        for revision, of_revision in found.items()
    }
