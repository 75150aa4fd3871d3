"""Articles that were forgotten by hand: what nobody may read any more, and what must not come back.

Forgetting has two steps. `add` makes the article unreadable at once, in every generation and every process, and needs
no writer's lock. `erase` deletes the text itself; it needs the lock, since an index may just be built from it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.fetching.addresses import address_key
from retrieval.store.selections import hidden, live, readable
from retrieval.store.tables import (
    copies,
    passages,
    received,
    retracted_addresses,
    retracted_revisions,
    retracted_texts,
    retractions,
    revisions,
    sentences,
    signatures,
)
from retrieval.store.unused import forget_unused
from retrieval.types import Retraction, Retractions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database

ERASED = "erased:"
"""What the content hash of an erased revision begins with, so that no article is taken for it."""


def text_digest(text: str) -> bytes:
    """BLAKE2b (16 bytes) of an article's text, however its words are spaced and whatever its title is."""
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=16).digest()


def address_digest(address: str) -> bytes:
    """BLAKE2b (16 bytes) of what tells an article's address from others (`retrieval.fetching.addresses`)."""
    return hashlib.blake2b(address_key(address).encode(), digest_size=16).digest()


def digests_of(connection: Connection) -> Retractions:
    """What must not come back, as it stands within a transaction."""
    ids = connection.execute(sa.select(retractions.c.article_id)).scalars()
    digests = connection.execute(sa.select(retracted_texts.c.digest)).scalars()
    return Retractions(frozenset(ids), frozenset(digests))


