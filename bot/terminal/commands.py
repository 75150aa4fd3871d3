"""The commands as click has them, in the language that is spoken and with no word broken in their help."""

from __future__ import annotations

import copy
import inspect
import shutil
import signal
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.terminal.language import phrase
from bot.terminal.speaking import wrapped
from bot.terminal.stopping import Stopped
from retrieval.told import to_be_told

if TYPE_CHECKING:
    from collections.abc import Iterable

_Command = TypeVar("_Command", bound=click.Command)

_WIDEST = 80
_MARGIN = 2
_NARROWEST = 16
_NARROW = 50
"""Below so many columns what an option does stands below it."""
_TERM_COLUMN = 30

_HELP = to_be_told("Show this message and exit.")
_USAGE = (to_be_told("[OPTIONS]"), to_be_told("COMMAND [ARGS]..."))
"""What click itself puts into the line of usage."""


class WholeWords(click.HelpFormatter):
    """Writes help as click does, but never breaks a word or an option, however narrow the terminal is."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        columns = min(shutil.get_terminal_size().columns, max_width or _WIDEST)
        super().__init__(indent_increment, width or max(columns - _MARGIN, _NARROWEST), max_width)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that begins with "Usage:"."""
        begin = f"{phrase('Usage:') + ' ' if prefix is None else prefix}{prog} "
        indent = " " * (len(begin) if self.width >= len(begin) + 20 else self.indent_increment)
        self.write(wrapped(begin + args, self.width, others=indent).rstrip() + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        indent = " " * self.current_indent
        paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
        self.write("\n\n".join(wrapped(each, self.width, first=indent, others=indent) for each in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _TERM_COLUMN, col_spacing: int = 2) -> None:
        """Write options or commands, each with what it does beside it, or below it where there is no room."""
        rows = list(rows)
        longest = max(len(term) for term, _ in rows)
        column = min(longest, col_max) + col_spacing if self.width >= _NARROW else 2 * self.indent_increment
        begin, indent = " " * self.current_indent, " " * (column + self.current_indent)
        for term, meaning in rows:
            shown = " ".join(meaning.split("\n"))
            if not shown or len(term) > column - col_spacing:
                self.write(wrapped(term, self.width, first=begin, others=begin + " ") + "\n")
                self.write(wrapped(shown, self.width, first=indent, others=indent) + "\n" if shown else "")
            else:
                self.write(wrapped(shown, self.width, first=f"{begin}{term:<{column}}", others=indent) + "\n")


class SpokenContext(click.Context):
    """Help is written by `WholeWords`."""

    formatter_class = WholeWords


class SpokenCommand(click.Command):
    """A command whose help is written by `WholeWords`."""

    context_class = SpokenContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that click adds and keeps, whatever language was spoken when it was made."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = phrase(_HELP)
        return option


class SpokenGroup(SpokenCommand, click.Group):
    """The commands of a program."""

    command_class = SpokenCommand

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # where Python itself follows the signal, as behind the bot's event loop
            raise Stopped(signal.SIGINT) from None


def in_own_words(command: _Command) -> _Command:
    """Return a copy of a command, and of all commands below it, whose help is in the language that is spoken."""
    told: Any = copy.copy(command)
    for name in ("help", "short_help", "options_metavar", "subcommand_metavar"):
        if words := getattr(told, name, None):
            setattr(told, name, phrase(inspect.cleandoc(words)))
    # Whole, where click would take as much of the help as a line has room for.
    told.short_help = told.short_help or " ".join((told.help or "").partition("\n\n")[0].split())
    told.params = [_parameter(each) for each in told.params]
    if isinstance(told, click.Group):
        told.commands = {name: in_own_words(each) for name, each in told.commands.items()}
    return told  # type: ignore[no-any-return]


def _parameter(parameter: click.Parameter) -> click.Parameter:
    told: Any = copy.copy(parameter)
    for name in ("help", "metavar"):
        if words := getattr(told, name, None):
            setattr(told, name, phrase(words))
    if isinstance(told.type, click.Path):
        told.type = copy.copy(told.type)
        told.type.name = phrase(told.type.name)  # "file", "directory" or "path", which an error begins with
    return told  # type: ignore[no-any-return]
