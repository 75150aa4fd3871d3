"""Answers in a terminal: what is highlighted, and that no article can command the terminal."""

import io
import re
from dataclasses import replace
from datetime import date, datetime

from reports import report
from rich.console import Console

from bot.terminal.printing import print_answer
from retrieval.types import Answer, Certainty, Citation, Difference, DifferingValue, NearestArticle

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def printed(answer, width=80):
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=width)
    print_answer(console, answer)
    return console.file.getvalue()


def cited(excerpt, evidence, **changes):
    start = excerpt.index(evidence)
    fields = {"number": 1, "article_id": "a", "title": "Title", "source": None, "url": None, "published_at": None}
    place = {"excerpt": excerpt, "start": 0, "end": len(excerpt), "highlight": (start, start + len(evidence))}
    citation = Citation(**{**fields, **place, "score": 1.0, **changes})
    return Answer("What?", Certainty.SURE, 0.9, None, (citation,), (), 1.0)


def test_the_evidence_alone_is_bold():
    assert f"One. {BOLD}Two.{PLAIN} Three." in printed(cited("One. Two. Three.", "Two."))


def test_the_evidence_is_found_behind_line_breaks_of_any_kind():
    shown = printed(cited("One.\r\n\r\nOne more.\x0b\x0cTwo, as long as that.\r\nThree.", "Two, as long as that."))

    assert f"{BOLD}Two, as long as that.{PLAIN}" in shown
    assert "\r" not in shown


def test_an_article_cannot_command_the_terminal():
    shown = printed(
        cited("A \x1b[31mred\x1b[2J \x07 \x9b2J bell.", "bell.", title="Two\x1b]0;lines\nof title", source="x\ty")
    )

    assert "\x1b[31m" not in shown
    assert "\x1b[2J" not in shown
    assert not {"\x07", "\x9b"} & set(shown)
    assert "    Two ]0;lines of title · x y" in shown


def test_the_nearest_articles_have_one_line_each():
    nearest = (NearestArticle("a", "Two\nlines", datetime(2024, 9, 9, 12)), NearestArticle("b", "", None))  # noqa: DTZ001
    shown = printed(Answer("What?", Certainty.NONE, 0.1, None, (), nearest, 1.0))

    assert shown.splitlines()[2:4] == ["  • Two lines · 9 September 2024", "  • b"]


def test_excerpts_of_one_article_have_one_source_and_what_was_before_says_so():
    first = cited("Мост открыт.", "Мост открыт.", published_at=datetime(2024, 9, 9)).citations[0]  # noqa: DTZ001
    before = {"article_id": "b", "title": "Other", "published_at": datetime(2024, 2, 20), "earlier": True}  # noqa: DTZ001
    citations = (first, replace(first, number=2, **before), replace(first, number=3))
    shown = printed(Answer("Что?", Certainty.SURE, 0.9, date(2024, 9, 9), citations, (), 1.0))

    assert re.sub("\x1b\\[[0-9;]*m", "", shown).splitlines() == [
        "[1] Мост открыт.",
        "[3] Мост открыт.",
        "    Title · 9 сентября 2024",
        "Раньше, 20 февраля:",
        "[2] Мост открыт.",
        "    Other · 20 февраля 2024",
        "По состоянию на 9 сентября 2024.",
        "",
    ]


def test_an_unsure_answer_is_marked_before_its_excerpt():
    nearest = (NearestArticle("b", "Other", None),)
    guess = replace(cited("Two.", "Two."), certainty=Certainty.UNSURE, as_of=date(2024, 9, 9), nearest=nearest)

    assert re.sub("\x1b\\[[0-9;]*m", "", printed(guess)).splitlines() == [
        "I am not sure, but this may be the answer:",
        "[1] Two.",
        "    Title",
        "Other articles on this are below.",
        "  • Other",
        "",
    ]


def test_what_is_said_beside_an_unsure_answer_says_enough():
    guess = replace(cited("Two.", "Two."), certainty=Certainty.UNSURE, message="In more detail:")

    assert re.sub("\x1b\\[[0-9;]*m", "", printed(guess)).splitlines() == [
        "In more detail:",
        "[1] Two.",
        "    Title",
        "",
    ]


def test_how_a_question_was_understood_is_one_grey_line_before_the_answer():
    told = replace(cited("Two.", "Two."), understood="and\nwho \x1b[31m[bold](the treaty)?")

    assert printed(told).startswith("\x1b[2mUnderstood as: and who [31m[bold](the treaty)?\x1b[0m\n")


def test_on_what_reports_differ_is_told_before_the_excerpts():
    first = report(1, "2024-09-09T13:30", "Ельня", "В Ельне погибли двое.")
    second = report(2, "2024-09-09T19:10", "Ельня", "В Ельне погибли семеро.", source="tass.ru")
    difference = Difference((2, 1), (DifferingValue(2, (16, 22)), DifferingValue(1, (16, 20))))
    answer = Answer("Сколько?", Certainty.SURE, 0.9, None, (first, second), (), 1.0, differences=(difference,))

    lines = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in printed(answer).splitlines()]

    assert lines[:4] == [
        "Число выросло:",
        "• семеро · tass.ru · 9 сентября 2024, 19:10",
        "• двое · iz.ru · 9 сентября 2024, 13:30",
        "[1] В Ельне погибли двое.",
    ]


def test_a_token_in_a_path_is_not_shown(citebot, three_articles):
    name = "123456789:AAfakefakefakefakefakefakefakefake_.txt"
    (three_articles.folder / name).write_bytes(b"GIF8" + bytes(9))
    shown = citebot("index", three_articles.folder).stdout
    assert f"{three_articles.folder}/<token>.txt: " in shown
    assert "AAfake" not in shown


def test_a_width_of_nothing_counts_as_none(citebot, monkeypatch):
    monkeypatch.setenv("COLUMNS", "0")
    assert citebot("status").stdout.startswith("articles    0\n")


def test_a_path_does_not_command_the_terminal(citebot):
    told = citebot("report", "--output", "\x1b[31m/page.html").stderr
    assert told.startswith("citebot: the report  [31m/page.html cannot be written (")
