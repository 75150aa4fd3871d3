"""Questions as an operator writes them: what is taken, and what is told about a line that is not."""

import json

import pytest

from retrieval.errors import QuestionsError
from retrieval.evaluation.questions import load_questions

WHOLE = {
    "id": "q1",
    "question": "Сколько стоит билет?",
    "answerable": True,
    "article_ids": ["tram"],
    "answers": ["42 рубля", "42 руб."],
    "evidence": "Билет стоит 42 рубля.",
    "kind": "how_many",
}


@pytest.fixture
def write(tmp_path):
    def write(*lines):
        path = tmp_path / "questions.jsonl"
        written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        path.write_text("\n".join(written), encoding="utf-8")
        return path

    return write


def test_every_field_is_read(write):
    [question] = load_questions(write(WHOLE))
    expected = WHOLE | {"article_ids": ("tram",), "answers": ("42 рубля", "42 руб.")}
    assert question.model_dump() == expected


def test_little_is_needed(write):
    """An answerable question needs a right article, an unanswerable one nothing; fields of others are passed over."""
    answerable, absent = load_questions(
        write(
            {"id": 7, "question": "Кто?", "article_ids": [12], "lang": "ru"},
            {"id": "b", "question": "Где?", "answerable": False},
        )
    )
    assert (answerable.id, answerable.answerable, answerable.article_ids) == ("7", True, ("12",))
    assert (answerable.answers, answerable.evidence, answerable.kind) == ((), None, None)
    assert (absent.answerable, absent.article_ids) == (False, ())


def test_null_is_the_same_as_nothing(write):
    line = {"id": "a", "question": "?!", "answerable": False, "article_ids": None, "answers": None, "evidence": None}
    assert load_questions(write(line))[0].answers == ()


def test_a_byte_order_mark_and_blank_lines_are_passed_over(write):
    path = write("\ufeff" + json.dumps(WHOLE), "", "  ", WHOLE | {"id": "q2"})
    assert [question.id for question in load_questions(path)] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "Invalid JSON"),
        ("[]", "Input should be an object"),
        ({"id": "a", "article_ids": ["x"]}, "question: Field required"),
        (WHOLE | {"question": " "}, "question: expected a text, found a blank one"),
        (WHOLE | {"answers": ["ok", ""]}, "answers.1: expected a text, found a blank one"),
        (WHOLE | {"answers": "42"}, "answers: Input should be a valid"),
        (WHOLE | {"article_ids": []}, 'an answerable question needs "article_ids"'),
        (WHOLE | {"answerable": "perhaps"}, "answerable: Input should be a valid boolean"),
    ],
)
def test_a_broken_line_is_named(write, line, told):
    path = write(WHOLE, "", line)
    with pytest.raises(QuestionsError) as raised:
        load_questions(path)
    assert str(raised.value).startswith(f"{path}:3: ")
    assert told in str(raised.value)
    assert "Value error" not in str(raised.value)


def test_a_line_that_is_not_utf8_is_named(write):
    path = write(WHOLE)
    path.write_bytes(path.read_bytes() + b"\n" + '{"question": "Где?"}'.encode("cp1251"))
    with pytest.raises(QuestionsError, match=r"questions.jsonl:2: is not UTF-8 .*; save the file as UTF-8"):
        load_questions(path)


def test_a_file_without_questions_is_refused(write):
    with pytest.raises(QuestionsError, match="holds no question"):
        load_questions(write("", " "))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(QuestionsError, match=r"absent.jsonl not found"):
        load_questions(tmp_path / "absent.jsonl")


def test_a_folder_is_no_file_of_questions(tmp_path):
    with pytest.raises(QuestionsError, match=r"cannot be read: Is a directory"):
        load_questions(tmp_path)
