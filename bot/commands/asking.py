"""`citebot ask`, `timeline`, `digest` and `check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import opening
from bot.commands.options import bounds_options, json_option, now_option, require_order
from bot.terminal.arguments import WrongUsageError
from bot.terminal.commands import SpokenCommand
from bot.terminal.json_output import print_json
from retrieval.told import told

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.settings import BotSettings
    from retrieval.library import Library

_LONGEST_QUOTE = 4096
"""Characters; as many as a message of Telegram's."""


@click.command(cls=SpokenCommand, short_help="Answer a question, or a conversation.")
@click.argument("question", required=False, metavar="[QUESTION]")
@click.option(
    "--questions",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Answer a batch: JSON Lines of {"id", "question"}, in order, as JSON Lines.',
)
@click.option("--limit", type=click.IntRange(1, 50), help="Up to so many citations (default: CITEBOT_CITATIONS).")
@now_option
@bounds_options
@json_option
def ask(
    question: str | None,
    file: Path | None,
    limit: int | None,
    now: datetime | None,
    since: date | None,
    until: date | None,
    source: str | None,
    *,
    as_json: bool,
) -> None:
    """Answer QUESTION, or each line of standard input as one conversation ("/new" begins another)."""
    if question is not None and file is not None:
        raise WrongUsageError(told("give a QUESTION or --questions, not both"))
    if question is not None and not question.strip():
        raise WrongUsageError(told("the question is empty"))
    require_order(since, until)
    from bot.terminal.asking import answer_batch, answer_one, converse
    from bot.terminal.talking import Asking

    settings = opening.load_settings()
    library = _loaded(settings)
    asking = Asking(limit, now, library.within(since, until, source))
    if file is not None:
        answer_batch(library, settings.persona(), file, asking)
    elif question is not None:
        answer_one(library, settings.persona(), question, asking, as_json=as_json)
    else:
        converse(library, settings.persona(), asking, as_json=as_json)


@click.command(cls=SpokenCommand, short_help="Tell a story day by day.")
@click.argument("question", metavar="QUESTION")
@now_option
@json_option
def timeline(question: str, now: datetime | None, *, as_json: bool) -> None:
    """Tell how the story of QUESTION went on: one cited sentence for each day on which it moved, the oldest first.

    With --json it is {"question", "days": [{"date", "citation": {…}}]}, the citation as in answers.
    """
    if not question.strip():
        raise WrongUsageError(told("the question is empty"))
    from bot.terminal.timelines import print_timeline

    found = _loaded(opening.load_settings()).timeline(question, now=now)
    if as_json:
        print_json(found)
    else:
        print_timeline(opening.console(), found)


@click.command(cls=SpokenCommand, short_help="Tell the main stories of a day.")
@click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help="The moment with which the day ends; this one by default.",
)
@json_option
def digest(now: datetime | None, *, as_json: bool) -> None:
    """Tell up to five main stories of the 24 hours before now, each by one cited sentence.

    With --json it is {"since", "until", "citations": [{…}]}, the citations as in answers.
    """
    from bot.terminal.language import language
    from bot.terminal.timelines import print_digest
    from bot.texts import catalogue

    settings = opening.load_settings()
    found = _loaded(settings).digest(now)
    if as_json:
        print_json(found)
    else:
        print_digest(opening.console(), found, catalogue(settings.language or language()))


@click.command(cls=SpokenCommand, short_help="Tell whether a quote is in the articles.")
@click.argument("text", metavar="TEXT")
@json_option
def check(text: str, *, as_json: bool) -> None:
    """Tell whether the words of TEXT, a quote or a question about one, are in the articles.

    They are verbatim, altered, stitched together, said by another, or nowhere.
    """
    if not text.strip():
        raise WrongUsageError(told("the quote is empty"))
    if len(text) > _LONGEST_QUOTE:
        raise WrongUsageError(told("the quote is too long: {limit} characters at most", limit=_LONGEST_QUOTE))
    from bot.terminal.json_output import print_quote_json
    from bot.terminal.quotes import print_check

    found = _loaded(opening.load_settings()).check_quote(text)
    if as_json:
        print_quote_json(found)
    else:
        print_check(opening.console(), found)


def _loaded(settings: BotSettings) -> Library:
    """Open the library; that this takes a moment is shown."""
    with opening.progress() as progress:
        progress.loading()
        return opening.open_library(settings, progress)
