"""Bounds of certainty for the operator's own articles: ask, choose, keep, and tell what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.calibrated import Calibrated
from retrieval.evaluation.figures import CertaintyFigures, measure_abstention, measure_certainty
from retrieval.evaluation.hiding import ask_made
from retrieval.evaluation.known import QUESTIONS_FILE
from retrieval.evaluation.made_questions import make_questions
from retrieval.evaluation.questions import load_questions
from retrieval.evaluation.risk_control import bounds_for, require_enough
from retrieval.evaluation.trial import run_published_trial, run_trial
from retrieval.library import Library
from retrieval.told import told
from retrieval.types import Bounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.calibrated import MadeFrom
    from retrieval.evaluation.figures import Outcome
    from retrieval.models.model import Model
    from retrieval.progress import TrialProgress
    from retrieval.settings import RetrievalSettings
    from retrieval.types import BoundsInForce

_ADD_SOME = told('add more of them ("answerable": false)')
_WRITE_SOME = told("no more can be made out of what is published, so write questions of your own (docs/evaluation.md)")


@dataclass(frozen=True, slots=True)
class Effect:
    """What two bounds make of the questions; None where no question tells."""

    false_answers: float | None
    """Share of the unanswerable questions that are answered for sure."""
    wrong_refusals: float | None
    """Share of the answerable questions that are not."""
    certainty: CertaintyFigures


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a calibration has chosen, and on what."""

    place: str | None
    """The folder or file of the questions; None where they were made out of what is published."""
    share: float
    answerable: int
    unanswerable: int
    before: Effect
    """With the bounds that were in force."""
    now: Effect
    """With those that are kept; on the very questions that they were chosen on."""
    enough: Bounds
    """What would be enough for these questions; made ones lower no bound below the shipped one."""
    in_force: BoundsInForce
    """What is in force now: settings win over what was chosen."""


def calibrate(
    place: Path | None,
    settings: RetrievalSettings,
    progress: TrialProgress,
    *,
    share: float,
    model: Model | None = None,
) -> Calibration:
    """Choose bounds for which at most `share` of the unanswerable questions are answered for sure, and keep them.

    Asked are the questions of `place`, a folder or a file as `citebot evaluate` takes them, or some that are made out
    of what is published. These are easier than those of readers, so they raise bounds and lower none below the shipped
    one: a higher bound keeps the promise as well. The bounds are kept in the settings' home, where answers go by them
    from then on.

    Raises:
        IndexMissingError: nothing is published yet.
        CalibrationError: the questions are too few for that share, no bounds keep it, or the home cannot be written.
        QuestionsError: the questions cannot be read, or ask for articles that are not there.

    """
    home = Library(settings, progress, model=model)
    home.home.generations.published()
    home.home.calibration.require_writable()
    before = home.bounds_choice.in_force().bounds
    usual = home.bounds_choice.without_calibration()
    # What lacks something decisive then tells its own confidence, and not one below the bound in force.
    asking = settings.model_copy(update={"min_confidence": 1.0, "unsure_confidence": usual.unsure})
    outcomes = _asked(place, share, asking, progress, model)
    enough = bounds = _chosen(outcomes, share)
    if place is None:
        bounds = _at_least(enough, home.bounds_choice.shipped().bounds)
    unanswerable = len(_unanswerable(outcomes))
    made_from: MadeFrom = "articles" if place is None else "questions"
    home.home.calibration.write(
        Calibrated(
            sure=bounds.sure,
            unsure=bounds.unsure,
            false_answers=share,
            made_from=made_from,
            calibrated_at=datetime.now(UTC).replace(microsecond=0),
            made_for=home.bounds_choice.made_for(),
        )
    )
    return Calibration(
        place=None if place is None else str(place),
        share=share,
        answerable=len(outcomes) - unanswerable,
        unanswerable=unanswerable,
        before=_effect(outcomes, before),
        now=_effect(outcomes, bounds),
        enough=enough,
        in_force=home.bounds_choice.in_force(),
    )


def _asked(
    place: Path | None, share: float, settings: RetrievalSettings, progress: TrialProgress, model: Model | None
) -> Sequence[Outcome]:
    """Ask all questions; that there are too few is told before."""
    if place is None:
        library = Library(settings, progress, model=model)
        questions = make_questions(library.opened())
        require_enough(len(questions), share, _WRITE_SOME)
        outcomes = ask_made(questions, library, progress)
        require_enough(len(_unanswerable(outcomes)), share, _WRITE_SOME)
        return outcomes
    known = load_questions(place / QUESTIONS_FILE if place.is_dir() else place)
    require_enough(len({question.question for question in known if not question.answerable}), share, _ADD_SOME)
    run = run_trial if place.is_dir() else run_published_trial
    return run(place, settings, progress, baselines=False, model=model).systems[0].outcomes


def _chosen(outcomes: Sequence[Outcome], share: float) -> Bounds:
    # One that is asked twice tells no more than once.
    answers = {outcome.question.question: outcome.answer for outcome in _unanswerable(outcomes)}.values()
    shown = [answer.confidence if answer.citations else 0.0 for answer in answers]
    sure = [0.0 if answer.lacking else each for answer, each in zip(answers, shown, strict=True)]
    return bounds_for(sure, shown, share)


def _unanswerable(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if not outcome.question.answerable]


def _at_least(bounds: Bounds, least: Bounds) -> Bounds:
    return Bounds(max(bounds.sure, least.sure), max(bounds.unsure, least.unsure))


def _effect(outcomes: Sequence[Outcome], bounds: Bounds) -> Effect:
    abstention = measure_abstention(outcomes, bounds.sure)
    return Effect(abstention.false_answers, abstention.wrong_refusals, measure_certainty(outcomes, bounds))
