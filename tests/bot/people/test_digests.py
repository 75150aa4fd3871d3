"""Who gets a digest, as it is stored in SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.people.digests import (
    DailyDigest,
    due_digests,
    end_digest,
    note_channel,
    note_digest,
    take_channel_back,
    take_digest_back,
    want_digest,
)
from bot.people.store import PeopleStore

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
TODAY = date(2026, 1, 10)
YESTERDAY = TODAY - timedelta(days=1)
ANN, BEN = 1001, 1002
ANNS = DailyDigest(ANN, 9, "ru")


def test_a_digest_is_sent_by_one_bot_and_no_second_one_after_a_change_of_the_hour(store: PeopleStore) -> None:
    assert want_digest(store, ANNS, YESTERDAY)
    assert due_digests(store, 9, TODAY) == [ANNS]
    assert due_digests(store, 8, TODAY) == []
    assert note_digest(store, ANN, TODAY)
    assert not note_digest(store, ANN, TODAY)
    assert want_digest(store, DailyDigest(ANN, 15, "ru"), YESTERDAY)
    assert due_digests(store, 15, TODAY) == []
    assert due_digests(store, 15, TODAY + timedelta(days=1)) == [DailyDigest(ANN, 15, "ru")]
    take_digest_back(store, ANN, TODAY)
    assert note_digest(store, ANN, TODAY)


@pytest.mark.parametrize("way", ["ended", "forgotten", "blocked"])
def test_who_wants_none_gets_none(store: PeopleStore, way: str) -> None:
    want_digest(store, ANNS, YESTERDAY)
    if way == "ended":
        assert end_digest(store, ANN)
    elif way == "forgotten":
        store.forget(ANN)
    else:
        store.deactivate(ANN, NOW)
        assert not want_digest(store, ANNS, YESTERDAY)
    assert not end_digest(store, ANN)
    assert not note_digest(store, ANN, TODAY)


def test_a_channel_gets_one_a_day(store: PeopleStore) -> None:
    assert note_channel(store, "@news", TODAY)
    assert not note_channel(store, "@news", TODAY)
    assert note_channel(store, "@other", TODAY)
    take_channel_back(store, "@news", TODAY)
    assert note_channel(store, "@news", TODAY)
    assert note_channel(store, "@news", TODAY + timedelta(days=1))


def test_a_clock_that_went_wrong_ends_no_digest(store: PeopleStore) -> None:
    far_ahead = TODAY + timedelta(days=400)
    want_digest(store, ANNS, YESTERDAY)
    assert note_digest(store, ANN, far_ahead)
    assert note_channel(store, "@news", far_ahead)
    assert due_digests(store, 9, TODAY) == [ANNS]
    assert note_digest(store, ANN, TODAY)
    assert note_channel(store, "@news", TODAY)
    assert due_digests(store, 9, TODAY) == []
    assert not note_channel(store, "@news", TODAY)
