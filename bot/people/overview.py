"""What the operator may know of all people together: how much was asked, and how it was answered."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.people.database import transaction
from bot.people.store import PeopleStore, in_utc
from bot.people.tables import exchanges, ratings
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


_DISLIKED = exchanges.c.id.in_(sa.select(ratings.c.exchange_id).where(~ratings.c.useful))


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


def usage_by_period(store: PeopleStore, since: datetime, period_of: Callable[[datetime], date]) -> dict[date, Usage]:
    """Count the same by periods, those without questions left out; raises `PeopleError`.

    `period_of` is given when a question was asked, in UTC with a time zone, and names its period by a day.
    """
    columns = (
        exchanges.c.asked_at,
        exchanges.c.person_id,
        exchanges.c.certainty,
        exchanges.c.took_ms,
        _DISLIKED.label("disliked"),
    )
    by_period: dict[date, list[Row[tuple[object, ...]]]] = defaultdict(list)
    with transaction(store.engine) as connection:
        for row in connection.execute(sa.select(*columns).where(exchanges.c.asked_at >= in_utc(since))):
            by_period[period_of(row.asked_at.replace(tzinfo=UTC))].append(row)
    return {period: _usage_of(rows) for period, rows in by_period.items()}


def _usage_of(rows: "list[Row[tuple[object, ...]]]") -> Usage:
    times = sorted(row.took_ms for row in rows)
    return Usage(
        questions=len(rows),
        answered=sum(row.certainty == Certainty.SURE for row in rows),
        unsure=sum(row.certainty == Certainty.UNSURE for row in rows),
        disliked=sum(row.disliked for row in rows),
        people=len({row.person_id for row in rows}),
        p50_ms=times[len(times) // 2],
        p95_ms=times[len(times) * 95 // 100],
    )


def _took(connection: Connection, recent: sa.ColumnElement[bool], place: int) -> float:
    """Return how long the answer took that stands at `place` when they are sorted by that, counted from 0."""
    times = sa.select(exchanges.c.took_ms).where(recent).order_by(exchanges.c.took_ms).offset(place).limit(1)
    return connection.execute(times).scalar() or 0.0
