"""What a question asks for, and whether it is a question."""

from datetime import date

import pytest

from retrieval.question.asking import asks_for_newest, asks_for_words, defined_by, is_question, wanted_by
from retrieval.question.parsing import parse
from retrieval.text.kinds import Clue
from retrieval.types import Period


@pytest.mark.parametrize(
    "text",
    [
        "Кто подписал договор",
        "кто подписал договор?",
        "«Сколько стоит мост?»",
        "Есть ли на мосту тротуар?",
        "Was the treaty signed?",
        "When was it signed",
        "Мост открыли?!",
        "до скольких подняли ставку",
        "In which year was it signed",
        "а кто подписал договор",
        "подскажите, когда откроют мост",
        "Did the mayor resign",
        "谁签署了条约？",
    ],
)
def test_questions(text):
    assert is_question(text)


@pytest.mark.parametrize(
    "text", ["Мост открыли", "В Москве рассказали, как строили мост", "Governor says what he thinks", "", "!"]
)
def test_headlines(text):
    assert not is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "Кто подписал договор?",
        "В каком году открыли мост?",
        "How many people left?",
        "Кто такой Брюс Ли?",
        "Что заявил Ли Кэцян?",
        "Кто решает, есть ли деньги?",
    ],
)
def test_words_can_answer(text):
    assert asks_for_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Правда ли, что мост открыли?",
        "Правда, что мост открыли?",
        "Был ли кто-нибудь ранен?",
        "Was the treaty signed?",
        "Мост открыли",
        "",
    ],
)
def test_no_words_answer_whether_something_is_so(text):
    assert not asks_for_words(text)


MONEY, PEOPLE, PERCENT, DURATION, MEASURE = (
    Clue.NUMBER | counted for counted in (Clue.MONEY, Clue.PEOPLE, Clue.PERCENT, Clue.DURATION, Clue.MEASURE)
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Со сколькими странами подписан договор?", Clue.NUMBER),
        ("Каков объём добычи?", Clue.NUMBER),
        ("Когда открыли мост?", Clue.DATE),
        ("В каком году открыли мост?", Clue.DATE),
        ("Какого числа открыли мост?", Clue.DATE),
        ("Какое число жителей уехало?", Clue.NUMBER),
        ("What year did it open?", Clue.DATE),
        ("Кто подписал договор?", Clue.PERSON),
        ("О ком говорил мэр?", Clue.PERSON),
        ("Как его зовут?", Clue.PERSON),
        ("Чьими деньгами платили?", Clue.PERSON),
        ("Где прошёл матч?", Clue.PLACE),
        ("В каких странах прошли матчи?", Clue.PLACE),
        ("Почему закрыли мост?", Clue.REASON),
        ("Как называется мост?", Clue.NAME),
        ("Какие команды играли?", Clue.NAME),
        ("Что сказал мэр?", Clue(0)),
        ("Что с ценой?", Clue(0)),
        ("Правда ли, что цена выросла?", Clue(0)),
        ("Мост открыли", Clue(0)),
        ("", Clue(0)),
        # Money
        ("Сколько стоит билет?", MONEY),
        ("почем яйца", MONEY),
        ("сколько денег выделили на мост", MONEY),
        ("Во сколько обойдётся ремонт?", MONEY),
        ("За сколько продали картину?", MONEY),
        ("Какой штраф за проезд?", MONEY),
        ("сколько зарабатывает врач", MONEY),
        ("в какую сумму оценили ущерб", MONEY),
        ("цена билета", MONEY),
        ("How much is the toll?", MONEY),
        ("what is the fare", MONEY),
        ("lindal bridge toll", MONEY),
        # People
        ("Сколько человек пострадало?", PEOPLE),
        ("сколько тысяч человек вышло", PEOPLE),
        ("сколько народу пришло на концерт", PEOPLE),
        ("сколько было пассажиров", PEOPLE),
        ("Сколько детей пойдёт в школу?", PEOPLE),
        ("How many people left?", PEOPLE),
        ("How many injured passengers?", PEOPLE),
        # Shares
        ("До скольких процентов подняли ставку?", PERCENT),
        ("На каком уровне ставка?", PERCENT),
        ("Какая инфляция?", PERCENT),
        ("ставка цб декабрь", PERCENT),
        ("what is the inflation rate", PERCENT),
        ("What percentage voted?", PERCENT),
        ("What per cent voted?", PERCENT),
        # Time
        ("Сколько лет девушке?", DURATION),
        ("сколько времени займёт ремонт", DURATION),
        ("Как долго будут чинить мост?", DURATION),
        ("На сколько дней закрыли мост?", DURATION),
        ("какого возраста дерево", DURATION),
        ("how old is she", DURATION),
        ("How many hours did it take?", DURATION),
        # Size
        ("Какой длины мост?", MEASURE),
        ("Сколько километров до города?", MEASURE),
        ("сколько весит кит", MEASURE),
        ("какая завтра температура", MEASURE),
        ("площадь парка", MEASURE),
        ("how tall is the tower", MEASURE),
        ("how many tonnes of fish", MEASURE),
        # A number of something else
        ("Сколько автобусов купили?", Clue.NUMBER),
        ("Сколько больниц закрыли?", Clue.NUMBER),
        ("сколько гостиниц в городе", Clue.NUMBER),
        ("Сколько детских садов построили?", Clue.NUMBER),
        ("Сколько частей в сериале?", Clue.NUMBER),
        ("Сколько медалей выиграла сборная?", Clue.NUMBER),
        ("Сколько европейских стран подписали договор?", Clue.NUMBER),
        ("На сколько подорожал проезд?", Clue.NUMBER),
        ("количество автобусов", Clue.NUMBER),
        ("How long is the bridge?", Clue.NUMBER),
        ("How much snow fell?", Clue.NUMBER),
        ("How many football clubs are there?", Clue.NUMBER),
    ],
)
def test_what_a_question_wants(text, wanted):
    assert wanted_by(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Сколько стоит билет?",
        "Сколько стоит билет сегодня?",
        "Какая сейчас ставка?",
        "ставка цб",
        "Кто мэр Ильмы?",
        "Кто сейчас тренер «Зари»?",
        "Кто посол в Вестмаре?",
        "Когда откроют мост?",
        "Когда финал кубка?",
        "Чем закончился ремонт в итоге?",
        "Мост уже открыли?",
        "Открыт ли мост?",
        "мост через Ильму",
        "Сколько человек пострадало?",
        "What is the toll?",
        "Who is the mayor?",
        "When will the bridge open?",
        "Is the bridge still closed?",
    ],
)
def test_what_changes_is_asked_for_as_it_is_now(text):
    assert parse(text, date(2024, 9, 10)).asks_for_newest


