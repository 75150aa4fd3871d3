"""Backups of a home, with what is stored about people: taken and put back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.people.database import PEOPLE_FILE
from bot.terminal.json_output import print_json, print_json_line
from bot.terminal.speaking import say
from retrieval.backups.restoring import restore_backup
from retrieval.backups.taking import take_backup
from retrieval.home import Home
from retrieval.index.manifest import folder_name
from retrieval.told import told

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import BotSettings

_OTHERS = (PEOPLE_FILE,)
_MEBIBYTE = 1 << 20


def back_up(settings: BotSettings, file: Path, *, as_json: bool) -> None:
    """Take a backup, and say what is in it; see `take_backup`."""
    taken = take_backup(Home.of(settings), file, _OTHERS)
    if as_json:
        print_json(taken)
        return
    size = f"{taken.bytes / _MEBIBYTE:.1f}"
    articles = told("{count} article", "{count} articles", count=taken.articles)
    say(
        told(
            "{place}: {articles}, generation {name}, {size} MiB; read again and found whole.",
            place=taken.place,
            articles=articles,
            name=taken.generation,
            size=size,
        )
    )
    say(told("Not in it: .env, which holds the token, and model files; keep a copy of .env elsewhere."), error=True)
    if taken.left_out:
        names = ", ".join(taken.left_out)
        say(told("Not in it either, since it is none of Citebot's: {names}", names=names), error=True)


def put_back(settings: BotSettings, file: Path, *, as_json: bool) -> None:
    """Restore a backup, and say what it held; see `restore_backup`."""
    contents = restore_backup(file, Home.of(settings), _OTHERS)
    made_at = contents.made_at.astimezone(settings.timezone).replace(tzinfo=None)
    if as_json:
        fields = {**asdict(contents), "made_at": made_at, "generation": folder_name(contents.generation)}
        del fields["format"], fields["files"]
        print_json_line({"place": str(settings.home), **fields})
        return
    say(
        told(
            "Restored into {home}: {articles}, generation {name}, as of {moment}. Check with `citebot doctor`.",
            home=settings.home,
            articles=told("{count} article", "{count} articles", count=contents.articles),
            name=folder_name(contents.generation),
            moment=f"{made_at:%Y-%m-%d %H:%M:%S}",
        )
    )
