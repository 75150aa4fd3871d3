"""Dates: what counts as one, and which moment it is."""

import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders import dates
from retrieval.loaders.dates import parse_date_line, parse_timestamp

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001
DAY = datetime(2024, 9, 9)  # noqa: DTZ001

RUSSIAN_MONTHS = (
    ("янв", "январь", "января"),
    ("фев", "февр", "февраль", "февраля"),
    ("мар", "март", "марта"),
    ("апр", "апрель", "апреля"),
    ("май", "мая"),
    ("июн", "июнь", "июня"),
    ("июл", "июль", "июля"),
    ("авг", "август", "августа"),
    ("сен", "сент", "сентябрь", "сентября"),
    ("окт", "октябрь", "октября"),
    ("ноя", "нояб", "ноябрь", "ноября"),
    ("дек", "декабрь", "декабря"),
)
ENGLISH_MONTHS = (
    ("Jan", "January"),
    ("Feb", "February"),
    ("Mar", "March"),
    ("Apr", "April"),
    ("May",),
    ("Jun", "June"),
    ("Jul", "July"),
    ("Aug", "August"),
    ("Sep", "Sept", "September"),
    ("Oct", "October"),
    ("Nov", "November"),
    ("Dec", "December"),
)
NAMED_MONTHS = [
    (name, number)
    for months in (RUSSIAN_MONTHS, ENGLISH_MONTHS)
    for number, names in enumerate(months, start=1)
    for name in names
]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Сен 9, 2024 / 12:36", NOON),
        ("Сент. 9, 2024", DAY),
        ("9 сентября 2024, 12:36", NOON),
        ("9 сентября 2024 г., 12:36", NOON),
        ("9 сентября 2024 года в 12:36", NOON),
        ("9 сентября 2024 | 12:36", NOON),
        ("9 сентября 2024 — 12:36", NOON),
        ("9 СЕНТЯБРЯ 2024", DAY),
        ("9\u00a0сентября\u00a02024", DAY),
        ("  9 сентября 2024\t", DAY),
        ("09.09.2024 12:36", NOON),
        ("12:36 09.09.2024", NOON),
        ("9.09.2024", DAY),
        ("09.09.24", DAY),
        ("Sep 9, 2024 / 12:36", NOON),
        ("September 9, 2024", DAY),
        ("Sep 9th, 2024", DAY),
        ("9 September 2024, 12:36", NOON),
        ("Sept 9, 2024 12:36 PM", NOON),
        ("2024-09-09 12:36", NOON),
        ("2024-09-09, 12:36", NOON),
        ("2024/09/09", DAY),
        ("2024-09-09T12:36:00+03:00", NOON),
        ("12:36, 9 сентября 2024", NOON),
        ("Понедельник, 9 сентября 2024", DAY),
        ("Monday, September 9, 2024", DAY),
        ("9 сентября 2024, 12:36 (МСК)", NOON),
        ("9 сентября 2024 в 12:36 по московскому времени", NOON),
        ("\u200b9 сен\u00adтября 2024, 12:36\ufeff", NOON),
        ("Мая 9, 2024 / 08:00", datetime(2024, 5, 9, 8, 0)),  # noqa: DTZ001
        ("9 мая 2024", datetime(2024, 5, 9)),  # noqa: DTZ001
        ("Мар 3, 2024 / 09:05", datetime(2024, 3, 3, 9, 5)),  # noqa: DTZ001
        ("29 февраля 2024", datetime(2024, 2, 29)),  # noqa: DTZ001
        ("Опубликовано: 9 сентября 2024 г., 12:36", NOON),
        ("Дата публикации: 09.09.2024", DAY),
        ("дата : 2024-09-09", DAY),
        ("Published: September 9, 2024", DAY),
        ("Date: 2024-09-09T12:36:00+03:00", NOON),
    ],
)
def test_a_whole_line_that_is_a_date_is_read(line, moment):
    assert parse_date_line(line, timezone=MOSCOW) == moment


@pytest.mark.parametrize(("name", "month"), NAMED_MONTHS)
def test_every_month_is_known_by_every_name_it_goes_by(name, month):
    expected = datetime(2024, month, 3, 9, 5)  # noqa: DTZ001

    assert parse_date_line(f"{name.capitalize()} 3, 2024 / 09:05", timezone=MOSCOW) == expected
    assert parse_date_line(f"3 {name} 2024, 09:05", timezone=MOSCOW) == expected


