"""`citebot index`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.commands import opening
from bot.commands.options import json_option
from bot.terminal.arguments import WrongUsageError
from bot.terminal.commands import SpokenCommand
from bot.terminal.json_output import print_json
from bot.terminal.speaking import say, warn
from retrieval.told import told

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from retrieval.ingest.worker import EmbeddedPortion
    from retrieval.types import IndexReport


@click.command(cls=SpokenCommand, short_help="Make the index mirror the sources.")
@click.argument("sources", nargs=-1, metavar="[SOURCES]...")
@click.option("--rebuild", is_flag=True, help="Build from nothing: embed every sentence anew.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--accept-removals", is_flag=True, help="Believe a source that holds hardly anything any more.")
@click.option("--watch", is_flag=True, help="Go on, and index again whenever something changes.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    metavar="MINUTES",
    help="With --watch: read all sources so often in any case (default: CITEBOT_WATCH_INTERVAL).",
)
@click.option("--worker", is_flag=True, help="Go on, and embed for another machine that shares the database.")
@json_option
def index(
    sources: tuple[str, ...],
    *,
    rebuild: bool,
    dry_run: bool,
    accept_removals: bool,
    watch: bool,
    every: int | None,
    worker: bool,
    as_json: bool,
) -> None:
    """Make the index mirror SOURCES (files, folders, addresses; default: CITEBOT_SOURCES).

    With --worker another machine does that, and this one takes a share of the embedding, until it is stopped. Both
    have the same PostgreSQL (CITEBOT_DATABASE_URL) and the same model.
    """
    if worker and (sources or rebuild or dry_run or accept_removals or watch or every):
        raise WrongUsageError(
            told("--worker goes with no SOURCES and no other option but --json: it embeds what another machine reads")
        )
    if dry_run and rebuild:
        raise WrongUsageError(told("--dry-run compares with what is published, and --rebuild begins from nothing"))
    if watch and (rebuild or dry_run or accept_removals):
        raise WrongUsageError(
            told("--watch goes with none of --rebuild, --dry-run and --accept-removals: do these before")
        )
    if every and not watch:
        raise WrongUsageError(told("--every goes with --watch"))
    settings = opening.load_settings()
    if dry_run:
        _print_preview(settings, sources, accept_removals=accept_removals, as_json=as_json)
        return
    if worker:
        _work(settings, as_json=as_json)
        return
    if watch:
        _watch(settings, sources, 60 * (every or settings.watch_interval), as_json=as_json)
        return
    from bot.terminal.reports import print_report

    with opening.progress() as progress:
        report = opening.library(settings, progress).index(sources, rebuild=rebuild, accept_removals=accept_removals)
    if as_json:
        print_json(report)
    else:
        print_report(opening.console(), report)


def _watch(settings: BotSettings, sources: tuple[str, ...], seconds: float, *, as_json: bool) -> None:
    from bot.terminal.watch import line_of, watch

    def show(report: IndexReport) -> None:
        if as_json:
            print_json(report)
        else:
            say(line_of(report, datetime.now(settings.timezone)))

    watch(settings, sources, opening.errors(), every=seconds, show=show, warn=warn)


def _work(settings: BotSettings, *, as_json: bool) -> None:
    from bot.terminal.working import line_of, work

    def show(done: EmbeddedPortion) -> None:
        if as_json:
            print_json(done)
        else:
            say(line_of(done, datetime.now(settings.timezone)))

    work(settings, opening.errors(), show=show, warn=warn)


def _print_preview(settings: BotSettings, sources: tuple[str, ...], *, accept_removals: bool, as_json: bool) -> None:
    from bot.terminal.reports import print_preview

    with opening.progress() as progress:
        preview = opening.library(settings, progress).preview(sources, accept_removals=accept_removals)
    if as_json:
        print_json(preview)
    else:
        print_preview(opening.console(), preview)
