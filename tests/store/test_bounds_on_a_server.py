"""Calibrated bounds of a home on PostgreSQL: one row, for all who answer from the database."""

import logging
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
from hashing_model import hashing_library, settings_for

from retrieval.calibrated import Calibrated
from retrieval.errors import DatabaseError
from retrieval.types import Bounds, BoundsOrigin

MOMENT = datetime(2024, 9, 9, 22, 30, tzinfo=UTC)


def library_of(home, url):
    return hashing_library(settings_for(home, min_confidence=None, database_url=url))


def bounds_for(library, sure=0.7, unsure=0.4):
    return Calibrated(sure, unsure, 0.1, "questions", MOMENT, library.bounds_choice.made_for())


@pytest.fixture
def two(tmp_path, database_url):
    """Two libraries of one home, as on two machines."""
    libraries = [library_of(tmp_path / name, database_url) for name in ("one", "other")]
    libraries[0].home.database.migrate()
    yield libraries
    for library in libraries:
        library.home.database.close()


def test_all_who_answer_from_a_database_share_its_bounds(two):
    one, other = two
    shipped = one.bounds_choice.shipped().bounds
    assert [library.bounds() for library in two] == [shipped, shipped]

    states = [one.home.calibration.state()]
    for sure, unsure in ((0.7, 0.4), (0.8, 0.5), (0.7, 0.4)):
        one.home.calibration.require_writable()
        one.home.calibration.write(bounds_for(one, sure, unsure))
        states.append(other.home.calibration.state())
        assert [library.bounds() for library in two] == [Bounds(sure, unsure)] * 2
    found = other.bounds_choice.in_force()
    assert (found.sure_from, found.false_answers) == (BoundsOrigin.CALIBRATED, 0.1)
    assert other.home.calibration.read() == bounds_for(other)

    assert other.home.calibration.remove()
    assert [library.bounds() for library in two] == [shipped, shipped]
    assert not one.home.calibration.remove()
    assert len(set(states)) == 4
    assert not one.home.settings.home.exists()


def test_a_database_in_which_nothing_was_ever_stored_has_none(tmp_path, database_url):
    library = library_of(tmp_path / "home", database_url)
    assert library.bounds() == library.bounds_choice.shipped().bounds
    assert library.home.calibration.read() is None
    assert not library.home.calibration.remove()
    with pytest.raises(DatabaseError):
        library.home.calibration.require_writable()

    library.home.database.migrate()
    library.home.calibration.write(bounds_for(library))
    assert library.bounds() == Bounds(0.7, 0.4)
    library.home.database.close()


def test_a_damaged_row_is_ignored_with_one_warning(two, caplog, database_url):
    one, _ = two
    one.home.calibration.write(bounds_for(one))
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("UPDATE calibration SET content = 'nonsense', written = written + 1")

    assert [one.bounds() for _ in range(2)] == [one.bounds_choice.shipped().bounds] * 2
    [record] = caplog.records
    assert record.getMessage() == (
        f"the calibrated bounds are ignored, since {one.home.database.shown} is damaged: run `citebot calibrate` "
        "again, or `citebot calibrate --reset`"
    )


def test_as_long_as_the_server_cannot_be_asked_the_last_ones_are_in_force(tmp_path, own_postgres, caplog):
    library = library_of(tmp_path / "home", own_postgres.new_database())
    library.home.database.migrate()
    library.home.calibration.write(bounds_for(library))
    later = library_of(tmp_path / "home", library.home.settings.database_url)
    assert library.bounds() == Bounds(0.7, 0.4)

    own_postgres.stop()
    with caplog.at_level(logging.WARNING):
        assert library.bounds() == Bounds(0.7, 0.4)
        assert caplog.records == []
        assert later.bounds() == later.bounds_choice.shipped().bounds
    [record] = caplog.records
    assert record.getMessage() == (
        f"the calibrated bounds are ignored as long as {library.home.database.shown} cannot be asked for them"
    )

    own_postgres.start()
    library.home.calibration.write(replace(bounds_for(library), sure=0.9))
    assert library.bounds() == later.bounds() == Bounds(0.9, 0.4)
    library.home.database.close()
    later.home.database.close()
