"""What the reader learns from: negatives that really lack the answer, and passages that stay unseen."""

import json
import random

import pytest

from training.reader_pairs import (
    HELD_OUT,
    Pair,
    SetPlan,
    made_negatives,
    mix,
    other_number,
    read_pairs,
    shuffled_passages,
    split_held_out,
    without_answer,
)

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


@pytest.fixture
def folder(tmp_path):
    """A made-up set under the name of one with passages held out."""
    lines = []
    for number in range(2100):
        passage = f"Река номер {number} поднялась. Эвакуировали {number + 5000} человек. Мост закрыт."
        lines.append(
            {"lang": "ru", "question": f"Сколько человек эвакуировали с реки {number}?", "passage": passage,
             "answer": str(number + 5000), "answer_start": passage.index(str(number + 5000)), "answerable": True}
        )  # fmt: skip
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (tmp_path / "sberquad-val.jsonl").write_text(text, encoding="utf-8")
    return tmp_path


def test_held_out_passages_are_never_learned_from(folder):
    pairs = read_pairs(folder / "sberquad-val.jsonl")
    rest, held = split_held_out("sberquad-val", pairs)
    order = shuffled_passages([one.passage for one in pairs])
    expected = {passage for start, end in HELD_OUT["sberquad-val"] for passage in order[start:end]}
    assert {one.passage for one in held} == expected
    assert len(held) + len(rest) == len(pairs)
    drawn = mix(folder, 1, [SetPlan("sberquad-val", 4000, 0, 1.3)])
    assert sum(one.answerable for one in drawn) == len(rest)
    whole = {one.passage for one in drawn}
    assert not whole & expected


def test_the_same_seed_draws_the_same(folder):
    plans = [SetPlan("sberquad-val", 300, 0, 1.0)]
    assert mix(folder, 1, plans) == mix(folder, 1, plans) != mix(folder, 2, plans)
