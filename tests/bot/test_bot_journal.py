"""The journal of updates: each known once, kept until handled, and not kept longer."""

import sqlite3
from pathlib import Path

import pytest

from bot.transport.journal import Left, UpdateJournal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "updates.sqlite"


def test_an_update_is_new_once(path: Path) -> None:
    journal = UpdateJournal(path)
    assert [journal.add(7, "a"), journal.add(7, "a"), journal.add(8, "b")] == [True, False, True]
    journal.handled(7)
    journal.close()
    again = UpdateJournal(path)
    assert [again.add(7, "a"), again.add(9, "c")] == [False, True]
    again.close()


def test_a_number_of_an_earlier_run_may_mean_another_update(path: Path) -> None:
    journal = UpdateJournal(path)
    assert [journal.add(7, "a"), journal.add(7, "b")] == [True, False]
    journal.handled(7)
    journal.close()
    again = UpdateJournal(path)
    assert [again.add(7, "b"), again.add(7, "c")] == [True, False]
    assert again.take_unhandled() == (Left("b"),)
    again.close()


def test_what_was_not_handled_is_given_back_in_order_until_it_was_begun_twice(path: Path) -> None:
    journal = UpdateJournal(path)
    for number in (3, 1, 2):
        journal.add(number, f"body {number}")
        journal.begun(1)
    journal.handled(1)
    both, given_up = (Left("body 3"), Left("body 2")), (Left("body 3", given_up=True), Left("body 2"))
    for left in (both, both, given_up, (Left("body 2"),)):
        journal.close()
        journal = UpdateJournal(path)
        assert journal.take_unhandled() == left
        journal.begun(3)
    journal.close()


def test_what_was_being_answered_is_not_given_back_unless_that_was_not_taken(path: Path) -> None:
    journal = UpdateJournal(path)
    for number in (1, 2, 3):
        journal.add(number, f"body {number}")
        journal.begun(number)
    journal.answering(1, True)
    journal.answering(2, True)
    journal.answering(2, False)
    journal.close()
    again = UpdateJournal(path)
    assert again.take_unhandled() == (Left("body 2"), Left("body 3"))
    assert not again.add(1, "body 1")
    again.close()
    assert b"body 1" not in path.read_bytes()


def test_a_file_of_an_earlier_version_is_taken_over(path: Path) -> None:
    journal = UpdateJournal(path)
    journal.add(1, "tried once")
    journal.begun(1)
    journal.close()
    with sqlite3.connect(path) as earlier:
        earlier.execute("ALTER TABLE updates RENAME COLUMN begun TO replayed")
        earlier.execute("ALTER TABLE updates DROP COLUMN answering")
    earlier.close()
    journal = UpdateJournal(path)
    assert journal.take_unhandled() == (Left("tried once"),)
    journal.begun(1)
    assert [each.given_up for each in journal.take_unhandled()] == [True]
    journal.close()


def test_what_was_handled_is_gone_from_the_disk(path: Path) -> None:
    journal = UpdateJournal(path)
    journal.add(1, "secretboard " * 1000)
    assert b"secretboard" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    journal.add(2, "another that waits")
    journal.handled(1)
    assert b"secretboard" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    journal.close()


def test_nobody_else_on_the_machine_reads_it(path: Path) -> None:
    journal = UpdateJournal(path)
    journal.add(1, "secretboard")
    assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {0}
    journal.close()


def test_numbers_are_forgotten_in_the_order_in_which_they_came(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.transport.journal._NUMBERS_KEPT", 2)
    journal = UpdateJournal(path)
    for number in (100, 50, 60):
        journal.add(number, "x")
        journal.handled(number)
    journal.add(70, "unhandled")
    assert [journal.add(number, "x") for number in (60, 70, 100)] == [False, False, True]
    journal.close()
