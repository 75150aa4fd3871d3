"""Numbers and days on which cited articles differ."""

from dataclasses import replace
from datetime import date

import pytest
from reports import compared, report

from retrieval.answering.differences import differences
from retrieval.question.parsing import parse
from retrieval.text.amounts import amounts_in

FIRE = "В Ельне горит склад"


@pytest.mark.parametrize(
    ("question", "reports", "values", "trend"),
    [
        (
            "Сколько погибших при пожаре на складе в Ельне?",
            [
                ("2024-09-09T13:30", FIRE, "При пожаре на складе в Ельне погибли двое."),
                ("2024-09-09T19:10", FIRE, "Число погибших при пожаре в Ельне выросло до семи."),
            ],
            ["семи", "двое"],
            "rose",
        ),
        (
            "Сколько погибших при пожаре на складе в Ельне?",
            [
                ("2024-09-09T19:10", FIRE, "При пожаре в Ельне погибли семеро, ещё трое ранены."),
                ("2024-09-09T13:30", FIRE, "При пожаре на складе в Ельне погибли двое, пострадали пятеро."),
            ],
            ["семеро", "двое"],
            "rose",
        ),
        (
            "Во сколько обойдётся мост через Ильму?",
            [
                ("2024-01-09", "Мост через Ильму", "Мост через Ильму обойдётся в 44,9 млрд рублей."),
                (
                    "2024-08-09",
                    "Мост через Ильму подорожал",
                    "Стоимость моста через Ильму выросла с 44,9 до 51 млрд рублей.",
                ),
            ],
            ["51 млрд рублей", "44,9 млрд рублей"],
            "rose",
        ),
        (
            "Когда откроют мост через Ильму?",
            [
                ("2024-04-01", "Мост через Ильму", "Мост через Ильму откроют 3 мая."),
                ("2024-04-28", "Мост через Ильму", "Открытие моста через Ильму состоится 7 мая 2024 года."),
            ],
            ["7 мая 2024", "3 мая"],
            "moved",
        ),
        (
            "Какая ключевая ставка у ЦБ?",
            [
                ("2024-07-26", "ЦБ поднял ставку", "ЦБ поднял ключевую ставку до 18 % годовых."),
                ("2024-09-13", "ЦБ снова поднял ставку", "13 сентября ЦБ повысил ключевую ставку до 19 %."),
            ],
            ["19 %", "18 %"],
            "rose",
        ),
        (
            "Что известно о взрыве в Ельне?",
            [
                ("2024-09-09T13:30", "Взрыв в Ельне", "При взрыве в Ельне погибли двое."),
                ("2024-09-09T14:10", "Взрыв в Ельне", "В Ельне прогремел взрыв: четверо погибли."),
            ],
            ["четверо", "двое"],
            "differ",
        ),
        (
            "How many people died in the Marlow fire?",
            [
                ("2024-09-09T13:30", "Fire in Marlow", "Two people died in the fire in Marlow."),
                ("2024-09-10T13:30", "Marlow fire toll", "The number of dead in the Marlow fire has risen to five."),
            ],
            ["five", "Two people"],
            "rose",
        ),
        (
            "How many jobs will the Marlow plant cut?",
            [
                ("2024-09-09T13:30", "Marlow plant", "The Marlow plant will cut 1,200 jobs."),
                ("2024-09-09T14:30", "Job cuts at Marlow", "The plant in Marlow is to cut 1,900 jobs."),
            ],
            ["1,900 jobs", "1,200 jobs"],
            "differ",
        ),
        (
            "How much will the Lindal bridge cost?",
            [
                ("2024-02-09T13:30", "Lindal bridge", "The Lindal bridge will cost about $45 million."),
                ("2024-09-09T14:30", "Lindal bridge", "The cost of the Lindal bridge has risen to $61.5m."),
            ],
            ["$61.5m", "$45 million"],
            "rose",
        ),
        (
            "When does the Lindal bridge open?",
            [
                ("2024-02-09T13:30", "Lindal bridge", "The Lindal bridge opens on May 3."),
                ("2024-04-09T14:30", "Lindal bridge", "The Lindal bridge now opens on 7 May 2024."),
            ],
            ["7 May 2024", "May 3"],
            "moved",
        ),
        (
            "Сколько машин столкнулось на трассе под Ельней?",
            [
                ("2024-09-09T13:30", "ДТП под Ельней", "На трассе под Ельней столкнулись 12 машин."),
                ("2024-09-09T17:30", "ДТП под Ельней", "На трассе под Ельней столкнулись девять машин."),
            ],
            ["девять машин", "12 машин"],
            "fell",
        ),
        (
            "Сколько человек погибло при взрыве газа в Ключах?",
            [
                (
                    "2024-09-09T13:30",
                    "Взрыв газа в Ключах",
                    "По данным МЧС, жертвами взрыва стали четыре человека, ещё 12 госпитализированы.",
                ),
                ("2024-09-12", "Взрыв газа: число жертв выросло", "Число жертв взрыва газа в Ключах достигло девяти."),
            ],
            ["девяти", "четыре человека"],
            "rose",
        ),
        (
            "Сколько пострадавших в ДТП с автобусом под Ельней?",
            [
                ("2024-09-09T13:30", "Автобус перевернулся под Ельней", "Пострадали 11 пассажиров, двое погибли."),
                ("2024-09-09T19:10", "ДТП с автобусом", "В больницы доставлены 14 пострадавших в ДТП под Ельней."),
            ],
            ["14 пострадавших", "11 пассажиров"],
            "rose",
        ),
        (
            "When will the Kenton tunnel reopen?",
            [
                ("2024-09-09", "Kenton tunnel closed", "The Kenton tunnel will reopen on October 1, the city said."),
                (
                    "2024-09-12",
                    "Kenton tunnel",
                    "The tunnel in Kenton, closed since 3 September, reopens on October 15.",
                ),
            ],
            ["October 15", "October 1"],
            "moved",
        ),
        (
            "Почём литр бензина АИ-92 в Ельне?",
            [
                ("2024-07-24", "Бензин в Ельне", "Литр бензина АИ-92 в Ельне стоит 52 рубля 20 копеек."),
                ("2024-10-30", "Бензин в Ельне", "За литр бензина АИ-92 в Ельне просят 55 рублей 70 копеек."),
            ],
            ["55 рублей 70 копеек", "52 рубля 20 копеек"],
            "rose",
        ),
    ],
)
def test_what_differs_is_told_newest_first(question, reports, values, trend):
    found = compared(question, *reports)

    assert [value for value, _ in found] == values
    assert {how for _, how in found} == {trend}


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        ("Сколько погибших в Ельне?", "В Ельне погибли двое.", "В Ельне ранены семь человек."),
        ("Сколько погибших в Ельне?", "В Ельне погибли двое.", "В Ельне погибли два человека."),
        (
            "Сколько погибших в Ельне?",
            "В Ельне погибли семь человек.",
            "В Ельне погибли семеро, в том числе двое детей.",
        ),
        ("Сколько погибших в Ельне?", "В Ельне погибли пять человек.", "В Ельне погибли ещё двое."),
        ("Сколько домов сгорело в Ельне?", "В Ельне сгорело около 800 домов.", "В Ельне сгорело 796 домов."),
        (
            "Сколько людей вышло на площадь Ельни?",
            "На площадь Ельни вышло более 100 человек.",
            "На площадь Ельни вышли 112 человек.",
        ),
        ("Сколько стоит мост в Ельне?", "Мост в Ельне стоит 1,5 млрд рублей.", "Мост в Ельне стоит 1,52 млрд рублей."),
        ("Сколько стоит мост в Ельне?", "Мост в Ельне стоит 45 млрд рублей.", "Мост в Ельне стоит 44,9 млрд рублей."),
        ("Сколько стоит мост в Ельне?", "Мост в Ельне стоит 40–50 млн рублей.", "Мост в Ельне стоит 44 млн рублей."),
        ("Сколько стоит мост в Ельне?", "Мост в Ельне стоит 500 млн рублей.", "Мост в Ельне стоит 7 млн долларов."),
        (
            "Сколько стоит мост в Ельне?",
            "Мост в Ельне стоит 500 млн рублей.",
            "Мост в Ельне стоил 300 млн рублей в 2019 году.",
        ),
        ("Сколько стоит мост в Ельне?", "Мост в Ельне стоит 500 млн рублей.", "Мост в Угре стоит 300 млн рублей."),
        ("Какая инфляция в Ельне?", "Инфляция в Ельне — 8 %.", "Инфляция в Ельне выросла на 1 процентный пункт."),
        (
            "Какая инфляция в Ельне?",
            "Инфляция в Ельне достигла 9 %.",
            "Инфляция в Ельне — 9 % против 8 % месяцем ранее.",
        ),
        ("Какая инфляция в Ельне?", "В марте инфляция в Ельне была 8 %.", "В июле инфляция в Ельне была 9 %."),
        ("Какая длина моста в Ельне?", "Длина моста в Ельне 840 метров.", "Длина моста в Ельне 0,84 км."),
        ("Сколько длится рейс в Ельню?", "Рейс в Ельню длится полтора часа.", "Рейс в Ельню длится 90 минут."),
        ("Когда откроют мост в Ельне?", "Мост в Ельне откроют 3 мая.", "Мост в Ельне откроют в мае."),
        ("Кто мэр Ельни?", "Мэр Ельни Орлов выиграл с 52 %.", "Мэр Ельни Орлов выиграл с 57 %."),
        ("Где пожар в Ельне?", "В Ельне погибли двое.", "В Ельне погибли трое."),
        ("Почём АИ-92 в Ельне?", "АИ-92 в Ельне стоит 52 рубля.", "АИ-95 в Ельне стоит 58 рублей."),
        ("Сколько автобусов закупит Ельня?", "Ельня закупит 40 автобусов.", "В Ельне на линию вышли 12 автобусов."),
        ("Сколько стоит проездной в Ельне?", "За поездку в Ельне платят 39 рублей.", "Билет в Ельне стоил 34 рубля."),
        ("Сколько стоит проезд в Ельне?", "Проезд в Ельне стоит 39 рублей.", "Проездной в Ельне стоит 340 рублей."),
        ("Какая ставка по ипотеке?", "Ставка по ипотеке — 26,4 %.", "Ставка по вкладам — 19,9 %, по ипотеке — 26,4 %."),
        ("Сколько лет получил мэр Ельни?", "Прокурор просит для мэра Ельни 9 лет.", "Мэр Ельни получил 6 лет."),
        (
            "How many homes were destroyed in Marlow?",
            "It destroyed 12 homes in Marlow.",
            "In Marlow it damaged 230 homes.",
        ),
        ("How many died in Marlow?", "Two people died in Marlow.", "In Marlow two died and five were injured."),
        ("How many died in Marlow?", "Two people died in Marlow.", "Two more people died in Marlow."),
        ("How many homes burned in Marlow?", "About 800 homes burned in Marlow.", "In Marlow 796 homes burned."),
        ("How many homes burned in Marlow?", "A dozen homes burned in Marlow.", "In Marlow 12 homes burned."),
        ("How many homes burned in Marlow?", "Nine homes burned in Marlow.", "In Marlow 14 cars burned."),
        ("How many homes burned in Marlow?", "Nine homes burned in Marlow.", "In Kenton 14 homes burned."),
        ("How much is the fare in Marlow?", "The fare in Marlow is $2.50.", "The fare in Marlow rose by $0.50."),
        ("How many people live in Marlow?", "Over 12,000 people live in Marlow.", "Marlow is home to 12,480 people."),
        ("Who is the mayor of Marlow?", "The mayor of Marlow, 61, won.", "The mayor of Marlow, 62, won."),
    ],
)
def test_what_may_be_one_number_or_counts_another_thing_is_no_difference(question, first, second):
    place = "Новости"
    assert compared(question, ("2024-03-04T12:10", place, first), ("2024-07-05T18:40", place, second)) == []
    assert compared(question, ("2024-07-04T12:10", place, first), ("2024-07-05T18:40", place, second)) == []


