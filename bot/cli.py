"""The command line: reads settings, calls the library, prints.

Results go to standard output, all else to standard error.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from datetime import datetime
from functools import partial
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from bot.health import read_health
from bot.logs import configure_logging
from bot.settings import BotSettings
from bot.terminal.arguments import WrongArgumentError, WrongUsageError, day, share
from bot.terminal.articles import export_articles, print_article_records, print_articles
from bot.terminal.asking import answer_batch, answer_one, converse
from bot.terminal.calibration import bounds_line, print_calibration
from bot.terminal.commands import SpokenGroup, in_own_words
from bot.terminal.json_output import print_json
from bot.terminal.language import language, speak, spoken, wanted_language
from bot.terminal.printing import print_preview, print_report, print_status, print_trial
from bot.terminal.progress_bar import ProgressBar
from bot.terminal.speaking import say, whole_words
from bot.terminal.stopping import Stopped, exit_code_of, keep, stop_line, stopping_in_order, was_stopped
from bot.unread_settings import unread_settings
from retrieval.errors import RetrievalError
from retrieval.text.one_line import on_one_line
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from retrieval.ingest.worker import EmbeddedPortion
    from retrieval.library import Library
    from retrieval.types import IndexReport

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_WARNED = "citebot.warned of unread settings"

_now_option = click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]),
    help='The moment that "yesterday" is relative to.',
)


def _bounds_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--source", metavar="NAME", help="One outlet, by its whole name."),
        click.option("--until", callback=day, metavar="DATE", help="The last day."),
        click.option("--since", callback=day, metavar="DATE", help="The first day, such as 2026-01-31."),
    ):
        command = option(command)
    return command


def _require_order(since: date | None, until: date | None) -> None:
    if since and until and since > until:
        raise WrongArgumentError(
            told("--since {since} is after --until {until}; give the earlier day first", since=since, until=until)
        )


def main() -> None:
    """Run the command line; every error is one line on standard error and exit code 1."""
    _prepare_streams()
    if os.environ.get("COLUMNS") == "0":  # some set it where they do not know: no line would be shown
        del os.environ["COLUMNS"]
    speak(wanted_language())
    with stopping_in_order():
        try:
            code = _run()
        except (Stopped, KeyboardInterrupt) as error:
            code = _stopped(error)
        except RetrievalError as error:
            code = _fail(told_by(error))
        except BrokenPipeError:
            sys.stderr.close()  # whoever read our output went away; say nothing more
            code = 1
        except OSError as error:
            code = _fail(told("cannot read or write: {error}", error=error))
        except Exception as error:  # noqa: BLE001 - a traceback helps no user
            stopped = was_stopped()
            kind = type(error).__name__
            unexpected = told("unexpected error, please report it: {kind}: {error}", kind=kind, error=error)
            code = _stopped(stopped) if stopped else _fail(unexpected)
        sys.exit(code)


def _run() -> int:
    """Run the command that is asked for; return its exit code."""
    try:
        code = in_own_words(cli).main(prog_name="citebot", standalone_mode=False)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(whole_words(shown.getvalue().rstrip("\n"), sys.stderr), err=True)
        return error.exit_code
    return code if isinstance(code, int) else 0


def _stopped(error: BaseException) -> int:
    if sys.stderr.isatty():
        click.echo(err=True)  # below the ^C of the terminal
    _fail(stop_line())
    return error.exit_code if isinstance(error, Stopped) else exit_code_of(signal.SIGINT)


def _load_settings() -> BotSettings:
    """Read the settings; warn of what was meant to be one, also where one that is has a wrong value.

    Raises:
        SettingsError: names every wrong value.

    """
    _warn_of_unread_settings()
    return BotSettings.load()


def _warn_of_unread_settings() -> None:
    """Warn once in a command of what was meant to be a setting."""
    command = click.get_current_context().find_root()
    if not command.meta.setdefault(_WARNED, False):
        command.meta[_WARNED] = True
        for warning in unread_settings():
            _warn(warning)


def _prepare_streams() -> None:
    """Make all three streams UTF-8; one that the caller has closed reads and writes nothing."""
    # In this order, so that each gets its own descriptor back and no database is opened as number 1.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as we run
        getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")


def _fail(message: str) -> int:
    """Tell what went wrong in one line; return the exit code of that."""
    _warn(message)
    return 1


def _warn(message: str) -> None:
    say(f"citebot: {on_one_line(spoken(message))}", error=True)


_KEPT = {
    "backup": told("stopped; no backup was written, and the home stays as it is"),
    "ask": told("stopped; the conversation is not kept, and the index stays as it is"),
    "configure": told("stopped; .env stays as it was"),
    "calibrate": told("stopped; the bounds in force stay as they were"),
    "copy-to": told(
        "stopped; nothing is published there yet, and what is here stays: begin again with the same command"
    ),
    "doctor": told("stopped; what is published stays"),
    "evaluate": told("stopped; nothing of the evaluation is kept, and the index stays as it is"),
    "forget": told("stopped; `citebot forget --list` tells what is forgotten"),
    "index": told("stopped; what is published stays, and what was embedded is kept"),
    "restore": told("stopped; nothing was restored"),
    "rollback": told("stopped; `citebot status` tells what is published"),
    "start": told("stopped; what is published stays, and what was embedded is kept"),
}
"""What is said of a command that is stopped; `start` becomes `ask` once nothing is left to index."""
_KEPT_OTHERWISE = told("stopped; the index stays as it is")


def _tell_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        say(told("citebot, version {version}", version=version_of("citebot")))
        context.exit()


@click.group(cls=SpokenGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Answer questions about your news articles with verbatim, cited excerpts."""
    keep(_KEPT.get(context.invoked_subcommand or "", _KEPT_OTHERWISE))


