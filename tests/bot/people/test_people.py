"""What is stored about people, in SQLite and PostgreSQL: kept apart, bounded in time, and gone when it is deleted."""

import stat
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from people_database import everything_stored, execute

from bot.people.database import PeopleError, transaction
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.people.tables import exchanges, people, ratings, shared
from bot.people.types import Exchange, Shown
from retrieval.types import Certainty

NOW = datetime(2024, 9, 10, 12, 0, tzinfo=UTC)
ANN, BEN, GROUP = 1001, 1002, -100500
LATER_TABLES = (
    "channel_digest",
    "digest",
    "known_report",
    "follow",
    "discussed_post",
    "later_answer",
    "judgement",
    "operation",
)
SECRET = "Who leads the secretboard?"  # noqa: S105 - a question
ASKED = Exchange(
    person_id=ANN,
    chat_id=ANN,
    chat_kind="private",
    question=SECRET,
    understood=SECRET,
    asked_at=NOW,
    certainty=Certainty.UNSURE,
    confidence=0.91,
    took_ms=14.5,
    was_read=False,
    shown=(Shown("ru/мост", 10, 25), Shown("a2", 0, 5)),
)


def test_nothing_is_stored_of_who_has_blocked_the_bot(store: PeopleStore) -> None:
    store.deactivate(ASKED.person_id, ASKED.asked_at)
    assert store.record(ASKED) is None
    store.activate(ASKED.person_id, ASKED.asked_at)
    assert store.record(ASKED) is not None


def test_an_exchange_comes_back_as_it_was(store: PeopleStore) -> None:
    number = store.record(ASKED)
    assert store.exchange(number, ANN) == ASKED
    assert store.exchange(number, BEN) is None
    assert store.exchange(number + 1, ANN) is None


def test_what_no_database_takes_is_replaced(store: PeopleStore) -> None:
    number = store.record(replace(ASKED, question="a\ud83d\0b", shown=(Shown("\udcff", 0, 1),)))
    kept = store.exchange(number, ANN)
    assert kept is not None
    assert (kept.question, kept.shown[0].article_id) == ("a?\ufffdb", "?")


def test_a_language_is_chosen_and_changed(store: PeopleStore) -> None:
    assert store.language(ANN) is None
    store.choose_language(ANN, "ru", NOW)
    store.choose_language(ANN, "en", NOW)
    assert (store.language(ANN), store.language(BEN)) == ("en", None)


def test_ratings_are_one_a_person_and_can_be_changed(store: PeopleStore) -> None:
    number = store.record(replace(ASKED, chat_id=GROUP, chat_kind="supergroup"))
    assert store.rate(number, GROUP, ANN, useful=True, now=NOW)
    assert store.rate(number, GROUP, BEN, useful=True, now=NOW)
    assert store.rate(number, GROUP, ANN, useful=False, now=NOW)
    assert store.ratings_of(number) == {ANN: False, BEN: True}
    assert not store.rate(number, ANN, ANN, useful=True, now=NOW)
    assert not store.rate(number + 1, GROUP, ANN, useful=True, now=NOW)


def test_a_conversation_in_private_goes_on_from_the_last_question_until_it_is_forgotten(store: PeopleStore) -> None:
    assert store.last_in_private(ANN, NOW) is None
    first = store.record(replace(ASKED, conversation={"subject": "Мост?", "told": ["мост"]}))
    assert store.last_in_private(ANN, NOW) == first
    second = store.record(replace(ASKED, previous=first))
    assert store.last_in_private(ANN, NOW) == second
    kept = store.exchange(first, ANN)
    assert kept is not None
    assert kept.conversation == {"subject": "Мост?", "told": ["мост"]}
    assert store.last_in_private(BEN, NOW) is None
    assert store.last_in_private(ANN, NOW + timedelta(hours=3)) is None
    store.begin_conversation(ANN, NOW)
    assert store.last_in_private(ANN, NOW) is None
    third = store.record(ASKED)
    assert store.last_in_private(ANN, NOW) == third
    assert store.exchange(second, ANN) is not None


def test_in_a_group_a_conversation_goes_on_from_the_message_that_is_replied_to(store: PeopleStore) -> None:
    first = store.record(replace(ASKED, chat_id=GROUP))
    store.note_message(first, 77)
    store.record(replace(ASKED, chat_id=GROUP))
    assert store.answered_by(GROUP, 77) == first
    assert store.answered_by(ANN, 77) is None
    assert store.answered_by(GROUP, 78) is None


