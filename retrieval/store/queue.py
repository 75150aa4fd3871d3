"""Sentences to embed, as a queue in PostgreSQL that several machines work off at once.

A task is a portion of distinct texts. Whoever works on one holds its row locked, in a transaction that stays open
meanwhile, and in the end commits the embeddings and the deletion of the task together. So the task of whoever is killed
or cut off is free again at once, and no text is ever kept twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from retrieval.store.engines import write_beside
from retrieval.store.queries import text_between
from retrieval.store.selections import readable
from retrieval.store.tables import embeddings, passages, revisions, sentences
from retrieval.store.writer import UnembeddedSentence, embedding_rows, has_embedding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database

    Embed = Callable[[Sequence[UnembeddedSentence]], NDArray[np.float32]]

TASK_SIZE = 512
"""Sentences of a task: what whoever is killed loses at most."""

tasks = sa.Table(
    "embedding_task",
    sa.MetaData(),  # of its own, since SQLite has no such table
    sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("model", sa.String(64), nullable=False),
    sa.Column("model_name", sa.Text, nullable=False),
    sa.Column("text_hashes", ARRAY(sa.LargeBinary(16)), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
)


class TaskQueue:
    """The queue of one database; safe to use from several processes and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(self, revision_ids: Collection[int], model: str, *, name: str) -> bool:
        """Queue the sentences of these revisions that have no embedding of this model, each text once.

        `model` is its fingerprint, `name` what the operator calls it. Tasks that nobody works on are replaced; texts
        that somebody is embedding already stay his. Returns whether there were none such: else fill again when all is
        done, since he may not have found all of them stored yet. The caller holds the writer's lock.
        """
        free = sa.select(tasks.c.id).with_for_update(skip_locked=True)
        taken = sa.select(tasks.c.id).where(tasks.c.model == model)
        with self._database.begin() as connection:
            connection.execute(sa.delete(tasks).where(tasks.c.id.in_(free)))
            some_taken = connection.execute(sa.select(taken.exists())).scalar_one()
            connection.execute(_filling(revision_ids, model, name))
        return not some_taken

    def left(self, model: str) -> int:
        """How many sentences wait or are being worked on."""
        query = sa.select(sa.func.coalesce(sa.func.sum(tasks.c.size), 0)).where(tasks.c.model == model)
        with self._database.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def models(self) -> dict[str, str]:
        """The models that there are tasks for: names by fingerprints."""
        query = sa.select(tasks.c.model, tasks.c.model_name).distinct()
        with self._database.connect() as connection:
            return {row.model: row.model_name for row in connection.execute(query)}

    def work(self, model: str, embed: Embed) -> int | None:
        """Embed the next task that nobody works on; return how many sentences those were, None where there is none.

        `embed` is given sentences and returns vectors of shape (n, dimension). Whatever it raises, the task is free
        again. Of what is forgotten meanwhile no embedding is kept.

        Raises:
            DatabaseError: the database failed, or was away at the end: nothing of the task is kept.

        """
        free = sa.select(tasks).where(tasks.c.model == model).order_by(tasks.c.id).limit(1)
        with self._database.begin_long() as connection:
            task = connection.execute(free.with_for_update(skip_locked=True)).first()
            if task is None:
                return None
            waiting = _texts(connection, task.text_hashes)
            vectors = embed(waiting) if waiting else None
            write_beside(connection)
            if vectors is not None:
                _keep(connection, model, [sentence.text_hash for sentence in waiting], vectors)
            connection.execute(sa.delete(tasks).where(tasks.c.id == task.id))
        return len(waiting)


def _filling(revision_ids: Collection[int], model: str, name: str) -> sa.Insert:
    """The statement that makes tasks, in the order in which the sentences were stored."""
    taken = sa.select(sa.func.unnest(tasks.c.text_hashes)).where(tasks.c.model == model)
    first = sa.func.min(sentences.c.id).label("first")
    once = (
        sa.select(sentences.c.text_hash, first)
        .join(passages, passages.c.id == sentences.c.passage_id)
        .where(passages.c.revision_id == sa.any_(sa.literal(list(revision_ids), ARRAY(sa.Integer))))
        .where(~has_embedding(model), sentences.c.text_hash.not_in(taken))
        .group_by(sentences.c.text_hash)
        .subquery()
    )
    place = sa.func.row_number().over(order_by=once.c.first) - 1
    numbered = sa.select(once, (place // TASK_SIZE).label("portion")).subquery()
    texts = sa.func.array_agg(aggregate_order_by(numbered.c.text_hash, numbered.c.first))
    portions = (
        sa.select(sa.literal(model), sa.literal(name), texts, sa.func.count())
        .group_by(numbered.c.portion)
        .order_by(numbered.c.portion)
    )
    return sa.insert(tasks).from_select(["model", "model_name", "text_hashes", "size"], portions)


def _texts(connection: Connection, text_hashes: Sequence[bytes]) -> list[UnembeddedSentence]:
    """Sentences that have these hashes, one each; those that nobody may read any more are left out."""
    text = text_between(sentences.c.start, sentences.c.end)
    query = (
        readable(sentences.c.text_hash, revisions.c.title, text.label("text"))
        .join(passages, passages.c.revision_id == revisions.c.id)
        .join(sentences, sentences.c.passage_id == passages.c.id)
        .where(_among(text_hashes))
    )
    once = {row.text_hash: row for row in connection.execute(query)}
    return [UnembeddedSentence(row.text_hash, row.title, row.text) for row in once.values()]


def _keep(connection: Connection, model: str, text_hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
    """Keep the embeddings of those texts that are still stored."""
    stored = set(connection.execute(sa.select(sentences.c.text_hash).where(_among(text_hashes))).scalars())
    rows = [row for text_hash, row in embedding_rows(model, text_hashes, vectors).items() if text_hash in stored]
    if rows:
        connection.execute(insert(embeddings).on_conflict_do_nothing(), rows)


def _among(text_hashes: Sequence[bytes]) -> sa.ColumnElement[bool]:
    return sentences.c.text_hash == sa.any_(sa.literal(list(text_hashes), ARRAY(sa.LargeBinary(16))))
