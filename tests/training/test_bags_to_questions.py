"""Questions with the passages that a search found for them become an evaluation folder."""

import sys
from pathlib import Path

import pytest

from training.bags_to_questions import drawn, main, make_set
from training.json_lines import read_records, write_records

RIVER = {"title": "Joki", "text": "Joki virtaa mereen."}
LAKE = {"title": "Järvi", "text": "Järvi on syvä."}
ANSWERED = {"lang": "fi", "question": "Minne joki virtaa?", "passages": [RIVER, LAKE], "answerable": True}
UNANSWERED = {"lang": "fi", "question": "Kuka löysi järven?", "passages": [LAKE, {"title": "", "text": " "}]}
UNANSWERED |= {"answerable": False}


def test_a_passage_that_was_found_twice_is_one_article() -> None:
    articles, questions = make_set([ANSWERED, UNANSWERED])

    assert articles == [{"id": "p00000", **RIVER}, {"id": "p00001", **LAKE}]
    assert [(question["answerable"], question["article_ids"], question["kind"]) for question in questions] == [
        (True, ["p00000", "p00001"], "found"),
        (False, [], "look_alike"),
    ]


def test_only_the_language_is_drawn_and_always_the_same() -> None:
    bags = [ANSWERED | {"question": str(number)} for number in range(9)] + [ANSWERED | {"lang": "id"}]

    some = drawn(bags, "fi", 4)

    assert [bag["lang"] for bag in some] == ["fi"] * 4
    assert some == drawn(bags, "fi", 4)
    assert len(drawn(bags, "fi", 100)) == 9


def test_command_line_writes_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_records(tmp_path / "bags.jsonl", [ANSWERED, UNANSWERED])
    arguments = [str(tmp_path / "bags.jsonl"), str(tmp_path / "made"), "--language", "fi"]
    monkeypatch.setattr(sys, "argv", ["bags_to_questions", *arguments])

    main()

    assert len(read_records(tmp_path / "made" / "articles.jsonl")) == 2
    assert {question["lang"] for question in read_records(tmp_path / "made" / "questions.jsonl")} == {"fi"}
