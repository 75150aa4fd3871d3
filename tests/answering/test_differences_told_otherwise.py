"""Numbers that differ where the reports use other words than the question, and what only looks like it."""

from dataclasses import replace
from datetime import date

import pytest
from reports import report

from retrieval.answering.differences import differences, with_further
from retrieval.question.parsing import parse

ASKED_ON = date(2025, 1, 1)


def values(question, *reports):
    """The values that differ, newest first; a report is its moment, title, excerpt and what the reader marked."""
    citations = [
        report(number, *told[:3], answer=told[3] if len(told) > 3 else None) for number, told in enumerate(reports, 1)
    ]
    by_number = {citation.number: citation for citation in citations}
    return [
        by_number[value.citation].excerpt[slice(*value.span)]
        for difference in differences(citations, parse(question, ASKED_ON))
        for value in difference.values
    ]


@pytest.mark.parametrize(
    ("question", "reports", "told"),
    [
        (
            "Сколько человек эвакуировали из-за паводка?",
            [
                (
                    "2024-06-28T20:30",
                    "Паводок под Ельней набирает силу",
                    "Из-за паводка под Ельней эвакуированы 480 человек.",
                    "480 человек",
                ),
                (
                    "2024-06-28T09:00",
                    "Ночью затопило Лужки",
                    "К утру спасатели у Ельни вывезли на лодках 140 человек.",
                    "140 человек",
                ),
            ],
            ["480 человек", "140 человек"],
        ),
        (
            "Сколько пострадавших при взрыве в Ельне?",
            [
                ("2024-08-26T19:40", "Взрыв в Ельне", "Четыре человека погибли и 15 пострадали при взрыве в Ельне."),
                ("2024-08-26T09:05", "Взрыв в Ельне", "В Ельне погиб один человек, шестеро пострадали при взрыве."),
            ],
            ["15", "шестеро"],
        ),
        (
            "How many people were evacuated because of the Marlow dam?",
            [
                ("2024-06-17T20:00", "Marlow dam", "Some 320 people have been evacuated from below the Marlow dam."),
                ("2024-06-17T08:00", "Marlow dam", "About 60 people were moved out of homes below the Marlow dam."),
            ],
            ["320 people", "60 people"],
        ),
        (
            "Сколько стоит детская больница в Ельне?",
            [
                (
                    "2024-08-28",
                    "Больница в Ельне подорожает",
                    "Новая детская больница в Ельне обойдётся в 3,6 млрд рублей.",
                    "3,6 млрд рублей",
                ),
                (
                    "2024-05-20",
                    "В Ельне построят детскую больницу",
                    "На неё потратят 2,8 миллиарда рублей.",
                    "2,8 миллиарда рублей",
                ),
            ],
            ["3,6 млрд рублей", "2,8 миллиарда рублей"],
        ),
        (
            "Когда достроят «Гранит-Арену»?",
            [
                (
                    "2024-09-13",
                    "«Гранит-Арену» достроят позже",
                    "«Гранит-Арену» сдадут не в сентябре 2025 года, а весной 2026-го.",
                ),
                (
                    "2024-05-24",
                    "Начали строить «Гранит-Арену»",
                    "На «Гранит-Арене» первый матч обещают сыграть в сентябре 2025 года.",
                ),
            ],
            ["весной 2026", "сентябре 2025"],
        ),
        (
            "When will the Marlow pier reopen?",
            [
                (
                    "2024-09-27",
                    "Pier bill rises",
                    "The Marlow pier will not reopen before Easter 2026, its owners said.",
                ),
                (
                    "2024-08-20",
                    "Rebuilding the Marlow pier",
                    "They hope to reopen the Marlow pier in the autumn of 2025.",
                ),
            ],
            ["Easter 2026", "autumn of 2025"],
        ),
        (
            "Сколько стоит ремонт моста в Ельне?",
            [
                ("2024-08-29", "Мост в Ельне", "Цена ремонта моста в Ельне достигла 1,61 миллиарда рублей."),
                (
                    "2024-06-25",
                    "Мост в Ельне",
                    "Ремонт моста в Ельне подорожает с 1,2 до 1,48 миллиарда рублей из-за трещины.",
                ),
            ],
            ["1,61 миллиарда рублей", "1,48 миллиарда рублей"],
        ),
        (
            "Сколько мазута вылилось в реку у Ельни?",
            [
                ("2024-08-12", "Мазут в реке у Ельни", "В реку у Ельни вылилось не 40, а 65 тонн мазута."),
                ("2024-08-11", "Мазут в реке у Ельни", "В реку у Ельни попало 40 тонн мазута."),
            ],
            ["65 тонн", "40 тонн"],
        ),
        (
            "How many walkers are missing on Marlow Hill?",
            [
                ("2024-08-10", "Marlow Hill", "Two people are still missing on Marlow Hill."),
                ("2024-08-09", "Marlow Hill", "A landslide on Marlow Hill has left six walkers missing."),
            ],
            ["Two people", "six walkers"],
        ),
    ],
)
def test_reports_tell_it_in_other_words(question, reports, told):
    assert values(question, *reports) == told


