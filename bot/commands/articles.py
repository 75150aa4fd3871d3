"""`citebot articles`, `export` and `forget`: what is published, one article at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.commands import opening
from bot.commands.options import bounds_options, json_option, require_order
from bot.terminal.arguments import WrongUsageError
from bot.terminal.commands import SpokenCommand
from bot.terminal.speaking import say
from retrieval.told import told

if TYPE_CHECKING:
    from datetime import date


@click.command(cls=SpokenCommand, short_help="List what is published.")
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@bounds_options
@json_option
def articles(
    words: tuple[str, ...], *, since: date | None, until: date | None, source: str | None, as_json: bool
) -> None:
    """List the published articles, the newest first; with WORDS those that have all of them in headline, outlet or id.

    With --json each is a line of its own: {"article_id", "published_at", "source", "title", "language"}.
    """
    from bot.terminal.articles import print_article_records, print_articles
    from retrieval.articles import ArticleFilter

    require_order(since, until)
    wanted = ArticleFilter(words, since, until, source)
    found = [article for article in opening.library(opening.load_settings()).listed() if wanted.takes(article)]
    if as_json:
        print_article_records(found)
    else:
        print_articles(found)


@click.command(cls=SpokenCommand, short_help="Print what is published as JSON Lines.")
def export() -> None:
    """Print the published articles in a form that `citebot index` reads.

    It is JSON Lines of {"id", "title", "date", "source", "url", "lang", "text"}: saved as a .jsonl file and indexed
    elsewhere, they give the same answers.
    """
    from bot.terminal.articles import export_articles

    export_articles(opening.library(opening.load_settings()).whole_articles())


@click.command(cls=SpokenCommand, short_help="Take articles out of all answers, for good.")
@click.argument("articles", nargs=-1, metavar="ID-OR-ADDRESS …")
@click.option("--undo", is_flag=True, help="Let them come back with the next `citebot index`.")
@click.option("--list", "list_them", is_flag=True, help="List what was forgotten and when.")
def forget(articles: tuple[str, ...], *, undo: bool, list_them: bool) -> None:
    """Take an article out of all answers at once, delete its text, and keep it away.

    ID-OR-ADDRESS is its id or its web address as in citations. Copies of the text under other ids go with it, and so
    do all articles that have the address.
    """
    if bool(articles) == list_them or (undo and list_them):
        raise WrongUsageError(told("give the ids or addresses of articles, or --list alone"))
    from bot.logs import configure_logging

    settings = opening.load_settings()
    configure_logging(settings.log_level, settings.log_format)
    library = opening.library(settings, None if list_them else opening.progress())
    if list_them:
        for retraction in library.forgotten():
            click.echo(f"{retraction.retracted_at:%Y-%m-%d %H:%M} UTC  {retraction.article_id}")
    elif undo:
        library.let_back(articles)
        say(told("The next `citebot index` brings back what the sources still hold."))
    elif library.forget(articles):
        say(told("Forgotten: no answer shows it any more, its text is deleted, and it stays away."))
    else:
        say(
            told(
                "Forgotten: no answer shows it any more, and it stays away. Another citebot is writing the index: "
                "when that run ends, the text is deleted too."
            )
        )
