"""`citebot start` in a terminal, without an index: a conversation begins before all articles are indexed."""

import codecs
import os
import pty
import subprocess
import sys

import pytest
from citebot_process import Command
from places import ROOT, SUPPORT

ARTICLES = 30


class Terminal:
    """A command that takes its standard input and standard error for a terminal."""

    def __init__(self, *arguments, home, folder, **environment):
        self._ours, theirs = pty.openpty()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        wanted = {"CITEBOT_HOME": str(home), "CITEBOT_READER": "off", "CITEBOT_MIN_CONFIDENCE": "0", **environment}
        self._process = subprocess.Popen(
            [sys.executable, str(SUPPORT / "run_hashing_citebot.py"), *arguments],
            cwd=folder,
            env={**inherited, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "200", **wanted},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self._decoder = codecs.getincrementaldecoder("utf-8")()  # a read may end inside a letter
        self.seen = ""

    def until(self, told):
        """Read until this was told after all that was read before; return what stood before it."""
        while told not in self.seen:
            read = os.read(self._ours, 65536)
            assert read, self.seen
            self.seen += self._decoder.decode(read)
        before, _, self.seen = self.seen.partition(told)
        return before

    def type(self, text):
        """Type at the next prompt: before it, the terminal itself would take Ctrl+D for its own."""
        self.until("> ")
        os.write(self._ours, text.encode())

    def end(self):
        """Wait for the end; return the exit code and what was said last."""
        try:
            while read := os.read(self._ours, 65536):
                self.seen += self._decoder.decode(read)
        except OSError:  # the other side is closed
            pass
        return self._process.wait(60), self.seen

    def kill(self):
        self._process.kill()
        self._process.wait(60)
        os.close(self._ours)


@pytest.fixture
def open_terminal():
    """Open a `Terminal`; however the test ends, none is left behind."""
    opened = []

    def open_one(*arguments, **options):
        opened.append(Terminal(*arguments, **options))
        return opened[-1]

    yield open_one
    for terminal in opened:
        terminal.kill()


@pytest.fixture
def thirty_articles(corpus):
    for day in range(1, ARTICLES + 1):
        corpus.folder.joinpath(f"ferry{day:02}.txt").write_text(
            f"Ferry {day}\n\n{day} June 2024\n\nFerry number{day} left the harbour.\n", encoding="utf-8"
        )
    return corpus


def test_the_newest_articles_are_asked_about_while_the_others_are_embedded(
    open_terminal, thirty_articles, home, tmp_path
):
    places = {"home": home, "folder": tmp_path, "CITEBOT_SOURCES": str(thirty_articles.folder)}
    terminal = open_terminal("start", **places, HASHING_HOLD_AFTER="12")
    terminal.until("Ask about your articles")
    terminal.until("The newest 12 of 30 articles can be asked about; the others are being indexed")
    terminal.type("Which ferry left, number29?\n")
    assert "Ferry number29 left the harbour." in terminal.until("The newest 12 of 30 articles can be asked about")
    terminal.type("\x04")
    code, last = terminal.end()
    assert code == 0
    assert last.rstrip().endswith("The other articles are indexed at the next start; what is done is kept.")

    asked = Command("ask", "Which ferry left, number29?", **places)
    assert asked.line() == "[1] Ferry number29 left the harbour."
    assert asked.end() == 0
    assert asked.warnings == [
        "citebot: only the newest 12 articles can be asked about yet: run `citebot index` for the others"
    ]
    terminal = open_terminal("start", **places)
    terminal.until("18 added, 12 unchanged")
    terminal.type("Which ferry left, number3?\n")
    terminal.until("Ferry number3 left the harbour.")
    terminal.type("\x04")
    assert terminal.end()[0] == 0


def test_a_first_index_that_fails_is_one_line(open_terminal, corpus, home, tmp_path):
    terminal = open_terminal("start", home=home, folder=tmp_path, CITEBOT_SOURCES=str(corpus.folder))
    code, told = terminal.end()
    assert code == 1
    assert told.rstrip().splitlines()[-1].startswith("citebot: no articles in ")
    assert "Traceback" not in told


def test_where_nobody_types_all_is_indexed_first(thirty_articles, home, tmp_path):
    command = Command("start", home=home, folder=tmp_path, CITEBOT_SOURCES=str(thirty_articles.folder))
    assert command.line() == "Articles: 30 added."
    assert command.line().startswith("Generation 000001: ")
    assert command.end() == 0
