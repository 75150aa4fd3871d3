"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.terminal.arguments import WrongArgumentError, day
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

now_option = click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help='The moment that "yesterday" is relative to.',
)


def bounds_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that restrict it to a time and an outlet."""
    for option in (
        click.option("--source", metavar="NAME", help="One outlet, by its whole name."),
        click.option("--until", callback=day, metavar="DATE", help="The last day."),
        click.option("--since", callback=day, metavar="DATE", help="The first day, such as 2026-01-31."),
    ):
        command = option(command)
    return command


def require_order(since: date | None, until: date | None) -> None:
    """Refuse a time that ends before it begins."""
    if since and until and since > until:
        raise WrongArgumentError(
            told("--since {since} is after --until {until}; give the earlier day first", since=since, until=until)
        )
