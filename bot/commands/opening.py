"""What commands begin with: the settings, the library, and where they print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.terminal.speaking import warn

if TYPE_CHECKING:
    from rich.console import Console

    from bot.settings import BotSettings
    from bot.terminal.progress_bar import ProgressBar
    from retrieval.library import Library

_WARNED = "citebot.warned of unread settings"


def load_settings() -> BotSettings:
    """Read the settings; warn of what was meant to be one, also where one that is has a wrong value.

    Raises:
        SettingsError: names every wrong value.

    """
    from bot.settings import BotSettings

    warn_of_unread_settings()
    return BotSettings.load()


def warn_of_unread_settings() -> None:
    """Warn once in a command of what was meant to be a setting."""
    from bot.unread_settings import unread_settings

    command = click.get_current_context().find_root()
    if not command.meta.setdefault(_WARNED, False):
        command.meta[_WARNED] = True
        for warning in unread_settings():
            warn(warning)


def progress() -> ProgressBar:
    """Make what draws the progress of a run on standard error."""
    from bot.terminal.progress_bar import ProgressBar

    return ProgressBar(errors())


def console() -> Console:
    """Make what writes to standard output."""
    from rich.console import Console

    return Console(highlight=False)


def errors() -> Console:
    """Make what writes to standard error."""
    from rich.console import Console

    return Console(stderr=True)


def library(settings: BotSettings, progress: ProgressBar | None = None) -> Library:
    """Return the library, of which nothing is opened yet."""
    from retrieval.library import Library

    return Library(settings, progress)


def open_library(settings: BotSettings, progress: ProgressBar) -> Library:
    """Return the library, ready to be asked.

    Raises:
        IndexMissingError: nothing is published yet.
        IndexMismatchError: what is published does not fit the settings or is damaged.
        ModelError: the model cannot be had.

    """
    from retrieval.library import Library

    opened = Library.open(settings, progress)
    if beginning := opened.told_of_a_beginning():
        warn(beginning)
    return opened
