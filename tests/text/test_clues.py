"""What kinds of things a sentence holds, by hand."""

import pytest

from retrieval.text.clues import clues_in
from retrieval.text.kinds import Clue

NUMBERS = [
    "Погибли 12 человек",
    "Погибли двое",
    "Ущерб оценили в полтора миллиарда",
    "Около сорока домов остались без света",
    "Трёхлетний контракт подписали утром",
    "Более двухсот участников",
    "Цена выросла вдвое",
    "Ранены трое, в том числе ребёнок",
    "Six people were hurt",
    "Half of the voters stayed home",
    "One person was injured",
    "Thousands left the city",
]
NO_NUMBERS = [
    "Тренер обещает победу",
    "Мост стоит на левом берегу",
    "Первый вторник месяца",
    "Столица готовится к празднику",
    "Трибуны были пусты, флаг подняли к столбу",
    "Семья вернулась домой",
    "С семью детьми она не рассталась",
    "Третьей стороной стал суд",
    "Двадцатка лидеров",
    "The tennis tent is often open",
    "One of the residents spoke",
    "The phone, the zone and the weight",
]
DATES = [
    "Мост открыли 9 сентября",
    "Заседание прошло во вторник",
    "В среду выпадет снег",
    "Сентябрьское заседание прошло спокойно",
    "Вчера движение восстановили",
    "Это было в 1987 году",
    "В XIX веке здесь была крепость",
    "Матч начнётся в 19:30",
    "Открытие намечено на май",
    "It opened in March",
    "It opened on 5 May",
    "May 5 is a holiday",
    "On the 1st of May they left",
    "He resigned on Tuesday",
    "It was founded in Sept. 2004",
]
NO_DATES = [
    "Мартын и Майя ушли",
    "Маятник остановился",
    "Августин молчал",
    "Мартеновский цех закрыли",
    "The mayor may resign",
    "They march through the town",
    "Theresa May spoke",
    "May I ask",
    "Окружающую среду защитят",
    "Статья 12 закона",
]


@pytest.mark.parametrize("sentence", NUMBERS)
def test_sentences_with_a_number(sentence):
    assert Clue.NUMBER in clues_in(sentence)


@pytest.mark.parametrize("sentence", NO_NUMBERS)
def test_sentences_without_a_number(sentence):
    assert Clue.NUMBER not in clues_in(sentence)


@pytest.mark.parametrize("sentence", DATES)
def test_sentences_with_a_date(sentence):
    assert Clue.DATE in clues_in(sentence)


@pytest.mark.parametrize("sentence", NO_DATES)
def test_sentences_without_a_date(sentence):
    assert Clue.DATE not in clues_in(sentence)


@pytest.mark.parametrize(
    ("sentence", "clues"),
    [
        ("он ушёл", Clue.POINTING_BACK),
        ("Ему не ответили", Clue.POINTING_BACK),
        ("Онемение прошло", Clue(0)),
        ("Почему он ушёл?", Clue.ASKING),
        ("Мэр Иван Петров ушёл", Clue.NAME | Clue.PERSON),
        ("Он уехал в Тверь", Clue.NAME | Clue.PLACE | Clue.POINTING_BACK),
        ("Дорогу закрыли из-за дождя", Clue.REASON),
        ("It fell because of rain", Clue.REASON | Clue.POINTING_BACK),
        ("", Clue(0)),
    ],
)
def test_everything_that_a_sentence_holds(sentence, clues):
    assert clues_in(sentence) == clues
