"""The place of a bot among several on one PostgreSQL: who lives, who leads, and what a restart of the server does."""

import threading
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from postgres_server import PostgresServer

from bot.people.database import transaction
from bot.people.replica import Replica, Standing
from bot.people.store import PeopleStore
from bot.people.tables import replicas

BOT = 123456789
PATIENCE = 60


class Watched(Replica):
    """A replica that others can wait for."""

    def __init__(self, engine, bot=BOT):
        self._seen = threading.Condition()
        self.stood = [Standing()]
        self.heard = 0
        super().__init__(engine, bot, self._note, self._hear)

    def _note(self, standing):
        with self._seen:
            self.stood.append(standing)
            self._seen.notify_all()

    def _hear(self):
        with self._seen:
            self.heard += 1
            self._seen.notify_all()

    def until(self, condition):
        with self._seen:
            assert self._seen.wait_for(lambda: condition(self), PATIENCE), self.stood

    def stands(self, **wanted):
        self.until(lambda each: all(getattr(each.stood[-1], name) == value for name, value in wanted.items()))


@pytest.fixture
def store(home, database_url):
    opened = PeopleStore.open(home, database_url)
    yield opened
    opened.close()


@contextmanager
def living(store, *bots):
    born = [Watched(store.engine, bot) for bot in bots]
    for each in born:
        each.start()
        each.stands(connected=True)
    try:
        yield born
    finally:
        for each in born:
            each.close()


def lose_connection(store, replica):
    """Have the server end the connection that holds a replica's locks."""
    with transaction(store.engine) as connection:
        ended = sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :which "
            "AND objid = :number"
        )
        connection.execute(ended, {"which": 0x63697472, "number": replica._number})


def test_one_of_several_leads_and_another_one_when_it_ends(store):
    with living(store, BOT, BOT, BOT + 1) as (first, second, other):
        for each in (first, second):
            each.stands(count=2)
        other.stands(leads=True, count=1)
        assert sorted(each.stood[-1].leads for each in (first, second)) == [False, True]
        leader, follower = (first, second) if first.stood[-1].leads else (second, first)
        leader.queue.leave(())
        leader.close()
        follower.stands(leads=True, count=1)


def test_a_replica_hears_of_what_comes_to_another(store):
    with living(store, BOT, BOT) as (first, second):
        first.queue.add(1, "{}", 1001)
        second.until(lambda each: each.heard)


def test_who_loses_its_connection_comes_back_to_its_place(store):
    with living(store, BOT) as (only,):
        only.stands(leads=True)
        only.queue.add(1, "{}", 1001)
        [claim] = only.queue.turn((), 1, trying=False, held=())
        lose_connection(store, only)
        only.until(lambda each: not each.stood[-2].connected and each.stood[-1].connected)
        only.stands(leads=True)
        assert only.queue.answer(claim.number)


def test_where_the_server_is_started_anew_nobody_takes_what_others_handle(home):
    server = PostgresServer()
    try:
        store = PeopleStore.open(home, server.new_database())
        with living(store, BOT, BOT) as (first, second):
            second.stands(count=2)
            first.queue.add(1, "{}", 1001)
            [claim] = first.queue.turn((), 1, trying=False, held=())
            server.stop()
            for each in (first, second):
                each.stands(connected=False)
            server.start()
            for each in (first, second):
                each.stands(connected=True, count=2)
            assert first.queue.answer(claim.number)
            with transaction(store.engine) as connection:
                assert connection.execute(sa.select(sa.func.count()).select_from(replicas)).scalar() == 2
        store.close()
    finally:
        server.close()
