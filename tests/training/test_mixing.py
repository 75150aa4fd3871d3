"""A drawing of the sets: as much as is planned, nothing that is held out, titles and haste in their shares."""

import random

import pytest

from training.held_out import split_held_out
from training.json_lines import write_records
from training.mixing import as_shown, mix
from training.nearest import nearest_by_words
from training.reader_pairs import Pair, grouped, read_pairs
from training.reader_plans import BAGS, SetPlan


@pytest.fixture
def folder(tmp_path):
    """Made-up sets: one with passages held out, one of pages, and one of bags."""
    lines = []
    for number in range(2100):
        passage = f"Река номер {number} поднялась. Эвакуировали {number + 5000} человек. Мост закрыт."
        lines.append(
            {"lang": "ru", "question": f"Сколько человек эвакуировали с реки {number}?", "passage": passage,
             "answer": str(number + 5000), "answer_start": passage.index(str(number + 5000)), "answerable": True}
        )  # fmt: skip
    write_records(tmp_path / "sberquad-val.jsonl", lines)
    bags = [
        {"lang": "de", "question": f"Frage {number}?", "answerable": number % 2 == 0,
         "passages": [{"title": f"Titel {place}", "text": f"Text {number} {place}"} for place in range(5)]}
        for number in range(20)
    ]  # fmt: skip
    write_records(tmp_path / f"{BAGS}.jsonl", bags)
    return tmp_path


def test_held_out_passages_are_never_learned_from(folder):
    rest, held = split_held_out("sberquad-val", read_pairs(folder / "sberquad-val.jsonl"))
    drawn = mix(folder, 1, [SetPlan("sberquad-val", 4000, 0, 1.3)])
    assert sum(one.answerable for one in drawn) == len(rest)
    assert len(drawn) == len(rest) + round(1.3 * len(rest))
    assert not {one.passage for one in drawn} & {one.passage for one in held}


def test_the_same_seed_draws_the_same(folder):
    plans = [SetPlan("sberquad-val", 300, 0, 1.0), SetPlan(BAGS, 3, 4)]
    assert mix(folder, 1, plans) == mix(folder, 1, plans) != mix(folder, 2, plans)


def test_bags_are_drawn_whole_and_stay_together(folder):
    drawn = grouped(mix(folder, 1, [SetPlan(BAGS, 3, 4)]))
    assert sorted((len(bag), bag[0].answerable) for bag in drawn) == [(5, False)] * 4 + [(5, True)] * 3
    assert all(len({pair.question for pair in bag}) == 1 for bag in drawn)


def test_near_passages_are_looked_for_in_every_way(folder):
    asked = []

    def way(questions, passages):
        asked.append((len(questions), len(passages)))
        return nearest_by_words(questions, passages)

    mix(folder, 1, [SetPlan("sberquad-val", 30, 0, 1.0)], [nearest_by_words, way])
    assert asked == [(30, 2100 - 640 - 420)]


def test_a_third_is_shown_with_its_title():
    pair = Pair("de", "Was?", "Text", answerable=True, title="Titel")
    shown = [one for seed in range(900) for one in as_shown([pair], random.Random(seed))]
    assert 250 < sum(one.title == "Titel" for one in shown) < 350
    assert {one.title for one in shown} == {"Titel", ""}
    long = Pair("de", "Was?", "Text", answerable=True, title="Titel " * 20)
    assert {one.title for seed in range(50) for one in as_shown([long], random.Random(seed))} == {""}


@pytest.mark.parametrize(("language", "least", "most"), [("ru", 70, 170), ("en-ru", 70, 170), ("de", 0, 0)])
def test_some_russian_and_english_questions_are_typed_in_haste(language, least, most):
    pair = Pair(language, "Кто утверждает бюджет Ёлкино?", "Пассаж", answerable=True)
    shown = [one for seed in range(1000) for one in as_shown([pair], random.Random(seed))]
    assert least <= sum(one.question != pair.question for one in shown) <= most


def test_a_bag_is_asked_one_question_in_haste_or_not():
    bag = [Pair("ru", "Кто утверждает бюджет Ёлкино?", f"Пассаж {place}", answerable=True, bag=1) for place in range(5)]
    asked = [{pair.question for pair in as_shown(bag, random.Random(seed))} for seed in range(200)]
    assert {len(questions) for questions in asked} == {1}
    assert len(set.union(*asked)) > 2