@cli.command(short_help="Make the index mirror the sources.")
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
@_json_option
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
    settings = _load_settings()
    if dry_run:
        _print_preview(settings, sources, accept_removals=accept_removals, as_json=as_json)
        return
    if worker:
        _work(settings, as_json=as_json)
        return
    if watch:
        _watch(settings, sources, 60 * (every or settings.watch_interval), as_json=as_json)
        return
    with _progress() as progress:
        report = _library(settings, progress).index(sources, rebuild=rebuild, accept_removals=accept_removals)
    if as_json:
        print_json(report)
    else:
        print_report(_console(), report)


def _watch(settings: BotSettings, sources: tuple[str, ...], seconds: float, *, as_json: bool) -> None:
    from bot.terminal.watch import line_of, watch

    def show(report: IndexReport) -> None:
        if as_json:
            print_json(report)
        else:
            say(line_of(report, datetime.now(settings.timezone)))

    watch(settings, sources, Console(stderr=True), every=seconds, show=show, warn=_warn)


def _work(settings: BotSettings, *, as_json: bool) -> None:
    from bot.terminal.working import line_of, work

    def show(done: EmbeddedPortion) -> None:
        if as_json:
            print_json(done)
        else:
            say(line_of(done, datetime.now(settings.timezone)))

    work(settings, Console(stderr=True), show=show, warn=_warn)


@cli.command()
def rollback() -> None:
    """Publish the previous generation again."""
    manifest = _library(_load_settings()).rollback()
    say(
        told(
            "Generation {name} is published again: {count} article.",
            "Generation {name} is published again: {count} articles.",
            name=manifest.name,
            count=manifest.articles,
        )
    )


@cli.command(short_help="List what is published.")
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@_bounds_options
@_json_option
def articles(
    words: tuple[str, ...], *, since: date | None, until: date | None, source: str | None, as_json: bool
) -> None:
    """List the published articles, the newest first; with WORDS those that have all of them in headline, outlet or id.

    With --json each is a line of its own: {"article_id", "published_at", "source", "title", "language"}.
    """
    from retrieval.articles import ArticleFilter

    _require_order(since, until)
    wanted = ArticleFilter(words, since, until, source)
    found = [article for article in _library(_load_settings()).listed() if wanted.takes(article)]
    if as_json:
        print_article_records(found)
    else:
        print_articles(found)


