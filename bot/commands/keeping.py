"""`citebot doctor`, `backup` and `restore`: whether all is well, and what helps where it is not."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from bot.commands import opening
from bot.commands.options import json_option
from bot.terminal.commands import SpokenCommand


@click.command(cls=SpokenCommand, short_help="Check everything end to end.")
@click.option("--repair", "mend", is_flag=True, help="Make anew what can be: from what is stored, or from the sources.")
@json_option
def doctor(*, mend: bool, as_json: bool) -> None:
    """Check settings, articles, index, machine, sources and Telegram, a line a finding; exit code 1 where one is bad.

    Every file and every stored sentence is read. A bot may run meanwhile, and an index be built; --repair needs that no
    index is being built.
    """
    from bot.terminal.doctor import Doctor

    with opening.progress() as progress:
        healthy = Doctor(progress, partial(opening.library, progress=progress), as_json=as_json).run(mend=mend)
    sys.exit(0 if healthy else 1)


@click.command(cls=SpokenCommand, short_help="Copy a home in use into one file.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
def backup(file: Path, *, as_json: bool) -> None:
    """Copy articles, index, what was forgotten, calibrated bounds and what people asked into a new FILE.tar.gz.

    A bot may run meanwhile, and an index be built. FILE may also end in .tar, .tar.xz or .tar.zst. Not in it are .env,
    which holds the token, and model files.
    """
    from bot.terminal.backups import back_up

    back_up(opening.load_settings(), file, as_json=as_json)


@click.command(cls=SpokenCommand, short_help="Put a backup into an empty home.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
def restore(file: Path, *, as_json: bool) -> None:
    """Put what `citebot backup` wrote into the home that CITEBOT_HOME names, which must be empty.

    All of it is checked before anything gets its place, and it is all or nothing.
    """
    from bot.terminal.backups import put_back

    put_back(opening.load_settings(), file, as_json=as_json)
