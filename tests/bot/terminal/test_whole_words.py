"""However narrow a terminal is, no word is broken; and what goes elsewhere is not broken at all."""

import io
import re
from datetime import date, datetime

import pytest
from reports import report
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli import cli
from bot.terminal.commands import in_own_words
from bot.terminal.language import speak
from bot.terminal.printing import print_answer
from bot.terminal.progress_bar import ProgressBar
from bot.terminal.speaking import whole_words
from bot.terminal.styled import put, put_table
from retrieval.types import Answer, Certainty

WIDTHS = (10, 20, 40)
LONG = "https://example.org/a-very-long-address/that-no-narrow-terminal-has-room-for"
SENTENCE = f"Строительство водохранилища обойдётся в 12 миллионов рублей, см. {LONG} и ниже."


class Terminal(io.StringIO):
    def isatty(self):
        return True


def plain(written):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written)


def shown_by(show, *, terminal, width):
    console = Console(file=io.StringIO(), force_terminal=terminal, color_system="standard", width=width)
    show(console)
    return plain(console.file.getvalue())


def fits(line, width):
    """Whether a line has only as much as there is room for, or one word alone."""
    return len(line) <= width or len(line.split()) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_sentences_are_broken_between_words(width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    for shown in (
        whole_words(SENTENCE, Terminal()),
        shown_by(lambda console: put(console, SENTENCE), terminal=True, width=width),
        shown_by(lambda console: put(console, Text.assemble(("[1] ", "bold"), SENTENCE)), terminal=True, width=width),
    ):
        lines = shown.splitlines()
        assert " ".join(shown.split()).removeprefix("[1] ") == SENTENCE
        assert all(fits(line, width) for line in lines)
        assert len(lines) > 1


def test_a_line_goes_on_as_far_indented_as_it_began():
    shown = shown_by(lambda console: put(console, "    One two three"), terminal=True, width=12)

    assert shown == "    One two\n    three\n"


def test_what_is_piped_is_not_broken(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")

    assert whole_words(SENTENCE, io.StringIO()) == SENTENCE
    assert shown_by(lambda console: put(console, SENTENCE), terminal=False, width=20) == SENTENCE + "\n"


@pytest.mark.parametrize("width", WIDTHS)
def test_an_excerpt_stays_verbatim_but_for_the_line_breaks(width):
    cited = report(1, "2024-09-09T13:30", "Ельня", SENTENCE, source="tass.ru")
    answer = Answer("Сколько?", Certainty.SURE, 0.9, date(2024, 9, 9), (cited,), (), 1.0)
    shown = shown_by(lambda console: print_answer(console, answer), terminal=True, width=width)

    assert f"[1] {SENTENCE}" in " ".join(shown.split())
    assert all(fits(line, width) for line in shown.splitlines())


@pytest.mark.parametrize(("terminal", "width"), [(True, 10), (True, 40), (False, 10), (False, 80)])
def test_a_table_is_as_wide_as_its_words(terminal, width):
    table = Table("", "BM25 alone", "без модели чтения", box=None, pad_edge=False)
    table.add_row("ответ в выделенном предложении выдержки 1", "0.123", "0.456")
    shown = shown_by(lambda console: put_table(console, table), terminal=terminal, width=width)

    words = {"ответ", "в", "выделенном", "предложении", "выдержки", "1", "0.123", "0.456", "BM25", "alone", "без"}
    assert words <= set(shown.split())
    assert terminal or "ответ в выделенном предложении выдержки 1" in shown


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("width", WIDTHS)
def test_help_breaks_no_word_and_no_option(language, width, monkeypatch, capsys):
    def words_at(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = []
        for command in ([], *([name] for name in cli.commands)):
            in_own_words(cli).main([*command, "--help"], "citebot", standalone_mode=False)
            shown.append(capsys.readouterr().out)
        return shown

    try:
        speak(language)
        whole, narrow = words_at(80), words_at(width)
    finally:
        speak("en")

    assert [page.split() for page in narrow] == [page.split() for page in whole]
    assert all(fits(line, max(width, 16)) for page in narrow for line in page.splitlines())


@pytest.mark.parametrize("width", [20, 40, 80, 140])
def test_progress_breaks_no_word(width):
    written = io.StringIO()
    shown = ProgressBar(Console(file=written, force_terminal=True, width=width))
    with shown:
        shown.embedding(12, 300)
        shown._bar.refresh()

    words = plain(written.getvalue()).split()
    assert {"embedding", "sentences", "12/300"} <= set(words)


def test_a_date_is_told_in_whole_words():
    cited = report(1, "2024-09-09T13:30", "Ельня", "Один.", source="tass.ru")
    answer = Answer("?", Certainty.SURE, 0.9, datetime(2024, 9, 9).date(), (cited,), (), 1.0)  # noqa: DTZ001
    shown = shown_by(lambda console: print_answer(console, answer), terminal=True, width=10)

    assert "September" in shown.split()
