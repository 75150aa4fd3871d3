"""Questions that name places in texts which are not the project's become questions with answers."""

import sys

import pytest

from training.json_lines import read_records, write_records
from training.news_questions import QUESTIONS, as_asked, main, missing_articles, with_texts

TEXT = "Мост открыли в пятницу. Он обошёлся в 12 млн рублей."
BRIDGE = {
    "id": "1",
    "question": "почём мост",
    "answerable": True,
    "article_ids": ["a"],
    "answers": [["a", 38, 51], ["a", 38, 51]],
    "evidence": ["a", 24, 52],
}
IN_ENGLISH = {"id": "1-en", "of": "1", "lang": "en", "question": "how much was the bridge"}
ACROSS = ("english_over_russian_news", "russian_over_english_news")


def test_places_become_what_is_written_there():
    made = with_texts(BRIDGE, {"a": TEXT})
    assert (made["answers"], made["evidence"]) == (["12 млн рублей"], "Он обошёлся в 12 млн рублей.")


def test_what_nothing_answers_has_neither():
    made = with_texts({"id": "1", "question": "?", "answers": [], "evidence": None}, {})
    assert (made["answers"], made["evidence"]) == ([], None)


def test_a_question_is_russian_where_nothing_else_is_told():
    assert as_asked(BRIDGE, {}) == {**BRIDGE, "lang": "ru"}


def test_a_translation_is_answered_as_its_original():
    assert with_texts(as_asked(IN_ENGLISH, {"1": BRIDGE}), {"a": TEXT}) == {
        "id": "1-en",
        "of": "1",
        "lang": "en",
        "question": "how much was the bridge",
        "answerable": True,
        "article_ids": ["a"],
        "answers": ["12 млн рублей"],
        "evidence": "Он обошёлся в 12 млн рублей.",
    }


def test_articles_that_are_not_there_are_named_in_order():
    questions = [{"article_ids": ["c", "a"]}, {"article_ids": ["b"]}, {"article_ids": []}]
    assert missing_articles(questions, {"a": TEXT}) == ["b", "c"]


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command line about one article, and one question about it in a file of its own."""
    write_records(tmp_path / "articles.jsonl", [{"id": "a", "text": TEXT}])
    write_records(tmp_path / "asked.jsonl", [BRIDGE])
    words = [tmp_path / "articles.jsonl", tmp_path / "made", "--questions", tmp_path / "asked.jsonl"]
    monkeypatch.setattr(sys, "argv", ["news_questions", *map(str, words)])
    return tmp_path


def test_a_folder_is_made_of_a_file_of_questions(command):
    main()
    assert read_records(command / "made" / "articles.jsonl") == [{"id": "a", "text": TEXT}]
    assert read_records(command / "made" / "questions.jsonl") == [
        {**BRIDGE, "lang": "ru", "answers": ["12 млн рублей"], "evidence": "Он обошёлся в 12 млн рублей."}
    ]


def test_articles_of_other_questions_are_told_in_one_line(command, capsys):
    write_records(command / "articles.jsonl", [{"id": "z", "text": TEXT}])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"news_questions: error: {command}/articles.jsonl has no article a, which {command}/asked.jsonl asks about; "
        "give the articles that these questions were written for"
    )


def test_every_question_names_places_or_is_answered_nowhere():
    questions = read_records(QUESTIONS)
    assert len({question["id"] for question in questions}) == len(questions) == 539
    assert all(bool(question["answers"]) is question["answerable"] for question in questions)
    assert all(place[0] in question["article_ids"] for question in questions for place in question["answers"])


@pytest.mark.parametrize(("name", "answerable", "unanswerable"), [(ACROSS[0], 85, 45), (ACROSS[1], 45, 25)])
def test_halves_across_languages_are_alike_and_share_no_question(name, answerable, unanswerable):
    originals = {question["id"]: question for question in read_records(QUESTIONS)}
    halves = [
        [as_asked(question, originals) for question in read_records(QUESTIONS.with_name(f"{name}{ending}.jsonl"))]
        for ending in ("", "_unseen")
    ]
    for questions in halves:
        told = [question["answerable"] for question in questions]
        assert (told.count(True), told.count(False)) == (answerable, unanswerable)
        assert all(bool(question["answers"]) is question["answerable"] for question in questions)
        assert all(place[0] in question["article_ids"] for question in questions for place in question["answers"])
    assert len({question["id"] for half in halves for question in half}) == 2 * (answerable + unanswerable)
