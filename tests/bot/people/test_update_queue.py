"""The queue that several bots share, in real PostgreSQL: each update taken once, in the order of its chat."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.people.database import PeopleError, open_engine, transaction
from bot.people.shared_rate import count_if_allowed
from bot.people.store import PeopleStore
from bot.people.tables import VERSION_TABLE, metadata, queue, replicas, shared, turns
from bot.people.update_queue import Returned, UpdateQueue, lock_of_replica

BOT, OTHER_BOT = 123456789, 987654321
ANN, BEN, GROUP = 1001, 1002, -100500


@pytest.fixture
def store(home, database_url):
    opened = PeopleStore.open(home, database_url)
    yield opened
    opened.close()


@pytest.fixture
def living(store):
    """Make a queue of a replica that lives until the end of the test, or until it is `killed`."""
    with ExitStack() as locks:

        def born(number, bot=BOT):
            connection = locks.enter_context(store.engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
            connection.execute(sa.select(sa.func.pg_advisory_lock(*lock_of_replica(number))))
            connection.execute(replicas.insert().values(id=number, bot=bot))
            born_queue = UpdateQueue(store.engine, bot, number)
            born_queue.held = set()
            born_queue.killed = lambda: connection.execute(
                sa.select(sa.func.pg_advisory_unlock(*lock_of_replica(number)))
            )
            return born_queue

        yield born


def claims(replica, finished=(), room=16, trying=False):
    replica.held.difference_update(finished)
    taken = replica.turn(finished, room, trying=trying, held=tuple(replica.held))
    replica.held.update(claim.number for claim in taken)
    return taken


def turn(replica, *arguments, **named):
    return [claim.body for claim in claims(replica, *arguments, **named)]


def numbers(store):
    """The number of each update that is not handled, by its body."""
    with transaction(store.engine) as connection:
        rows = connection.execute(sa.select(queue.c.body, queue.c.number).where(queue.c.body.is_not(None)))
        return {row.body: row.number for row in rows}


def ages(store, table, column, seconds):
    """Make the rows of a table older."""
    with transaction(store.engine) as connection:
        connection.execute(table.update().values({column: column - sa.func.make_interval(0, 0, 0, 0, 0, 0, seconds)}))


def test_the_migrated_schema_is_that_of_the_tables(store):
    def ours(name, kind, _parents):
        return kind != "table" or name != VERSION_TABLE

    both = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in (*metadata.tables.values(), *shared.tables.values()):
        table.to_metadata(both)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, both) == []


def test_bots_that_start_at_the_same_time_make_one_schema(home, database_url):
    with ThreadPoolExecutor(4) as at_once:
        engines = list(at_once.map(lambda _number: open_engine(home, database_url), range(4)))
    for engine in engines:
        with transaction(engine) as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(queue)).scalar() == 0
        engine.dispose()


def test_an_update_is_new_once_whichever_bot_it_is_delivered_to(store, living):
    first, second, other = living(1), living(2), living(3, OTHER_BOT)
    assert [first.add(7, "a", ANN), second.add(7, "a", ANN), second.add(8, "b", ANN)] == [True, False, True]
    assert second.add(7, "another one, a week later", ANN)
    assert other.add(7, "a", ANN)
    assert turn(first) == ["a", "b", "another one, a week later"]
    turn(first, [numbers(store)["b"]], room=0)
    assert not second.add(8, "b", ANN)
    assert turn(other) == ["a"]


def test_what_is_delivered_to_many_at_once_is_new_once(living):
    several = [living(number) for number in range(1, 5)]
    with ThreadPoolExecutor(4) as at_once:
        for number in range(20):
            added = list(at_once.map(lambda each, number=number: each.add(number, f"body {number}", ANN), several))
            assert sorted(added) == [False, False, False, True]


def test_many_take_at_once_each_update_once_and_a_chat_by_one_in_order(living):
    several = [living(number) for number in range(1, 5)]
    for number in range(120):
        several[number % 4].add(number, f"{number:03}", 2000 + number % 10)

    def take(replica):
        return [body for _ in range(40) for body in turn(replica, tuple(replica.held), room=3)]

    with ThreadPoolExecutor(4) as at_once:
        taken = list(at_once.map(take, several))
    assert sorted(body for bodies in taken for body in bodies) == [f"{number:03}" for number in range(120)]
    for bodies in taken:
        for chat in range(10):
            of_chat = [body for body in bodies if int(body) % 10 == chat]
            assert of_chat == sorted(of_chat)
            assert len(of_chat) in {0, 12}


def test_a_chat_stays_with_who_handles_it_for_a_minute_after_its_last_update(store, living):
    first, second = living(1), living(2)
    first.add(1, "a", ANN)
    assert turn(first) == ["a"]
    second.add(2, "b", ANN)
    ages(store, turns, turns.c.until, 61)
    assert turn(second) == [], "the first has not finished"
    turn(first, [numbers(store)["a"]], room=0)
    ages(store, turns, turns.c.until, 59)
    assert turn(second) == []
    ages(store, turns, turns.c.until, 2)
    assert [(claim.body, claim.new_place) for claim in claims(second)] == [("b", True)]
    second.add(3, "c", ANN)
    assert turn(first) == []
    assert [(claim.body, claim.new_place) for claim in claims(second)] == [("c", False)]


@contextmanager
def losing_the_connection(store, monkeypatch):
    """Let what is committed be committed, and nobody hear of it."""
    commit = store.engine.dialect.do_commit

    def committed(connection):
        commit(connection)
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patched:
        patched.setattr(store.engine.dialect, "do_commit", committed)
        yield


def test_what_was_taken_and_never_came_is_taken_anew_as_if_it_had_not_been(store, living, monkeypatch):
    first, second = living(1), living(2)
    first.add(1, "held", BEN)
    assert turn(first) == ["held"]
    for number, place in ((2, ANN), (3, BEN), (4, ANN)):
        first.add(number, f"{number}", place)
    with losing_the_connection(store, monkeypatch), pytest.raises(PeopleError, match="closed the connection"):
        turn(first)
    assert turn(second) == [], "it is the first's"
    taken = [(claim.body, claim.tried, claim.new_place) for claim in claims(first)]
    assert taken == [("2", False, True), ("3", False, False), ("4", False, True)]
    assert turn(first) == []


def test_what_was_taken_and_never_came_may_be_taken_by_another(store, living, monkeypatch):
    first, second = living(1), living(2)
    first.add(1, "lost", ANN)
    with losing_the_connection(store, monkeypatch), pytest.raises(PeopleError, match="closed the connection"):
        turn(first)
    first.add(2, "next", BEN)
    ages(store, queue, queue.c.came_at, -60)
    assert first.turn((), 16, trying=False, held=(101, 102, 103, 104)) == [], "it has several"
    assert turn(second) == ["lost", "next"]


def test_what_a_dead_bot_has_left_is_taken_by_another_at_once_and_one_by_one(store, living):
    first, second = living(1), living(2)
    for number, place in ((1, ANN), (2, ANN), (3, BEN), (4, GROUP)):
        first.add(number, f"{place} {number}", place)
    assert len(turn(first, room=3)) == 3
    assert second.take_back() == Returned(0, 0)
    assert turn(second) == [f"{GROUP} 4"]
    first.killed()
    assert second.take_back() == Returned(waiting=3, given_up=0)
    second.add(5, "new", GROUP)
    assert turn(second) == [f"{ANN} 1", "new"], "what was begun alone, so that it shows which one is deadly"
    assert turn(second, trying=True) == []
    assert turn(second, [numbers(store)[f"{ANN} 1"]]) == [f"{ANN} 2"]
    assert turn(second, [numbers(store)[f"{ANN} 2"]]) == [f"{BEN} 3"]
    assert second.replicas() == 1


def test_what_has_stopped_five_bots_is_given_up_which_a_sixth_says_and_no_seventh(living):
    alive = living(9)
    alive.add(1, "deadly", ANN)
    returned, taken = [], []
    for number in range(1, 7):
        victim = living(number)
        taken += [(claim.body, claim.given_up) for claim in claims(victim)]
        victim.killed()
        returned.append(alive.take_back())
    assert taken == [("deadly", False)] * 5 + [("deadly", True)]
    assert returned == [Returned(1, 0)] * 4 + [Returned(0, given_up=1), Returned(0, 0)]
    assert turn(alive) == []


def test_what_was_being_answered_is_not_answered_again_and_what_was_not_taken_is(store, living):
    first, second = living(1), living(2)
    for number, place in ((1, ANN), (2, BEN)):
        first.add(number, f"{place}", place)
    turn(first)
    ann, ben = (numbers(store)[f"{place}"] for place in (ANN, BEN))
    assert [first.answer(ann), first.answer(ben), second.answer(ann)] == [True, True, False]
    first.unanswer(ben)
    first.killed()
    assert second.take_back() == Returned(waiting=1, given_up=0)
    assert not first.answer(ben), "it has been taken away from it"
    assert turn(second) == [f"{BEN}"]
    assert not first.answer(ben)


def test_who_leaves_in_order_leaves_no_blame(living):
    for number in range(1, 6):
        leaving = living(number)
        leaving.add(1, "unfinished", ANN)
        assert [(claim.body, claim.tried) for claim in claims(leaving)] == [("unfinished", False)]
        leaving.leave(())
    assert turn(living(6)) == ["unfinished"]


def test_what_has_just_come_is_left_to_who_has_less_to_do(store, living):
    busy, idle = living(1), living(2)
    for number in range(8):
        busy.add(number, f"{number}", 2000 + number)
    assert turn(busy, room=4) == ["0", "1", "2", "3"]
    busy.add(8, "goes on", 2000)
    assert turn(busy) == ["goes on"]
    assert turn(idle, room=3) == ["4", "5", "6"]
    ages(store, queue, queue.c.came_at, 2)
    assert turn(busy) == ["7"], "nobody has taken it"


def test_numbers_are_forgotten_in_the_order_in_which_they_came(store, living, monkeypatch):
    monkeypatch.setattr("bot.people.update_queue._NUMBERS_KEPT", 2)
    first = living(1)
    for number in (100, 50, 60):
        first.add(number, "x", ANN)
    turn(first, [claim.number for claim in claims(first)], room=0)
    first.add(70, "unhandled", ANN)
    first.tidy()
    assert [first.add(number, "x", ANN) for number in (60, 100)] == [False, True]


def test_a_rate_holds_for_all_bots_together(store):
    def asked(person=ANN, kind="question", bot=BOT):
        return count_if_allowed(store, bot, kind, person, 3)

    with ThreadPoolExecutor(4) as at_once:
        assert sorted(at_once.map(lambda _time: asked(), range(8))) == [False] * 5 + [True] * 3
    assert [asked(BEN), asked(kind="press"), asked(bot=OTHER_BOT)] == [True, True, True]
    with transaction(store.engine) as connection:
        connection.execute(sa.text("UPDATE person_rate SET moments[1] = moments[1] - interval '60 seconds'"))
        connection.execute(sa.text("UPDATE person_rate SET moments[2] = moments[2] - interval '60 seconds'"))
    assert [asked(), asked(), asked()] == [True, True, False]
