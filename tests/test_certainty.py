"""Which bounds are in force: settings before calibrated before shipped, and calibrated ones only where they fit."""

import json
import logging
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hashing_model import HashingEmbedder, hashing_library, settings_for

from retrieval.calibrated import Calibrated, CalibrationFile
from retrieval.errors import CalibrationError
from retrieval.ranking.weights import shipped_weights
from retrieval.types import Bounds, BoundsOrigin

MOMENT = datetime(2024, 9, 9, 22, 30, tzinfo=UTC)
SETTINGS, CALIBRATED, SHIPPED = BoundsOrigin.SETTINGS, BoundsOrigin.CALIBRATED, BoundsOrigin.SHIPPED


def calibrated_for(library, sure=0.7, unsure=0.4):
    return Calibrated(sure, unsure, 0.1, "questions", MOMENT, library.bounds_choice.made_for())


def library_with(home, *, fingerprint="hashing-1", **settings):
    values = {"min_confidence": None, **settings}
    return hashing_library(settings_for(home, **values), HashingEmbedder(fingerprint))


@pytest.fixture
def calibrated(home):
    """A home in which bounds are kept: 0.7 and 0.4."""
    home.mkdir()
    library = library_with(home)
    library.home.calibration.write(calibrated_for(library))
    return home


@pytest.mark.parametrize(
    ("chosen", "sure", "unsure", "origins"),
    [
        ({}, 0.7, 0.4, (CALIBRATED, CALIBRATED)),
        ({"min_confidence": 0.9}, 0.9, 0.4, (SETTINGS, CALIBRATED)),
        ({"min_confidence": 0.3}, 0.3, 0.3, (SETTINGS, CALIBRATED)),
        ({"min_confidence": 0.0}, 0.0, 0.0, (SETTINGS, CALIBRATED)),
        ({"unsure_confidence": 0.1}, 0.7, 0.1, (CALIBRATED, SETTINGS)),
        ({"unsure_confidence": 0.9}, 0.7, 0.7, (CALIBRATED, SETTINGS)),
        ({"min_confidence": 0.5, "unsure_confidence": 0.2}, 0.5, 0.2, (SETTINGS, SETTINGS)),
    ],
)
def test_settings_win_over_calibrated_bounds(calibrated, chosen, sure, unsure, origins):
    library = library_with(calibrated, **chosen)
    found = library.bounds_choice.in_force()

    assert library.bounds() == found.bounds == Bounds(sure, unsure)
    assert (found.sure_from, found.unsure_from, found.ignored) == (*origins, "")
    if CALIBRATED in origins:
        moment = MOMENT.astimezone(library.home.settings.timezone).replace(tzinfo=None)
        assert (found.calibrated_at, found.false_answers, found.made_from) == (moment, 0.1, "questions")
    else:
        assert (found.calibrated_at, found.false_answers, found.made_from) == (None, None, None)


def test_without_any_the_shipped_ones_are_in_force(home):
    weights = shipped_weights()
    found = library_with(home).bounds_choice.in_force()

    assert found.bounds == Bounds(weights.minimum_confidence, weights.unsure_confidence)
    assert (found.sure_from, found.unsure_from, found.calibrated_at) == (SHIPPED, SHIPPED, None)
    assert not home.exists()


def test_a_running_library_takes_new_bounds_up_and_lets_them_go(calibrated):
    library = library_with(calibrated)
    other = library_with(calibrated)
    assert library.bounds() == Bounds(0.7, 0.4)

    other.home.calibration.write(calibrated_for(other, 0.8, 0.5))
    assert library.bounds() == Bounds(0.8, 0.5)

    assert other.home.calibration.remove()
    assert library.bounds() == library.bounds_choice.shipped().bounds
    assert not other.home.calibration.remove()
    assert list(calibrated.iterdir()) == []


@pytest.mark.parametrize(
    ("differing", "told"),
    [
        ({"fingerprint": "hashing-2"}, "embedding model"),
        ({"reader": None}, "reader"),
        ({"weights": "other"}, "version's weights"),
        ({"reader_passages": 5}, "number of passages read (CITEBOT_READER_PASSAGES)"),
    ],
)
def test_bounds_made_for_something_else_are_ignored_with_one_warning(calibrated, caplog, differing, told):
    if differing.keys() & {"weights", "reader_passages"}:
        library = library_with(calibrated)
        kept = calibrated_for(library)
        library.home.calibration.write(replace(kept, made_for=replace(kept.made_for, **differing)))
        differing = {}
    library = library_with(calibrated, **differing)

    with caplog.at_level(logging.WARNING):
        assert [library.bounds() for _ in range(3)] == [library.bounds_choice.shipped().bounds] * 3

    line = (
        f"the calibrated bounds are ignored, since they were made for another {told}: run `citebot calibrate` again, "
        "or `citebot calibrate --reset`"
    )
    assert [record.getMessage() for record in caplog.records] == [line]
    assert library.bounds_choice.in_force().ignored == line


def test_how_many_passages_are_read_counts_where_any_are(calibrated):
    made_for = [
        library_with(calibrated, **settings).bounds_choice.made_for().reader_passages
        for settings in ({"reader": None}, {"reader": None, "reader_passages": 5}, {"reader_passages": 5})
    ]
    assert made_for == [3, 5, 0]


def test_where_the_settings_name_both_bounds_nothing_is_ignored(calibrated, caplog):
    library = library_with(calibrated, fingerprint="hashing-2", min_confidence=0.5, unsure_confidence=0.2)

    assert library.bounds() == Bounds(0.5, 0.2)
    assert library.bounds_choice.in_force().ignored == ""
    assert caplog.records == []


def test_a_model_that_is_not_on_this_machine_yet_differs_from_none(calibrated):
    assert library_with(calibrated, fingerprint=None).bounds() == Bounds(0.7, 0.4)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b'{"sure": 0.7}', b"\xff",
        {"sure": 7.5}, {"unsure": -3}, {"sure": float("nan")}, {"sure": "0.7"}, {"sure": True}, {"sure": None},
        {"sure": 0.2, "unsure": 0.9}, {"false_answers": 12}, {"made_from": "others"}, {"made_for": None},
        {"calibrated_at": "2024-09-09T22:30:00"}, {"calibrated_at": "9999-12-31T23:59:59Z"}, {"calibrated_at": 1e30},
    ],
)  # fmt: skip
def test_a_damaged_file_is_ignored_with_a_warning(calibrated, caplog, content):
    library = library_with(calibrated)
    path = library.home.calibration.path
    if isinstance(content, dict):
        content = json.dumps(json.loads(path.read_bytes()) | content).encode()
    path.write_bytes(content)

    assert library.bounds() == library.bounds_choice.shipped().bounds
    assert library.bounds() == library.bounds_choice.shipped().bounds
    [record] = caplog.records
    assert "calibration.json is damaged: run `citebot calibrate` again" in record.getMessage()

    library.home.calibration.write(calibrated_for(library))
    assert library.bounds() == Bounds(0.7, 0.4)


def test_what_is_kept_is_read_back_and_a_failed_write_leaves_it(home, monkeypatch):
    home.mkdir()
    library = library_with(home)
    file, kept = CalibrationFile(home), calibrated_for(library)
    assert (file.read(), file.state()) == (None, None)
    file.write(kept)
    state = file.state()
    assert file.read() == kept

    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("no room")))
    with pytest.raises(CalibrationError, match="cannot be written \\(no room\\): let citebot write into"):
        file.write(replace(kept, sure=0.9))
    assert (file.read(), file.state()) == (kept, state)
    assert [path.name for path in home.iterdir()] == ["calibration.json"]
