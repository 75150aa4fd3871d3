"""What the command line prints, in the language that is spoken; where a terminal shows it, no word is broken.

A token may stand where it does not belong, such as in CITEBOT_ADMIN_IDS or a path: no sentence shows it. Nor does any
hold what would command the terminal, such as a path may.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from itertools import chain
from typing import TYPE_CHECKING, TextIO

import click
from rich.cells import cell_len
from rich.text import Text

from bot.logs import redact
from bot.terminal.language import spoken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.table import Table

_NARROWEST = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WORD = re.compile(r"\S+\s*")


def say(text: str, *, error: bool = False) -> None:
    """Print a sentence to standard output, or to standard error."""
    click.echo(whole_words(printable(text), sys.stderr if error else sys.stdout), err=error)


def harmless(text: str) -> str:
    """Replace what would command the terminal, such as the escape that begins a colour, or turn its lines round.

    The length stays.
    """
    return _CONTROL.sub(" ", text)


def printable(text: str) -> str:
    """Return a sentence as it is spoken, with every token blotted out, and with nothing that commands a terminal."""
    return harmless(redact(spoken(text)))


def whole_words(text: str, stream: TextIO) -> str:
    """Return a text as `stream` shall get it: broken between words where it is a terminal, else as it is."""
    if not stream.isatty():
        return text
    width = max(shutil.get_terminal_size().columns, _NARROWEST)
    return "\n".join(wrapped(line, width) for line in text.split("\n"))


def wrapped(line: str, width: int, *, first: str = "", others: str = "") -> str:
    """Break a line between its words; one that is longer than `width` stays whole."""
    return textwrap.fill(
        line,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )


def put(console: Console, text: str | Text, style: str = "") -> None:
    """Print a sentence or what has styles: broken between words where a terminal shows it, else as it is."""
    shown = text if isinstance(text, Text) else Text(printable(text), style=style)
    if console.is_terminal:
        shown = Text("\n").join(_broken_between_words(shown, console.width))
    console.print(shown, soft_wrap=True, highlight=False)


def _broken_between_words(text: Text, width: int) -> Iterator[Text]:
    """Yield lines that fit, those that go on as far indented as the one that they go on with."""
    for line in text.split(allow_blank=True):
        indent = " " * (len(line.plain) - len(line.plain.lstrip(" ")))
        begin, breaks, room = 0, [], width
        for word in _WORD.finditer(line.plain):
            if line.plain[begin : word.start()].strip() and cell_len(line.plain[begin : word.end()].rstrip()) > room:
                breaks.append(word.start())
                begin, room = word.start(), width - len(indent)
        for number, part in enumerate(line.divide(breaks)):
            part.rstrip()
            yield Text(indent) + part if number else part


def put_table(console: Console, table: Table) -> None:
    """Print a table, as wide as its words need it to be."""
    for column in table.columns:
        texts = list(map(str, [column.header, *column.cells]))
        words = list(chain.from_iterable(map(str.split, texts)))
        column.min_width = max(map(cell_len, words if console.is_terminal else texts), default=0)
    console.print(table, highlight=False, crop=False)