@pytest.mark.parametrize("way", ["forget", "purge"])
def test_what_others_have_taken_over_goes_with_what_is_deleted(store: PeopleStore, home: Path, way: str) -> None:
    long_ago = NOW - timedelta(days=9)
    number = store.record(replace(ASKED, chat_id=GROUP, asked_at=long_ago))
    numbers = []
    for _ in range(2):
        follow_up = replace(ASKED, person_id=BEN, chat_id=GROUP, question="And?", previous=number)
        number = store.record(replace(follow_up, conversation={"subject": SECRET}))
        numbers.append(number)
    if way == "forget":
        store.forget(ANN)
    else:
        assert store.purge(NOW - timedelta(days=1)) == 1
    assert b"secretboard" not in everything_stored(store, home)
    left = [store.exchange(number, GROUP) for number in numbers]
    assert [(each.understood, each.conversation, each.previous) for each in left if each] == [
        ("And?", {}, None),
        ("And?", {}, numbers[0]),
    ]


def test_forgetting_leaves_nothing_of_a_person_on_the_disk(store: PeopleStore, home: Path) -> None:
    mine = store.record(ASKED)
    in_group = store.record(replace(ASKED, chat_id=GROUP))
    of_ben = store.record(replace(ASKED, person_id=BEN, chat_id=GROUP, question="Ben's", understood="Ben's"))
    store.choose_language(ANN, "ru", NOW)
    store.choose_language(BEN, "ru", NOW)
    for person in (ANN, BEN):
        store.rate(of_ben, GROUP, person, useful=True, now=NOW)
    assert b"secretboard" in everything_stored(store, home)
    store.forget(ANN)
    assert b"secretboard" not in everything_stored(store, home)
    assert store.exchange(mine, ANN) is store.exchange(in_group, GROUP) is store.language(ANN) is None
    assert store.language(BEN) == "ru"
    assert store.exchange(of_ben, GROUP) is not None
    assert store.ratings_of(of_ben) == {BEN: True}
    with transaction(store.engine) as connection:
        for column in (people.c.id, exchanges.c.person_id, ratings.c.person_id):
            assert connection.execute(sa.select(column).where(column == ANN)).all() == []


def test_a_number_never_comes_to_mean_another_exchange(store: PeopleStore) -> None:
    number = store.record(ASKED)
    store.forget(ANN)
    assert store.record(ASKED) == number + 1


def test_what_is_old_is_deleted_and_what_is_not_stays(store: PeopleStore, home: Path) -> None:
    old, new = store.record(ASKED), store.record(replace(ASKED, question="New?", asked_at=NOW + timedelta(days=2)))
    store.rate(new, ANN, BEN, useful=True, now=NOW)
    store.choose_language(ANN, "ru", NOW + timedelta(days=2))
    store.choose_language(BEN, "ru", NOW)
    assert store.purge(NOW + timedelta(days=1)) == 3
    assert store.exchange(old, ANN) is None
    assert store.exchange(new, ANN) is not None
    assert store.ratings_of(new) == {}
    assert (store.language(ANN), store.language(BEN)) == ("ru", None)
    assert store.purge(NOW + timedelta(days=1)) == 0


def test_who_asks_keeps_the_language_that_they_chose(store: PeopleStore) -> None:
    store.choose_language(ANN, "ru", NOW - timedelta(days=80))
    store.record(ASKED)
    store.purge(NOW - timedelta(days=1))
    assert store.language(ANN) == "ru"


def test_who_blocks_the_bot_is_dropped_until_they_are_back(store: PeopleStore, home: Path) -> None:
    store.record(ASKED)
    assert store.is_active(ANN)
    store.deactivate(ANN, NOW)
    assert not store.is_active(ANN)
    assert b"secretboard" not in everything_stored(store, home)
    store.activate(ANN, NOW)
    assert store.is_active(ANN)


def test_it_opens_again_with_all_that_was_there(store: PeopleStore, home: Path, server: str | None) -> None:
    number = store.record(ASKED)
    store.close()
    again = PeopleStore.open(home, server or "sqlite:///somewhere/else.sqlite")
    assert again.exchange(number, ANN) == ASKED
    again.close()


