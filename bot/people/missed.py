"""Questions that were not answered well: which they are, what operators say of them, and what answers them later."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.people.database import put, transaction
from bot.people.store import PeopleStore, in_utc
from bot.people.tables import exchanges, judgements, later_answers, ratings, shown
from bot.people.types import Shown
from retrieval.types import Certainty


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an operator says of a question."""

    article_id: str | None
    """The article that answers it; None where no article does."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that got no answer, a guess that nobody found useful, or an answer that somebody found useless."""

    number: int
    question: str
    """As it was searched for."""
    asked_at: datetime
    """In UTC with a time zone."""
    certainty: Certainty
    disliked: bool
    shown: tuple[Shown, ...]
    """What was cited, in order."""
    judgement: Judgement | None = None
    """None where no operator has judged it."""

    @property
    def article_ids(self) -> tuple[str, ...]:
        """The articles that were cited, each once."""
        return tuple(dict.fromkeys(each.article_id for each in self.shown))


_LIKED = exchanges.c.id.in_(sa.select(ratings.c.exchange_id).where(ratings.c.useful))
_DISLIKED = exchanges.c.id.in_(sa.select(ratings.c.exchange_id).where(~ratings.c.useful))
_UNANSWERED = exchanges.c.certainty == Certainty.NONE
_GUESSED = (exchanges.c.certainty == Certainty.UNSURE) & ~_LIKED
_ANSWERED_LATER = exchanges.c.id.in_(sa.select(later_answers.c.exchange_id).where(later_answers.c.answered))


def missed(store: PeopleStore, count: int, since: datetime | None = None, *, guesses: bool = True) -> list[Missed]:
    """Return the latest questions that were not answered well, newest first; raises `PeopleError`.

    Only those `since` a moment, if one is given; without `guesses` only what got no answer or was found useless. What
    a later index answers is among them only where an operator has judged it.
    """
    recent = sa.true() if since is None else exchanges.c.asked_at >= in_utc(since)
    judged = exchanges.c.id.in_(sa.select(judgements.c.exchange_id))
    return _found(store, _not_answered_well(guesses=guesses), recent, judged | ~_ANSWERED_LATER, count=count)


def missed_with(store: PeopleStore, number: int) -> Missed | None:
    """Return the question with a number; None where it was deleted, or is no longer a missed one."""
    return next(iter(_found(store, _not_answered_well(), exchanges.c.id == number, count=1)), None)


def judge(store: PeopleStore, number: int, judgement: Judgement, now: datetime) -> bool:
    """Keep what an operator says of a question; return False where the question was deleted."""
    said: dict[str, object] = {"article_id": judgement.article_id, "judged_at": in_utc(now)}
    with transaction(store.engine) as connection:
        known = sa.select(exchanges.c.id).where(exchanges.c.id == number).with_for_update(read=True, key_share=True)
        if connection.execute(known).one_or_none() is None:
            return False
        put(connection, judgements, {"exchange_id": number, **said}, said)
    return True


def to_ask_again(store: PeopleStore, generation: int, made_at: datetime, count: int) -> list[Missed]:
    """Return the latest missed questions from before a generation was made that were not asked of it yet."""
    asked = sa.select(later_answers.c.exchange_id).where(
        later_answers.c.answered | (later_answers.c.generation >= generation)
    )
    before = exchanges.c.asked_at < in_utc(made_at)
    return _found(store, _not_answered_well(), before, exchanges.c.id.not_in(asked), count=count)


def note_asked_again(store: PeopleStore, number: int, generation: int, *, answered: bool) -> bool:
    """Note of which generation a question was asked again, and whether that answered it.

    Return False where the question was deleted, or another bot has noted that already.
    """
    noted: dict[str, object] = {"generation": generation, "answered": answered}
    with transaction(store.engine) as connection:
        known = sa.select(exchanges.c.id).where(exchanges.c.id == number).with_for_update()
        if connection.execute(known).one_or_none() is None:
            return False
        same = [later_answers.c[name] == value for name, value in noted.items()]
        before = sa.select(later_answers.c.exchange_id).where(later_answers.c.exchange_id == number, *same)
        if connection.execute(before).first():
            return False
        put(connection, later_answers, {"exchange_id": number, **noted}, noted)
    return True


def _not_answered_well(*, guesses: bool = True) -> sa.ColumnElement[bool]:
    return _UNANSWERED | _DISLIKED | (_GUESSED if guesses else sa.false())


def _found(store: PeopleStore, *conditions: sa.ColumnElement[bool], count: int) -> list[Missed]:
    columns = (
        exchanges.c.id,
        exchanges.c.understood,
        exchanges.c.asked_at,
        exchanges.c.certainty,
        _DISLIKED.label("disliked"),
        judgements.c.judged_at,
        judgements.c.article_id,
    )
    latest = sa.select(*columns).outerjoin_from(exchanges, judgements).where(*conditions)
    with transaction(store.engine) as connection:
        rows = connection.execute(latest.order_by(exchanges.c.id.desc()).limit(count)).all()
        cited = _shown_in(connection, [row.id for row in rows])
    return [
        Missed(
            number=row.id,
            question=row.understood,
            asked_at=row.asked_at.replace(tzinfo=UTC),
            certainty=Certainty(row.certainty),
            disliked=bool(row.disliked),
            shown=tuple(cited[row.id]),
            judgement=Judgement(row.article_id) if row.judged_at else None,
        )
        for row in rows
    ]


def _shown_in(connection: Connection, numbers: Iterable[int]) -> dict[int, list[Shown]]:
    """Return what was cited in exchanges, by their numbers."""
    cited: dict[int, list[Shown]] = {number: [] for number in numbers}
    wanted = sa.select(shown).where(shown.c.exchange_id.in_(cited)).order_by(shown.c.exchange_id, shown.c.number)
    for row in connection.execute(wanted):
        cited[row.exchange_id].append(Shown(row.article_id, row.start, row.end))
    return cited
