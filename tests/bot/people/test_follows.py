"""Followed questions as they are stored, in SQLite and PostgreSQL: told by one bot, bounded, and deleted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.people.follows import (
    MOST_FOLLOWS,
    Following,
    end_follow,
    follow,
    followed_by,
    note_asked,
    note_told,
    take_back,
    to_ask_of,
)
from bot.people.store import PeopleStore
from retrieval.types import Followed, KnownReport

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
TODAY = NOW.replace(hour=0)
ANN, BEN = 1001, 1002
SHOWN = KnownReport("ru/мост", datetime(2026, 1, 8, 9), ("[0, 63.0]",))  # noqa: DTZ001 - articles carry naive times
FOLLOWED = Followed("Where is the secretboard?", datetime(2026, 1, 9, 15), (SHOWN,), 70)  # noqa: DTZ001
NEWS = replace(FOLLOWED, known=(KnownReport("a2", None),), newest_passage=90)


def test_a_follow_comes_back_as_it_was_and_is_begun_once(store: PeopleStore) -> None:
    assert follow(store, ANN, 5, FOLLOWED, "ru", NOW) is Following.BEGUN
    assert follow(store, ANN, 5, FOLLOWED, "ru", NOW) is Following.ALREADY
    [kept] = followed_by(store, ANN)
    assert (kept.followed, kept.language, kept.is_answered) == (FOLLOWED, "ru", True)
    assert followed_by(store, BEN) == []
    assert end_follow(store, kept.number, BEN, NOW) is None
    assert end_follow(store, kept.number, ANN, NOW) is True
    assert end_follow(store, kept.number, ANN, NOW) is False
    assert followed_by(store, ANN) == []
    assert follow(store, ANN, 5, FOLLOWED, "ru", NOW) is Following.BEGUN


def test_nobody_follows_too_much_nor_after_they_have_blocked_the_bot(store: PeopleStore) -> None:
    came = [follow(store, ANN, number, FOLLOWED, "ru", NOW) for number in range(MOST_FOLLOWS + 1)]
    assert came == [Following.BEGUN] * MOST_FOLLOWS + [Following.TOO_MANY]
    store.deactivate(BEN, NOW)
    assert follow(store, BEN, 1, FOLLOWED, "ru", NOW) is Following.FORGOTTEN


def test_what_one_bot_tells_no_other_one_does(store: PeopleStore) -> None:
    follow(store, ANN, 5, FOLLOWED, "ru", NOW)
    [seen_by_one] = to_ask_of(store, 8, TODAY, 5)
    [seen_by_other] = to_ask_of(store, 8, TODAY, 5)
    assert note_told(store, seen_by_one, NEWS, 8, NOW, TODAY, 5)
    assert not note_told(store, seen_by_other, NEWS, 8, NOW, TODAY, 5)
    assert to_ask_of(store, 8, TODAY, 5) == []
    [later] = to_ask_of(store, 9, TODAY, 5)
    assert later.followed == replace(FOLLOWED, known=(SHOWN, *NEWS.known), newest_passage=90)
    note_asked(store, later.number, 9)
    assert to_ask_of(store, 9, TODAY, 5) == []


def test_what_is_taken_back_is_told_later(store: PeopleStore) -> None:
    follow(store, ANN, 5, FOLLOWED, "ru", NOW)
    [waiting] = to_ask_of(store, 8, TODAY, 1)
    assert note_told(store, waiting, NEWS, 8, NOW, TODAY, 1)
    take_back(store, waiting, NOW)
    assert to_ask_of(store, 8, TODAY, 1) == [waiting]


def test_messages_of_a_day_are_counted_by_person_and_not_by_article(store: PeopleStore) -> None:
    for person, exchange in ((ANN, 1), (ANN, 2), (ANN, 3), (BEN, 4)):
        follow(store, person, exchange, FOLLOWED, "ru", NOW)
    first, second, third, other = to_ask_of(store, 8, TODAY, 2)
    several = replace(NEWS, known=(KnownReport("a2", None), KnownReport("a3", None)))
    yesterday = NOW - timedelta(days=1)
    assert note_told(store, other, several, 8, yesterday, yesterday.replace(hour=0), 2)
    assert note_told(store, first, several, 8, NOW, TODAY, 2)
    assert note_told(store, second, several, 8, NOW + timedelta(seconds=1), TODAY, 2)
    assert not note_told(store, third, several, 8, NOW + timedelta(seconds=2), TODAY, 2)
    assert [each.number for each in to_ask_of(store, 9, TODAY, 2)] == [other.number]
    assert len(to_ask_of(store, 9, TODAY + timedelta(days=1), 2)) == 4


@pytest.mark.parametrize("way", ["forgotten", "blocked", "purged"])
def test_what_is_followed_is_deleted(store: PeopleStore, way: str) -> None:
    for person in (ANN, BEN):
        follow(store, person, 5, FOLLOWED, "ru", NOW)
    [mine] = followed_by(store, ANN)
    if way == "forgotten":
        store.forget(ANN)
    elif way == "blocked":
        store.deactivate(ANN, NOW)
    else:
        end_follow(store, mine.number, ANN, NOW)
        store.purge(NOW + timedelta(days=1))
    assert end_follow(store, mine.number, ANN, NOW) is None
    assert len(followed_by(store, BEN)) == 1
