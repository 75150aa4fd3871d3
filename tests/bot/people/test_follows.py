"""Followed questions as they are stored, in SQLite and PostgreSQL: told by one bot, bounded, and deleted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from people_database import asked_by, follow_asked

from bot.people.database import transaction
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
from bot.people.tables import known_reports
from retrieval.types import Followed, KnownReport

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
TODAY = NOW.replace(hour=0)
ANN, BEN = 1001, 1002
SHOWN = KnownReport("ru/мост", datetime(2026, 1, 8, 9), ("[0, 63.0]",))  # noqa: DTZ001 - articles carry naive times
FOLLOWED = Followed("Where is the secretboard?", datetime(2026, 1, 9, 15), (SHOWN,), 70)  # noqa: DTZ001
NEWS = replace(FOLLOWED, known=(KnownReport("a2", None),), newest_passage=90)


def test_a_follow_comes_back_as_it_was_and_is_begun_once(store: PeopleStore) -> None:
    number = asked_by(store, ANN)
    assert follow(store, ANN, number, FOLLOWED, "ru", NOW) is Following.BEGUN
    assert follow(store, ANN, number, FOLLOWED, "ru", NOW) is Following.ALREADY
    [kept] = followed_by(store, ANN)
    assert (kept.followed, kept.language, kept.is_answered) == (FOLLOWED, "ru", True)
    assert followed_by(store, BEN) == []
    assert end_follow(store, kept.number, BEN, NOW) is None
    assert end_follow(store, kept.number, ANN, NOW) is True
    assert end_follow(store, kept.number, ANN, NOW) is False
    assert followed_by(store, ANN) == []
    assert follow(store, ANN, number, FOLLOWED, "ru", NOW) is Following.BEGUN


def test_a_question_in_other_letters_is_the_same_one_and_goes_on_as_it_was_asked_last(store: PeopleStore) -> None:
    first = replace(FOLLOWED, question="Сколько ещё домов затопило?")
    later = KnownReport("b", None, ("[0, 217.0]",))
    last = Followed("сколько  еще домов затопило", first.asked_at + timedelta(days=1), (later,), 80)
    assert follow_asked(store, ANN, first, NOW) is Following.BEGUN
    assert follow_asked(store, ANN, last, NOW) is Following.ALREADY
    assert [each.followed for each in followed_by(store, ANN)] == [replace(last, known=(SHOWN, later))]
    assert follow_asked(store, ANN, first, NOW) is Following.ALREADY
    assert [each.followed for each in followed_by(store, ANN)] == [replace(last, known=(SHOWN, later))]
    assert follow_asked(store, BEN, first, NOW) is Following.BEGUN
    assert follow_asked(store, ANN, replace(first, question="Сколько домов затопило?"), NOW) is Following.BEGUN


def test_nobody_follows_too_much_nor_after_they_have_blocked_the_bot(store: PeopleStore) -> None:
    questions = [replace(FOLLOWED, question=f"Question {number}?") for number in range(MOST_FOLLOWS + 1)]
    came = [follow_asked(store, ANN, question, NOW) for question in questions]
    assert came == [Following.BEGUN] * MOST_FOLLOWS + [Following.TOO_MANY]
    assert follow_asked(store, ANN, questions[0], NOW) is Following.ALREADY
    number = asked_by(store, BEN)
    store.deactivate(BEN, NOW)
    assert follow(store, BEN, number, FOLLOWED, "ru", NOW) is Following.FORGOTTEN


def test_nothing_is_followed_that_was_forgotten_or_somebody_else_asked(store: PeopleStore) -> None:
    number = asked_by(store, ANN)
    assert follow(store, BEN, number, FOLLOWED, "ru", NOW) is Following.FORGOTTEN
    store.forget(ANN)
    assert follow(store, ANN, number, FOLLOWED, "ru", NOW) is Following.FORGOTTEN
    assert followed_by(store, ANN) == []


def test_however_much_is_followed_no_statement_has_more_parameters(store: PeopleStore) -> None:
    """PostgreSQL takes 65,535, and SQLite may take half of that."""
    named: list[int] = []

    def note(_connection: object, _cursor: object, _statement: str, parameters: Sequence[object], *_: object) -> None:
        named.append(len(parameters))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    counts = []
    for question in ("Who?", "Where?", "When?"):
        follow_asked(store, ANN, replace(FOLLOWED, question=question), NOW)
        named.clear()
        to_ask_of(store, 8, TODAY, 5)
        counts.append(sum(named))
    assert counts[0] == counts[1] == counts[2] > 0


def test_what_one_bot_tells_no_other_one_does(store: PeopleStore) -> None:
    follow_asked(store, ANN, FOLLOWED, NOW)
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
    follow_asked(store, ANN, FOLLOWED, NOW)
    [waiting] = to_ask_of(store, 8, TODAY, 1)
    assert note_told(store, waiting, NEWS, 8, NOW, TODAY, 1)
    take_back(store, waiting, NOW)
    assert to_ask_of(store, 8, TODAY, 1) == [waiting]


def test_messages_of_a_day_are_counted_by_person_and_not_by_article(store: PeopleStore) -> None:
    for person, question in ((ANN, "Who?"), (ANN, "Where?"), (ANN, "When?"), (BEN, "Who?")):
        follow_asked(store, person, replace(FOLLOWED, question=question), NOW)
    first, second, third, other = to_ask_of(store, 8, TODAY, 2)
    several = replace(NEWS, known=(KnownReport("a2", None), KnownReport("a3", None)))
    yesterday = NOW - timedelta(days=1)
    assert note_told(store, other, several, 8, yesterday, yesterday.replace(hour=0), 2)
    assert note_told(store, first, several, 8, NOW, TODAY, 2)
    assert note_told(store, second, several, 8, NOW + timedelta(seconds=1), TODAY, 2)
    assert not note_told(store, third, several, 8, NOW + timedelta(seconds=2), TODAY, 2)
    assert [each.number for each in to_ask_of(store, 9, TODAY, 2)] == [other.number]
    assert len(to_ask_of(store, 9, TODAY + timedelta(days=1), 2)) == 4


def test_what_a_clock_that_went_wrong_has_dated_later_costs_no_message_of_today(store: PeopleStore) -> None:
    follow_asked(store, ANN, FOLLOWED, NOW)
    [followed] = to_ask_of(store, 8, TODAY, 1)
    ahead = timedelta(days=400)
    assert note_told(store, followed, NEWS, 8, NOW + ahead, TODAY + ahead, 1)
    [again] = to_ask_of(store, 9, TODAY, 1)
    assert note_told(store, again, replace(NEWS, known=(KnownReport("a3", None),)), 9, NOW, TODAY, 1)
    assert to_ask_of(store, 10, TODAY, 1) == []


@pytest.mark.parametrize("way", ["forgotten", "blocked", "purged"])
def test_what_is_followed_is_deleted(store: PeopleStore, way: str) -> None:
    for person in (ANN, BEN):
        follow_asked(store, person, FOLLOWED, NOW)
    [mine] = followed_by(store, ANN)
    if way == "forgotten":
        store.forget(ANN)
    elif way == "blocked":
        store.deactivate(ANN, NOW)
    else:
        end_follow(store, mine.number, ANN, NOW)
        store.purge(NOW + timedelta(days=1))
    assert end_follow(store, mine.number, ANN, NOW) is None
    [theirs] = followed_by(store, BEN)
    with transaction(store.engine) as connection:
        assert set(connection.execute(sa.select(known_reports.c.follow_id)).scalars()) == {theirs.number}
