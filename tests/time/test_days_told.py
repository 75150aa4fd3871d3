"""The days that sentences of articles tell of, relative to the day on which they were published."""

from datetime import date

import pytest

from retrieval.time.articles import days_told, is_absolute

TUESDAY = date(2024, 9, 10)


def told(sentence, published=TUESDAY):
    """Return first day, last day and words of all times of a sentence."""
    return [(each.first.isoformat(), each.last.isoformat(), each.words) for each in days_told(sentence, published)]


def one(day, words):
    """Return a time of one day."""
    return [(day, day, words)]


@pytest.mark.parametrize(
    ("sentence", "times"),
    [
        ("Во вторник, 3 сентября, суд арестовал мэра.", one("2024-09-03", "Во вторник, 3 сентября")),
        ("Мэр сообщил, что мост откроют в пятницу.", one("2024-09-13", "в пятницу")),
        ("Как сообщили в понедельник в МЧС, пожар потушен.", one("2024-09-09", "в понедельник")),
        ("Концерт состоится 28 сентября.", one("2024-09-28", "28 сентября")),
        ("В пятницу решили открыть мост.", one("2024-09-06", "В пятницу")),
        ("По состоянию на 8 сентября пострадали 12 человек.", one("2024-09-08", "на 8 сентября")),
        ("С 1 января тариф вырастет на 9%.", one("2025-01-01", "С 1 января")),
        ("С 5 сентября проезд подорожал.", one("2024-09-05", "С 5 сентября")),
        ("Осужденный вышел на свободу в мае.", [("2024-05-01", "2024-05-31", "в мае")]),
        ("В мае 2019 года он стал мэром.", [("2019-05-01", "2019-05-31", "В мае 2019 года")]),
        ("В ночь на 5 сентября сгорел склад.", [("2024-09-04", "2024-09-05", "В ночь на 5 сентября")]),
        ("До 15 сентября дорога будет закрыта.", one("2024-09-15", "До 15 сентября")),
        ("Это случилось в субботу вечером в селе.", one("2024-09-07", "в субботу вечером")),
        (
            "On April 23 the temperature in the long valley, where apples grow, fell to minus 5.",
            one("2024-04-23", "On April 23"),
        ),
        (
            "Фестиваль, прошедший с 14 по 23 июня, собрал 26 спектаклей.",
            [("2024-06-14", "2024-06-23", "с 14 по 23 июня")],
        ),
        ("В воскресенье ожидается дождь.", one("2024-09-15", "В воскресенье")),
        ("Об этом стало известно накануне.", one("2024-09-09", "накануне")),
        ("Сегодня в городе открыли парк.", one("2024-09-10", "Сегодня")),
        ("За последние три дня родилось 20 детей.", [("2024-09-07", "2024-09-10", "За последние три дня")]),
        ("Суд состоялся 5 и 6 сентября.", [("2024-09-05", "2024-09-06", "5 и 6 сентября")]),
        ("На прошлой неделе в среду прорвало трубу.", one("2024-09-04", "На прошлой неделе в среду")),
        ("1 сентября — День знаний.", one("2024-09-01", "1 сентября")),
        ("К 28 августа помощь получили все.", one("2024-08-28", "К 28 августа")),
        ("In a statement on Friday, the mayor said the pool would close.", one("2024-09-06", "on Friday")),
        ("He said Monday that the deal was off.", one("2024-09-09", "Monday")),
        ("A man arrested on Saturday has been released.", one("2024-09-07", "on Saturday")),
        ("The vote is scheduled for 20 September.", one("2024-09-20", "for 20 September")),
        ("The storm killed three people last night.", one("2024-09-09", "last night")),
        ("The fair runs from 12 to 15 September.", [("2024-09-12", "2024-09-15", "from 12 to 15 September")]),
        ("Two weeks ago the plant caught fire.", one("2024-08-27", "Two weeks ago")),
        ("By Friday all roads had been cleared.", one("2024-09-06", "By Friday")),
        ("By Friday all roads will be cleared.", one("2024-09-13", "By Friday")),
        ("Sunday's race was won by Anna Reed.", one("2024-09-08", "Sunday's")),
        ("Cases fell to 2,340 last year.", [("2023-01-01", "2023-12-31", "last year")]),
        (
            "The ferry that sank on Tuesday will be raised on Friday.",
            [*one("2024-09-10", "on Tuesday"), *one("2024-09-13", "on Friday")],
        ),
        (
            "В субботу, 7 сентября, прошёл марафон, а в воскресенье откроется выставка.",
            [*one("2024-09-07", "В субботу, 7 сентября"), *one("2024-09-15", "в воскресенье")],
        ),
        (
            "3 июля подписали договор, которого ждали с 2019 года.",
            [*one("2024-07-03", "3 июля"), ("2019-01-01", "2019-12-31", "с 2019 года")],
        ),
        ("Его арестовали 14 октября 2023 года, а 20 октября отпустили.", one("2023-10-14", "14 октября 2023 года")),
    ],
)
def test_days_are_resolved_against_the_publication(sentence, times):
    assert told(sentence) == times


