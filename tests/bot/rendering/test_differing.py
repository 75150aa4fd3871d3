"""What is said where reports differ."""

from dataclasses import replace
from datetime import date

from reports import report

from bot.rendering.differing import differing, within
from bot.rendering.messages import Renderer, page_of
from bot.texts import catalogue
from retrieval.answering.differences import differences
from retrieval.question.parsing import parse
from retrieval.types import Answer, Certainty

RU, EN = catalogue("ru"), catalogue("en")


def answered(question, *reports):
    citations = tuple(reports)
    found = differences(citations, parse(question, date(2025, 1, 1)))
    return Answer(question, Certainty.SURE, 0.9, None, citations, (), 1.0, differences=found)


TOLL = answered(
    "Сколько погибших в Ельне?",
    report(1, "2024-09-09T13:30", "В Ельне пожар", "В Ельне погибли двое.", source="iz.ru"),
    report(2, "2024-09-09T19:10", "В Ельне пожар", "В Ельне погибли семеро.", source="tass.ru"),
)
COST = answered(
    "How much will the Lindal bridge cost?",
    report(1, "2024-09-09T13:30", "Lindal bridge", "The Lindal bridge will cost $51 million.", source=None),
    report(2, "2024-01-09T19:10", "Lindal bridge", "The Lindal bridge will cost $45 million.", source="bbc.com"),
)


def test_values_stand_below_how_they_differ_the_newest_first_with_times_of_one_day():
    assert differing(TOLL, RU) == [
        "Число выросло:",
        "• семеро · tass.ru · 9 сентября 2024, 19:10",
        "• двое · iz.ru · 9 сентября 2024, 13:30",
    ]


def test_values_of_different_days_have_no_times_and_one_of_no_outlet_has_none():
    assert differing(COST, EN) == [
        "The number has risen:",
        "• $51 million · 9 September 2024",
        "• $45 million · bbc.com · 9 January 2024",
    ]


def test_an_answer_without_differences_has_no_line():
    assert differing(replace(TOLL, differences=()), RU) == []


def test_in_telegram_the_lines_stand_before_the_excerpts_and_are_no_quotation():
    [part] = Renderer(lambda: "NewsBot").answer(TOLL, RU)

    assert part.html.startswith("<i>Число выросло:\n• семеро · tass.ru")
    assert part.html.index("<i>") < part.html.index("<blockquote>")


def test_a_page_tells_what_differs_on_it():
    assert page_of(TOLL, 0, 2).differences == TOLL.differences
    assert page_of(TOLL, 0, 1).differences == ()
    assert within(TOLL.differences, TOLL.citations[1:]) == ()