@pytest.mark.parametrize("line", ["09.10.2024", "09/10/2024", "9-10-2024"])
def test_numeric_dates_are_day_first(line):
    assert parse_date_line(line, timezone=MOSCOW) == datetime(2024, 10, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   ",
        "Встреча 9 сентября 2024 года прошла",
        "Обновлено: 9 сентября 2024",
        "Опубликовано: вчера",
        "Дата:",
        "Итоги 2024 года",
        "2024",
        "12:36",
        "май",
        "май 2024",
        "9 мая",
        "May 9",
        "1 2 2024",
        "9 мая 24",
        "31 июня 2024",
        "29 февраля 2023",
        "31.02.2024",
        "13/14/2024",
        "2024-13-09",
        "9 мая 2024 25:61",
        "9 мая 2024 9 мая 2024",
        "до 9 мая 2024",
        "вчера",
        "сегодня, 9 мая 2024",
        "yesterday",
        "1725874560",
        "1.2.3",
        "+7 495 123-45-67",
        "9 мая 2024 " + "! " * 40,
        "9" * 10_000,
    ],
)
def test_what_is_not_wholly_a_date_is_not_read(line):
    assert parse_date_line(line, timezone=MOSCOW) is None


@pytest.mark.parametrize(
    "line",
    [
        "Путин поздравил Ким Чен Ына с годовщиной КНДР и отметил партнерство",
        "Март 2024 года стал самым тёплым за всю историю наблюдений за погодой",
        "В 1945 году закончилась война",
        "GPT-4 и 5 других моделей",
        "Цена выросла на 12,5%",
    ],
)
def test_titles_never_reach_the_slow_library(line, monkeypatch):
    monkeypatch.setattr(dates, "_dateparser", lambda: pytest.fail(f"{line!r} was tried as a date"))

    assert parse_date_line(line, timezone=MOSCOW) is None


@given(st.text(alphabet="0123456789 .,:/-+TZ()сентябрямаяSepMayг" + "\u0663½\u200b", max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_line_whatever_raises(line):
    found = parse_date_line(line, timezone=MOSCOW)

    assert found is None or found.tzinfo is None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-09-09", DAY),
        ("20240909", DAY),
        ("2024-09-09T12:36", NOON),
        ("2024-09-09T12:36:00", NOON),
        ("2024-09-09T09:36:00Z", NOON),
        ("2024-09-09t09:36:00z", NOON),
        ("2024-09-09 12:36:00 +0300", NOON),
        ("2024-09-09T14:36+05:00", NOON),
        ("2024-09-09T12:36:00.250", NOON.replace(microsecond=250_000)),
        ("2024-09-08T23:00:00-05:00", datetime(2024, 9, 9, 7, 0)),  # noqa: DTZ001
        ("Mon, 09 Sep 2024 12:36:00 +0300", NOON),
        ("Mon, 09 Sep 2024 09:36:00 GMT", NOON),
        ("Mon, 09 Sep 2024 09:36:00 -0000", NOON),
        ("Mon, 09 Sep 2024 09:36:00 +0000 (UTC)", NOON),
        ("9 Sep 2024 05:36 EDT", NOON),
        ("9 сентября 2024, 12:36", NOON),
        ("September 9, 2024", DAY),
        ("09.09.2024 12:36", NOON),
    ],
)
def test_timestamps_are_converted_to_the_time_zone_and_naive(value, moment):
    assert parse_timestamp(value, timezone=MOSCOW) == moment


def test_the_time_zone_is_the_one_that_is_given():
    assert parse_timestamp("2024-09-09T12:36:00Z", timezone=ZoneInfo("America/New_York")) == datetime(  # noqa: DTZ001
        2024, 9, 9, 8, 36
    )


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "2024",
        "2024-09",
        "2024-02-30",
        "0000-00-00 00:00:00",
        "1725874560",
        "20241231112",
        "2024-09-09T25:00:00",
        "2024-09-09T12:36:00+25:00",
        "0001-01-01T00:00:00+14:00",
        "Mon, 31 Feb 2024 12:36:00 GMT",
    ],
)
def test_a_date_that_cannot_be_read_is_said_so(value):
    with pytest.raises(ValueError, match="is not a date; expected one such as 2024-09-09T12:36:00") as caught:
        parse_timestamp(value, timezone=MOSCOW)

    assert repr(value) in str(caught.value)


def test_a_long_value_is_shortened_in_the_message():
    with pytest.raises(ValueError, match="…") as caught:
        parse_timestamp("x" * 100_000, timezone=MOSCOW)

    assert len(str(caught.value)) < 200


def test_importing_the_loaders_does_not_import_dateparser():
    program = "import sys, retrieval.loaders; print(sorted({'dateparser', 'sqlalchemy', 'torch'} & set(sys.modules)))"

    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed == "[]\n"