def test_one_article_does_not_differ_from_itself():
    one = report(1, "2024-09-09T13:30", FIRE, "При пожаре в Ельне погибли двое.")
    other = replace(
        report(2, "2024-09-09T13:30", FIRE, "При пожаре в Ельне погибли семеро."), article_id=one.article_id
    )

    assert differences([one, other], parse("Сколько погибших при пожаре в Ельне?", date(2025, 1, 1))) == ()


def test_reports_without_dates_are_not_compared():
    assert (
        compared(
            "Сколько погибших в Ельне?", (None, FIRE, "В Ельне погибли двое."), (None, FIRE, "В Ельне погибли семеро.")
        )
        == []
    )


def test_a_time_of_the_clock_is_no_amount():
    told = "A tram came off the rails at 7.25 this morning, injuring 12 people."
    assert [told[amount.start : amount.end] for amount in amounts_in(told)] == ["12 people"]


BLAST = "Взрыв в Ельне"
BLAST_FIRST = ("2024-09-09T13:30", BLAST, "При взрыве в Ельне погибли двое.")
BLAST_LATER = ("2024-09-09T19:10", BLAST, "Четверо погибли при взрыве в Ельне.")


@pytest.mark.parametrize(
    ("title", "excerpt", "values"),
    [
        ("Взрыв в Ельне: пятеро погибших", "Соседи рассказали, что газом пахло с пятницы.", []),
        ("Взрыв в Ельне", "При взрыве в Ельне погибли пятеро, по другим данным, погибли шестеро.", []),
        ("Взрыв в Ельне: четверо погибших", "Соседи рассказали, что газом пахло с пятницы.", ["Четверо", "двое"]),
        (
            "Взрыв в Ельне",
            "Семьи погибших в Ельне получат по два миллиона, остальные — по 300 тысяч.",
            ["Четверо", "двое"],
        ),
        ("Взрыв в Ельне: 15 раненых", "Соседи рассказали, что газом пахло с пятницы.", ["Четверо", "двое"]),
        ("Пожар в Угре: пятеро погибших", "Горел склад красок в Угре.", ["Четверо", "двое"]),
    ],
)
def test_numbers_that_a_later_report_of_the_event_contradicts_are_not_compared(title, excerpt, values):
    found = compared("Что известно о взрыве в Ельне?", BLAST_LATER, BLAST_FIRST, ("2024-09-10T08:30", title, excerpt))

    assert [value for value, _ in found] == values


