"""Days to come that the present tells, ends that are included, weekends of a day, exact days of a year ago."""

from datetime import date

import pytest

from retrieval.time.questions import period_of

TUESDAY = date(2024, 9, 10)


def read(question):
    found = period_of(question, TUESDAY)
    return found and (found.period.first.isoformat(), found.period.last.isoformat(), found.period.words)


@pytest.mark.parametrize(
    ("question", "day", "words"),
    [
        ("Что будет 5 декабря?", "2024-12-05", "5 декабря"),
        ("Во сколько начинается митинг 5 декабря?", "2024-12-05", "5 декабря"),
        ("Что открывается 5 декабря?", "2024-12-05", "5 декабря"),
        ("Куда пойти 5 декабря?", "2024-12-05", "5 декабря"),
        ("Is the rally on 5 December?", "2024-12-05", "on 5 December"),
        ("What opens on 5 December?", "2024-12-05", "on 5 December"),
        ("When does the rally start on 5 December?", "2024-12-05", "on 5 December"),
        ("What's happening on 5 December?", "2024-12-05", "on 5 December"),
        ("Что было 5 декабря?", "2023-12-05", "5 декабря"),
        ("Митинг 5 декабря", "2023-12-05", "5 декабря"),
        ("Открыли ли мост 5 декабря?", "2023-12-05", "5 декабря"),
        ("Что пишет ТАСС о митинге 5 декабря?", "2023-12-05", "5 декабря"),
        ("What is known about the rally on 5 December?", "2023-12-05", "on 5 December"),
        ("Was the rally on 5 December?", "2023-12-05", "on 5 December"),
        ("Кто отвечает за аварию 7 марта?", "2024-03-07", "7 марта"),
        ("Сколько стоит вход 7 сентября?", "2024-09-07", "7 сентября"),
        ("Ровно год назад", "2023-09-10", "Ровно год назад"),
        ("Что было ровно месяц назад?", "2024-08-10", "ровно месяц назад"),
        ("What happened exactly two weeks ago?", "2024-08-27", "exactly two weeks ago"),
        ("What happened a year ago today?", "2023-09-10", "a year ago today"),
    ],
)
def test_a_day(question, day, words):
    assert read(question) == (day, day, words)


@pytest.mark.parametrize(
    ("question", "first", "last", "words"),
    [
        ("Что было до июня включительно?", "2024-01-01", "2024-06-30", "до июня включительно"),
        ("Что было до июня?", "2024-01-01", "2024-05-31", "до июня"),
        ("Что решили по 15 июня?", "2024-01-01", "2024-06-15", "по 15 июня"),
        ("Что было с мая по июнь включительно?", "2024-05-01", "2024-06-30", "с мая по июнь включительно"),
        ("What was decided through June?", "2024-01-01", "2024-06-30", "through June"),
        ("What happened until 15 June inclusive?", "2024-01-01", "2024-06-15", "until 15 June inclusive"),
        ("What burnt on the weekend of 7 September?", "2024-09-07", "2024-09-08", "on the weekend of 7 September"),
        ("What burnt on the weekend of 5 September?", "2024-09-07", "2024-09-08", "on the weekend of 5 September"),
        ("Что сгорело в выходные 7–8 сентября?", "2024-09-07", "2024-09-08", "в выходные 7–8 сентября"),
        ("Does the bridge open in October?", "2024-10-01", "2024-10-31", "in October"),
        ("Did the bridge open in October?", "2023-10-01", "2023-10-31", "in October"),
        ("Какой рекорд поставили за полгода?", "2024-03-10", "2024-09-10", "за полгода"),
    ],
)
def test_a_longer_time(question, first, last, words):
    assert read(question) == (first, last, words)