@pytest.mark.parametrize(
    "sentence",
    [
        "Рейсы дважды в неделю будет выполнять другая компания.",
        "Вода начнёт уходить на 20 сантиметров в сутки.",
        "Решили открыть мост в пятницу.",
        "Выставка открывается в четверг.",
        "Суд перенёс заседание на 25 сентября.",
        "Открытие перенесли на середину декабря.",
        "Школы перешли на дистанционное обучение до пятницы.",
        "Контракт истекает 31 мая.",
        "Накануне выборов он уехал.",
        "«Вчера мы были дома», — сказала она.",
        "«Вчера мы были дома.",
        "Мы были дома вчера», — сказала она.",
        "Сегодня в городе живёт миллион человек.",
        "В тот понедельник шёл дождь.",
        "The show, which was delayed, opens on Friday.",
        "The council agreed to meet on Thursday.",
        "The disputed bridge opens on Friday.",
        "Talks to be held on Friday were cancelled.",
        "The opening was delayed until January.",
        "The match was moved to Friday.",
        "It was due back on May 4 of that year.",
        "It is the first time in three years.",
        "The next meeting is on Tuesday.",
    ],
)
def test_what_may_be_another_day_is_left_alone(sentence):
    assert told(sentence) == []


def test_a_date_without_a_year_is_the_nearest_of_both_sides():
    assert told("Дамбу прорвало 30 декабря.", date(2024, 1, 5)) == one("2023-12-30", "30 декабря")
    assert told("Ярмарка пройдёт 3 января.", date(2024, 12, 28)) == one("2025-01-03", "3 января")


@pytest.mark.parametrize(
    ("words", "absolute"),
    [
        ("16 августа", False),
        ("во вторник", False),
        ("last week", False),
        ("6 августа 2024 года", True),
        ("2024-08-06", True),
        ("06.08.24", True),
        ("in 1998", True),
    ],
)
def test_what_tells_its_year_needs_no_note(words, absolute):
    assert is_absolute(words) is absolute