def test_a_number_is_compared_that_one_of_the_sentences_of_the_evidence_tells():
    found = compared(
        "Latest on the tram",
        ("2024-06-22", "Tram overturns", "The tram crash in Marlow has left 23 people injured. Ruth Hale was 76."),
        ("2024-06-21", "Tram crash", "Nineteen people were injured when a tram overturned in Marlow."),
    )

    assert [value for value, _ in found] == ["23 people", "Nineteen people"]


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("взрыв в ельне погибшие", ["Четверо", "двое"]),
        ("взрыв в ельне пострадавшие", ["15 человек", "11 человек"]),
        ("Что известно о погибших при взрыве в Ельне?", ["Четверо", "двое"]),
        ("взрыв в ельне погибшие и пострадавшие", ["Четверо", "двое", "15 человек", "11 человек"]),
        ("взрыв в ельне", ["Четверо", "двое", "15 человек", "11 человек"]),
    ],
)
def test_only_what_the_question_names_is_compared_where_it_names_any(question, values):
    found = compared(
        question,
        ("2024-09-09T19:10", BLAST, "Четверо погибли при взрыве в Ельне, 15 человек пострадали."),
        ("2024-09-09T13:30", BLAST, "При взрыве в Ельне погибли двое, пострадали 11 человек."),
    )

    assert [value for value, _ in found] == values


