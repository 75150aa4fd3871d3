"""What the command line prints, in the language that is spoken; where a terminal shows it, no word is broken.

A token may stand where it does not belong, such as in CITEBOT_ADMIN_IDS or a path: no sentence shows it. Nor does any
hold what would command the terminal, such as a path may.
"""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from typing import TextIO

import click

from bot.terminal.language import spoken
from bot.tokens import redact
from retrieval.text.one_line import on_one_line

_NARROWEST = 10
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(text: str, *, error: bool = False) -> None:
    """Print a sentence to standard output, or to standard error."""
    click.echo(whole_words(printable(text), sys.stderr if error else sys.stdout), err=error)


def warn(message: str) -> None:
    """Tell on standard error, in one line, what went wrong or may go wrong."""
    say(f"citebot: {on_one_line(spoken(message))}", error=True)


def harmless(text: str) -> str:
    """Replace what would command the terminal, such as the escape that begins a colour, or turn its lines round.

    The length stays.
    """
    return _CONTROL.sub(" ", text)


def plain_line(text: str) -> str:
    """Return a text on one line, without what would command the terminal."""
    return on_one_line(harmless(text))


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
