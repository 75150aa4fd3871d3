"""Negatives really lack the answer, in whatever form it stands."""

import random
from collections import Counter

import pytest

from training.negatives import made_negatives, nearest_without_answer, other_number, without_answer
from training.reader_pairs import Pair

FLOOD = "Вода поднялась на три метра. Эвакуировали 412 человек. Мост закрыт."


def pair(question, passage, answer):
    start = passage.index(answer)
    return Pair("ru", question, passage, answerable=True, answer=(start, start + len(answer)))


def test_a_cut_passage_loses_every_sentence_with_the_answer():
    assert without_answer(pair("Сколько человек?", FLOOD, "412")) == "Вода поднялась на три метра. Мост закрыт."
    assert without_answer(pair("Что закрыто?", FLOOD + " Закрыт и мост через овраг.", "ост")) == (
        "Вода поднялась на три метра. Эвакуировали 412 человек."
    )


def test_nothing_is_left_of_a_passage_of_one_sentence():
    assert without_answer(pair("Сколько?", "Эвакуировали 412 человек.", "412")) is None


@pytest.mark.parametrize("seed", range(20))
def test_another_number_is_near_and_never_the_same(seed):
    changed = other_number("Что случилось в 1993 году?", random.Random(seed))
    assert changed != "Что случилось в 1993 году?"
    assert abs(int(changed.split()[3]) - 1993) <= 11


def test_a_question_without_numbers_has_no_other():
    assert other_number("Кто подписал договор?", random.Random(1)) is None


def test_negatives_lack_the_answer():
    pairs = [
        pair("Сколько человек эвакуировали?", FLOOD, "412"),
        pair("Кто подписал договор?", "Договор подписал Гуров. Человек пришёл один.", "Гуров"),
        pair("Где это было?", "Это было в Ломне. Эвакуировали человек сорок, а 412 остались.", "в Ломне"),
    ]
    made = made_negatives(pairs, pairs, random.Random(1))
    assert len(made) >= 5
    for negative in made:
        assert not negative.answerable
        assert negative.answer is None
        asked = next((one for one in pairs if one.question == negative.question), None)
        if asked is not None:
            assert asked.passage[slice(*asked.answer)].casefold() not in negative.passage.casefold()


def test_a_passage_with_the_answer_in_another_case_is_no_negative():
    asked = pair("Кто написала роман?", "Роман написала Вирджиния Вулф. Он короткий.", "Вирджиния Вулф")
    other_form = Pair("ru", "Чей это роман?", "Автором романа назвали Вирджинию Вулф.", answerable=False)
    other = Pair("ru", "Чья это пьеса?", "Автор пьесы неизвестен.", answerable=False, title="Пьеса")

    def all_passages(questions, passages):
        return [list(passages) for _ in questions]

    assert list(nearest_without_answer([asked], [asked, other_form, other], [all_passages])) == [other]
    assert list(nearest_without_answer([asked], [asked, other_form], [all_passages])) == [None]


def test_a_cut_passage_loses_sentences_with_other_forms_of_the_answer():
    passage = "Роман написала Вирджиния Вулф. Он короткий. О Вирджинии Вулф говорят много."
    assert without_answer(pair("Кто написала роман?", passage, "Вирджиния Вулф")) == "Он короткий."


def test_what_answers_the_same_question_elsewhere_is_no_negative():
    both = [pair("Что закрыли?", "Мост закрыли в мае.", "Мост"), pair("Что закрыли?", "Паром закрыли летом.", "Паром")]
    assert {negative.passage for negative in made_negatives(both, both, random.Random(1))} == set()


def test_near_passages_of_all_ways_are_chosen_from():
    passages = [Pair("ru", "", f"Пассаж {letter}.", answerable=False) for letter in "абв"]
    asked = [pair(f"Вопрос {number}?", FLOOD, "412") for number in range(300)]

    def first(questions, _passages):
        return [["Пассаж а."] for _ in questions]

    def second(questions, _passages):
        return [["Пассаж б."] for _ in questions]

    found = Counter(near.passage for near in nearest_without_answer(asked, passages, [first, second]))
    assert found.keys() == {"Пассаж а.", "Пассаж б."}
    assert min(found.values()) > 100


def test_a_near_passage_brings_its_own_title():
    asked = pair("Сколько человек эвакуировали?", FLOOD, "412")
    other = Pair("ru", "Когда?", "Эвакуировали человек сорок вечером.", answerable=False, title="Пожар")
    [negative] = [one for one in made_negatives([asked], [asked, other], random.Random(1)) if one.title]
    assert (negative.question, negative.passage, negative.title) == (asked.question, other.passage, "Пожар")
