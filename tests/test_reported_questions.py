"""Questions that people reported to be answered wrongly, on the real model: each right answer."""

import json
from datetime import datetime

import pytest
from hashing_model import settings_for
from places import DATA

from retrieval.library import Library

NOW = datetime.fromisoformat("2024-09-10T20:00")


@pytest.fixture(scope="module")
def library_of(models_folder, tmp_path_factory):
    """Makes a library of the articles of a file, whose threshold and reader are those that ship."""

    def made(*parts):
        home = tmp_path_factory.mktemp("home")
        (home / "models").symlink_to(models_folder)
        library = Library(settings_for(home, DATA.joinpath("cases", *parts), reader=None, min_confidence=None))
        library.index()
        return library

    return made


def questions(case):
    lines = (DATA / "cases" / case / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["id"]: record["question"] for record in map(json.loads, lines)}


def test_words_that_are_broken_inside_are_found_and_marked_whole(library_of):
    case = "16-words-broken-inside"
    broken, clean = library_of(case, "broken.jsonl"), library_of(case, "control.jsonl")

    for question in questions(case).values():
        seen, expected = broken.ask(question), clean.ask(question)
        assert seen.answered
        assert seen.citations[0].article_id == expected.citations[0].article_id
        assert seen.confidence == pytest.approx(expected.confidence, abs=0.03)
    marked = broken.ask(questions(case)["zw2"]).citations[0]
    assert marked.excerpt[slice(*marked.answer_span)] == "63 метра"


def test_time_words_in_names_are_no_dates(library_of):
    library = library_of("17-name-taken-for-date", "articles.jsonl")
    asked = questions("17-name-taken-for-date")

    for question in ("rs1", "rs2"):
        director = library.ask(asked[question], now=NOW).citations[0]
        assert director.excerpt[slice(*director.answer_span)] == "Дмитрий Киселёв"
    assert "4,200" in library.ask(asked["last1"], now=NOW).citations[0].excerpt
    for question in asked.values():
        today, later = (library.ask(question, now=now) for now in (NOW, NOW.replace(year=2025)))
        assert (today.citations, today.confidence) == (later.citations, later.confidence)


def test_a_question_mark_alone_is_not_answered(library_of):
    library = library_of("18-question-mark-answered", "articles.jsonl")

    for question in questions("18-question-mark-answered").values():
        answer = library.ask(question)
        assert (answer.answered, answer.confidence, answer.citations) == (False, 0.0, ())
