"""`citebot ask` as a conversation: what is remembered, what is forgotten, and what is shown of it."""

import json
import os

import pytest
from click.testing import CliRunner

from bot.cli import cli
from retrieval.types import Bounds

FIRST = "Какова длина моста через Ильму?"
FOLLOW_UP = "а когда его открыли?"
UNDERSTOOD = "Когда его открыли (длина моста через Ильму)?"


@pytest.fixture
def ask(indexed, tmp_path, monkeypatch):
    """Run the command over three articles in a folder without settings; give its lines of standard output."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CITEBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("bot.commands.opening.open_library", lambda *_: indexed)

    def ask(*arguments, typed=()):
        done = CliRunner().invoke(cli, ["ask", *arguments], input="".join(f"{line}\n" for line in typed))
        assert (done.exit_code, done.stderr) == (0, "")
        return done.stdout.splitlines()

    return ask


def understood(lines):
    """What was asked and how it was understood, of every answer in JSON."""
    return [(record["question"], record["understood"]) for record in map(json.loads, lines)]


def test_piped_lines_are_one_conversation(ask):
    lines = ask("--json", typed=[FIRST, "", FOLLOW_UP, "The comet passed which planet, Saturn or Jupiter?"])

    assert understood(lines) == [
        (FIRST, None),
        (FOLLOW_UP, UNDERSTOOD),
        ("The comet passed which planet, Saturn or Jupiter?", None),
    ]
    assert json.loads(lines[1])["citations"][0]["article_id"] == "bridge"


def test_piped_questions_are_shown_before_their_answers(ask):
    lines = ask("--limit", "1", typed=[FIRST, "", " /new ", "Привет!"])

    assert [line for line in lines if line.startswith("> ")] == [f"> {FIRST}", "> /new", "> Привет!"]
    assert lines[0] == f"> {FIRST}"
    assert lines[lines.index("> /new") - 1] == ""
    assert not [line for line in ask(FIRST) if line.startswith(">")]


def test_new_forgets_the_conversation(ask):
    assert understood(ask("--json", typed=["/new", FIRST, "/new", FOLLOW_UP])) == [(FIRST, None), (FOLLOW_UP, None)]


def test_a_question_on_the_command_line_stands_alone(ask):
    assert understood(ask("--json", FOLLOW_UP)) == [(FOLLOW_UP, None)]


def test_a_batch_is_no_conversation(ask, tmp_path):
    batch = tmp_path / "questions.jsonl"
    records = [{"id": number, "question": question} for number, question in enumerate([FIRST, FOLLOW_UP])]
    batch.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")

    assert understood(ask("--questions", str(batch))) == [(FIRST, None), (FOLLOW_UP, None)]


def test_one_line_tells_how_a_question_was_understood(ask):
    lines = ask("--limit", "1", typed=[FIRST, FOLLOW_UP])

    assert [line for line in lines if line.startswith("Понято")] == [f"Понято как: {UNDERSTOOD}"]
    assert lines.index(f"Понято как: {UNDERSTOOD}") == lines.index(f"> {FOLLOW_UP}") + 1


@pytest.mark.parametrize(
    ("question", "bounds", "told"),
    [
        (FIRST, Bounds(0.0, 0.0), ("sure", True, 3, 0)),
        (FIRST, Bounds(1.0, 0.0), ("unsure", False, 1, 2)),
        (FIRST, Bounds(1.0, 1.0), ("none", False, 0, 3)),
        ("Привет!", Bounds(0.0, 0.0), ("none", False, 0, 0)),
    ],
)
def test_json_tells_how_sure_an_answer_is(ask, indexed, monkeypatch, question, bounds, told):
    monkeypatch.setattr(indexed, "bounds", lambda: bounds)
    monkeypatch.setattr("retrieval.answering.composing._FAR_BEHIND", 0.0)  # which hashes of words cannot tell
    (line,) = ask("--json", question)
    answer = json.loads(line)

    assert (answer["certainty"], answer["answered"], len(answer["citations"]), len(answer["nearest"])) == told
    assert (answer["message"] is None) is (question == FIRST)
    assert bounds.certainty(answer["confidence"]) == told[0] or question != FIRST
    assert list(answer) == [
        "id", "question", "answered", "certainty", "confidence", "as_of", "citations", "nearest", "took_ms",
        "understood", "message", "period", "outlet", "widened", "order", "differences",
    ]  # fmt: skip
    assert {article["article_id"] for article in answer["nearest"]}.isdisjoint(
        citation["article_id"] for citation in answer["citations"]
    )


def test_what_was_typed_on_another_keyboard_is_answered_in_the_language_that_was_meant(ask):
    lines = ask("--limit", "1", typed=["xnj c vjcnjv xthtp Bkmve?"])
    assert lines[1].startswith("Понято как: ")
