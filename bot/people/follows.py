"""Questions that readers follow: what each of them has been shown, and what is told to them when it comes."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bot.people.database import alone_with, has_blocked, transaction
from bot.people.store import PeopleStore, in_utc, storable
from bot.people.tables import exchanges, follows, known_reports
from retrieval.types import Followed, KnownReport

MOST_FOLLOWS = 20
"""Questions that one person may follow at a time."""

_WORD = re.compile(r"\w+")
_LONGEST_DAY = timedelta(hours=25)
"""That on which the clock is set back."""


@dataclass(frozen=True, slots=True)
class Follow:
    """A question that somebody follows in their private chat."""

    number: int
    person_id: int
    followed: Followed
    """What is asked again; its moment is that of the archive's time zone, as it was given to `follow`."""
    language: str
    """That in which the reader was answered."""
    is_answered: bool
    """Whether they were shown an answer, or told one since."""


class Following(Enum):
    """What comes of a wish to follow a question."""

    BEGUN = auto()
    ALREADY = auto()
    TOO_MANY = auto()
    FORGOTTEN = auto()
    """The exchange was deleted, or its reader has blocked the bot."""


def follow(
    store: PeopleStore, person_id: int, exchange: int, followed: Followed, language: str, now: datetime
) -> Following:
    """Keep that a person follows the question of one of their exchanges; raises `PeopleError`.

    One that they follow already, in whatever letters, goes on as it was asked last: they know what they were shown of
    it both times.
    """
    asked = {
        "exchange_id": exchange,
        "question": storable(followed.question),
        "language": language,
        "asked_at": followed.asked_at,
        "newest_passage": followed.newest_passage,
        "generation": 0,
    }
    begun = follows.insert().values(person_id=person_id, begun_at=in_utc(now), **asked).returning(follows.c.id)
    with transaction(store.engine) as connection:
        alone_with(connection, person_id)
        mine = sa.select(exchanges.c.id).where(exchanges.c.id == exchange, exchanges.c.chat_id == person_id)
        if has_blocked(connection, person_id) or connection.execute(mine).first() is None:
            return Following.FORGOTTEN
        going_on = connection.execute(sa.select(follows).where(_going_on(person_id))).all()
        words = _words_of(followed.question)
        known = (each for each in going_on if each.exchange_id == exchange or _words_of(each.question) == words)
        same = next(known, None)
        if same is None and len(going_on) >= MOST_FOLLOWS:
            return Following.TOO_MANY
        if same is None:
            _add_known(connection, connection.execute(begun).scalar_one(), followed.known, None)
            return Following.BEGUN
        if same.asked_at < followed.asked_at:
            connection.execute(follows.update().where(follows.c.id == same.id).values(asked))
            _add_known(connection, same.id, followed.known, None)
    return Following.ALREADY


def followed_by(store: PeopleStore, person_id: int) -> list[Follow]:
    """Return what a person follows, the earliest first; raises `PeopleError`."""
    return sorted(_found(store, _going_on(person_id)), key=lambda each: each.number)


def end_follow(store: PeopleStore, number: int, person_id: int, now: datetime) -> bool | None:
    """End a person's follow; return False where it has ended before, None where they have none with this number."""
    mine = (follows.c.id == number) & (follows.c.person_id == person_id)
    with transaction(store.engine) as connection:
        ended = follows.update().where(mine, follows.c.ended_at.is_(None)).values(ended_at=in_utc(now))
        if connection.execute(ended).rowcount:
            return True
        return False if connection.execute(sa.select(follows.c.id).where(mine)).first() else None


def to_ask_of(store: PeopleStore, generation: int, since: datetime, most: int) -> list[Follow]:
    """Return what was not asked of a generation yet, the one first that has waited longest; raises `PeopleError`.

    Whoever was told `most` messages or more `since` a moment is left out.
    """
    full = sa.select(_told_since(since).c.person_id).group_by("person_id").having(sa.func.count() >= most)
    return _found(
        store, follows.c.ended_at.is_(None), follows.c.generation < generation, follows.c.person_id.not_in(full)
    )


def note_asked(store: PeopleStore, number: int, generation: int) -> None:
    """Note that a generation has nothing new for a follow; raises `PeopleError`."""
    asked = follows.update().where(follows.c.id == number, follows.c.generation < generation)
    with transaction(store.engine) as connection:
        connection.execute(asked.values(generation=generation))


