"""Questions that ask for whatever there is, of a topic or at all."""

import pytest

from retrieval.question.news import asked_about
from retrieval.question.wording import LONGEST_QUESTION


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Последние новости о мосте через Волгу", "мосте через Волгу"),
        ("что нового по трамваю?", "трамваю"),
        ("Как сейчас дела с ледовой ареной?", "ледовой ареной"),
        ("Как обстоят дела с ремонтом школы?", "ремонтом школы"),
        ("Что известно о пожаре?", "пожаре"),
        ("Что с мостом?", "мостом"),
        ("новости Зареченска", "Зареченска"),
        ("мост через Волгу новости", "мост через Волгу"),
        ("какая сейчас ситуация в Усть-Ильме?", "Усть-Ильме"),
        ("latest on the tram line", "the tram line"),
        ("What's new with the bridge?", "the bridge"),
        ("any news about the flood?", "the flood"),
        ("What is happening in Harrowmere?", "Harrowmere"),
        ("tram line news", "tram line"),
        ("Что нового?", ""),
        ("What's new?", ""),
        ("главные события", ""),
    ],
)
def test_news_of_a_topic(text, topic):
    assert asked_about(text, bounded=False) == topic


@pytest.mark.parametrize(
    "text",
    [
        "Что известно о том, кто поджёг склад?",
        "Кто новый мэр?",
        "Сколько стоит новый трамвай?",
        "What is the latest price of petrol?",
        "Who reads the news?",
        "Что случилось с мостом?",
        "Кто купил РИА Новости?",
        "Мост открыли раньше срока",
    ],
)
def test_other_questions_ask_for_one_thing(text):
    assert asked_about(text, bounded=False) is None


@pytest.mark.parametrize("text", ["", "А?", "Что было?", "Что случилось?", "What happened?", "Новости"])
def test_within_a_time_all_that_happened_is_asked_for(text):
    assert asked_about(text, bounded=True) == ""


def test_without_one_what_was_is_no_question_for_news():
    assert asked_about("Что было?", bounded=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "Что будет?",
        "Что нас ждёт?",
        "What is planned?",
        "Is anything planned?",
        "Did anything happen?",
        "All that happened",
        "Всё, что было",
        "Запланировано",
        "Что происходит в этом городе?",
        "Какие события?",
    ],
)
def test_all_that_was_or_will_be_within_a_time_is_asked_for_with_what(text):
    assert asked_about(text, bounded=True) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Is it expected?",
        "Is it planned?",
        "When is it expected?",
        "Did that happen?",
        "When did it happen?",
        "Why did it happen?",
        "Ожидается?",
        "Что его ждёт?",
        "Что это было?",
        "Что будет с ним?",
        "Что с ним случилось?",
        "Что из этого произошло?",
        "Что известно об этом?",
        "Было ли это?",
        "Когда это было?",
        "Где это было?",
        "Как это произошло?",
        "Почему это случилось?",
        "Сколько будет?",
    ],
)
@pytest.mark.parametrize("bounded", [True, False])
def test_what_means_something_named_before_asks_for_one_thing(text, bounded):
    assert asked_about(text, bounded=bounded) is None


@pytest.mark.parametrize(("length", "is_asked"), [(LONGEST_QUESTION, True), (LONGEST_QUESTION + 1, False)])
def test_a_text_too_long_for_a_question_asks_for_no_news(length, is_asked):
    topic = "мост".ljust(length - len(" новости"), "а")

    assert asked_about(f"{topic} новости", bounded=False) == (topic if is_asked else None)