@cli.command(short_help="Print what is published as JSON Lines.")
def export() -> None:
    """Print the published articles in a form that `citebot index` reads.

    It is JSON Lines of {"id", "title", "date", "source", "url", "lang", "text"}: saved as a .jsonl file and indexed
    elsewhere, they give the same answers.
    """
    export_articles(_library(_load_settings()).whole_articles())


@cli.command(short_help="Take articles out of all answers, for good.")
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
    settings = _load_settings()
    configure_logging(settings.log_level, settings.log_format)
    library = _library(settings, _progress())
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


@cli.command(name="copy-to", short_help="Carry all over to PostgreSQL, or back into a folder.")
@click.argument("target", metavar="URL|FOLDER")
@_json_option
def copy_to(target: str, *, as_json: bool) -> None:
    """Copy articles, indexes, what was forgotten, calibrated bounds and what people asked to an empty place.

    URL is a PostgreSQL's, such as postgresql+psycopg://user@host/database; a password is better kept in PGPASSWORD or
    ~/.pgpass. FOLDER is a home with SQLite. Nothing is embedded anew, and what is here stays as it is. A bot may run
    meanwhile; what it is asked after that is only here.
    """
    from bot.terminal.copying import copy_home, tell_copied

    settings = _load_settings()
    with _progress() as progress:
        copied = copy_home(_library(settings, progress), settings, target)
    if as_json:
        print_json(copied)
    else:
        tell_copied(copied, settings, target)


@cli.command(short_help="Check everything end to end.")
@click.option("--repair", "mend", is_flag=True, help="Make anew what can be: from what is stored, or from the sources.")
@_json_option
def doctor(*, mend: bool, as_json: bool) -> None:
    """Check settings, articles, index, machine, sources and Telegram, a line a finding; exit code 1 where one is bad.

    Every file and every stored sentence is read. A bot may run meanwhile, and an index be built; --repair needs that no
    index is being built.
    """
    from bot.terminal.doctor import Doctor

    with _progress() as progress:
        healthy = Doctor(progress, partial(_library, progress=progress), as_json=as_json).run(mend=mend)
    sys.exit(0 if healthy else 1)


