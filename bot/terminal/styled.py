"""Sentences with styles, and tables: where a terminal shows them, no word is broken."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from bot.terminal.speaking import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.table import Table

_WORD = re.compile(r"\S+\s*")


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
