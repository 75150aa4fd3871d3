"""Questions that name places in texts which are not the project's become questions with answers."""

from training.json_lines import read_records
from training.news_questions import QUESTIONS, with_texts

TEXT = "Мост открыли в пятницу. Он обошёлся в 12 млн рублей."


def test_places_become_what_is_written_there():
    question = {
        "id": "1",
        "question": "почём мост",
        "answers": [["a", 38, 51], ["a", 38, 51]],
        "evidence": ["a", 24, 52],
    }
    made = with_texts(question, {"a": TEXT})
    assert (made["answers"], made["evidence"]) == (["12 млн рублей"], "Он обошёлся в 12 млн рублей.")


def test_what_nothing_answers_has_neither():
    made = with_texts({"id": "1", "question": "?", "answers": [], "evidence": None}, {})
    assert (made["answers"], made["evidence"]) == ([], None)


def test_every_question_names_places_or_is_answered_nowhere():
    questions = read_records(QUESTIONS)
    assert len({question["id"] for question in questions}) == len(questions) == 539
    assert all(bool(question["answers"]) is question["answerable"] for question in questions)
    assert all(place[0] in question["article_ids"] for question in questions for place in question["answers"])