@pytest.mark.parametrize(
    ("answered", "certainty"),
    [
        ("UPDATE exchange SET answered = TRUE", Certainty.SURE),
        ("UPDATE exchange SET answered = FALSE", Certainty.NONE),
    ],
)
def test_what_an_earlier_version_has_stored_is_taken_over(
    store: PeopleStore, home: Path, server: str | None, answered: str, certainty: Certainty
) -> None:
    number = store.record(ASKED)
    execute(
        store,
        *(f"DROP TABLE IF EXISTS {table}" for table in (*LATER_TABLES, *shared.tables)),
        "ALTER TABLE exchange DROP COLUMN was_read",
        "ALTER TABLE exchange DROP COLUMN certainty",
        "ALTER TABLE exchange ADD COLUMN answered BOOLEAN NOT NULL DEFAULT FALSE",
        answered,
        "UPDATE people_version SET version_num = '0001'",
    )
    store.close()
    again = PeopleStore.open(home, server)
    assert again.exchange(number, ANN) == replace(ASKED, was_read=True, certainty=certainty)
    again.close()


def test_a_database_of_a_newer_version_is_refused(store: PeopleStore, home: Path, server: str | None) -> None:
    execute(store, "UPDATE people_version SET version_num = '9999'")
    store.close()
    with pytest.raises(PeopleError, match="newer version"):
        PeopleStore.open(home, server)


def test_a_database_that_cannot_be_used_is_one_clear_line_without_the_question(
    store: PeopleStore, home: Path, server: str | None
) -> None:
    execute(store, *(f"DROP TABLE {table}" for table in ("shown", "rating", "later_answer", "judgement", "exchange")))
    missing = (
        r"postgresql.* failed: .*\"exchange\" does not exist"
        if server
        else r"people\.sqlite failed: no such table: exch"
    )
    with pytest.raises(PeopleError, match=missing) as caught:
        store.record(ASKED)
    assert "\n" not in str(caught.value)
    assert "secretboard" not in str(caught.value)
    with pytest.raises(PeopleError, match="CITEBOT_DATABASE_URL"):
        PeopleStore.open(home, "nonsense")


def test_others_on_the_machine_cannot_read_it(store_in_file: PeopleStore, home: Path) -> None:
    assert stat.S_IMODE((home / "people.sqlite").stat().st_mode) == 0o600


async def test_the_desk_does_its_work_in_order_beside_the_loop(store: PeopleStore) -> None:
    desk = PeopleDesk(store)
    await desk.do(PeopleStore.choose_language, ANN, "ru", NOW)
    assert await desk.do(PeopleStore.language, ANN) == "ru"
    number = await desk.do(PeopleStore.record, ASKED)
    assert await desk.do(PeopleStore.rate, number, ANN, ANN, useful=True, now=NOW)
    desk.close()


def test_many_people_take_disk_and_no_memory(store_in_file: PeopleStore) -> None:
    for person in range(200):
        store_in_file.record(replace(ASKED, person_id=person, chat_id=person))
    tracemalloc.start()
    for person in range(200, 2200):
        store_in_file.language(person)
        store_in_file.record(replace(ASKED, person_id=person, chat_id=person))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 200_000


def test_whom_another_bot_forgets_while_a_question_is_answered_stays_forgotten(home: Path, database_url: str) -> None:
    answering, forgetting = (PeopleStore.open(home, database_url) for _ in range(2))
    taken_at = datetime.now(UTC)
    in_group = replace(ASKED, chat_id=GROUP, chat_kind="supergroup")
    assert answering.record(in_group, taken_at) is not None
    forgetting.forget(ANN)
    assert answering.record(in_group, taken_at) is None
    assert answering.record(replace(in_group, person_id=BEN), taken_at) is not None
    assert answering.record(in_group, datetime.now(UTC)) is not None
    for store in (answering, forgetting):
        store.close()


def test_what_two_bots_write_of_one_person_is_written_once(home: Path, database_url: str) -> None:
    stores = [PeopleStore.open(home, database_url) for _ in range(2)]
    number = stores[0].record(replace(ASKED, chat_id=GROUP))
    with ThreadPoolExecutor(2) as at_once:
        for person in range(2000, 2030):

            def write(store: PeopleStore, person: int = person) -> None:
                store.choose_language(person, "ru", NOW)
                assert store.rate(number, GROUP, person, useful=True, now=NOW)
                store.deactivate(person, NOW)

            list(at_once.map(write, stores))
    assert stores[0].ratings_of(number) == {}
    assert not stores[0].is_active(2000)
    for store in stores:
        store.close()