@cli.command(short_help="Copy a home in use into one file.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_json_option
def backup(file: Path, *, as_json: bool) -> None:
    """Copy articles, index, what was forgotten, calibrated bounds and what people asked into a new FILE.tar.gz.

    A bot may run meanwhile, and an index be built. FILE may also end in .tar, .tar.xz or .tar.zst. Not in it are .env,
    which holds the token, and model files.
    """
    from bot.terminal.backups import back_up

    back_up(_load_settings(), file, as_json=as_json)


@cli.command(short_help="Put a backup into an empty home.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_json_option
def restore(file: Path, *, as_json: bool) -> None:
    """Put what `citebot backup` wrote into the home that CITEBOT_HOME names, which must be empty.

    All of it is checked before anything gets its place, and it is all or nothing.
    """
    from bot.terminal.backups import put_back

    put_back(_load_settings(), file, as_json=as_json)


@cli.command(short_help="Answer a question, or a conversation.")
@click.argument("question", required=False, metavar="[QUESTION]")
@click.option(
    "--questions",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Answer a batch: JSON Lines of {"id", "question"}, in order, as JSON Lines.',
)
@click.option("--limit", type=click.IntRange(1, 50), help="Up to so many citations (default: CITEBOT_CITATIONS).")
@_now_option
@_bounds_options
@_json_option
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
    _require_order(since, until)
    from bot.terminal.talking import Asking

    settings = _load_settings()
    with _progress() as progress:
        progress.loading()
        library = _open_library(settings, progress)
    asking = Asking(limit, now, library.within(since, until, source))
    if file is not None:
        answer_batch(library, settings.persona(), file, asking)
    elif question is not None:
        answer_one(library, settings.persona(), question, asking, as_json=as_json)
    else:
        converse(library, settings.persona(), asking, as_json=as_json)


@cli.command(short_help="Tell a story day by day.")
@click.argument("question", metavar="QUESTION")
@_now_option
@_json_option
def timeline(question: str, now: datetime | None, *, as_json: bool) -> None:
    """Tell how the story of QUESTION went on: one cited sentence for each day on which it moved, the oldest first.

    With --json it is {"question", "days": [{"date", "citation": {…}}]}, the citation as in answers.
    """
    if not question.strip():
        raise WrongUsageError(told("the question is empty"))
    from bot.terminal.timelines import print_timeline

    settings = _load_settings()
    with _progress() as progress:
        progress.loading()
        library = _open_library(settings, progress)
    found = library.timeline(question, now=now)
    if as_json:
        print_json(found)
    else:
        print_timeline(_console(), found)


@cli.command(short_help="Measure answers to known questions.")
@click.argument("place", metavar="FOLDER|QUESTIONS.jsonl", type=click.Path(exists=True, path_type=Path))
@click.option("--baselines", is_flag=True, help="Measure BM25 alone and dense passages alone beside.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write an HTML page with plots.")
@_json_option
def evaluate(place: Path, report: Path | None, *, baselines: bool, as_json: bool) -> None:
    """Ask questions with known answers, and print the figures.

    Those of FOLDER, its questions.jsonl, are about its articles.jsonl, in a throw-away home; those of QUESTIONS.jsonl
    are about what is published.
    """
    from bot.report.evaluation_page import render_evaluation
    from bot.report.pages import check_page_place, write_page
    from retrieval.evaluation.trial import run_published_trial, run_trial

    settings = _load_settings()
    if report is not None:
        check_page_place(report)
    with _progress() as progress:
        if place.is_dir():
            trial = run_trial(place, settings, progress, baselines=baselines)
        else:
            trial = run_published_trial(place, settings, progress, baselines=baselines)
    if as_json:
        print_json(trial.without_outcomes())
    else:
        print_trial(_console(), trial)
    if report is not None:
        write_page(report, render_evaluation(trial, language()))


@cli.command(short_help="Choose when an answer is sure, for your articles.")
@click.argument(
    "place", metavar="[FOLDER|QUESTIONS.jsonl]", required=False, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--false-answers",
    callback=share,
    default="0.1",
    show_default=True,
    metavar="SHARE",
    help="Of the questions that nothing answers, how many may be answered for sure.",
)
@click.option("--reset", is_flag=True, help="Go back to the bounds that come with this version.")
@_json_option
@click.pass_context
def calibrate(context: click.Context, place: Path | None, *, false_answers: float, reset: bool, as_json: bool) -> None:
    """Choose the confidences from which answers are sure, and unsure, so that few false answers are to be expected.

    Asked are questions with known answers, as `citebot evaluate` takes them; without any, questions that are made out
    of what is published, which are a stand-in. A running bot goes by the chosen bounds from its next question on.
    """
    if reset and (place or context.get_parameter_source("false_answers") is click.core.ParameterSource.COMMANDLINE):
        raise WrongUsageError(told("--reset goes with neither questions nor --false-answers"))
    settings = _load_settings()
    if reset:
        _reset_calibration(settings, as_json=as_json)
        return
    from retrieval.evaluation.calibrating import calibrate

    with _progress() as progress:
        found = calibrate(place, settings, progress, share=false_answers)
    if as_json:
        print_json(found)
    else:
        print_calibration(_console(), found)


def _reset_calibration(settings: BotSettings, *, as_json: bool) -> None:
    library = _library(settings)
    removed = library.home.calibration.remove()
    found = library.bounds_choice.in_force()
    if as_json:
        print_json(found, reset=removed)
    else:
        bounds = bounds_line(found)
        say(
            told("The calibrated bounds are gone; {bounds}.", bounds=bounds)
            if removed
            else told("There were no calibrated bounds; {bounds}.", bounds=bounds)
        )


@cli.command(short_help="Show what is published.")
@_json_option
def status(*, as_json: bool) -> None:
    """Show what is published; exit code 1 where it is missing or does not match the settings."""
    found = _library(_load_settings()).status()
    if as_json:
        print_json(found)
    else:
        print_status(_console(), found)
    sys.exit(0 if found.healthy else 1)


@cli.command(short_help="Write a page about questions and articles.")
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

    settings = _load_settings()
    check_page_place(output)
    people = PeopleStore.open_to_read(settings.home, settings.database_url)
    try:
        found = gather_report(_library(settings), people, settings, days, datetime.now(settings.timezone))
    finally:
        if people:
            people.close()
    # It holds what people wrote, which the database that it is from keeps from others as well.
    write_page(output, render_operator_page(found, language()), private=True)
    click.echo(output)


@cli.command()
def run() -> None:
    """Run the Telegram bot (CITEBOT_TELEGRAM_TOKEN)."""
    settings = _load_settings()
    settings.required_token()  # before all that a bot is made of is imported
    from bot.application import run_bot

    sys.exit(run_bot(settings))


@cli.command(short_help="Tell whether the running bot is heard.")
def health() -> None:
    """Tell whether the bot of CITEBOT_HOME reaches Telegram; exit code 1 where there was no word for a minute."""
    found = read_health(_load_settings().home)
    say(found.told)
    sys.exit(0 if found.healthy else 1)


@cli.command(name="configure", short_help="Ask for the settings, and write them.")
def configure_settings() -> None:
    """Ask for the settings that a newcomer needs, try each, and write them into .env.

    Answers may come from a file too, one a line.
    """
    from bot.terminal.configure import configure

    _warn_of_unread_settings()
    configure(Path(str(BotSettings.model_config["env_file"])), _progress)


@cli.command(short_help="Index if need be, then run or converse.")
@click.pass_context
def start(context: click.Context) -> None:
    """Index when there is no index yet; then the bot where a token is set, else a conversation here."""
    settings = _load_settings()
    converses = settings.telegram_token is None
    if not converses:
        settings.required_token()
    if not _library(settings).status().healthy:
        if converses and sys.stdin.isatty():
            _begin(settings)
            return
        if not converses:
            _check_token(settings)
        context.invoke(index)
    keep(_KEPT["ask"] if converses else _KEPT_OTHERWISE)
    context.invoke(ask if converses else run)


def _begin(settings: BotSettings) -> None:
    """Converse about the newest articles while the others are indexed."""
    from bot.terminal.indexing_behind import IndexingBehind
    from bot.terminal.talking import Asking

    library = _library(settings)
    with IndexingBehind(library, Console(stderr=True)) as behind:
        if behind.report:
            print_report(_console(), behind.report)
        converse(library, settings.persona(), Asking(), as_json=False, news=behind.news)
        if behind.is_going_on:
            say(told("The other articles are indexed at the next start; what is done is kept."), error=True)


def _check_token(settings: BotSettings) -> None:
    """Ask Telegram about the token before the first index is built; no word from there is no reason to wait."""
    from bot.transport.identity import check_token

    if unchecked := check_token(settings):
        _warn(told("{unchecked}; going on with the index", unchecked=unchecked))


def _print_preview(settings: BotSettings, sources: tuple[str, ...], *, accept_removals: bool, as_json: bool) -> None:
    with _progress() as progress:
        preview = _library(settings, progress).preview(sources, accept_removals=accept_removals)
    if as_json:
        print_json(preview)
    else:
        print_preview(_console(), preview)


def _progress() -> ProgressBar:
    return ProgressBar(Console(stderr=True))


def _console() -> Console:
    return Console(highlight=False)


def _library(settings: BotSettings, progress: ProgressBar | None = None) -> Library:
    from retrieval.library import Library

    return Library(settings, progress)


def _open_library(settings: BotSettings, progress: ProgressBar) -> Library:
    from retrieval.library import Library

    library = Library.open(settings, progress)
    if beginning := library.told_of_a_beginning():
        _warn(beginning)
    return library
