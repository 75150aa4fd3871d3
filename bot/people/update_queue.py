"""The updates of several bots on one PostgreSQL: each taken once, answered once, in the order of its chat.

What Telegram has delivered to any of them stands here until one has handled it, a *replica*. Whoever handles an update
of a chat keeps the chat for a while: so whatever one process knows of a chat, its pace and whose turn it is, holds for
all of them.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Engine, Row

from bot.people.database import transaction
from bot.people.tables import forgotten, queue, rates, replicas, turns

CHANNEL = "citebot_updates"
"""What whoever waits for updates listens to; the number of the bot is told."""

_QUEUES = 0x63697471
"""The first half of the lock under which updates are handed out: "citq"; the second is the bot's."""
_REPLICAS = 0x63697472
"""The first half of the lock that a replica holds while it lives: "citr"; the second is its number."""
_LEADERS = 0x6369746C
"""The first half of the lock of the replica that fetches updates: "citl"; the second is the bot's."""

_NUMBERS_KEPT = 10_000
"""An update that comes twice takes two numbers."""
_MOST_BEGINNINGS = 5
"""More than a bot alone grants: of several, machines go away while they answer, which is not an update's fault."""
_KEEPS_CHAT = sa.text("interval '60 seconds'")
"""For longer than any pace or rate remembers."""
_ANSWERED_WITHIN = sa.text("interval '1 hour'")
_YOUNG = sa.text("interval '1 second'")
_LOOKED_THROUGH = 1000
_FEW = 4
"""Who handles so few takes more, whatever the others do."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An update that is the replica's to handle."""

    number: int
    body: str
    place: int
    tried: bool
    """Whether a replica that handled it has ended meanwhile."""
    given_up: bool
    """Whether so many have that nothing is to be done but to say so; that is one more beginning."""
    new_place: bool
    """Whether another replica may have handled what came from there before."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What dead replicas have left."""

    waiting: int
    """Updates that others handle now."""
    given_up: int
    """Updates that were begun too often; what stops every process must not do so for ever."""


def lock_of_replica(replica: int) -> tuple[int, int]:
    """Return the two numbers of the lock that says that a replica lives."""
    return _REPLICAS, replica


def lock_of_leader(bot: int) -> tuple[int, int]:
    """Return the two numbers of the lock of whoever fetches updates for a bot."""
    return _LEADERS, _half(bot)


