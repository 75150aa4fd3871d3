"""Outlets behind a pause, before «что», at the end; hosts with digits and English words in Russian letters."""

import pytest

from retrieval.question.outlets import OutletNames
from retrieval.question.wording import LONGEST_QUESTION

NAMES = OutletNames.of(
    ["iz.ru", "tass.ru", "interfax.ru", "kommersant.ru", "gory24.ru", "sinsk-online.ru", "zarechie.ru", "elmpost.com"],
    {},
)


@pytest.mark.parametrize(
    ("question", "outlet", "words", "rest"),
    [
        ("у Интерфакса что о хлебе?", "interfax.ru", "у Интерфакса что", "Что известно о хлебе?"),
        ("у Коммерсанта есть что о мосте?", "kommersant.ru", "у Коммерсанта есть что", "Что известно о мосте?"),
        ("у коммерсанта есть цена проезда?", "kommersant.ru", "у коммерсанта есть", "Цена проезда?"),
        ("есть ли у ТАСС новости о мосте?", "tass.ru", "у ТАСС", "Есть ли новости о мосте?"),
        ("медведь: что пишет ТАСС?", "tass.ru", "пишет ТАСС", "Медведь: что нового?"),
        ("медведь в лавке, что говорят Известия?", "iz.ru", "говорят Известия", "Медведь в лавке, что нового?"),
        ("о медведе что писал Интерфакс?", "interfax.ru", "писал Интерфакс", "О медведе что нового?"),
        ("что пишет Известия о медведе?", "iz.ru", "пишет Известия", "Что известно о медведе?"),
        ("последние новости о взрыве у ТАСС", "tass.ru", "у ТАСС", "Последние новости о взрыве"),
        ("а у ТАСС?", "tass.ru", "у ТАСС", "А?"),
        ("а в Известиях?", "iz.ru", "в Известиях", "А?"),
        ("and in Kommersant?", "kommersant.ru", "in Kommersant", "And?"),
        ("Что пишет Синск-онлайн о граде?", "sinsk-online.ru", "пишет Синск-онлайн", "Что известно о граде?"),
        ("Что пишет Заречье о рынде?", "zarechie.ru", "пишет Заречье", "Что известно о рынде?"),
        ("по данным заречья, кто открыл мост?", "zarechie.ru", "по данным заречья", "Кто открыл мост?"),
        ("что пишет gory24 о граде", "gory24.ru", "пишет gory24", "Что известно о граде?"),
        ("по данным горы24, какая явка?", "gory24.ru", "по данным горы24", "Какая явка?"),
        ("what does the Elm Post say: storm", "elmpost.com", "does the Elm Post say", "Storm: what is new?"),
        ("storm: what did the Elm Post report?", "elmpost.com", "did the Elm Post report", "Storm: what is new?"),
        ("Has the Elm Post written about it?", "elmpost.com", "Has the Elm Post written", "What is known about it?"),
        ("the latest from the Elm Post", "elmpost.com", "from the Elm Post", "The latest"),
    ],
)
def test_an_outlet_is_asked(question, outlet, words, rest):
    found = NAMES.found_in(question)

    assert (found.names, found.words, found.rest) == ((outlet,), words, rest)


@pytest.mark.parametrize(
    "question",
    [
        "Сколько журналистов работает у ТАСС?",
        "У коммерсанта есть сайт?",
        "Где находится Заречье?",
        "Что известно о Заречье?",
        "Сколько людей живёт в Заречье?",
        "Почему у Интерфакса сломался сайт?",
        "Медведь: кто его видел?",
        "Когда построили Синск-онлайн?",
        "Who owns the Elm Post?",
    ],
)
def test_an_outlet_is_asked_about(question):
    assert NAMES.found_in(question) is None


@pytest.mark.parametrize(("length", "is_found"), [(LONGEST_QUESTION, True), (LONGEST_QUESTION + 1, False)])
def test_a_text_too_long_for_a_question_asks_no_outlet(length, is_found):
    found = NAMES.found_in("по данным ТАСС, ".ljust(length, "а"))

    assert (found is not None) == is_found
