"""Articles that were sent to Citebot and that no source holds: kept from the moment in which they come.

A post is kept as it was written, its text as runs, so that what is made of it may change:
``{"runs": [[kind, text], …], "sent_at": 1725874560, "source": "Новости Ильмы", "url": "https://t.me/ilma/7"}``. What is
given by hand is kept as it was read, once, with the name of its file or its address as ``given_as``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.received import document_of, text_of
from retrieval.store.linked import note_link
from retrieval.store.retractions import text_digest
from retrieval.store.tables import received as table
from retrieval.types import Given, Received, ReceivedKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database
    from retrieval.types import LoadedArticle

_COLUMNS = (
    table.c.kind,
    table.c.batch,
    table.c.key,
    table.c.article_id,
    table.c.document,
    table.c.changed_at,
    table.c.received_at,
)
_PLACE = sa.cast(table.c.key, sa.BigInteger)
_TAKEN_IN = (ReceivedKind.POST, ReceivedKind.GIVEN, ReceivedKind.PAGE)


def received_post(
    channel: int,
    number: int,
    runs: Sequence[tuple[str, str]],
    *,
    sent_at: int,
    changed_at: int,
    source: str | None,
    url: str | None,
) -> Received:
    """Return post `number` of a channel, as it is kept.

    Args:
        channel: its number without the -100 before it, as exports have it.
        number: the number of the post in it.
        runs: its text in pieces, each with its kind (`retrieval.loaders.telegram_messages.title_of`).
        sent_at: when it was published, in seconds since 1970.
        changed_at: when it was last changed, likewise.
        source: its outlet.
        url: its address.

    """
    document = {"runs": [list(run) for run in runs], "sent_at": sent_at, "source": source, "url": url}
    return Received(
        ReceivedKind.POST, str(channel), str(number), f"{channel}/{number}", document, changed_at, datetime.now(UTC)
    )


def offered_articles(batch: str, given_as: str, found: Sequence[LoadedArticle]) -> list[Received]:
    """Return articles that were given by hand, as they are kept until somebody says that they shall be taken in.

    One that does not say when it was changed counts as changed now.
    """
    now = datetime.now(UTC)
    return [_offered(batch, place, given_as, loaded, now) for place, loaded in enumerate(found, start=1)]


def _offered(batch: str, place: int, given_as: str, loaded: LoadedArticle, now: datetime) -> Received:
    article = loaded.article
    document = document_of(article) | {"given_as": given_as}
    changed_at = int(now.timestamp()) if loaded.changed_at is None else loaded.changed_at
    return Received(ReceivedKind.OFFERED, batch, str(place), article.id, document, changed_at, now)


class ReceivedStore:
    """Keeps what was received; safe to use from several threads, and without the writer's lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, received: Sequence[Received]) -> None:
        """Keep articles, each in place of what was kept of it before, unless that was changed later.

        Raises:
            DatabaseError: they cannot be kept.

        """
        with self._database.begin() as connection:
            for each in received:
                keep = note_link if each.kind is ReceivedKind.LINK else _keep
                keep(connection, each)

    def taken_in(self) -> list[Received]:
        """Return what belongs into the index: by hand first, then the posts, of each batch in order.

        Of a database of an older version nothing, since it holds nothing of the kind.
        """
        order = (table.c.kind, table.c.batch, sa.func.length(table.c.key), table.c.key)
        query = sa.select(*_COLUMNS).where(table.c.kind.in_(_TAKEN_IN)).order_by(*order)
        with self._database.connect() as connection:
            if not sa.inspect(connection).has_table(table.name):
                return []
            return [_read(row) for row in connection.execute(query)]

    def has_any(self) -> bool:
        """Tell whether anything was received that belongs into the index."""
        query = sa.select(table.c.key).where(table.c.kind.in_(_TAKEN_IN)).limit(1)
        with self._database.connect() as connection:
            is_there = sa.inspect(connection).has_table(table.name)
            return is_there and connection.execute(query).first() is not None

    def accept(self, batch: str) -> None:
        """Have what was offered taken in, if it still is there."""
        values = {"kind": ReceivedKind.GIVEN, "received_at": datetime.now(UTC).replace(tzinfo=None)}
        with self._database.begin() as connection:
            change = sa.update(table).where(table.c.kind == ReceivedKind.OFFERED, table.c.batch == batch)
            connection.execute(change.values(**values))

    def delete(self, kind: ReceivedKind, batch: str) -> bool:
        """Delete a batch of one kind; return whether it was there."""
        with self._database.begin() as connection:
            same = sa.and_(table.c.kind == kind, table.c.batch == batch)
            return connection.execute(sa.delete(table).where(same)).rowcount > 0

    def drop_offers(self, before: datetime) -> None:
        """Delete what was offered before a moment and never accepted."""
        old = table.c.received_at < before.astimezone(UTC).replace(tzinfo=None)
        with self._database.begin() as connection:
            connection.execute(sa.delete(table).where(table.c.kind == ReceivedKind.OFFERED, old))

    def given(self) -> list[Given]:
        """Return what was given by hand and is taken in, the newest first."""
        return sorted(self._batches(ReceivedKind.GIVEN), key=lambda each: each.received_at, reverse=True)

    def one_given(self, kind: ReceivedKind, batch: str) -> Given | None:
        """Return what was given by hand, or only offered, under a number; None where there is nothing of it."""
        return next(iter(self._batches(kind, batch)), None)

    def _batches(self, kind: ReceivedKind, batch: str | None = None) -> list[Given]:
        counted = sa.select(table.c.batch, sa.func.count().label("articles"), sa.func.min(_PLACE).label("first"))
        counted = counted.where(table.c.kind == kind).group_by(table.c.batch)
        batches = (counted.where(table.c.batch == batch) if batch is not None else counted).subquery()
        is_first = sa.and_(table.c.batch == batches.c.batch, table.c.kind == kind, batches.c.first == _PLACE)
        query = sa.select(*_COLUMNS, batches.c.articles).join_from(table, batches, is_first)
        with self._database.connect() as connection:
            if not sa.inspect(connection).has_table(table.name):
                return []
            return [_given(_read(row), row.articles) for row in connection.execute(query)]


def _given(first: Received, articles: int) -> Given:
    name = first.document["given_as"]
    return Given(first.batch, first.document["title"] or name, name, articles, first.received_at)


def _keep(connection: Connection, received: Received) -> None:
    same = sa.and_(table.c.kind == received.kind, table.c.batch == received.batch, table.c.key == received.key)
    known = connection.execute(sa.select(table.c.changed_at, table.c.received_at).where(same)).one_or_none()
    received_at = received.received_at.astimezone(UTC).replace(tzinfo=None)
    # Of two changes in one second the one that came first may be kept last.
    if known is not None and tuple(known) > (received.changed_at, received_at):
        return
    values = {
        "article_id": received.article_id,
        "document": json.dumps(received.document),
        "digest": text_digest(text_of(received)),
        "changed_at": received.changed_at,
        "received_at": received_at,
    }
    if known is None:
        place = {"kind": received.kind, "batch": received.batch, "key": received.key}
        connection.execute(sa.insert(table).values(**place, **values))
    else:
        connection.execute(sa.update(table).where(same).values(**values))


def _read(row: Any) -> Received:
    return Received(
        ReceivedKind(row.kind),
        row.batch,
        row.key,
        row.article_id,
        json.loads(row.document),
        row.changed_at,
        row.received_at.replace(tzinfo=UTC),
    )
