"""Of which days a citation tells, and which year a day without one means."""

from datetime import date, datetime

import pytest

from retrieval.answering.event_days import lies_in, meant_by
from retrieval.types import Citation, Period


def cited(excerpt):
    published = datetime(2024, 6, 3, 8, 0)  # noqa: DTZ001 - as articles have it
    return Citation(1, "bus", "", None, None, published, excerpt, 0, len(excerpt), (0, len(excerpt)), 1.0)


BUS = cited("From 10 June bus 7 will stop at the hospital.")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("from 10 June", date(2024, 6, 10)),
        ("on 10 June 2027", date(2027, 6, 10)),
        ("in a year", date(2027, 6, 10)),
    ],
)
def test_a_day_without_a_year_is_that_of_which_the_citation_tells(words, meant):
    asked = Period(date(2027, 6, 10), date(2027, 6, 10), words)
    assert meant_by(asked, BUS) == Period(meant, meant, words)


def test_a_day_of_which_nothing_is_told_stays():
    asked = Period(date(2027, 7, 1), date(2027, 7, 1), "1 July")
    assert meant_by(asked, BUS) == asked
    assert meant_by(None, BUS) is None


def test_a_citation_lies_where_it_was_published_and_where_it_tells_of():
    assert lies_in(Period(date(2024, 6, 3), date(2024, 6, 3)), BUS)
    assert lies_in(Period(date(2024, 6, 10), date(2024, 6, 16)), BUS)
    assert not lies_in(Period(date(2024, 6, 4), date(2024, 6, 9)), BUS)