@pytest.mark.parametrize(
    ("question", "reports"),
    [
        (
            "Сколько стоит билет в бассейн Ельни?",
            [
                ("2024-07-15", "Бассейн в Ельне", "Разовый билет в бассейн Ельни стоит 350 рублей.", "350 рублей"),
                ("2024-07-08", "Бассейн в Ельне", "Абонемент в бассейн Ельни стоит 3000 рублей.", "3000 рублей"),
            ],
        ),
        (
            "Сколько стоит тоннель в Ельне?",
            [
                ("2024-08-22", "Тоннель в Ельне", "Тоннель в Ельне обойдётся в 9,1 млрд рублей.", "9,1 млрд рублей"),
                (
                    "2024-09-10",
                    "Тоннель в Ельне",
                    "На подготовку площадки выделят 210 миллионов рублей.",
                    "210 миллионов рублей",
                ),
            ],
        ),
        (
            "Какая сумма взяток в деле мэра Ельни?",
            [
                ("2024-07-30", "Дело мэра Ельни", "Сумма взяток мэра Ельни выросла до 11 миллионов рублей."),
                ("2024-05-17", "Мэр Ельни в СИЗО", "Мэр Ельни предлагал залог в 5 миллионов рублей.", "5 миллионов"),
            ],
        ),
        (
            "Сколько человек погибло в ДТП в Ельне?",
            [
                ("2024-09-05", "ДТП в Ельне", "В ДТП на улице Строителей в Ельне погибли двое."),
                ("2024-09-06", "ДТП в Ельне", "В ДТП на Портовом шоссе в Ельне погибли трое."),
            ],
        ),
        (
            "Сколько людей работает на заводе в Ельне?",
            [
                ("2024-07-16", "Завод в Ельне", "На заводе в Ельне работают 1500 человек.", "1500 человек"),
                ("2024-07-16", "Завод в Ельне", "На заводе в Ельне под сокращение попали 450 человек.", "450 человек"),
            ],
        ),
        (
            "Сколько погибло при пожаре на складе в Ельне?",
            [
                ("2024-08-04", "Пожар в Ельне", "При пожаре на складе в Ельне погибли трое.", "трое"),
                (
                    "2024-08-01",
                    "Пожар в Ельне",
                    "В момент пожара на складе в Ельне было около двадцати человек.",
                    "около двадцати человек",
                ),
            ],
        ),
        (
            "Когда полетит следующий спутник «Зоркий»?",
            [
                (
                    "2024-05-17",
                    "«Зоркий»",
                    "Следующий спутник «Зоркий» запустят в конце 2025 года.",
                    "в конце 2025 года",
                ),
                ("2024-05-16", "«Зоркий»", "Спутник «Зоркий» вышел на орбиту утром 16 мая.", "16 мая"),
            ],
        ),
        (
            "С какого числа новая цена метро в Ельне?",
            [
                ("2024-10-13", "Метро в Ельне", "Новая цена метро в Ельне — с 1 ноября.", "1 ноября"),
                ("2024-03-28", "Метро в Ельне", "Новая цена метро в Ельне — с 15 апреля.", "15 апреля"),
            ],
        ),
        (
            "When will the Marlow stadium open?",
            [
                ("2024-05-21", "Marlow stadium", "The Marlow stadium is to open in August 2026.", "August 2026"),
                (
                    "2024-06-27",
                    "Marlow stadium",
                    "The planners approved the Marlow stadium on Thursday night.",
                    "Thursday night",
                ),
            ],
        ),
        (
            "How many people died in the crash in Marlow?",
            [
                ("2024-09-05", "Crash in Marlow", "Two people died in a crash in Mill Lane in Marlow."),
                ("2024-09-06", "Crash in Marlow", "Three people died in a crash on Abbey Road in Marlow."),
            ],
        ),
    ],
)
def test_what_only_looks_like_it_raises_no_alarm(question, reports):
    assert values(question, *reports) == []


TOLL = "2024-09-09T19:10", "Пожар в Ельне", "При пожаре в Ельне погибли семеро."
FIRST = "2024-09-09T13:30", "Пожар в Ельне", "При пожаре в Ельне погибли двое."
ASIDE = "2024-09-09T19:10", "Пожар в Ельне", "Жители Ельни несут цветы."
AGAIN = "2024-09-09T15:00", "Пожар в Ельне", "Погибли 2 человека при пожаре в Ельне."
ELSEWHERE = "2024-09-09T15:00", "Пожар в Угре", "При пожаре в Угре погибли трое."


