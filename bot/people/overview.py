"""What the operator may know of all people together: how much was asked, and what was not answered well."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.people.database import transaction
from bot.people.store import PeopleStore, in_utc
from bot.people.tables import exchanges, ratings, shown
from retrieval.types import Certainty


@dataclass(frozen=True, slots=True)
class Usage:
    """Figures of the questions since some moment."""

    questions: int
    answered: int
    """For sure."""
    unsure: int
    """With an excerpt that was plainly a guess."""
    disliked: int
    """Questions whose answer somebody found useless."""
    people: int
    p50_ms: float
    """Half of the answers took no longer than this."""
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that got no answer, a guess that nobody found useful, or an answer that somebody found useless."""

    number: int
    question: str
    """As it was searched for."""
    certainty: Certainty
    disliked: bool
    article_ids: tuple[str, ...]
    """What was cited."""


_LIKED = exchanges.c.id.in_(sa.select(ratings.c.exchange_id).where(ratings.c.useful))
_DISLIKED = exchanges.c.id.in_(sa.select(ratings.c.exchange_id).where(~ratings.c.useful))
_UNANSWERED = exchanges.c.certainty == Certainty.NONE
_GUESSED = (exchanges.c.certainty == Certainty.UNSURE) & ~_LIKED


def usage(store: PeopleStore, since: datetime) -> Usage:
    """Count what was asked since a moment; raises `PeopleError`."""
    recent = exchanges.c.asked_at >= in_utc(since)
    with transaction(store.engine) as connection:

        def count(*conditions: sa.ColumnElement[bool]) -> int:
            return connection.execute(sa.select(sa.func.count()).where(recent, *conditions)).scalar_one()

        questions = count()
        people = sa.select(sa.func.count(exchanges.c.person_id.distinct())).where(recent)
        return Usage(
            questions=questions,
            answered=count(exchanges.c.certainty == Certainty.SURE),
            unsure=count(exchanges.c.certainty == Certainty.UNSURE),
            disliked=count(_DISLIKED),
            people=connection.execute(people).scalar_one(),
            p50_ms=_took(connection, recent, questions // 2),
            p95_ms=_took(connection, recent, questions * 95 // 100),
        )


def _took(connection: Connection, recent: sa.ColumnElement[bool], place: int) -> float:
    """Return how long the answer took that stands at `place` when they are sorted by that, counted from 0."""
    times = sa.select(exchanges.c.took_ms).where(recent).order_by(exchanges.c.took_ms).offset(place).limit(1)
    return connection.execute(times).scalar() or 0.0


def missed(store: PeopleStore, count: int) -> list[Missed]:
    """Return the latest questions that were not answered well, newest first; raises `PeopleError`."""
    columns = (exchanges.c.id, exchanges.c.understood, exchanges.c.certainty, _DISLIKED.label("disliked"))
    missing = _UNANSWERED | _GUESSED | _DISLIKED
    latest = sa.select(*columns).where(missing).order_by(exchanges.c.id.desc()).limit(count)
    with transaction(store.engine) as connection:
        rows = connection.execute(latest).all()
        cited: dict[int, list[str]] = {row.id: [] for row in rows}
        wanted = sa.select(shown.c.exchange_id, shown.c.article_id).where(shown.c.exchange_id.in_(cited))
        for number, article in connection.execute(wanted.order_by(shown.c.exchange_id, shown.c.number)):
            cited[number].append(article)
    return [
        Missed(
            row.id, row.understood, Certainty(row.certainty), bool(row.disliked), tuple(dict.fromkeys(cited[row.id]))
        )
        for row in rows
    ]
