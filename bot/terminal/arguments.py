"""What may stand on the command line, beyond what click knows."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import click

from bot.terminal.language import spoken
from retrieval.told import told

_LEAST_SHARE = 1e-6
"""Nearer to 0 or 1 no share means anything."""


class WrongUsageError(click.UsageError):
    """Arguments that do not go together: told below how the command is used."""

    def format_message(self) -> str:
        """Return what is wrong, in the language that is spoken."""
        return spoken(self.message)


class WrongArgumentError(click.ClickException):
    """An argument that cannot be understood: one line on standard error, and the exit code of wrong usage."""

    exit_code = 2

    def format_message(self) -> str:
        """Return what is wrong, in the language that is spoken."""
        return spoken(self.message)

    def show(self, file: Any = None) -> None:
        """Print the line."""
        click.echo(f"citebot: {self.format_message()}", file=file, err=True)


def day(_context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    """Return the day that an option names (a callback of click), or end with one line that says what is wrong."""
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        message = told(
            "{option}: {value!r} is not a date; write it as year, month and day, such as 2026-01-31",
            option=option.opts[0],
            value=value,
        )
        raise WrongArgumentError(message) from None


def share(_context: click.Context, option: click.Parameter, value: str) -> float:
    """Return the share between 0 and 1 that an option names, as a number or in percent; or end like `day`."""
    number, percent, _ = value.strip().partition("%")
    try:
        found = float(number.replace(",", ".")) / (100 if percent else 1)
    except ValueError:
        found = math.nan
    if not _LEAST_SHARE <= found <= 1 - _LEAST_SHARE:
        message = told(
            "{option}: {value!r} is not a share between 0 and 1; write 0.1 or 10% for one in ten",
            option=option.opts[0],
            value=value,
        )
        raise WrongArgumentError(message)
    return found
