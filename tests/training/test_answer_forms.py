"""An answer is found in other forms than its own, and not in what merely looks like it."""

import pytest

from training.answer_forms import AnswerForms


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Вирджиния Вулф", "О Вирджинии Вулф говорят много."),
        ("Путин", "Встреча с Путиным прошла утром."),
        ("Путиным", "Путин приехал."),
        ("в 1993 году", "Это было в июне 1993 года."),
        ("ост", "Мост закрыт."),
        ("Чёрное море", "Реки текут в Черное море."),
        ("the Royal Navy", "Ships of the royal navy"),
        ("東京", "首都は東京です。"),
    ],
)
def test_an_answer_stands_in_another_form(answer, text):
    assert AnswerForms.of(answer).stand_in(text)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("Вирджиния Вулф", "Штат Вирджиния велик."),
        ("в 1993 году", "Это было в 1994 году."),
        ("412 человек", "Эвакуировали 41 человека."),
        ("15 сентября", "Это было 16 сентября."),
        ("да", "Нет."),
    ],
)
def test_another_answer_does_not(answer, text):
    assert not AnswerForms.of(answer).stand_in(text)


def test_of_a_long_answer_four_words_of_five_are_enough():
    answer = AnswerForms.of("Военный комиссар Западного округа Гуров")
    assert answer.stand_in("Комиссаром военного округа на западном берегу стал Иванов.")
    assert not answer.stand_in("Комиссаром западного берега стал Иванов.")
