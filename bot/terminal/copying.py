"""Carrying a home over into another place, with what is stored about people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.people.copying import PeoplePlace, copy_people, require_no_people
from bot.terminal.arguments import WrongArgumentError
from bot.terminal.speaking import say
from retrieval.store.engines import parsed_url, shown
from retrieval.told import told

if TYPE_CHECKING:
    from bot.settings import BotSettings
    from retrieval.library import Library


@dataclass(frozen=True, slots=True)
class Copied:
    """What was carried over."""

    place: str
    """Without a password."""
    articles: int
    questions: int
    """That people asked a bot."""
    generation: str


def target_settings(settings: BotSettings, target: str) -> BotSettings:
    """Return the settings with the home that a target names: a server's URL, or a folder.

    Raises:
        WrongArgumentError: it is neither.
        DatabaseError: the URL cannot be read or its driver is not installed.

    """
    if "://" not in target:
        return settings.model_copy(update={"home": Path(target), "database_url": None})
    if parsed_url(target).get_backend_name() == "sqlite":
        raise WrongArgumentError(told("a home with SQLite is a folder: name the folder"))
    return settings.model_copy(update={"database_url": target})


def copy_home(library: Library, settings: BotSettings, target: str) -> Copied:
    """Carry the home that the settings name over to a target; see `Library.copy_to` and `target_settings`."""
    there = target_settings(settings, target)
    people_here = PeoplePlace(settings.home, settings.database_url)
    people_there = PeoplePlace(there.home, there.database_url)
    require_no_people(people_there)
    questions = 0

    def copy_people_too() -> None:
        nonlocal questions
        questions = copy_people(people_here, people_there)

    manifest = library.copy_to(there, copy_people_too)
    place = shown(parsed_url(there.database_url)) if there.database_url else str(there.home)
    return Copied(place, manifest.articles, questions, manifest.name)


def tell_copied(copied: Copied, settings: BotSettings, target: str) -> None:
    """Say what was copied, and which lines of ``.env`` lead there."""
    articles = told("{count} article", "{count} articles", count=copied.articles)
    questions = told("{count} question", "{count} questions", count=copied.questions)
    say(
        told(
            "Copied to {place}: {articles}, and {questions} that people asked.",
            place=copied.place,
            articles=articles,
            questions=questions,
        )
    )
    if "://" in target:
        say(told("To go on there, put CITEBOT_DATABASE_URL={place} into .env, with the password.", place=copied.place))
    elif settings.database_url:
        say(
            told(
                "To go on there, put CITEBOT_HOME={place} into .env and take CITEBOT_DATABASE_URL out.",
                place=copied.place,
            )
        )
    else:
        say(told("To go on there, put CITEBOT_HOME={place} into .env.", place=copied.place))
