"""`citebot check`: what it prints of a quote, as text and as JSON, and what it does not take."""

import json
import os

import pytest
from click.testing import CliRunner

from bot.cli import cli


@pytest.fixture
def check(indexed, tmp_path, monkeypatch):
    """Run the command over three articles in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CITEBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("bot.commands.opening.open_library", lambda *_: indexed)
    return lambda *arguments: CliRunner().invoke(cli, ["check", *arguments])


def test_words_that_differ_stand_between_marks_in_the_language_of_the_quote(check):
    done = check("Мост через Волгу открыли в сентябре.")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Изменено: в статье здесь другие слова.",
        "Вы привели: Мост через [-Волгу-] открыли в сентябре.",
        "[1] Мост через {+Ильму+} открыли в сентябре.",
        "    Bridge",
    ]
    assert check("the comet passed Saturn").stdout.splitlines() == [
        "Verbatim: these words stand in the article.",
        "It is a part: the beginning, the middle or the end of a sentence is left out.",
        "[1] The comet passed Saturn late on Monday.",
        "    Comet",
    ]


def test_as_json_it_is_one_object(check):
    record = json.loads(check("--json", "“The comet passed Mars late on Monday” - is that true?").stdout)
    [difference] = record["differences"]
    [cited] = record["citations"]
    assert (record["verdict"], record["speaker"], record["said_by"], record["nearest"]) == ("altered", "", "", [])
    assert record["text"][record["start"] : record["end"]] == record["quote"] == "The comet passed Mars late on Monday"
    assert record["quote"][slice(*difference["span"])] == "Mars"
    assert cited["excerpt"][slice(*difference["excerpt_span"])] == "Saturn"
    assert (cited["number"], cited["article_id"]) == (difference["citation"], "comet")


@pytest.mark.parametrize(
    ("text", "problem"),
    [("  ", "the quote is empty"), ("a" * 4097, "the quote is too long: 4096 characters at most")],
)
def test_what_is_no_quote_is_told(check, text, problem):
    done = check(text)
    assert (done.exit_code, problem in done.stderr) == (2, True)
