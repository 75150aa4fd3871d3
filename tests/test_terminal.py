"""Answers in a terminal: what is highlighted, and that no article can command the terminal."""

import io
from dataclasses import replace
from datetime import datetime

from rich.console import Console

from bot.terminal import print_answer
from retrieval.types import Answer, Citation, NearestArticle

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def printed(answer):
    console = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=40)
    print_answer(console, answer)
    return console.file.getvalue()


def cited(excerpt, evidence, **changes):
    start = excerpt.index(evidence)
    fields = {"number": 1, "article_id": "a", "title": "Title", "source": None, "url": None, "published_at": None}
    place = {"excerpt": excerpt, "start": 0, "end": len(excerpt), "highlight": (start, start + len(evidence))}
    citation = Citation(**{**fields, **place, "score": 1.0, **changes})
    return Answer("What?", True, 0.9, None, (citation,), (), 1.0)


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
    shown = printed(Answer("What?", False, 0.1, None, (), nearest, 1.0))

    assert shown.splitlines()[2:4] == ["  • Two lines · 9 September 2024", "  • b"]


def test_how_a_question_was_understood_is_one_grey_line_before_the_answer():
    told = replace(cited("Two.", "Two."), understood="and\nwho \x1b[31m[bold](the treaty)?")

    assert printed(told).startswith("\x1b[2mUnderstood as: and who [31m[bold](the treaty)?\x1b[0m\n")
