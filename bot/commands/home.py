"""`citebot status`, `rollback`, `copy-to` and `report`: what is published, as a whole."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from bot.commands import opening
from bot.commands.options import json_option
from bot.terminal.commands import SpokenCommand
from bot.terminal.json_output import print_json
from bot.terminal.language import language
from bot.terminal.speaking import say
from retrieval.told import told


@click.command(cls=SpokenCommand, short_help="Show what is published.")
@json_option
def status(*, as_json: bool) -> None:
    """Show what is published; exit code 1 where it is missing or does not match the settings."""
    from bot.terminal.status import print_status

    found = opening.library(opening.load_settings()).status()
    if as_json:
        print_json(found)
    else:
        print_status(opening.console(), found)
    sys.exit(0 if found.healthy else 1)


@click.command(cls=SpokenCommand)
def rollback() -> None:
    """Publish the previous generation again."""
    manifest = opening.library(opening.load_settings()).rollback()
    say(
        told(
            "Generation {name} is published again: {count} article.",
            "Generation {name} is published again: {count} articles.",
            name=manifest.name,
            count=manifest.articles,
        )
    )


@click.command(cls=SpokenCommand, name="copy-to", short_help="Carry all over to PostgreSQL, or back into a folder.")
@click.argument("target", metavar="URL|FOLDER")
@json_option
def copy_to(target: str, *, as_json: bool) -> None:
    """Copy articles, indexes, what was forgotten, calibrated bounds and what people asked to an empty place.

    URL is a PostgreSQL's, such as postgresql+psycopg://user@host/database; a password is better kept in PGPASSWORD or
    ~/.pgpass. FOLDER is a home with SQLite. Nothing is embedded anew, and what is here stays as it is. A bot may run
    meanwhile; what it is asked after that is only here.
    """
    from bot.terminal.copying import copy_home, tell_copied

    settings = opening.load_settings()
    with opening.progress() as progress:
        copied = copy_home(opening.library(settings, progress), settings, target)
    if as_json:
        print_json(copied)
    else:
        tell_copied(copied, settings, target)


@click.command(cls=SpokenCommand, short_help="Write a page about questions and articles.")
@click.option(
    "--days", type=click.IntRange(1, 366), default=7, show_default=True, help="So many days back, this one counted."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="citebot-report.html",
    show_default=True,
    help="The file; an older page there is replaced.",
)
def report(days: int, output: Path) -> None:
    """Write an HTML page for the operator, and print where it is.

    It tells what the bot was asked, what it could not answer, how fast it was, how fresh the articles are, and whether
    the index is well. It changes nothing, and may be written while the bot runs.
    """
    from bot.people.store import PeopleStore
    from bot.report.operator_page import gather_report, render_operator_page
    from bot.report.pages import check_page_place, write_page

    settings = opening.load_settings()
    check_page_place(output)
    people = PeopleStore.open_to_read(settings.home, settings.database_url)
    try:
        found = gather_report(opening.library(settings), people, settings, days, datetime.now(settings.timezone))
    finally:
        if people:
            people.close()
    # It holds what people wrote, which the database that it is from keeps from others as well.
    write_page(output, render_operator_page(found, language()), private=True)
    click.echo(output)
