"""The façade: everything that the bot stores, finds and deletes about people."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from bot.people.database import (
    alone,
    alone_with,
    has_blocked,
    open_engine,
    open_engine_to_read,
    put,
    transaction,
    without_traces,
)
from bot.people.tables import (
    digests,
    discussed_posts,
    exchanges,
    follows,
    forgotten,
    operations,
    people,
    ratings,
    shown,
)
from bot.people.types import Exchange, Shown
from retrieval.store.engines import is_server
from retrieval.types import Certainty

_CONVERSATION_ENDS = timedelta(hours=2)
"""After so long without a question the next one in private begins a conversation."""

_LOGGER = logging.getLogger(__name__)


class PeopleStore:
    """What is stored about people. Blocks while it works; use `bot.people.desk` where that must not be.

    Every method raises `PeopleError` where the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, home: Path, database_url: str | None) -> Self:
        """Open the store of a home folder; see `bot.people.database.open_engine`."""
        return cls(open_engine(home, database_url))

    @classmethod
    def open_to_read(cls, home: Path, database_url: str | None) -> Self | None:
        """Open the store where only `bot.people.overview` is wanted; None where no bot has stored anything yet."""
        engine = open_engine_to_read(home, database_url)
        return None if engine is None else cls(engine)

    @property
    def engine(self) -> Engine:
        """The connection, for `bot.people.overview`."""
        return self._engine

    def language(self, person_id: int) -> str | None:
        """Return the language that a person has chosen, if they have."""
        with transaction(self._engine) as connection:
            return connection.execute(sa.select(people.c.language).where(people.c.id == person_id)).scalar()

    def choose_language(self, person_id: int, language: str, now: datetime) -> None:
        """Store the language that a person has chosen."""
        with transaction(self._engine) as connection:
            _update_person(connection, person_id, now, language=language)

    def begin_conversation(self, chat_id: int, now: datetime) -> None:
        """Forget the conversation of a private chat: what was asked before is not part of it any more."""
        with transaction(self._engine) as connection:
            asked = sa.select(sa.func.max(exchanges.c.id)).where(exchanges.c.chat_id == chat_id)
            last = connection.execute(asked).scalar() or 0
            _update_person(connection, chat_id, now, conversation_after=last)

    def is_active(self, person_id: int) -> bool:
        """Tell whether a person can be written to, as far as is known."""
        with transaction(self._engine) as connection:
            return not has_blocked(connection, person_id)

    def activate(self, person_id: int, now: datetime) -> None:
        """Note that a person who had blocked the bot is back."""
        with transaction(self._engine) as connection:
            connection.execute(
                people.update()
                .where(people.c.id == person_id, ~people.c.active)
                .values(active=True, seen_at=in_utc(now))
            )

    def deactivate(self, person_id: int, now: datetime) -> None:
        """Note that a person has blocked the bot, and delete all else about them."""
        self.forget(person_id)
        with transaction(self._engine) as connection:
            _update_person(connection, person_id, now, active=False)

    @property
    def is_shared(self) -> bool:
        """Whether other bots may store in it, and forget."""
        return is_server(self._engine)

    def record(self, exchange: Exchange, taken_at: datetime | None = None) -> int | None:
        """Store a question and its answer; return the number of the exchange.

        Nothing is stored of who has blocked the bot meanwhile, or whom another bot has forgotten since the question was
        `taken_at`; then the number is None.
        """
        fields = {
            "person_id": exchange.person_id,
            "chat_id": exchange.chat_id,
            "chat_kind": exchange.chat_kind,
            "question": storable(exchange.question),
            "understood": storable(exchange.understood),
            "asked_at": in_utc(exchange.asked_at),
            "certainty": exchange.certainty,
            "confidence": exchange.confidence,
            "took_ms": exchange.took_ms,
            "was_read": exchange.was_read,
            "conversation": dict(exchange.conversation),
            # None where it has been deleted meanwhile.
            "previous_id": sa.select(exchanges.c.id).where(exchanges.c.id == exchange.previous).scalar_subquery(),
        }
        with transaction(self._engine) as connection:
            alone_with(connection, exchange.person_id)
            if taken_at and self._is_forgotten(connection, exchange.person_id, taken_at):
                return None
            if exchange.chat_id == exchange.person_id and has_blocked(connection, exchange.person_id):
                return None
            seen = people.update().where(people.c.id == exchange.person_id)
            connection.execute(seen.values(seen_at=fields["asked_at"]))
            number: int = connection.execute(exchanges.insert().values(fields).returning(exchanges.c.id)).scalar_one()
            if exchange.shown:
                connection.execute(shown.insert(), [_shown_fields(number, *pair) for pair in enumerate(exchange.shown)])
        return number

    def note_message(self, number: int, message_id: int) -> None:
        """Note which message holds the answer of an exchange."""
        with transaction(self._engine) as connection:
            connection.execute(exchanges.update().where(exchanges.c.id == number).values(message_id=message_id))

    def exchange(self, number: int, chat_id: int) -> Exchange | None:
        """Return an exchange of a chat; None where the chat has none with this number (any more)."""
        query = sa.select(exchanges).where(exchanges.c.id == number, exchanges.c.chat_id == chat_id)
        cited = sa.select(shown).where(shown.c.exchange_id == number).order_by(shown.c.number)
        with transaction(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            return _exchange(row, tuple(Shown(*each[2:]) for each in connection.execute(cited)))

    def last_in_private(self, chat_id: int, now: datetime) -> int | None:
        """Return the number of the exchange that a question in a private chat goes on from, if any."""
        since = sa.select(people.c.conversation_after).where(people.c.id == chat_id).scalar_subquery()
        query = sa.select(sa.func.max(exchanges.c.id)).where(
            exchanges.c.chat_id == chat_id,
            exchanges.c.id > sa.func.coalesce(since, 0),
            exchanges.c.asked_at >= in_utc(now - _CONVERSATION_ENDS),
        )
        with transaction(self._engine) as connection:
            return connection.execute(query).scalar()

    def answered_by(self, chat_id: int, message_id: int) -> int | None:
        """Return the number of the exchange whose answer is this message of a chat, if it is one."""
        query = sa.select(sa.func.max(exchanges.c.id)).where(
            exchanges.c.chat_id == chat_id, exchanges.c.message_id == message_id
        )
        with transaction(self._engine) as connection:
            return connection.execute(query).scalar()

    def rate(self, number: int, chat_id: int, person_id: int, *, useful: bool, now: datetime) -> bool:
        """Store what a person thinks of an answer, instead of what they thought before.

        Return False where the chat has no such exchange (any more).
        """
        known = sa.select(exchanges.c.id).where(exchanges.c.id == number, exchanges.c.chat_id == chat_id)
        known = known.with_for_update(read=True, key_share=True)
        with transaction(self._engine) as connection:
            if connection.execute(known).one_or_none() is None:
                return False
            opinion: dict[str, object] = {"useful": useful, "rated_at": in_utc(now)}
            put(connection, ratings, {"exchange_id": number, "person_id": person_id, **opinion}, opinion)
        return True

    def ratings_of(self, number: int) -> dict[int, bool]:
        """Return who found the answer of an exchange useful (True) or not (False), by person."""
        query = sa.select(ratings.c.person_id, ratings.c.useful).where(ratings.c.exchange_id == number)
        with transaction(self._engine) as connection:
            return {row.person_id: row.useful for row in connection.execute(query)}

    def forget(self, person_id: int) -> None:
        """Delete all that is stored about a person, at once and for good."""
        with transaction(self._engine) as connection:
            alone(connection)
            alone_with(connection, person_id)
            if self.is_shared:
                now = {"at": datetime.now(UTC)}
                put(connection, forgotten, {"id": person_id, **now}, dict(now))
            connection.execute(ratings.delete().where(ratings.c.person_id == person_id))
            # A private chat has the number of its person; somebody who speaks for a group does not own its chat.
            mine = exchanges.c.person_id == person_id
            _delete_exchanges(connection, mine | (exchanges.c.chat_id == person_id) if person_id > 0 else mine)
            connection.execute(follows.delete().where(follows.c.person_id == person_id))
            connection.execute(digests.delete().where(digests.c.person_id == person_id))
            connection.execute(people.delete().where(people.c.id == person_id))
        self._empty_journal()

    def newest(self) -> datetime | None:
        """Return when something about people was stored last; None where nothing is."""
        asked, seen = sa.select(sa.func.max(exchanges.c.asked_at)), sa.select(sa.func.max(people.c.seen_at))
        with transaction(self._engine) as connection:
            found = [moment for query in (asked, seen) if (moment := connection.execute(query).scalar())]
        return max(found).replace(tzinfo=UTC) if found else None

    def purge(self, before: datetime) -> int:
        """Delete exchanges, ratings and operations from before a moment, follows that ended, and people not seen since.

        Return how many rows were deleted.
        """
        with transaction(self._engine) as connection:
            alone(connection)
            deleted = connection.execute(ratings.delete().where(ratings.c.rated_at < in_utc(before))).rowcount
            deleted += connection.execute(operations.delete().where(operations.c.began_at < in_utc(before))).rowcount
            deleted += _delete_exchanges(connection, exchanges.c.asked_at < in_utc(before))
            deleted += connection.execute(follows.delete().where(follows.c.ended_at < in_utc(before))).rowcount
            deleted += connection.execute(people.delete().where(people.c.seen_at < in_utc(before))).rowcount
            connection.execute(discussed_posts.delete().where(discussed_posts.c.seen_at < in_utc(before)))
        self._empty_journal()
        return deleted

    def close(self) -> None:
        """Close pooled connections."""
        self._engine.dispose()

    def _is_forgotten(self, connection: Connection, person_id: int, since: datetime) -> bool:
        """Tell whether a bot has forgotten a person since a moment."""
        if not self.is_shared:
            return False
        known = sa.select(forgotten.c.id).where(forgotten.c.id == person_id, forgotten.c.at >= since)
        return connection.execute(known).first() is not None

    def _empty_journal(self) -> None:
        if not without_traces(self._engine):
            _LOGGER.warning("The journal of the people's database is in use; it is emptied at the next purge")


def _update_person(connection: Connection, person_id: int, now: datetime, **fields: object) -> None:
    """Change a person's row, or make one."""
    fields["seen_at"] = in_utc(now)
    new = {"id": person_id, "active": True, "conversation_after": 0}
    put(connection, people, new | fields, fields)


def _delete_exchanges(connection: Connection, which: sa.ColumnElement[bool]) -> int:
    """Delete exchanges, and what those that went on from them have taken over; return how many were deleted."""
    gone = sa.select(exchanges.c.id).where(which).cte(recursive=True)
    later = exchanges.alias()
    gone = gone.union(sa.select(later.c.id).join(gone, later.c.previous_id == gone.c.id))
    heirs = exchanges.update().where(exchanges.c.id.in_(sa.select(gone.c.id)))
    connection.execute(heirs.values(conversation={}, understood=exchanges.c.question))
    return connection.execute(exchanges.delete().where(which)).rowcount


def _exchange(row: "Row[tuple[object, ...]]", cited: tuple[Shown, ...]) -> Exchange:
    return Exchange(
        person_id=row.person_id,
        chat_id=row.chat_id,
        chat_kind=row.chat_kind,
        question=row.question,
        understood=row.understood,
        asked_at=row.asked_at.replace(tzinfo=UTC),
        certainty=Certainty(row.certainty),
        confidence=row.confidence,
        took_ms=row.took_ms,
        was_read=row.was_read,
        shown=cited,
        previous=row.previous_id,
        conversation=row.conversation,
    )


def _shown_fields(number: int, place: int, excerpt: Shown) -> dict[str, object]:
    return {
        "exchange_id": number,
        "number": place + 1,
        "article_id": storable(excerpt.article_id),
        "start": excerpt.start,
        "end": excerpt.end,
    }


def in_utc(moment: datetime) -> datetime:
    """Return `moment` as it is stored: in UTC, without a time zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def storable(text: str) -> str:
    """Replace lone surrogates and NUL, which databases refuse."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")
