"""Two sets in one, with much of what is asked left out."""

import pytest

from training.json_lines import read_records, write_records
from training.mixed_news import NewsSet, main, mixed, over


def news(letter, count):
    """A set with an article for each question, and one that nobody asks about."""
    ids = [f"{letter}{number}" for number in range(count)]
    articles = [{"id": name, "title": name, "text": f"Text of {name}."} for name in [*ids, f"{letter}-unasked"]]
    questions = [
        {
            "id": f"q-{name}",
            "answerable": True,
            "article_ids": [name],
            "answers": [name],
            "evidence": f"Text of {name}.",
        }
        for name in ids
    ]
    return NewsSet(articles, questions)


def ids_of(articles, letter):
    return {article["id"] for article in articles if article["id"].startswith(letter)}


@pytest.fixture
def made():
    return mixed(news("r", 10), news("e", 8), without_article=4, kept=3)


def test_articles_of_some_headlines_are_left_out_and_most_english_ones(made):
    assert len(ids_of(made.articles, "r")) == 10 - 4 + 1
    assert len(ids_of(made.articles, "e")) == 3
    assert "e-unasked" not in ids_of(made.articles, "e")


def test_all_questions_stay_and_those_about_what_is_absent_have_no_answer(made):
    assert len(made.questions) == 18
    present = {article["id"] for article in made.articles}
    for question in made.questions:
        name = question["id"].removeprefix("q-")
        assert question["answerable"] == (name in present)
        assert question["article_ids"] == ([name] if name in present else [])
        assert (question["evidence"] is None) == (name not in present)


def test_it_is_always_the_same(made):
    assert mixed(news("r", 10), news("e", 8), without_article=4, kept=3) == made


def test_a_question_is_answered_by_those_of_its_articles_that_are_there():
    [question] = news("r", 1).questions
    assert over(question | {"article_ids": ["r0", "r1"]}, {"r1"})["article_ids"] == ["r1"]
    assert over(question, {"r1"})["answers"] == []


def test_a_question_without_an_answer_stays_as_it_is():
    question = {"id": "q", "answerable": False, "article_ids": ["gone"], "answers": [], "evidence": None}
    assert over(question, set()) == question | {"article_ids": []}


def test_the_command_reads_both_sets_and_writes_one(tmp_path, monkeypatch):
    for name, found in (("en-ru-news", news("r", 60)), ("en-news-qa", news("e", 8))):
        write_records(tmp_path / name / "articles.jsonl", found.articles)
        write_records(tmp_path / name / "questions.jsonl", found.questions)
    monkeypatch.setattr("sys.argv", ["mixed_news", str(tmp_path), str(tmp_path / "mixed")])
    main()
    articles = read_records(tmp_path / "mixed" / "articles.jsonl")
    assert len(ids_of(articles, "r")) == 60 - 50 + 1
    assert len(ids_of(articles, "e")) == 8
    assert len(read_records(tmp_path / "mixed" / "questions.jsonl")) == 68
