"""Articles that were sent to Citebot and that no source holds: kept from the moment in which they come.

A post is kept as it was written, its text as runs, so that what is made of it may change:
``{"runs": [[kind, text], …], "sent_at": 1725874560, "source": "Новости Ильмы", "url": "https://t.me/ilma/7"}``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.store.retractions import text_digest
from retrieval.store.tables import received as table
from retrieval.types import Received, ReceivedKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database

_COLUMNS = (
    table.c.kind,
    table.c.batch,
    table.c.key,
    table.c.article_id,
    table.c.document,
    table.c.changed_at,
    table.c.received_at,
)
_TAKEN_IN = (ReceivedKind.POST, ReceivedKind.GIVEN)


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


def text_of(received: Received) -> str:
    """Return the text of what was received, without space round it."""
    runs: list[list[str]] = received.document["runs"]
    return "".join(text for _, text in runs).strip()


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
                _keep(connection, each)

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


def _keep(connection: Connection, received: Received) -> None:
    same = sa.and_(table.c.kind == received.kind, table.c.batch == received.batch, table.c.key == received.key)
    known = connection.execute(sa.select(table.c.changed_at).where(same)).scalar()
    if known is not None and known > received.changed_at:
        return
    values = {
        "article_id": received.article_id,
        "document": json.dumps(received.document),
        "digest": text_digest(text_of(received)),
        "changed_at": received.changed_at,
        "received_at": received.received_at.astimezone(UTC).replace(tzinfo=None),
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
