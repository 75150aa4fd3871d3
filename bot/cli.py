"""The command line: prepares the streams, runs the command that is asked for, tells what went wrong.

Results go to standard output, all else to standard error.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path

import click

from bot.commands.articles import articles, export, forget
from bot.commands.asking import ask, check, digest, timeline
from bot.commands.home import copy_to, report, rollback, status
from bot.commands.indexing import index
from bot.commands.keeping import backup, doctor, restore
from bot.commands.kept import kept_by
from bot.commands.measuring import calibrate, evaluate
from bot.commands.operating import configure_settings, health, run, start
from bot.terminal.commands import SpokenGroup, in_own_words
from bot.terminal.language import speak, wanted_language
from bot.terminal.shortage import is_shortage_of_memory
from bot.terminal.speaking import say, warn, whole_words
from bot.terminal.stopping import Stopped, exit_code_of, keep, stop_line, stopping_in_order, was_stopped
from retrieval.errors import RetrievalError
from retrieval.told import told, told_by


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
        except Exception as error:  # noqa: BLE001 - a traceback helps no user
            stopped = was_stopped()
            code = _stopped(stopped) if stopped and not isinstance(error, OSError) else _fail(_told_of(error))
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


def _told_of(error: Exception) -> str:
    if is_shortage_of_memory(error):
        return told("there is not enough memory: end what else runs on this machine, or give it more")
    if isinstance(error, OSError):
        return told("cannot read or write: {error}", error=error)
    kind = type(error).__name__
    return told("unexpected error, please report it: {kind}: {error}", kind=kind, error=error)


def _stopped(error: BaseException) -> int:
    if sys.stderr.isatty():
        click.echo(err=True)  # below the ^C of the terminal
    _fail(stop_line())
    return error.exit_code if isinstance(error, Stopped) else exit_code_of(signal.SIGINT)


def _prepare_streams() -> None:
    """Make all three streams UTF-8; one that the caller has closed reads and writes nothing."""
    # In this order, so that each gets its own descriptor back and no database is opened as number 1.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as we run
        getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")


def _fail(message: str) -> int:
    """Tell what went wrong in one line; return the exit code of that."""
    warn(message)
    return 1


def _tell_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version as version_of

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
    keep(kept_by(context.invoked_subcommand or ""))


for _command in (
    articles,
    ask,
    backup,
    calibrate,
    check,
    configure_settings,
    copy_to,
    digest,
    doctor,
    evaluate,
    export,
    forget,
    health,
    index,
    report,
    restore,
    rollback,
    run,
    start,
    status,
    timeline,
):
    cli.add_command(_command)
