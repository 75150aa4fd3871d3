"""The times that a sentence names for what it tells, and which of them was to be before."""

from datetime import date

import pytest

from retrieval.answering.told_days import told_days

PUBLISHED = date(2024, 9, 13)


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("Работу обещают закончить осенью 2025 года.", [("осенью 2025 года", "2025-09-01", "2025-11-30")]),
        (
            "Стадион сдадут не в сентябре 2025 года, а весной 2026-го.",
            [("весной 2026", "2026-03-01", "2026-05-31")],
        ),
        ("Запуск отложили до лета 2025 года.", [("лета 2025 года", "2025-06-01", "2025-08-31")]),
        ("Станцию запустят к концу 2025 года.", [("концу 2025 года", "2025-10-01", "2025-12-31")]),
        ("Мост сдадут до конца года.", [("конца года", "2024-10-01", "2024-12-31")]),
        ("Каток откроют зимой 2024 года.", [("зимой 2024 года", "2023-12-01", "2025-02-28")]),
        ("Каток откроют к Новому году.", [("Новому году", "2024-12-15", "2024-12-31")]),
        ("Открытие переносят с 1 августа на 15 сентября.", [("15 сентября", "2024-09-15", "2024-09-15")]),
        ("Мост не откроют 15 сентября: новый срок — 20 октября.", [("20 октября", "2024-10-20", "2024-10-20")]),
        ("Вместо 1 октября дворец примет гостей 14 декабря.", [("14 декабря", "2024-12-14", "2024-12-14")]),
        ("Мост не откроют раньше 22 июля.", [("22 июля", "2024-07-22", "2024-07-22")]),
        ("Договор разорвут, если вокзал не откроется до мая.", []),
        ("They hope to reopen it in the autumn of 2025.", [("autumn of 2025", "2025-09-01", "2025-11-30")]),
        ("It will not reopen before Easter 2026.", [("Easter 2026", "2026-03-22", "2026-05-08")]),
        ("The opening was moved from 3 May to 10 May.", [("10 May", "2024-05-10", "2024-05-10")]),
        ("It should be done by the end of the year.", [("the end of the year", "2024-10-01", "2024-12-31")]),
    ],
)
def test_times_are_told_but_those_that_were_to_be(sentence, days):
    found = [day for day in told_days(sentence, PUBLISHED) if not day.is_aside]

    assert [(sentence[day.start : day.end], str(day.first), str(day.last)) for day in found] == days


@pytest.mark.parametrize(
    ("published", "sentence", "days"),
    [
        (date(1, 1, 2), "Каток откроют к Новому году.", [("0001-12-15", "0001-12-31")]),
        (date(1, 1, 2), "They hope to reopen it by Easter.", [("0001-03-22", "0001-05-08")]),
        (date(9999, 12, 30), "Станцию запустят к концу года.", [("9999-10-01", "9999-12-31")]),
        (date(9999, 12, 30), "They hope to reopen it by Easter.", []),
    ],
)
def test_no_time_is_told_beyond_the_first_and_the_last_year(published, sentence, days):
    assert [(str(day.first), str(day.last)) for day in told_days(sentence, published)] == days
