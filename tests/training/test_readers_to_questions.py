"""The seen questions of readers become evaluation folders."""

import sys

from retrieval.evaluation.questions import load_questions
from training.json_lines import read_records
from training.readers_to_questions import main, questions_of

PLAIN = {
    "id": "a",
    "question": "Кто мэр?",
    "kind": "who",
    "answerable": True,
    "article_ids": ["m"],
    "answers": ["Реброва"],
}
PLAIN |= {"message": None, "before": [], "form_of": None, "full": None}


def test_only_what_stands_for_itself_is_kept():
    others = [{"before": ["Кто мэр?"]}, {"message": "thanks"}, {"form_of": "a"}]

    assert questions_of([PLAIN, *(PLAIN | other for other in others)]) == [
        {
            "id": "a",
            "question": "Кто мэр?",
            "kind": "who",
            "answerable": True,
            "article_ids": ["m"],
            "answers": ["Реброва"],
            "evidence": None,
        }
    ]


def test_right_articles_are_among_those_written(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["readers_to_questions", str(tmp_path)])

    main()

    for name, count in (("samples", 79), ("second", 48)):
        ids = [article["id"] for article in read_records(tmp_path / name / "articles.jsonl")]
        assert len(ids) == len(set(ids)) == count
        questions = load_questions(tmp_path / name / "questions.jsonl")
        assert all(set(question.article_ids) <= set(ids) for question in questions if question.answerable)
        assert {question.answerable for question in questions} == {True, False}
