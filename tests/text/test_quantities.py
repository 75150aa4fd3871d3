"""What is counted in a text, by hand."""

import pytest

from retrieval.text.clues import clues_in
from retrieval.text.kinds import Clue
from retrieval.text.quantities import unit_of, units_in

NOTHING = Clue(0)
COUNTED = {
    Clue.MONEY: [
        "Билет стоит 60 рублей",
        "1,2 млрд рублей",
        "250 тыс. евро",
        "1 200 000 ₽",
        "5 $",
        "$5 million",
        "€40",
        "£3.50",
        "двадцать пять тысяч рублей",
        "3 копейки",
        "5 юаней",
        "10-рублёвая монета",
        "1.5 million dollars",
        "42 roubles",
        "60 pounds",
        "50 pence",
        "5 cents",
    ],
    Clue.PERCENT: [
        "Ставка выросла до 21 %",
        "21%",
        "7,5% годовых",
        "на 7,5 процента",
        "пятипроцентный",
        "12 percent",
        "15 per cent",
    ],
    Clue.DURATION: [
        "40 минут",
        "три недели",
        "полтора часа",
        "12 часов назад",
        "за 1 день",
        "21 год",
        "два года",
        "19-летняя студентка",
        "девятилетний мальчик",
        "пятилетний контракт",
        "двухдневный визит",
        "40-минутный концерт",
        "forty minutes",
        "a 12-year-old dog",
        "3 days a week",
    ],
    Clue.MEASURE: [
        "До города 60 километров",
        "840 м",
        "30 гектаров пшеницы",
        "-5 градусов",
        "25°C",
        "120 тонн",
        "100 квадратных метров",
        "300-метровый мост",
        "двухсотметровый мост",
        "15 miles",
        "a 300-metre bridge",
        "2 kilometers",
    ],
    Clue.PEOPLE: [
        "Погибли 12 человек",
        "Ранены трое",
        "двое водителей",
        "тысяча человек",
        "двадцать пять тысяч жителей",
        "пять новых учителей",
        "45 детей",
        "45 взрослых",
        "12 раненых",
        "15 эвакуированных",
        "5 больных",
        "4 ребёнка",
        "семь семей",
        "В 2024 году ушли трое",
        "Six people were hurt",
        "1,400 residents",
        "4 families",
        "12 were injured",
    ],
    NOTHING: [
        "На ферме держат 2 700 кур",
        "2700 голов скота",
        "12 новых автобусов",
        "12 новых школьных автобусов",
        "К концу 2024 года",
        "В 2024 г. мост закрыли",
        "15 сентября 2024 года",
        "с 2020 по 2023 год",
        "1990-е годы",
        "2025-й год",
        "на 10-й день",
        "5-й километр",
        "рубль вырос на 12",
        "Семья вернулась домой",
        "Рубль, процент, километр и час",
        "двести восемьдесят",
        "500 hens",
        "the 10th person",
        "the 5th day",
        "year 2024",
        "Three",
        "",
    ],
}
LOOKING_ALIKE = [
    "12 гостиниц",
    "5 больниц",
    "12 деталей",
    "12 детских садов",
    "12 людных улиц",
    "5 частей",
    "12 часовен",
    "12 баллонов",
    "5 тоннелей",
    "12 европейских стран",
    "5 centres",
    "two centuries",
    "11 football clubs",
    "two guesthouses",
    "4 deadlines",
]


@pytest.mark.parametrize(("counted", "text"), [(unit, text) for unit, texts in COUNTED.items() for text in texts])
def test_what_is_counted(counted, text):
    assert units_in(text) == counted


@pytest.mark.parametrize("text", LOOKING_ALIKE)
def test_words_that_begin_as_those_that_count_do(text):
    assert units_in(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("45 детей заплатили 300 рублей", Clue.PEOPLE | Clue.MONEY),
        ("за двое суток", Clue.PEOPLE | Clue.DURATION),
        ("£3.50 a day", Clue.MONEY | Clue.DURATION),
        ("40 км за 30 минут", Clue.MEASURE | Clue.DURATION),
    ],
)
def test_several_things_are_counted(text, counted):
    assert units_in(text) == counted


def test_what_is_counted_stands_at_most_two_words_behind_the_number():
    assert units_in("12 новых учителей") == Clue.PEOPLE
    assert units_in("12 новых молодых учителей") == NOTHING


@pytest.mark.parametrize(
    ("word", "unit"),
    [
        ("рублей", Clue.MONEY),
        ("Passengers", Clue.PEOPLE),
        ("процента", Clue.PERCENT),
        ("недель", Clue.DURATION),
        ("км", Clue.MEASURE),
        ("кур", NOTHING),
        ("", NOTHING),
    ],
)
def test_what_a_word_counts(word, unit):
    assert unit_of(word) == unit


def test_clues_of_a_sentence_hold_what_is_counted():
    assert clues_in("трёхлетний договор") == Clue.NUMBER | Clue.DURATION
    assert clues_in("билет за 42\u00a0₽") == Clue.NUMBER | Clue.MONEY
    assert clues_in("рублей, процентов и людей") == NOTHING