class RetractionStore:
    """Keeps what was forgotten; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> Retractions:
        """What must not come back."""
        with self._database.connect() as connection:
            return digests_of(connection)

    def listed(self) -> tuple[Retraction, ...]:
        """What was forgotten and when, the latest first."""
        query = sa.select(retractions.c.article_id, retractions.c.retracted_at)
        order = (retractions.c.retracted_at.desc(), retractions.c.article_id)
        with self._database.connect() as connection:
            return tuple(
                Retraction(row.article_id, row.retracted_at.replace(tzinfo=UTC))
                for row in connection.execute(query.order_by(*order))
            )

    def unknown(self, article_ids: Sequence[str]) -> list[str]:
        """Which of these ids are neither stored in any generation nor forgotten already."""
        known: set[str] = set()
        with self._database.connect() as connection:
            for column in (revisions.c.article_id, copies.c.article_id, retractions.c.article_id):
                known.update(connection.execute(sa.select(column).where(column.in_(article_ids))).scalars())
        return [article_id for article_id in article_ids if article_id not in known]

    def at(self, address: str) -> tuple[str, ...]:
        """The ids of all articles that have this address, in order, forgotten ones among them."""
        wanted = address_digest(address)
        with self._database.connect() as connection:
            found = {
                article_id
                for table in (revisions, copies)
                for article_id, url in connection.execute(_with_address(table))
                if address_digest(url) == wanted
            }
            forgotten = sa.select(retracted_addresses.c.article_id).where(retracted_addresses.c.digest == wanted)
            return tuple(sorted(found.union(connection.execute(forgotten).scalars())))

    def forgotten_at(self, address: str) -> tuple[str, ...]:
        """The ids of the forgotten articles that had this address, in order."""
        query = sa.select(retracted_addresses.c.article_id).where(
            retracted_addresses.c.digest == address_digest(address)
        )
        with self._database.connect() as connection:
            return tuple(sorted(connection.execute(query).scalars()))

    def add(self, article_ids: Sequence[str]) -> None:
        """Make articles unreadable, and every copy of their texts under another id; they are not to come back.

        The ids of the copies are noted as if they had been given, but for their texts: undone by its own id, an
        article comes back whatever other copies there were.
        """
        with self._database.begin() as connection:
            _note_ids(connection, article_ids)
            _note_texts(connection, article_ids)
            copied = _copies_of(connection, _mark(connection))
            _note_ids(connection, copied)
            _note_addresses(connection, {*article_ids, *copied})
            _mark(connection)

    def erase(self) -> None:
        """Delete the text of what was forgotten from the database and its journal. The caller holds the lock."""
        with self._database.begin() as connection:
            waiting = _unerased(connection)
            if waiting:
                _erase(connection, waiting)
            was_forgotten = (
                _erase_received(connection)
                or waiting
                or connection.execute(sa.select(retracted_revisions.c.revision_id).limit(1)).first()
            )
        # Also where nothing waits: a run that was killed before this has left the text in a file.
        if was_forgotten:
            self._database.empty_journal()

    def undo(self, article_ids: Sequence[str]) -> None:
        """Let articles come back with the next run. The caller holds the lock and has called `erase`."""
        with self._database.begin() as connection:
            connection.execute(sa.delete(retractions).where(retractions.c.article_id.in_(article_ids)))

    def revisions(self) -> frozenset[int]:
        """The revisions that nobody may read any more."""
        with self._database.connect() as connection:
            return frozenset(connection.execute(sa.select(retracted_revisions.c.revision_id)).scalars())

    def passages(self, generation: int) -> frozenset[int]:
        """The passages of a generation that nobody may read any more."""
        query = hidden(generation, passages.c.id).join(passages, passages.c.revision_id == revisions.c.id)
        with self._database.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def readable(self, generation: int) -> tuple[int, int, int] | None:
        """How many articles, passages and sentences of a generation may be read; None where all of them may."""
        of_live = live(generation, sa.func.count())
        with_passages = of_live.join(passages, passages.c.revision_id == revisions.c.id)
        with_sentences = with_passages.join(sentences, sentences.c.passage_id == passages.c.id)
        with self._database.connect() as connection:
            if not connection.execute(sa.select(hidden(generation, revisions.c.id).exists())).scalar_one():
                return None
            articles, of_passages, of_sentences = (
                connection.execute(query).scalar_one() for query in (of_live, with_passages, with_sentences)
            )
            return articles, of_passages, of_sentences


def mark_new(connection: Connection, revision_ids: Sequence[int]) -> None:
    """Make revisions that were stored just now unreadable where their article or text was forgotten meanwhile."""
    _mark(connection, revision_ids)


def _note_ids(connection: Connection, article_ids: Sequence[str]) -> None:
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    known = set(connection.execute(sa.select(retractions.c.article_id)).scalars())
    new = [article_id for article_id in dict.fromkeys(article_ids) if article_id not in known]
    if new:
        connection.execute(
            sa.insert(retractions), [{"article_id": article_id, "retracted_at": now} for article_id in new]
        )


def _copies_of(connection: Connection, revision_ids: Sequence[int]) -> list[str]:
    """The ids under which these revisions are stored, and those of copies that were not stored."""
    stored = sa.select(revisions.c.article_id).where(revisions.c.id.in_(revision_ids))
    copied = sa.select(copies.c.article_id).where(copies.c.revision_id.in_(revision_ids))
    return sorted({*connection.execute(stored).scalars(), *connection.execute(copied).scalars()})


def _note_texts(connection: Connection, article_ids: Sequence[str]) -> None:
    """Keep the digests of all that is stored under these ids, or was found to be the same as what is stored."""
    unerased = revisions.c.content_hash.not_like(f"{ERASED}%")
    stored = sa.select(revisions.c.article_id, revisions.c.text).where(revisions.c.article_id.in_(article_ids))
    copied = (
        sa.select(copies.c.article_id, revisions.c.text)
        .join(revisions, revisions.c.id == copies.c.revision_id)
        .where(copies.c.article_id.in_(article_ids))
    )
    found = {
        (article_id, text_digest(text))
        for query in (stored, copied)
        for article_id, text in connection.execute(query.where(unerased))
    }
    known = sa.select(retracted_texts.c.article_id, retracted_texts.c.digest)
    found -= {(row.article_id, row.digest) for row in connection.execute(known)}
    if found:
        rows = [{"article_id": article_id, "digest": digest} for article_id, digest in sorted(found)]
        connection.execute(sa.insert(retracted_texts), rows)


def _note_addresses(connection: Connection, article_ids: Collection[str]) -> None:
    """Keep the digests of all addresses that are stored under these ids."""
    found = {
        (article_id, address_digest(url))
        for table in (revisions, copies)
        for article_id, url in connection.execute(_with_address(table).where(table.c.article_id.in_(article_ids)))
    }
    known = sa.select(retracted_addresses.c.article_id, retracted_addresses.c.digest)
    found -= {(row.article_id, row.digest) for row in connection.execute(known)}
    if found:
        rows = [{"article_id": article_id, "digest": digest} for article_id, digest in sorted(found)]
        connection.execute(sa.insert(retracted_addresses), rows)


def _with_address(table: sa.Table) -> sa.Select[Any]:
    """Select id and address of the articles of a table that have one."""
    return sa.select(table.c.article_id, table.c.url).where(table.c.url.is_not(None)).distinct()


def _mark(connection: Connection, revision_ids: Sequence[int] | None = None) -> list[int]:
    """Mark the revisions, or those of them that are named, whose article or text must not come back; return them."""
    gone = digests_of(connection)
    if not gone:
        return []
    query = readable(revisions.c.id, revisions.c.article_id, revisions.c.text)
    if revision_ids is not None:
        query = query.where(revisions.c.id.in_(revision_ids))
    rows = [
        {"revision_id": row.id}
        for row in connection.execute(query)
        if row.article_id in gone.article_ids or text_digest(row.text) in gone.digests
    ]
    if rows:
        connection.execute(sa.insert(retracted_revisions), rows)
    return [row["revision_id"] for row in rows]


def _unerased(connection: Connection) -> list[int]:
    query = (
        sa.select(revisions.c.id)
        .join(retracted_revisions, retracted_revisions.c.revision_id == revisions.c.id)
        .where(revisions.c.content_hash.not_like(f"{ERASED}%"))
    )
    return list(connection.execute(query).scalars())


def _erase_received(connection: Connection) -> bool:
    """Delete what was forgotten, by its id or its text, from what was received; return whether there was any."""
    by_id = received.c.article_id.in_(sa.select(retractions.c.article_id))
    by_text = received.c.digest.in_(sa.select(retracted_texts.c.digest))
    return connection.execute(sa.delete(received).where(sa.or_(by_id, by_text))).rowcount > 0


def _erase(connection: Connection, revision_ids: Sequence[int]) -> None:
    """Leave of revisions what indexes refer to: that they are there, and which passages they had."""
    of_these = sa.select(passages.c.id).where(passages.c.revision_id.in_(revision_ids))
    texts = sa.select(sentences.c.text_hash).where(sentences.c.passage_id.in_(of_these)).distinct()
    hashes = list(connection.execute(texts).scalars())
    connection.execute(sa.delete(sentences).where(sentences.c.passage_id.in_(of_these)))
    for table in (copies, signatures):
        connection.execute(sa.delete(table).where(table.c.revision_id.in_(revision_ids)))
    forget_unused(connection, hashes)
    empty = {"article_id": "", "title": "", "text": "", "published_at": None, "source": None}
    connection.execute(
        sa.update(revisions)
        .where(revisions.c.id.in_(revision_ids))
        .values(**empty, url=None, language=None, content_hash=sa.literal(ERASED) + sa.cast(revisions.c.id, sa.String))
    )