@pytest.mark.parametrize(
    ("cited", "further", "limit", "chosen"),
    [
        ([TOLL], [FIRST], 3, [TOLL, FIRST]),
        ([TOLL, ASIDE], [FIRST], 2, [TOLL, FIRST]),
        ([TOLL, ASIDE], [FIRST], 3, [TOLL, ASIDE, FIRST]),
        ([TOLL], [FIRST], 1, [TOLL]),
        ([TOLL], [ELSEWHERE], 3, [TOLL]),
        ([TOLL, FIRST], [AGAIN], 3, [TOLL, FIRST]),
    ],
)
def test_what_another_report_tells_is_cited_where_it_differs(cited, further, limit, chosen):
    citations = [report(number, *told) for number, told in enumerate(cited, 1)]
    others = [replace(report(number, *told), number=0) for number, told in enumerate(further, 10)]
    question = parse("Сколько погибших при пожаре в Ельне?", ASKED_ON)

    found = with_further(citations, others, question, limit)

    assert [citation.excerpt for citation in found] == [excerpt for _, _, excerpt in chosen]
    assert [citation.number for citation in found] == list(range(1, len(chosen) + 1))


PRICES = "Поездка в Ельне стоит 39 рублей. Проездной в Ельне стоит 1 550 рублей. Льготы сохранят."
BEFORE = "Проездной в Ельне стоил 1 350 рублей."


def beginning(number, end, evidence):
    """An excerpt of `PRICES` up to some place, with a sentence as its evidence."""
    at = PRICES.index(evidence)
    cited = report(number, "2024-11-13", "Трамвай в Ельне", PRICES[:end])
    return replace(cited, article_id="prices", highlight=(at, at + len(evidence)))


@pytest.mark.parametrize(
    ("end", "excerpts", "evidence"),
    [
        # An excerpt that holds the value tells it; one beside it does not say again what the first one says.
        (len(PRICES), [PRICES, BEFORE], ["Проездной в Ельне стоит 1 550 рублей.", BEFORE]),
        (32, [PRICES[:32], "Проездной в Ельне стоит 1 550 рублей.", BEFORE], None),
    ],
)
def test_what_is_cited_besides_says_nothing_again(end, excerpts, evidence):
    cited = beginning(1, end, "Поездка в Ельне стоит 39 рублей.")
    before = replace(report(2, "2024-02-20", "Трамвай в Ельне", BEFORE), article_id="before")
    further = beginning(0, 70, "Проездной в Ельне стоит 1 550 рублей.")

    found = with_further([cited, before], [further], parse("Сколько стоит проездной в Ельне?", ASKED_ON), 3)

    assert sorted(citation.excerpt for citation in found) == sorted(excerpts)
    assert all(citation.excerpt == PRICES[citation.start : citation.end] for citation in found if citation.number != 2)
    if evidence:
        assert [citation.excerpt[slice(*citation.highlight)] for citation in found] == evidence


ONE = "2024-09-08T09:05", "Пожар в Ельне", "При пожаре в Ельне погиб один человек."
FIVE = "2024-09-10T08:30", "Пожар в Ельне", "При пожаре в Ельне число погибших достигло пяти."


@pytest.mark.parametrize(
    ("cited", "further", "limit", "chosen"),
    [
        ([TOLL, FIRST, ONE], [FIVE], 3, [TOLL, FIRST, FIVE]),
        ([ONE, FIRST], [FIVE], 2, [ONE, FIVE]),
        ([TOLL, FIRST], [ONE], 2, [TOLL, FIRST]),
        ([TOLL, FIRST, ASIDE], [ONE, FIVE], 3, [TOLL, FIRST, FIVE]),
        ([TOLL], [FIVE], 1, [TOLL]),
    ],
)
def test_the_newest_value_takes_the_place_of_the_oldest_but_of_the_first_citation(cited, further, limit, chosen):
    citations = [report(number, *told) for number, told in enumerate(cited, 1)]
    others = [replace(report(number, *told), number=0) for number, told in enumerate(further, 10)]
    question = parse("Сколько погибших при пожаре в Ельне?", ASKED_ON)

    found = with_further(citations, others, question, limit)

    assert [citation.excerpt for citation in found] == [excerpt for _, _, excerpt in chosen]


PRICE = (
    "2024-11-29T12:00",
    "Открыли мост через Волгу",
    "Окончательная стоимость моста через Волгу — 46,7 млрд рублей.",
)
FUND = "Раз мост через Волгу почти достроен, дорожный фонд решили сократить на 11 %, до 23,6 млрд рублей."


@pytest.mark.parametrize(
    ("question", "second", "told"),
    [
        ("Во сколько обошёлся мост через Волгу?", FUND, []),
        (
            "Во сколько обошёлся мост через Волгу?",
            "Мост через Волгу обойдётся областному бюджету в 44,9 млрд рублей.",
            ["46,7 млрд рублей", "44,9 млрд рублей"],
        ),
    ],
)
def test_what_a_fund_holds_is_no_price(question, second, told):
    assert values(question, PRICE, ("2024-11-21T12:00", "Бюджет на 2025 год", second)) == told
