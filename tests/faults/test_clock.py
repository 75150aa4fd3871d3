"""A clock that is set by years, forward or back, between runs and during them: nothing raises and nothing is lost."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hashing_model import BRIDGE, TRAM, hashing_library
from moving_clock import now, on_moving_clock

import bot.people.retention
from bot.people.retention import purge_daily
from bot.people.store import PeopleStore
from bot.services.lateness import ToldAbsence, is_late

YEARS = timedelta(days=30 * 365)
KEPT_DAYS = 90


class Clock:
    """The clock of the machine, for modules that ask it: it goes on with the test's, and can be set."""

    def __init__(self, monkeypatch, *modules):
        self.ahead = timedelta()
        clock = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime.now(tz) + clock.ahead

        for module in modules:
            monkeypatch.setattr(f"{module}.datetime", Moved)


@pytest.mark.parametrize("moves", [(YEARS, -YEARS), (-YEARS, YEARS), (YEARS, timedelta(), -YEARS)])
def test_runs_on_either_side_of_a_clock_that_is_set_index_and_answer(indexed, corpus, monkeypatch, moves):
    clock = Clock(
        monkeypatch, "retrieval.index.manifest", "retrieval.upkeep", "retrieval.library", "retrieval.store.retractions"
    )
    monkeypatch.setattr(
        "retrieval.fetching.kept.time.time", lambda: datetime.now(UTC).timestamp() + clock.ahead.total_seconds()
    )
    for number, move in enumerate(moves):
        clock.ahead = move
        corpus.write(f"tram-{number}", *TRAM, f"Вагон номер {number}.")
        library = hashing_library(indexed.home.settings)
        assert library.index().articles.added == 1
        assert library.ask(BRIDGE[1], limit=1).citations[0].article_id == "bridge"
        assert library.ask(f"Вагон номер {number}", limit=1).citations[0].article_id == f"tram-{number}"
        assert library.status().healthy
    library.forget(["comet"])
    assert [each.article_id for each in hashing_library(indexed.home.settings).forgotten()] == ["comet"]
    library.rollback()
    assert library.status().healthy


def test_a_message_from_any_time_is_answered_and_an_absence_told_once_for_it():
    told = ToldAbsence()
    for moved in (-YEARS, YEARS):
        sent_at = datetime.now(UTC) + moved
        assert is_late(sent_at) == (moved < timedelta())
        told.is_to_be_told(1, sent_at)
    assert not told.is_to_be_told(1, datetime.now(UTC) - timedelta(hours=1))


class Desk:
    """Works at once: the clock would move on by days while a thread does."""

    def __init__(self, store):
        self.store = store

    async def do(self, work, *arguments):
        return work(self.store, *arguments)


async def purged(store, clock, days, *, at_first, later=()):
    """Let a bot delete what is old for so many days; `later` says after how many seconds the clock is set to what."""
    desk = Desk(store)
    clock.ahead = at_first
    purging = asyncio.create_task(purge_daily(desk, KEPT_DAYS))
    began = now()
    for seconds, ahead in later:
        while now() - began < seconds:  # noqa: ASYNC110 - the clock moves by waiting
            await asyncio.sleep(60)
        clock.ahead = ahead
    while now() - began < days * 86_400:  # noqa: ASYNC110
        await asyncio.sleep(3600)
    purging.cancel()
    with suppress(asyncio.CancelledError):
        await purging
    store.close()


class MovingClock(Clock):
    """Goes on with the loop's."""

    def __init__(self, monkeypatch):
        self.ahead = timedelta()
        clock = self
        real = datetime.now(UTC)

        class Moved(datetime):
            @classmethod
            def now(cls, tz=None):  # noqa: ARG003 - always UTC
                return real + timedelta(seconds=now()) + clock.ahead

        monkeypatch.setattr(bot.people.retention, "datetime", Moved)
        monkeypatch.setattr(bot.people.retention, "time", type("Passing", (), {"monotonic": staticmethod(now)}))


@pytest.mark.parametrize(
    ("at_first", "later", "is_kept"),
    [
        (timedelta(), (), True),
        (YEARS, ((600, timedelta()),), True),  # a machine that knows the time some minutes after its start
        (-YEARS, ((600, timedelta()),), True),
        (timedelta(), ((40_000, YEARS), (40_600, timedelta())), True),
        (timedelta(), ((86_000, YEARS), (87_000, timedelta())), True),  # when the next day is due
        (timedelta(), ((40_000, timedelta(days=100)),), False),  # it stays so
    ],
)
def test_a_clock_that_is_wrong_for_a_while_deletes_nobodys_conversation(home, monkeypatch, at_first, later, is_kept):
    clock = MovingClock(monkeypatch)

    @on_moving_clock
    async def run():
        store = PeopleStore.open(home, None)
        store.choose_language(1001, "ru", datetime.now(UTC))
        await purged(store, clock, 3, at_first=at_first, later=later)

    run()
    store = PeopleStore.open(home, None)
    assert store.language(1001) == ("ru" if is_kept else None)
    store.close()