@pytest.mark.parametrize(
    ("sentence", "published", "times"),
    [
        ("Вчера в центре города загорелся склад.", "2024-09-10", [("2024-09-09", "2024-09-09", "Вчера")]),
        ("Мэр подписал указ в пятницу.", "2024-09-10", [("2024-09-06", "2024-09-06", "в пятницу")]),
        ("Во вторник суд арестовал директора завода.", "2024-09-10", [("2024-09-10", "2024-09-10", "Во вторник")]),
        ("Мост откроют в четверг.", "2024-09-10", [("2024-09-12", "2024-09-12", "в четверг")]),
        ("16 августа в посёлке прорвало дамбу.", "2024-09-10", [("2024-08-16", "2024-08-16", "16 августа")]),
        ("Дамбу прорвало 30 декабря.", "2024-01-05", [("2023-12-30", "2023-12-30", "30 декабря")]),
        ("Фестиваль пройдет с 20 по 25 сентября.", "2024-09-10", [("2024-09-20", "2024-09-25", "с 20 по 25 сентября")]),
        (
            "Аварию устранили в минувшее воскресенье.",
            "2024-09-10",
            [("2024-09-08", "2024-09-08", "в минувшее воскресенье")],
        ),
        ("Накануне министр подал в отставку.", "2024-09-10", [("2024-09-09", "2024-09-09", "Накануне")]),
        (
            "На прошлой неделе завод остановил две печи.",
            "2024-09-10",
            [("2024-09-02", "2024-09-08", "На прошлой неделе")],
        ),
        ("Выборы состоялись 18 марта 2018 года.", "2024-09-10", [("2018-03-18", "2018-03-18", "18 марта 2018 года")]),
        ("Сегодня утром движение возобновилось.", "2024-09-10", [("2024-09-10", "2024-09-10", "Сегодня утром")]),
        ("Завтра школы будут закрыты.", "2024-09-10", [("2024-09-11", "2024-09-11", "Завтра")]),
        ("Три дня назад он вернулся из Китая.", "2024-09-10", [("2024-09-07", "2024-09-07", "Три дня назад")]),
        (
            "«В понедельник начнём», — говорил он в 1986 году.",
            "2024-09-10",
            [("1986-01-01", "1986-12-31", "в 1986 году")],
        ),
        ("Днем ранее губернатор посетил больницу.", "2024-09-10", []),
        ("Он родился 12 октября.", "2024-09-10", []),
        ("Музей закрыт по понедельникам.", "2024-09-10", []),
        ("Парад по традиции проводят 9 мая.", "2024-09-10", []),
        ("Ремонт занял три недели.", "2024-09-10", []),
        ("Бригада работала с 9 до 18.", "2024-09-10", []),
        ("The council voted on Tuesday to close the pool.", "2024-09-10", [("2024-09-10", "2024-09-10", "on Tuesday")]),
        ("The ferry will resume on Friday.", "2024-09-10", [("2024-09-13", "2024-09-13", "on Friday")]),
        ("A fire broke out yesterday evening.", "2024-09-10", [("2024-09-09", "2024-09-09", "yesterday evening")]),
        ("The bridge was closed last week.", "2024-09-10", [("2024-09-02", "2024-09-08", "last week")]),
        ("Earlier this month the mayor resigned.", "2024-09-10", [("2024-09-01", "2024-09-10", "Earlier this month")]),
        ("The flood of 16 August destroyed two farms.", "2024-09-10", [("2024-08-16", "2024-08-16", "16 August")]),
        ("He was elected on June 3, 2019.", "2024-09-10", [("2019-06-03", "2019-06-03", "on June 3, 2019")]),
        (
            "The minister said on Monday that the talks will start on Thursday.",
            "2024-09-10",
            [("2024-09-09", "2024-09-09", "on Monday"), ("2024-09-12", "2024-09-12", "on Thursday")],
        ),
        (
            "Last Saturday thousands marched through the city.",
            "2024-09-10",
            [("2024-09-07", "2024-09-07", "Last Saturday")],
        ),
        ("The shop is open on Sundays.", "2024-09-10", []),
        ("She may take three weeks to recover.", "2024-09-10", []),
        ('"We won on Friday," he wrote in 1998.', "2024-09-10", [("1998-01-01", "1998-12-31", "in 1998")]),
        ("Prices rose for three days.", "2024-09-10", []),
        ("A Tuesday like any other.", "2024-09-10", []),
    ],
)
def test_what_was_written_down_before_the_grammar_is_resolved(sentence, published, times):
    assert told(sentence, date.fromisoformat(published)) == times
