"""The pages that posts of channels link to, among what was received: the link until its page is read, then the page.

Of a post there is one or the other, under its channel and number. A link is kept with what its post says, by which it
is told whether the page is about that: ``{"address": "https://…", "text": "…", "sent_at": 1725874560}``; a page as an
article that was given by hand, with the address under which the post named it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.received import document_of
from retrieval.store.retractions import text_digest
from retrieval.store.tables import received as table
from retrieval.types import Received, ReceivedKind

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from retrieval.store.database import Database
    from retrieval.types import Article


@dataclass(frozen=True, slots=True)
class WaitingLink:
    """A page that a post links to, and that is not read yet."""

    channel: str
    number: str
    address: str
    text: str
    """Of the post."""
    sent_at: int
    """When the post was published, in seconds since 1970."""
    changed_at: int
    """When it was last changed, likewise."""


def received_link(post: Received, text: str, address: str | None) -> Received:
    """Return the link of a post, as it is kept; without an address it only takes back what was linked before.

    Args:
        post: the post as it is kept.
        text: what it says.
        address: where its link leads.

    """
    document = {"address": address, "text": text, "sent_at": post.document["sent_at"]}
    # The link has no article, and goes where that of its post is forgotten.
    return Received(
        ReceivedKind.LINK, post.batch, post.key, post.article_id, document, post.changed_at, post.received_at
    )


def note_link(connection: Connection, link: Received) -> None:
    """Keep a link in place of what its post linked to before; what has the same address stays, and is not read anew."""
    before = connection.execute(
        sa.select(table.c.document, table.c.changed_at).where(_of_post(link.batch, link.key))
    ).one_or_none()
    address = link.document["address"]
    if before and (before.changed_at > link.changed_at or json.loads(before.document)["address"] == address):
        return
    connection.execute(sa.delete(table).where(_of_post(link.batch, link.key)))
    if address is not None:
        _insert(connection, link, str(link.document["text"]))


class LinkStore:
    """Keeps the pages that posts link to; safe to use from several threads, and without the writer's lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> list[WaitingLink]:
        """Return the links whose pages are not read yet, the oldest first."""
        columns = (table.c.batch, table.c.key, table.c.document, table.c.changed_at)
        query = sa.select(*columns).where(table.c.kind == ReceivedKind.LINK).order_by(table.c.received_at)
        with self._database.connect() as connection:
            rows = connection.execute(query).all()
        return [WaitingLink(row.batch, row.key, **json.loads(row.document), changed_at=row.changed_at) for row in rows]

    def keep_page(self, link: WaitingLink, article: Article) -> None:
        """Keep the article of a page in place of its link, unless the post links elsewhere by now."""
        document = document_of(article) | {"address": link.address}
        now = datetime.now(UTC)
        page = Received(ReceivedKind.PAGE, link.channel, link.number, article.id, document, link.changed_at, now)
        with self._database.begin() as connection:
            if _take(connection, link):
                _insert(connection, page, article.text)

    def give_up(self, link: WaitingLink) -> None:
        """Forget a link whose page cannot be read; the next edit of its post brings it again."""
        with self._database.begin() as connection:
            _take(connection, link)


def _take(connection: Connection, link: WaitingLink) -> bool:
    """Delete a link; return whether it still was the one of its post."""
    waiting = sa.and_(table.c.kind == ReceivedKind.LINK, _of_post(link.channel, link.number))
    document = connection.execute(sa.select(table.c.document).where(waiting)).scalar()
    if document is None or json.loads(document)["address"] != link.address:
        return False
    return connection.execute(sa.delete(table).where(waiting)).rowcount > 0


def _of_post(channel: str, number: str) -> sa.ColumnElement[bool]:
    kinds = table.c.kind.in_((ReceivedKind.LINK, ReceivedKind.PAGE))
    return sa.and_(kinds, table.c.batch == channel, table.c.key == number)


def _insert(connection: Connection, received: Received, text: str) -> None:
    values = {
        "kind": received.kind,
        "batch": received.batch,
        "key": received.key,
        "article_id": received.article_id,
        "document": json.dumps(received.document),
        "digest": text_digest(text),
        "changed_at": received.changed_at,
        "received_at": received.received_at.astimezone(UTC).replace(tzinfo=None),
    }
    connection.execute(sa.insert(table).values(**values))
