"""What is said of an answer as a whole, and the times that its buttons lead to."""

from dataclasses import replace
from datetime import date

import pytest

from bot.rendering.periods import named, periods_around
from bot.rendering.remarks import remark, restriction
from bot.texts import catalogue
from retrieval.types import Answer, Certainty, NamedOutlet, Order, Period

RU, EN = catalogue("ru"), catalogue("en")
AUGUST = Period(date(2024, 8, 26), date(2024, 8, 31), "с 26 по 31 августа")
FOUND = Answer("Что решили?", Certainty.SURE, 0.9, date(2024, 5, 3), (), (), 1.0)
OUTLET = NamedOutlet("iz.ru", "по данным Известий")


def test_nothing_is_said_of_an_answer_from_within_its_bounds():
    answer = replace(FOUND, period=AUGUST, outlet=OUTLET)

    assert remark(answer, RU) == ""
    assert restriction(answer, RU) == "за 26–31 августа 2024, iz.ru"
    assert restriction(answer, EN) == "for 26–31 August 2024, iz.ru"
    assert restriction(FOUND, RU) == ""


@pytest.mark.parametrize(
    ("bounds", "said", "led"),
    [
        ({"period": AUGUST}, "За 26–31 августа 2024 об этом ничего не нашлось.", "Вот что есть за другое время"),
        ({"outlet": OUTLET}, "iz.ru: об этом ничего не нашлось.", "Вот что пишут другие"),
        (
            {"period": AUGUST, "outlet": OUTLET},
            "iz.ru, 26–31 августа 2024: об этом ничего не нашлось.",
            "Вот что есть помимо этого",
        ),
    ],
)
def test_what_is_from_outside_is_said_to_be_so_first(bounds, said, led):
    refused = replace(FOUND, certainty=Certainty.NONE, **bounds)
    offered = replace(FOUND, widened=True, **bounds)

    assert remark(refused, RU) == said
    assert remark(offered, RU) == f"{said} {led}:"
    assert remark(replace(offered, certainty=Certainty.UNSURE), RU) == f"{said} {led}, хотя не уверен, что об этом:"


def test_old_news_say_so_first():
    assert remark(replace(FOUND, is_outdated=True), RU) == "Последнее в статьях — 3 мая 2024."


def test_without_dated_articles_there_is_no_news():
    assert remark(replace(FOUND, certainty=Certainty.NONE, order=Order.NEWEST), EN) == EN.say("news-none")


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ("2024-09-09", "2024-09-09", "9 сентября 2024"),
        ("2024-08-26", "2024-09-01", "26 августа – 1 сентября 2024"),
        ("2023-12-30", "2024-01-02", "30 декабря 2023 – 2 января 2024"),
        ("2024-08-01", "2024-08-31", "август 2024"),
        ("2024-01-01", "2024-12-31", "2024 год"),
    ],
)
def test_periods_are_written_as_they_are_read(first, last, written):
    assert RU.written_period(date.fromisoformat(first), date.fromisoformat(last)) == written


def test_a_year_is_said_to_be_one():
    year = replace(FOUND, period=Period(date(1917, 1, 1), date(1917, 12, 31), "за 1917"))

    assert (restriction(year, RU), restriction(year, EN)) == ("за 1917 год", "in 1917")
    assert remark(replace(year, certainty=Certainty.NONE), RU) == "За 1917 год об этом ничего не нашлось."
    assert remark(replace(year, certainty=Certainty.NONE), EN) == "I found nothing about this in 1917."


@pytest.mark.parametrize(
    ("first", "last", "before", "after", "wider"),
    [
        ("2024-09-10", "2024-09-10", "2024-09-09", "2024-09-11", ("2024-09-09", "2024-09-15")),
        ("2024-09-02", "2024-09-08", "2024-08-26", "2024-09-15", ("2024-09-01", "2024-09-30")),
        ("2024-09-01", "2024-09-30", "2024-08-02", "2024-10-30", ("2024-01-01", "2024-12-31")),
    ],
)
def test_buttons_lead_to_the_time_before_after_and_around(first, last, before, after, wider):
    around = periods_around(Period(date.fromisoformat(first), date.fromisoformat(last)))

    assert around["before"][0] == date.fromisoformat(before)
    assert around["after"][1] == date.fromisoformat(after)
    assert around["wider"] == tuple(map(date.fromisoformat, wider))


def test_a_button_asks_in_the_language_of_the_question():
    day, other = date(2024, 9, 8), date(2024, 9, 14)

    assert named(day, day, RU).words == "8 сентября 2024 года"
    assert named(day, other, RU).words == "с 8 сентября 2024 года по 14 сентября 2024 года"
    assert named(day, other, EN).words == "from 8 September 2024 to 14 September 2024"