def note_told(
    store: PeopleStore,
    follow: Follow,
    news: Followed,
    generation: int,
    now: datetime | None,
    since: datetime,
    most: int,
) -> bool:
    """Note that what a generation has is told now; return False where it must not be told.

    That is so where the follow has ended, another bot has asked that generation, or its reader was told `most`
    messages `since` a moment already. It is noted before it is sent: what the bot is killed at in between is never
    told, and nothing is told twice. `news` holds what the reader knows from now on; `now` is None where they know it
    already, which is no message.
    """
    still = sa.select(follows.c.id).where(
        follows.c.id == follow.number, follows.c.ended_at.is_(None), follows.c.generation < generation
    )
    told = _told_since(since)
    count = sa.select(sa.func.count()).select_from(told).where(told.c.person_id == follow.person_id)
    with transaction(store.engine) as connection:
        alone_with(connection, follow.person_id)
        if connection.execute(still).first() is None or (now and connection.execute(count).scalar_one() >= most):
            return False
        known = follows.update().where(follows.c.id == follow.number)
        connection.execute(known.values(generation=generation, newest_passage=news.newest_passage))
        _add_known(connection, follow.number, news.known, in_utc(now) if now else None)
    return True


def take_back(store: PeopleStore, follow: Follow, now: datetime) -> None:
    """Undo `note_told` of a moment, since nothing has gone out; raises `PeopleError`."""
    before = {"generation": 0, "newest_passage": follow.followed.newest_passage}
    noted = (known_reports.c.follow_id == follow.number) & (known_reports.c.told_at == in_utc(now))
    with transaction(store.engine) as connection:
        connection.execute(known_reports.delete().where(noted))
        connection.execute(follows.update().where(follows.c.id == follow.number).values(before))


def _words_of(question: str) -> list[str]:
    return _WORD.findall(question.casefold().replace("ё", "е"))


def _going_on(person_id: int) -> sa.ColumnElement[bool]:
    return (follows.c.person_id == person_id) & follows.c.ended_at.is_(None)


def _told_since(since: datetime) -> sa.Subquery:
    """Select each message of the day that began at a moment, with its person.

    What a clock that went wrong has dated later is not of that day, and would keep a person from being told for long.
    """
    told = (
        sa.select(follows.c.person_id, known_reports.c.follow_id, known_reports.c.told_at)
        .join_from(follows, known_reports)
        .where(known_reports.c.told_at >= in_utc(since), known_reports.c.told_at < in_utc(since + _LONGEST_DAY))
    )
    return told.distinct().subquery()


def _add_known(connection: Connection, number: int, reports: Iterable[KnownReport], told_at: datetime | None) -> None:
    rows = [
        {
            "follow_id": number,
            "article_id": storable(report.article_id),
            "published_at": report.published_at,
            "values": list(report.values),
            "told_at": told_at,
        }
        for report in reports
    ]
    if rows:
        connection.execute(known_reports.insert(), rows)


def _found(store: PeopleStore, *conditions: sa.ColumnElement[bool]) -> list[Follow]:
    wanted = sa.select(follows).where(*conditions).order_by(follows.c.generation, follows.c.id)
    with transaction(store.engine) as connection:
        rows = connection.execute(wanted).all()
        known = _known_of(connection, sa.select(follows.c.id).where(*conditions))
    return [_follow(row, known.get(row.id, ())) for row in rows]


def _known_of(connection: Connection, numbers: "sa.Select[tuple[int]]") -> dict[int, list[KnownReport]]:
    found: dict[int, list[KnownReport]] = {}
    wanted = sa.select(known_reports).where(known_reports.c.follow_id.in_(numbers)).order_by(known_reports.c.id)
    for row in connection.execute(wanted):
        report = KnownReport(row.article_id, row.published_at, tuple(row.values))
        found.setdefault(row.follow_id, []).append(report)
    return found


def _follow(row: "Row[tuple[object, ...]]", known: Sequence[KnownReport]) -> Follow:
    followed = Followed(row.question, row.asked_at, tuple(known), row.newest_passage)
    return Follow(row.id, row.person_id, followed, row.language, is_answered=bool(known))
