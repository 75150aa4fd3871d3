"""Periods: what "yesterday" means on a given day, also next to the ends of years and of the calendar."""

from datetime import date

import pytest

from retrieval.periods import period_of


@pytest.mark.parametrize(
    ("question", "today", "first", "last"),
    [
        ("Что было вчера?", "2024-01-01", "2023-12-31", "2023-12-31"),
        ("Кого избрали позавчера?", "2024-03-01", "2024-02-28", "2024-02-28"),
        ("Что решили сегодня?", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("What happened last week?", "2024-01-03", "2023-12-25", "2023-12-31"),
        ("Что будет на этой неделе?", "2024-12-31", "2024-12-30", "2025-01-05"),
        ("Что построили в прошлом месяце?", "2024-01-31", "2023-12-01", "2023-12-31"),
        ("What was opened this month?", "2024-02-10", "2024-02-01", "2024-02-29"),
        ("Что было в прошлом году?", "2024-02-29", "2023-01-01", "2023-12-31"),
        ("Что случилось 2 дня назад?", "2024-01-01", "2023-12-30", "2023-12-30"),
        ("Что нового за последние 3 дня?", "2024-01-02", "2023-12-30", "2024-01-02"),
    ],
)
def test_a_period_is_relative_to_the_day_of_the_question(question, today, first, last):
    period = period_of(question, date.fromisoformat(today))

    assert period is not None
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize("question", ["Кто открыл мост?", "Что было 9 сентября 2024?", "Сколько длится вечер?"])
def test_most_questions_name_no_period(question):
    assert period_of(question, date(2024, 9, 10)) is None


@pytest.mark.parametrize(
    ("question", "today"),
    [
        ("Что было вчера?", date.min),
        ("Что было в прошлом году?", date.min),
        ("Что было на прошлой неделе?", date.min),
        ("Что было 999 месяцев назад?", date(50, 1, 1)),
        ("What happened this month?", date.max),
        ("Что будет на этой неделе?", date.max),
    ],
)
def test_a_period_out_of_the_calendar_is_none(question, today):
    assert period_of(question, today) is None