@pytest.mark.parametrize(
    ("earlier", "later", "values"),
    [
        ("Музей в Ельне посетили 300 человек.", "За деньги музей в Ельне посетили 500 человек.", ["500", "300"]),
        ("Музей в Ельне посетили 300 человек.", "За день музей в Ельне посетили 500 человек.", []),
        ("За ночлег музей в Ельне посетили 300 человек.", "За год музей в Ельне посетили 500 человек.", ["500", "300"]),
        ("За ночь музей в Ельне посетили 300 человек.", "За год музей в Ельне посетили 500 человек.", []),
        ("За маяк музей в Ельне посетили 300 человек.", "За июль музей в Ельне посетили 500 человек.", ["500", "300"]),
        ("За май музей в Ельне посетили 300 человек.", "За июль музей в Ельне посетили 500 человек.", []),
        ("Маяк – музей в Ельне, его посетили 300 человек.", "Музей в Ельне посетили 500 человек.", ["500", "300"]),
        ("В январе – июне музей в Ельне посетили 300 человек.", "Музей в Ельне посетили 500 человек.", []),
    ],
)
def test_only_whole_words_tell_for_how_long_a_number_is(earlier, later, values):
    found = compared(
        "Сколько человек посетили музей в Ельне?",
        ("2024-09-01", "Музей в Ельне", earlier),
        ("2024-09-09", "Музей в Ельне", later),
    )

    assert [value.removesuffix(" человек") for value, _ in found] == values


@pytest.mark.parametrize("year", ["0001-01", "9999-12"])
@pytest.mark.parametrize(
    ("question", "earlier", "later", "values"),
    [
        ("Сколько погибших при взрыве в Ельне?", BLAST_FIRST[2], BLAST_LATER[2], ["Четверо", "двое"]),
        ("Когда откроют мост в Ельне?", "Мост в Ельне откроют 31 декабря.", "Мост в Ельне откроют 2 мая.", []),
    ],
)
def test_reports_of_the_first_and_the_last_year_are_compared_as_others(year, question, earlier, later, values):
    found = compared(question, (f"{year}-01T07:00", BLAST, earlier), (f"{year}-02T09:00", BLAST, later))

    assert [value for value, _ in found] == values
