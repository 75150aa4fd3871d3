"""`citebot evaluate` and `calibrate`: questions with known answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands import opening
from bot.commands.options import json_option
from bot.terminal.arguments import WrongUsageError, share
from bot.terminal.commands import SpokenCommand
from bot.terminal.json_output import print_json
from bot.terminal.language import language
from bot.terminal.speaking import say
from retrieval.told import told

if TYPE_CHECKING:
    from bot.settings import BotSettings


@click.command(cls=SpokenCommand, short_help="Measure answers to known questions.")
@click.argument("place", metavar="FOLDER|QUESTIONS.jsonl", type=click.Path(exists=True, path_type=Path))
@click.option("--baselines", is_flag=True, help="Measure BM25 alone and dense passages alone beside.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write an HTML page with plots.")
@json_option
def evaluate(place: Path, report: Path | None, *, baselines: bool, as_json: bool) -> None:
    """Ask questions with known answers, and print the figures.

    Those of FOLDER, its questions.jsonl, are about its articles.jsonl, in a throw-away home; those of QUESTIONS.jsonl
    are about what is published.
    """
    from bot.report.evaluation_page import render_evaluation
    from bot.report.pages import check_page_place, write_page
    from bot.terminal.trials import print_trial
    from retrieval.evaluation.trial import run_published_trial, run_trial

    settings = opening.load_settings()
    if report is not None:
        check_page_place(report)
    with opening.progress() as progress:
        if place.is_dir():
            trial = run_trial(place, settings, progress, baselines=baselines)
        else:
            trial = run_published_trial(place, settings, progress, baselines=baselines)
    if as_json:
        print_json(trial.without_outcomes())
    else:
        print_trial(opening.console(), trial)
    if report is not None:
        write_page(report, render_evaluation(trial, language()))


@click.command(cls=SpokenCommand, short_help="Choose when an answer is sure, for your articles.")
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
@json_option
@click.pass_context
def calibrate(context: click.Context, place: Path | None, *, false_answers: float, reset: bool, as_json: bool) -> None:
    """Choose the confidences from which answers are sure, and unsure, so that few false answers are to be expected.

    Asked are questions with known answers, as `citebot evaluate` takes them; without any, questions that are made out
    of what is published, which are a stand-in. A running bot goes by the chosen bounds from its next question on.
    """
    if reset and (place or context.get_parameter_source("false_answers") is click.core.ParameterSource.COMMANDLINE):
        raise WrongUsageError(told("--reset goes with neither questions nor --false-answers"))
    settings = opening.load_settings()
    if reset:
        _reset_calibration(settings, as_json=as_json)
        return
    from bot.terminal.calibration import print_calibration
    from retrieval.evaluation.calibrating import calibrate

    with opening.progress() as progress:
        found = calibrate(place, settings, progress, share=false_answers)
    if as_json:
        print_json(found)
    else:
        print_calibration(opening.console(), found)


def _reset_calibration(settings: BotSettings, *, as_json: bool) -> None:
    from bot.terminal.bounds import bounds_line

    library = opening.library(settings)
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
