"""How far spellings are apart, and which slips are likely."""

import pytest

from retrieval.text.edits import Slip, nearest, slip, within


@pytest.mark.parametrize(
    ("edits", "found"),
    [(1, {"мост": 0, "мест": 1, "омст": 1}), (2, {"мост": 0, "мест": 1, "омст": 1, "роста": 2, "мс": 2})],
)
def test_what_is_near_a_word_is_found_with_its_edits(edits, found):
    assert within("мост", ["мост", "мест", "роста", "омст", "мс", "каньон"], edits) == found


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ADMINS", "ADMIN_IDS"),
        ("BOT_TOKEN", "TELEGRAM_TOKEN"),
        ("TOKEN", "TELEGRAM_TOKEN"),
        ("SOURSES", "SOURCES"),
        ("TIME_ZONE", "TIMEZONE"),
        ("VERSION", None),
        ("PORT", None),
    ],
)
def test_the_name_that_was_probably_meant_is_the_nearest(name, meant):
    assert nearest(name, ["ADMIN_IDS", "KEPT_GENERATIONS", "SOURCES", "TELEGRAM_TOKEN", "TIMEZONE"]) == meant


def test_among_nothing_nothing_is_near():
    assert within("мост", [], 2) == {}


@pytest.mark.parametrize(
    ("written", "meant", "told"),
    [
        ("мсот", "мост", Slip.EXCHANGED),
        ("омст", "мост", Slip.EXCHANGED),
        ("моост", "мост", Slip.EXCHANGED),
        ("програма", "программа", Slip.EXCHANGED),
        ("recieve", "receive", Slip.EXCHANGED),
        ("карова", "корова", Slip.HEARD),
        ("мст", "мост", Slip.HEARD),
        ("мот", "мост", Slip.MISSED),
        ("моста", "мост", Slip.MISSED),
        ("мшст", "мост", Slip.MISSED),
        ("brige", "bridge", Slip.MISSED),
        ("рост", "мост", Slip.NONE),
        ("ост", "мост", Slip.NONE),
        ("мэст", "мост", Slip.NONE),
        ("zlon", "slon", Slip.NONE),
    ],
)
def test_the_least_likely_slip_between_two_words_is_told(written, meant, told):
    assert slip(written, meant) is told


def test_of_two_slips_the_less_likely_one_counts():
    assert slip("карврва", "корова") is Slip.NONE
    assert slip("каррова", "корова") is Slip.HEARD
    assert slip("карва", "корова") is Slip.HEARD
    assert slip("картова", "корова") is Slip.MISSED


def test_slips_are_ordered_by_how_likely_they_are():
    assert Slip.EXCHANGED < Slip.HEARD < Slip.MISSED < Slip.NONE
