"""What is told of all people together, and the store as those see it who only read."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from people_database import execute

from bot.people.database import PeopleError, transaction
from bot.people.missed import Missed, missed
from bot.people.overview import Usage, usage, usage_by_period
from bot.people.store import PeopleStore
from bot.people.tables import exchanges
from bot.people.types import Exchange, Shown
from retrieval.types import Certainty

NOW = datetime(2024, 9, 10, 12, 0, tzinfo=UTC)
ANN, BEN = 1001, 1002
SURE = Exchange(
    person_id=ANN,
    chat_id=ANN,
    chat_kind="private",
    question="Мост?",
    understood="Мост?",
    asked_at=NOW,
    certainty=Certainty.SURE,
    confidence=0.91,
    took_ms=10.0,
    was_read=True,
    shown=(Shown("a", 0, 5), Shown("b", 0, 5), Shown("a", 6, 9)),
)
UNSURE = replace(SURE, certainty=Certainty.UNSURE, took_ms=20.0)
REFUSED = replace(SURE, certainty=Certainty.NONE, took_ms=30.0, shown=())


def test_usage_is_counted_by_periods_as_it_is_as_a_whole(store: PeopleStore) -> None:
    yesterday = NOW - timedelta(days=1)
    for exchange in (SURE, UNSURE, REFUSED, replace(REFUSED, person_id=BEN, chat_id=BEN)):
        store.record(exchange)
    number = store.record(replace(SURE, asked_at=yesterday, took_ms=500.0))
    store.record(replace(SURE, asked_at=NOW - timedelta(days=3)))
    store.rate(number, ANN, BEN, useful=False, now=NOW)
    today = Usage(questions=4, answered=1, unsure=1, disliked=0, people=2, p50_ms=30.0, p95_ms=30.0)
    before = Usage(questions=1, answered=1, unsure=0, disliked=1, people=1, p50_ms=500.0, p95_ms=500.0)
    since = NOW - timedelta(days=2)
    assert usage_by_period(store, since, datetime.date) == {date(2024, 9, 10): today, date(2024, 9, 9): before}
    assert usage_by_period(store, since, lambda _moment: date(2024, 9, 9)) == {date(2024, 9, 9): usage(store, since)}
    assert usage_by_period(store, NOW + timedelta(days=1), datetime.date) == {}


def test_what_was_missed_can_be_narrowed_to_a_time_and_to_what_is_plain(store: PeopleStore) -> None:
    long_ago = store.record(replace(REFUSED, asked_at=NOW - timedelta(days=9)))
    refused, guessed, useless, _useful = (store.record(each) for each in (REFUSED, UNSURE, SURE, SURE))
    store.rate(useless, ANN, BEN, useful=False, now=NOW)
    assert [each.number for each in missed(store, 10)] == [useless, guessed, refused, long_ago]
    assert missed(store, 10, NOW, guesses=False) == [
        Missed(useless, "Мост?", NOW, Certainty.SURE, disliked=True, shown=SURE.shown),
        Missed(refused, "Мост?", NOW, Certainty.NONE, disliked=False, shown=()),
    ]
    assert [each.number for each in missed(store, 1, NOW, guesses=False)] == [useless]


# Only reading


def test_where_no_bot_ran_there_is_nothing_to_read_and_nothing_is_made(home: Path, database_url: str) -> None:
    assert PeopleStore.open_to_read(home, database_url) is None
    assert PeopleStore.open_to_read(home, None) is None
    assert not home.exists()
    home.mkdir()
    (home / "people.sqlite").touch()
    assert PeopleStore.open_to_read(home, None) is None
    assert (home / "people.sqlite").stat().st_size == 0


def test_what_a_running_bot_stores_is_read_while_it_writes(store: PeopleStore, home: Path, server: str | None) -> None:
    store.record(SURE)
    reading = PeopleStore.open_to_read(home, server)
    assert reading is not None
    with transaction(store.engine) as writing:
        writing.execute(exchanges.update().values(certainty=Certainty.NONE))
        assert usage(reading, NOW).answered == 1, "as it was before what is not committed yet"
    assert usage(reading, NOW).answered == 0
    reading.close()


def test_who_reads_can_change_nothing(store_in_file: PeopleStore, home: Path) -> None:
    store_in_file.record(SURE)
    store_in_file.close()
    before = hashlib.sha256((home / "people.sqlite").read_bytes()).digest()
    reading = PeopleStore.open_to_read(home, None)
    assert reading is not None
    with pytest.raises(PeopleError, match="readonly database"):
        reading.record(SURE)
    assert usage(reading, NOW).questions == 1
    reading.close()
    assert hashlib.sha256((home / "people.sqlite").read_bytes()).digest() == before


def test_a_home_may_have_any_name(tmp_path: Path) -> None:
    home = tmp_path / "дом ?mode=rw#100%"
    PeopleStore.open(home, None).close()
    reading = PeopleStore.open_to_read(home, None)
    assert reading is not None
    assert usage(reading, NOW).questions == 0
    reading.close()


def test_a_database_of_another_version_is_told(store: PeopleStore, home: Path, server: str | None) -> None:
    execute(store, "UPDATE people_version SET version_num = '0001'")
    told = "the people's database is of another version of citebot: start the bot of this version once"
    with pytest.raises(PeopleError, match=told):
        PeopleStore.open_to_read(home, server)


def test_a_database_that_is_damaged_is_told(home: Path) -> None:
    home.mkdir()
    (home / "people.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(
        PeopleError, match=rf"the people's database {home}/people\.sqlite failed: file is not a database"
    ):
        PeopleStore.open_to_read(home, None)
