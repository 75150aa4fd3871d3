"""Pairs become articles and questions of each kind."""

import json
from collections import Counter

import pytest

from training.json_lines import read_records, write_records
from training.pairs_to_questions import Counts, main, make_question, make_set, without_answers

RISEN = "Река под номером {0} поднялась за одну ночь на три метра."
EVACUATED = "Спасатели вывезли на берег {1} человек из затопленной деревни."
CLOSED = "Мост у переправы закрыт для движения до конца недели."
PASSAGE = f"{RISEN} {EVACUATED} {CLOSED}"


def pair(number, *, answerable=True):
    answer = str(number + 500)
    passage = PASSAGE.format(number, answer)
    found = {"lang": "ru", "question": f"Сколько эвакуировали с реки {number}?", "passage": passage}
    if answerable:
        return found | {"answer": answer, "answer_start": passage.index(answer), "answerable": True}
    return found | {
        "question": f"Кто утонул в реке {number}?",
        "answer": None,
        "answer_start": None,
        "answerable": False,
    }


PAIRS = [pair(number) for number in range(20)]


def of_kind(questions, kind):
    return [question for question in questions if question["kind"] == kind]


def test_each_kind_is_made_as_often_as_is_asked_for():
    articles, questions = make_set(PAIRS, Counts(passages=5, absent=3, cut=2))
    assert Counter(question["kind"] for question in questions) == {"pair": 5, "absent": 3, "cut": 2}
    assert len(articles) == 5 + 2
    assert [question["id"] for question in questions] == [f"q{number:05d}" for number in range(10)]


def test_a_pair_keeps_its_passage_and_names_it():
    articles, questions = make_set(PAIRS, Counts(passages=5))
    texts = {article["id"]: article["text"] for article in articles}
    for question in questions:
        assert question["answerable"]
        assert texts[question["article_ids"][0]] == question["evidence"]
        assert question["answers"][0] in question["evidence"]


def test_an_absent_passage_is_no_article_and_its_question_has_no_answer():
    articles, questions = make_set(PAIRS, Counts(passages=0, absent=4))
    assert articles == []
    for question in questions:
        assert not question["answerable"]
        assert (question["article_ids"], question["answers"], question["evidence"]) == ([], [], None)


def test_a_cut_passage_is_there_without_the_sentence_that_answers():
    articles, questions = make_set(PAIRS, Counts(passages=0, cut=4))
    assert [question["answerable"] for question in questions] == [False] * 4
    assert len(articles) == 4
    for article in articles:
        assert "Спасатели" not in article["text"]
        assert article["text"].endswith(f"на три метра. {CLOSED}")


def test_a_passage_of_which_nothing_is_left_is_no_article():
    alone = PAIRS[0] | {"passage": EVACUATED.format(0, 500)}
    articles, questions = make_set([alone], Counts(passages=0, cut=1))
    assert articles == []
    assert len(of_kind(questions, "cut")) == 1


def test_a_passage_loses_the_answers_of_all_its_pairs():
    asked = [PAIRS[1], PAIRS[1] | {"answer": "Мост у переправы"}, pair(1, answerable=False)]
    assert without_answers(PAIRS[1]["passage"], asked) == RISEN.format(1)


def test_a_question_that_was_never_answered_is_a_look_alike():
    question = make_question(pair(1, answerable=False), "p1", "pair")
    assert question["kind"] == "look_alike"
    assert not question["answerable"]


def test_skipped_passages_are_those_of_another_set():
    whole, _ = make_set(PAIRS, Counts(passages=20))
    first, _ = make_set(PAIRS, Counts(passages=12))
    rest, _ = make_set(reversed(PAIRS), Counts(skip=12, passages=20))
    texts = [[article["text"] for article in articles] for articles in (whole, first, rest)]
    assert texts[0] == texts[1] + texts[2]


def test_the_seed_decides_which_passage_becomes_what():
    assert make_set(PAIRS, Counts(passages=5), 1) == make_set(PAIRS, Counts(passages=5), 1)
    assert make_set(PAIRS, Counts(passages=5), 1) != make_set(PAIRS, Counts(passages=5), 2)


@pytest.mark.parametrize("kinds", [["--passages", "3", "--absent", "2"], ["--passages", "3", "--cut", "2"]])
def test_the_command_writes_a_folder(tmp_path, monkeypatch, kinds):
    write_records(tmp_path / "pairs.jsonl", PAIRS)
    monkeypatch.setattr("sys.argv", ["pairs", str(tmp_path / "pairs.jsonl"), str(tmp_path / "set"), *kinds])
    main()
    assert len(read_records(tmp_path / "set" / "questions.jsonl")) == 5
    line = (tmp_path / "set" / "articles.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(line).keys() == {"id", "title", "text"}
    assert "Река" in line