class UpdateQueue:
    """The queue of one bot, as one of its replicas sees it; safe to use from several threads.

    Every method is one short transaction, and raises `PeopleError` where the database fails.
    """

    def __init__(self, engine: Engine, bot: int, replica: int) -> None:
        """`bot` is Telegram's number of the bot, `replica` the number that `bot.people.replica` gives."""
        self._engine = engine
        self._bot = bot
        self._replica = replica
        self._mine = queue.c.owner == replica

    def add(self, update_id: int, body: str, place: int) -> bool:
        """Keep `body` until it is handled; tell whether it is new. What comes from one `place` is handled in order."""
        digest = hashlib.blake2b(body.encode(), digest_size=16).digest()
        row = {"bot": self._bot, "update_id": update_id, "digest": digest, "place": place, "body": body}
        new = insert(queue).values(row).on_conflict_do_nothing().returning(queue.c.number)
        with transaction(self._engine) as connection:
            if connection.execute(new).scalar() is None:
                return False
            connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(self._bot))))
        return True

    def turn(self, finished: Collection[int], room: int, *, trying: bool, held: Collection[int]) -> list[Claimed]:
        """Note what is handled, and take up to `room` updates, in the order in which they came.

        What has been begun before is taken one at a time: while the replica is `trying` one, no other. `held` are the
        numbers that it has and has not finished. Who has several leaves what has just come from elsewhere to who has
        less to do.
        """
        with transaction(self._engine) as connection:
            if not finished and not (room and self._has_waiting(connection, held)):
                return []
            self._alone(connection)
            self._finish(connection, finished)
            if not room:
                return []
            self._free_lost(connection, held)
            self._free_chats(connection)
            leaving = self._leaves_to_others(connection, len(held))
            return self._take(connection, self._chosen(connection, room, trying=trying, leaving=leaving))

    def finish(self, number: int) -> None:
        """Note that an update is not to be handled again."""
        with transaction(self._engine) as connection:
            self._finish(connection, (number,))

    def answer(self, number: int) -> bool:
        """Note that an answer goes out now; tell whether it may, since the update is still this replica's."""
        answering = queue.update().where(queue.c.number == number, self._mine, queue.c.body.is_not(None))
        with transaction(self._engine) as connection:
            return bool(connection.execute(answering.values(answering=True)).rowcount)

    def unanswer(self, number: int) -> None:
        """Note that what went out has not been taken."""
        with transaction(self._engine) as connection:
            connection.execute(queue.update().where(queue.c.number == number, self._mine).values(answering=False))

    def tidy(self) -> None:
        """Forget numbers that Telegram does not repeat any more, and what of people is of no use any more."""
        last = sa.select(sa.func.max(queue.c.number)).scalar_subquery()
        with transaction(self._engine) as connection:
            connection.execute(queue.delete().where(queue.c.body.is_(None), queue.c.number <= last - _NUMBERS_KEPT))
            connection.execute(forgotten.delete().where(forgotten.c.at < sa.func.now() - _ANSWERED_WITHIN))
            connection.execute(rates.delete().where(rates.c.until < sa.func.now()))

    def replicas(self) -> int:
        """Return how many replicas there are."""
        counted = sa.select(sa.func.count()).select_from(replicas).where(replicas.c.bot == self._bot)
        with transaction(self._engine) as connection:
            return connection.execute(counted).scalar_one()

    def take_back(self) -> Returned:
        """Let others handle what replicas have left that live no more."""
        with transaction(self._engine) as connection:
            others = sa.select(replicas.c.id).where(replicas.c.bot == self._bot, replicas.c.id != self._replica)
            gone = [each for each in connection.execute(others).scalars() if _is_gone(connection, each)]
            if not gone:
                return Returned(0, 0)
            self._alone(connection)
            return self._release(connection, gone, begun=0)

    def leave(self, finished: Collection[int]) -> None:
        """Note what is handled, and let others handle what is not: this replica ends in order."""
        with transaction(self._engine) as connection:
            self._alone(connection)
            self._finish(connection, finished)
            # What was begun has stopped nothing.
            self._release(connection, [self._replica], begun=1)

    def _alone(self, connection: Connection) -> None:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_QUEUES, _half(self._bot))))

    def _has_waiting(self, connection: Connection, held: Collection[int]) -> bool:
        waiting = (
            sa.select(queue.c.number).where(sa.or_(sa.and_(*self._waiting()), sa.and_(*self._lost(held)))).limit(1)
        )
        return connection.execute(waiting).first() is not None

    def _waiting(self) -> tuple[sa.ColumnElement[bool], ...]:
        return queue.c.bot == self._bot, queue.c.body.is_not(None), queue.c.owner.is_(None)

    def _lost(self, held: Collection[int]) -> tuple[sa.ColumnElement[bool], ...]:
        return queue.c.bot == self._bot, queue.c.body.is_not(None), self._mine, queue.c.number.not_in(held)

    def _free_lost(self, connection: Connection, held: Collection[int]) -> None:
        """Give back what was taken and never came: the answer to a commit is lost with the connection."""
        # Nobody has begun with it.
        freed = queue.update().where(*self._lost(held)).values(owner=None, begun=queue.c.begun - 1)
        places = set(connection.execute(freed.returning(queue.c.place)).scalars())
        if places:
            of_held = sa.select(queue.c.place).where(queue.c.number.in_(held))
            mine = *self._turns_of(places), turns.c.owner == self._replica
            connection.execute(turns.delete().where(*mine, turns.c.place.not_in(of_held)))

    def _finish(self, connection: Connection, numbers: Collection[int]) -> None:
        if not numbers:
            return
        done = queue.update().where(queue.c.number.in_(numbers), self._mine).values(body=None, owner=None)
        places = set(connection.execute(done.returning(queue.c.place)).scalars())
        until = {"until": sa.func.now() + _KEEPS_CHAT}
        connection.execute(turns.update().where(*self._turns_of(places), turns.c.owner == self._replica).values(until))

    def _turns_of(self, places: Iterable[int]) -> tuple[sa.ColumnElement[bool], ...]:
        return turns.c.bot == self._bot, turns.c.place.in_(list(places))

    def _free_chats(self, connection: Connection) -> None:
        """Let others have the chats that nothing came from for a while, and nothing is left of."""
        unfinished = sa.select(queue.c.number).where(
            queue.c.bot == turns.c.bot,
            queue.c.place == turns.c.place,
            queue.c.body.is_not(None),
            queue.c.owner.is_not(None),
        )
        old = turns.c.bot == self._bot, turns.c.until < sa.func.now()
        connection.execute(turns.delete().where(*old, ~unfinished.exists()))

    def _leaves_to_others(self, connection: Connection, busy: int) -> bool:
        """Tell whether another replica has less to do."""
        if busy < _FEW:
            return False
        of_another = (queue.c.owner == replicas.c.id) & queue.c.body.is_not(None)
        counted = (
            sa.select(sa.func.count(queue.c.number))
            .select_from(replicas.outerjoin(queue, of_another))
            .where(replicas.c.bot == self._bot, replicas.c.id != self._replica)
            .group_by(replicas.c.id)
        )
        return any(others < busy for others in connection.execute(counted).scalars())

    def _chosen(
        self, connection: Connection, room: int, *, trying: bool, leaving: bool
    ) -> "Sequence[Row[tuple[object, ...]]]":
        """Choose what to take: of each place the first that wait."""
        chosen: list[Row[tuple[object, ...]]] = []
        passed_over: set[int] = set()
        for row in connection.execute(self._within_reach()):
            is_left = leaving and row.is_young and row.is_new_place
            if row.place in passed_over or is_left or (row.begun and trying):
                passed_over.add(row.place)
                continue
            trying |= bool(row.begun)
            chosen.append(row)
            if len(chosen) == room:
                break
        return chosen

    def _within_reach(self) -> sa.Select[tuple[int, int, int, bool, bool]]:
        """Select what waits in places that are free, or this replica's."""
        columns = (
            queue.c.number,
            queue.c.place,
            queue.c.begun,
            (queue.c.came_at > sa.func.now() - _YOUNG).label("is_young"),
            turns.c.owner.is_(None).label("is_new_place"),
        )
        turn = (turns.c.bot == queue.c.bot) & (turns.c.place == queue.c.place)
        free = turns.c.owner.is_(None) | (turns.c.owner == self._replica)
        found = sa.select(*columns).select_from(queue.outerjoin(turns, turn)).where(*self._waiting(), free)
        return found.order_by(queue.c.number).limit(_LOOKED_THROUGH)

    def _take(self, connection: Connection, chosen: "Sequence[Row[tuple[object, ...]]]") -> list[Claimed]:
        if not chosen:
            return []
        taken = queue.update().where(queue.c.number.in_([row.number for row in chosen]))
        taken = taken.values(owner=self._replica, begun=queue.c.begun + 1)
        rows = connection.execute(taken.returning(queue.c.number, queue.c.body))
        bodies: dict[int, str] = {row.number: row.body for row in rows}
        until = sa.func.now() + _KEEPS_CHAT
        places = [{"bot": self._bot, "place": place, "owner": self._replica} for place in {row.place for row in chosen}]
        turn = insert(turns).values([each | {"until": until} for each in places])
        connection.execute(turn.on_conflict_do_update(index_elements=["bot", "place"], set_={"until": until}))
        return [
            Claimed(
                row.number,
                bodies[row.number],
                row.place,
                tried=row.begun > 0,
                given_up=row.begun >= _MOST_BEGINNINGS,
                new_place=row.is_new_place,
            )
            for row in chosen
        ]

    def _release(self, connection: Connection, gone: Collection[int], *, begun: int) -> Returned:
        """Let others have what some replicas have not finished; `begun` of its beginnings do not count."""
        of_them = queue.c.owner.in_(gone)
        counted = queue.c.begun - begun
        # In one statement: what is answered while this happens is seen by it, or sees it.
        released = queue.update().where(of_them, queue.c.body.is_not(None))
        left = released.values(
            owner=None,
            begun=counted,
            body=sa.case((queue.c.answering | (counted > _MOST_BEGINNINGS), None), else_=queue.c.body),
        ).returning(queue.c.body.is_(None).label("is_over"), queue.c.begun)
        rows = connection.execute(left).all()
        connection.execute(turns.delete().where(turns.c.owner.in_(gone)))
        connection.execute(replicas.delete().where(replicas.c.id.in_(gone)))
        connection.execute(sa.select(sa.func.pg_notify(CHANNEL, str(self._bot))))
        waiting = [row.begun for row in rows if not row.is_over]
        given_up = sum(each == _MOST_BEGINNINGS for each in waiting)
        return Returned(len(waiting) - given_up, given_up)


def _is_gone(connection: Connection, replica: int) -> bool:
    return bool(
        connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(*lock_of_replica(replica)))).scalar_one()
    )


def _half(bot: int) -> int:
    """Return what of a bot's number goes into the half of a lock's."""
    return bot & 0x7FFF_FFFF
