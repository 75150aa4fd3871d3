"""What a question asks for, and whether it is a question."""

import pytest

from retrieval.clues import asks_for_words, is_question


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
        "Сколько (пострадали ли люди при пожаре)?",
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
