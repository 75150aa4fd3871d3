"""The journal of updates: each known once, kept until handled, and not kept longer."""

from pathlib import Path

import pytest

from bot.transport.journal import UpdateJournal


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
    assert again.take_unhandled().bodies == ("b",)
    again.close()


def test_what_was_not_handled_is_given_back_once_in_order(path: Path) -> None:
    journal = UpdateJournal(path)
    for number in (3, 1, 2):
        journal.add(number, f"body {number}")
    journal.handled(1)
    journal.close()
    second = UpdateJournal(path)
    replay = second.take_unhandled()
    assert (replay.bodies, replay.given_up) == (("body 3", "body 2"), 0)
    second.handled(3)
    second.add(4, "body 4")
    second.close()
    third = UpdateJournal(path)
    replay = third.take_unhandled()
    assert (replay.bodies, replay.given_up) == (("body 4",), 1)
    third.close()


def test_what_was_handled_is_gone_from_the_disk(path: Path) -> None:
    journal = UpdateJournal(path)
    journal.add(1, "secretboard " * 1000)
    assert b"secretboard" in b"".join(file.read_bytes() for file in path.parent.iterdir())
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
