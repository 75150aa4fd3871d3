"""Which post of a channel is discussed where in the group below it: kept for as long as anything is."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from bot.people.database import put, transaction
from bot.people.store import PeopleStore, in_utc
from bot.people.tables import discussed_posts


@dataclass(frozen=True, slots=True)
class DiscussedPost:
    """A post of a channel."""

    article_id: str
    """That of its article, if the channel is among the sources: the number of the channel, ``/``, that of the post; ""
    where Telegram does not tell it."""
    subject: str
    """Its first sentences, which tell what it is about."""


def note_discussed(store: PeopleStore, chat_id: int, thread_id: int, post: DiscussedPost) -> None:
    """Keep which post the messages of a thread are about; raises `PeopleError`."""
    said = {"article_id": post.article_id, "subject": post.subject, "seen_at": in_utc(datetime.now(UTC))}
    with transaction(store.engine) as connection:
        put(connection, discussed_posts, {"chat_id": chat_id, "thread_id": thread_id, **said}, dict(said))


def discussed_in(store: PeopleStore, chat_id: int, thread_id: int) -> DiscussedPost | None:
    """Return the post that the messages of a thread are about; None where that is not known; raises `PeopleError`."""
    here = (discussed_posts.c.chat_id == chat_id) & (discussed_posts.c.thread_id == thread_id)
    query = sa.select(discussed_posts.c.article_id, discussed_posts.c.subject).where(here)
    with transaction(store.engine) as connection:
        row = connection.execute(query).one_or_none()
    return DiscussedPost(*row) if row else None
