"""Questions about pages, every second of which lacks the passage that answers, become an evaluation folder."""

import sys
from pathlib import Path

import pytest

from training.json_lines import Record, read_records, write_records
from training.pages_to_questions import is_kept_from_the_reader, main, make_set

KEPT = [title for title in map(str, range(100)) if is_kept_from_the_reader(title)][:2]
LEARNED = next(title for title in map(str, range(100)) if not is_kept_from_the_reader(title))


def pair(title: str, *, answerable: bool, language: str = "ru") -> Record:
    told = f"Ответ на {title}." if answerable else f"Другое о {title}."
    return {
        "lang": language,
        "question": f"{language} о {title}?",
        "title": title,
        "passage": told,
        "answer": "Ответ" if answerable else None,
        "answerable": answerable,
    }


PAIRS = [pair(title, answerable=told) for title in (*KEPT, LEARNED) for told in (True, False)]


def test_every_second_page_lacks_what_answers() -> None:
    articles, questions = make_set(PAIRS, PAIRS, odd=False)

    assert [article["text"] for article in articles] == [
        f"Другое о {KEPT[0]}.",
        f"Ответ на {KEPT[1]}.\n\nДругое о {KEPT[1]}.",
        f"Ответ на {LEARNED}.\n\nДругое о {LEARNED}.",
    ]
    assert [(question["question"], question["answerable"], question["evidence"]) for question in questions] == [
        (f"ru о {KEPT[0]}?", False, None),
        (f"ru о {KEPT[1]}?", True, f"Ответ на {KEPT[1]}."),
    ]
    assert questions[1]["article_ids"] == [articles[1]["id"]]


def test_with_odd_it_is_the_other_pages() -> None:
    _, questions = make_set(PAIRS, PAIRS, odd=True)

    assert [question["answerable"] for question in questions] == [True, False]


def test_the_same_pages_are_asked_about_in_another_language() -> None:
    asked = [pair(title, answerable=True, language="en-ru") for title in KEPT]

    articles, questions = make_set(PAIRS, asked, odd=False)

    assert articles == make_set(PAIRS, PAIRS, odd=False)[0]
    assert [(question["lang"], question["question"]) for question in questions] == [
        ("en", f"en-ru о {title}?") for title in KEPT
    ]


def test_command_line_writes_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_records(tmp_path / "pairs.jsonl", PAIRS)
    monkeypatch.setattr(sys, "argv", ["pages_to_questions", str(tmp_path / "pairs.jsonl"), str(tmp_path / "made")])

    main()

    articles, questions = make_set(PAIRS, PAIRS, odd=False)
    assert read_records(tmp_path / "made" / "articles.jsonl") == articles
    assert read_records(tmp_path / "made" / "questions.jsonl") == questions