@pytest.mark.parametrize(
    "text",
    [
        "Сколько стоил билет в 2020 году?",
        "Какая ставка была в июле?",
        "Сколько стоил билет вчера?",
        "What was the fare in May?",
        "Кто был мэром раньше?",
        "Кто прежний тренер?",
        "Сколько билет стоил сначала?",
        "Какой была ставка весной?",
        "How much did it cost originally?",
        "Who was the former mayor?",
        "Кто подписал договор?",
        "Кто умер?",
        "Кто провёл матч?",
        "Когда произошла авария?",
        "Когда начался пожар?",
        "When did it open?",
        "Who won the match?",
        "Who resigned?",
        "Почему закрыли мост?",
        "Где открыли мост?",
        "Как называется мост?",
        "Что сказал мэр?",
    ],
)
def test_what_was_at_another_time_or_happened_once_is_not(text):
    assert not parse(text, date(2024, 9, 10)).asks_for_newest


@pytest.mark.parametrize(
    ("first", "last", "newest"),
    [
        (date(2024, 9, 9), date(2024, 9, 10), True),
        (date(2024, 9, 10), date(2024, 9, 11), True),
        (date(2024, 9, 9), date(2024, 9, 9), False),
        (date(2024, 9, 11), date(2024, 9, 11), False),
    ],
)
def test_a_period_is_now_where_today_is_part_of_it(first, last, newest):
    question = "Сколько машин проехало по мосту?"

    assert asks_for_newest(question, Clue.NUMBER, Period(first, last), date(2024, 9, 10)) is newest


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Кто такой Иван Петров?", "Иван Петров"),
        ("а кто такая орлова", "орлова"),
        ("Кто такие нерпы?", "нерпы"),
        ("Кто это такой Петров?", "Петров"),
        ("Кто такой Иван Петров, который ушёл?", "Иван Петров"),
        ("Что такое ключевая ставка?", "ключевая ставка"),
        ("Что это такое — НДС?", "НДС"),
        ("что за мост", "мост"),
        ("Иван Петров кто это?", "Иван Петров"),
        ("Петров — кто это?", "Петров"),
        ("петров кто такой", "петров"),
        ("НДС это что?", "НДС"),
        ("Who is Ada Lind?", "Ada Lind"),
        ("who's Ada Lind", "Ada Lind"),
        ("Who was Ada Lind?", "Ada Lind"),
        ("What is NATO?", "NATO"),
        ("What is “Lumen”?", "“Lumen”"),
        ("Who is the mayor?", ""),
        ("Who is Ada Lind married to?", ""),
        ("What is the toll?", ""),
        ("Кто мэр?", ""),
        ("Кто подписал договор?", ""),
        ("Кто это?", ""),
        ("Что это такое?", ""),
        ("Сколько стоит билет?", ""),
        ("Мост открыли", ""),
        ("", ""),
    ],
)
def test_whom_or_what_a_question_wants_explained(text, name):
    assert defined_by(text) == name
