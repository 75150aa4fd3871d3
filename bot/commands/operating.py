"""`citebot run`, `health`, `configure` and `start`: the bot itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import opening
from bot.commands.asking import ask
from bot.commands.indexing import index
from bot.commands.kept import kept_by
from bot.terminal.commands import SpokenCommand
from bot.terminal.speaking import say, warn
from bot.terminal.stopping import keep
from retrieval.told import told

if TYPE_CHECKING:
    from bot.settings import BotSettings


@click.command(cls=SpokenCommand)
def run() -> None:
    """Run the Telegram bot (CITEBOT_TELEGRAM_TOKEN)."""
    settings = opening.load_settings()
    settings.required_token()  # before all that a bot is made of is imported
    from bot.application import run_bot

    sys.exit(run_bot(settings))


@click.command(cls=SpokenCommand, short_help="Tell whether the running bot is heard.")
def health() -> None:
    """Tell whether the bot of CITEBOT_HOME reaches Telegram; exit code 1 where there was no word for a minute."""
    from bot.health import read_health

    found = read_health(opening.load_settings().home)
    say(found.told)
    sys.exit(0 if found.healthy else 1)


@click.command(cls=SpokenCommand, name="configure", short_help="Ask for the settings, and write them.")
def configure_settings() -> None:
    """Ask for the settings that a newcomer needs, try each, and write them into .env.

    Answers may come from a file too, one a line.
    """
    from bot.settings import BotSettings
    from bot.terminal.configure import configure

    opening.warn_of_unread_settings()
    configure(Path(str(BotSettings.model_config["env_file"])), opening.progress)


@click.command(cls=SpokenCommand, short_help="Index if need be, then run or converse.")
@click.pass_context
def start(context: click.Context) -> None:
    """Index when there is no index yet; then the bot where a token is set, else a conversation here."""
    settings = opening.load_settings()
    converses = settings.telegram_token is None
    if not converses:
        settings.required_token()
    if not opening.library(settings).status().healthy:
        if converses and sys.stdin.isatty():
            _begin(settings)
            return
        if not converses:
            _check_token(settings)
        context.invoke(index)
    keep(kept_by("ask" if converses else "run"))
    context.invoke(ask if converses else run)


def _begin(settings: BotSettings) -> None:
    """Converse about the newest articles while the others are indexed."""
    from bot.terminal.asking import converse
    from bot.terminal.indexing_behind import IndexingBehind
    from bot.terminal.reports import print_report
    from bot.terminal.talking import Asking

    library = opening.library(settings)
    with IndexingBehind(library, opening.errors()) as behind:
        if behind.report:
            print_report(opening.console(), behind.report)
        converse(library, settings.persona(), Asking(), as_json=False, news=behind.news)
        if behind.is_going_on:
            say(told("The other articles are indexed at the next start; what is done is kept."), error=True)


def _check_token(settings: BotSettings) -> None:
    """Ask Telegram about the token before the first index is built; no word from there is no reason to wait."""
    from bot.transport.identity import check_token

    if unchecked := check_token(settings):
        warn(told("{unchecked}; going on with the index", unchecked=unchecked))
