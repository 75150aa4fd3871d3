"""Writing: new revisions, their embeddings, and the list of revisions of a generation. One process at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from retrieval.store.retractions import mark_new
from retrieval.store.selections import LISTED, ORIGIN, in_portions, listed, whole
from retrieval.store.tables import embeddings, generation_revisions, generations, passages, revisions, sentences
from retrieval.store.unused import forget_unused, models_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database
    from retrieval.types import Article, PassageSpan


@dataclass(frozen=True, slots=True)
class NewRevision:
    """An article ready to be stored: split, and every sentence with the hash of the text to embed."""

    article: Article
    content_hash: str
    passages: tuple[PassageSpan, ...]
    text_hashes: tuple[tuple[bytes, ...], ...]
    """One tuple a passage, one hash a sentence."""


@dataclass(frozen=True, slots=True)
class UnembeddedSentence:
    """A sentence that the model has not been run on."""

    text_hash: bytes
    title: str
    text: str


class StoreWriter:
    """Changes what is stored. The caller holds the writer's lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known_revisions(self, content_hashes: Sequence[str]) -> dict[str, int]:
        """Ids of the revisions already stored, by content hash; killed and older runs left some."""
        query = sa.select(revisions.c.content_hash, revisions.c.id)
        found: dict[str, int] = {}
        with self._database.connect() as connection:
            for some in in_portions(content_hashes):
                rows = connection.execute(query.where(revisions.c.content_hash.in_(some)))
                found |= {row.content_hash: row.id for row in rows}
        return found

    def add(self, new_revisions: Sequence[NewRevision]) -> list[int]:
        """Store revisions with their passages and sentences in one transaction; return their ids in order."""
        with self._database.begin() as connection:
            revision_ids = [_add_revision(connection, revision) for revision in new_revisions]
            mark_new(connection, revision_ids)
        return revision_ids

    def count_unembedded(self, revision_ids: Collection[int], model: str) -> int:
        """How many sentences of these revisions have no embedding of this model."""
        query = sa.select(sa.func.count(sa.distinct(sentences.c.text_hash)))
        with self._database.connect() as connection:
            return sum(
                connection.execute(_unembedded(query, some, model)).scalar_one()
                for some in in_portions(sorted(revision_ids))
            )

    def unembedded(self, revision_ids: Collection[int], model: str) -> Iterator[UnembeddedSentence]:
        """Yield the sentences of these revisions that have no embedding of this model, each text once a revision."""
        ids = sa.select(passages.c.revision_id).distinct()
        with self._database.connect() as connection:
            waiting = [
                row.revision_id
                for some in in_portions(sorted(revision_ids))
                for row in connection.execute(_unembedded(ids, some, model))
            ]
        for revision_id in waiting:
            yield from self._unembedded_of(revision_id, model)

    def _unembedded_of(self, revision_id: int, model: str) -> list[UnembeddedSentence]:
        spans = sa.select(sentences.c.text_hash, sentences.c.start, sentences.c.end)
        with self._database.connect() as connection:
            title, text = connection.execute(
                sa.select(revisions.c.title, revisions.c.text).where(revisions.c.id == revision_id)
            ).one()
            rows = connection.execute(_unembedded(spans, [revision_id], model)).all()
        once = {row.text_hash: row for row in rows}
        return [UnembeddedSentence(row.text_hash, title, text[row.start : row.end]) for row in once.values()]

    def add_embeddings(self, model: str, text_hashes: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep `vectors` of shape (n, dimension) under the hashes of their texts, in 16-bit floats."""
        rows = embedding_rows(model, text_hashes, vectors)
        with self._database.begin() as connection:
            for some in in_portions(list(rows)):
                found = sa.select(embeddings.c.text_hash).where(
                    embeddings.c.model == model, embeddings.c.text_hash.in_(some)
                )
                for text_hash in connection.execute(found).scalars():
                    del rows[text_hash]
            if rows:
                connection.execute(sa.insert(embeddings), list(rows.values()))

    def add_generation(
        self, model: str, origins: Mapping[int, str], *, after: int, kept: Collection[int], like: int | None = None
    ) -> int:
        """Record a generation built from the revisions that are the keys of `origins`.

        Returns its number: above `after` and above every number that is recorded. Generations that are not `kept`
        are forgotten in the same step: killed runs left them. It is the quicker the more it has in common with one that
        is kept and that it is said to be `like`.
        """
        with self._database.begin() as connection:
            highest = connection.execute(sa.select(sa.func.max(generations.c.id))).scalar() or 0
            number = max(after, highest) + 1
            _keep_generations(connection, kept)
            connection.execute(sa.insert(generations).values(id=number, model=model))
            listed = _list_as_in(connection, like, number, origins) if like is not None else set()
            rows = [
                {"generation_id": number, "revision_id": revision_id, "origin": origin}
                for revision_id, origin in origins.items()
                if revision_id not in listed
            ]
            if rows:
                connection.execute(sa.insert(generation_revisions), rows)
        return number

    def keep_only(self, kept: Collection[int]) -> None:
        """Forget all generations but these, and every revision and embedding that none of them needs."""
        with self._database.begin() as connection:
            _keep_generations(connection, kept)
            # Not as NOT IN, for which PostgreSQL goes through all that is in use for each row once it is much.
            in_use = sa.exists().where(generation_revisions.c.revision_id == revisions.c.id)
            gone = connection.execute(sa.select(revisions.c.id).where(~in_use)).scalars().all()
            hashes = _text_hashes(connection, gone)
            for some in in_portions(gone):
                connection.execute(sa.delete(revisions).where(revisions.c.id.in_(some)))
            forget_unused(connection, hashes)
            used = set(connection.execute(sa.select(generations.c.model).distinct()).scalars())
            for model in list(models_of(connection)):
                if model not in used:
                    connection.execute(sa.delete(embeddings).where(embeddings.c.model == model))

    def clear_embeddings(self, model: str) -> None:
        """Forget the embeddings of a model, so that the next run computes them anew.

        Noted of the generations that had them is that they have none (`StoreQueries.is_embedded`): a run may be killed.
        """
        with self._database.begin() as connection:
            connection.execute(sa.update(generations).where(generations.c.model == model).values(model=""))
            connection.execute(sa.delete(embeddings).where(embeddings.c.model == model))


def _keep_generations(connection: Connection, kept: Collection[int]) -> None:
    """Forget all generations but these."""
    gone = connection.execute(sa.select(generations.c.id).where(generations.c.id.not_in(kept))).scalars().all()
    # Their lists first: SQLite takes twice as long to delete what hangs on a row that is deleted.
    connection.execute(sa.delete(generation_revisions).where(generation_revisions.c.generation_id.in_(gone)))
    connection.execute(sa.delete(generations).where(generations.c.id.in_(gone)))


def _list_as_in(connection: Connection, earlier: int, number: int, origins: Mapping[int, str]) -> set[int]:
    """List for generation `number` those revisions that an earlier one has from the same `origins`; return them."""
    before = whole(connection, listed(earlier, LISTED, ORIGIN))
    others = [revision_id for revision_id, origin in before if origins.get(revision_id) != origin]
    common = {revision_id for revision_id, _ in before}.difference(others)
    if len(common) <= len(others):
        return set()
    # The database copies rows several times as quickly as it is given them.
    copied = listed(earlier, sa.literal(number), LISTED, ORIGIN)
    connection.execute(sa.insert(generation_revisions).from_select(["generation_id", "revision_id", "origin"], copied))
    for some in in_portions(others):
        left_out = sa.delete(generation_revisions).where(generation_revisions.c.generation_id == number)
        connection.execute(left_out.where(LISTED.in_(some)))
    return common


def embedding_rows(
    model: str, text_hashes: Sequence[bytes], vectors: NDArray[np.float32]
) -> dict[bytes, dict[str, Any]]:
    """Return rows of embeddings by the hashes of their texts; `vectors` has shape (n, dimension)."""
    return {
        text_hash: {"model": model, "text_hash": text_hash, "vector": vector.tobytes()}
        for text_hash, vector in zip(text_hashes, vectors.astype(np.float16), strict=True)
    }


def _add_revision(connection: Connection, revision: NewRevision) -> int:
    article = revision.article
    inserted = connection.execute(
        sa.insert(revisions).values(
            article_id=article.id,
            content_hash=revision.content_hash,
            title=article.title,
            text=article.text,
            published_at=article.published_at,
            source=article.source,
            url=article.url,
            language=article.language,
        )
    )
    revision_id = _new_id(inserted)
    rows = []
    for passage, text_hashes in zip(revision.passages, revision.text_hashes, strict=True):
        place = sa.insert(passages).values(revision_id=revision_id, start=passage.start, end=passage.end)
        passage_id = _new_id(connection.execute(place))
        rows += [
            {"passage_id": passage_id, "start": sentence.start, "end": sentence.end, "text_hash": text_hash}
            for sentence, text_hash in zip(passage.sentences, text_hashes, strict=True)
        ]
    connection.execute(sa.insert(sentences), rows)
    return revision_id


def _new_id(inserted: sa.CursorResult[Any]) -> int:
    key = inserted.inserted_primary_key
    assert key is not None  # noqa: S101 - of a statement that inserts one row it never is
    return int(key[0])


def _text_hashes(connection: Connection, revision_ids: Sequence[int]) -> list[bytes]:
    """The hashes of the texts of all sentences of some revisions, each once."""
    of_passages = sa.select(sentences.c.text_hash).join(passages, passages.c.id == sentences.c.passage_id).distinct()
    found: set[bytes] = set()
    for some in in_portions(revision_ids):
        found.update(connection.execute(of_passages.where(passages.c.revision_id.in_(some))).scalars())
    return sorted(found)


def has_embedding(model: str) -> sa.Exists:
    """Whether a sentence has an embedding of a model, given by its fingerprint."""
    return sa.exists().where(embeddings.c.text_hash == sentences.c.text_hash, embeddings.c.model == model)


def _unembedded(select: sa.Select[Any], revision_ids: Sequence[int], model: str) -> sa.Select[Any]:
    return (
        select.select_from(sentences)
        .join(passages, passages.c.id == sentences.c.passage_id)
        .where(passages.c.revision_id.in_(revision_ids), ~has_embedding(model))
    )
