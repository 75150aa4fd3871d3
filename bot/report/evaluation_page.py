"""An evaluation as one HTML page: figures, plots, and what went worst."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bot.report.misses import Fault, find_misses, right_rank, worst_misses
from bot.report.pages import render
from bot.report.plots import colours_of, plot_latency, plot_ranks, plot_roc, plot_thresholds
from bot.texts import DEFAULT_LANGUAGE, page_catalogue
from retrieval.evaluation.figures import (
    EVIDENCE_CITATIONS,
    FIGURE_NAMES,
    RANKED_PASSAGES,
    measure_abstention,
    measure_evidence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.texts import Texts
    from retrieval.evaluation.figures import Abstention, Outcome, SystemResult
    from retrieval.evaluation.trial import Trial
    from retrieval.types import Citation

MISSES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of every system."""

    name: str
    """Its field in the part of a `SystemResult`."""
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class KindRow:
    """How Citebot does on the questions of one kind; None where no such question tells."""

    kind: str
    answerable: bool
    questions: int
    recall_at_1: float | None
    evidence_at_1: float | None
    evidence_at_3: float | None
    answered: float


def render_evaluation(trial: Trial, language: str = DEFAULT_LANGUAGE) -> str:
    """Make the page in one of `bot.texts.LANGUAGES`."""
    from markupsafe import Markup

    plots = {name: Markup(svg) for name, svg in _plots(trial, page_catalogue(language))}  # noqa: S704 - drawn here, of numbers and fixed names
    return render("evaluation.html", language, **_content(trial), plots=plots)


def figure_rows(trial: Trial) -> dict[str, list[FigureRow]]:
    """Every figure of every system, in sections; a section that no system has a figure for is left out."""
    sections = {}
    for part, fields in FIGURE_NAMES.items():
        rows = [
            FigureRow(field, tuple(getattr(getattr(system, part), field, None) for system in trial.systems))
            for field in fields
        ]
        if any(value is not None for row in rows for value in row.values):
            sections[part] = rows
    return sections


def kind_rows(citebot: SystemResult, threshold: float) -> list[KindRow]:
    """One row a kind of question, the answerable first, the most frequent first."""
    by_kind: dict[tuple[bool, str], list[Outcome]] = defaultdict(list)
    for outcome in citebot.outcomes:
        by_kind[outcome.question.answerable, outcome.question.kind or ""].append(outcome)
    ordered = sorted(by_kind.items(), key=lambda entry: (not entry[0][0], -len(entry[1]), entry[0][1]))
    return [_kind_row(kind, outcomes, threshold, answerable=answerable) for (answerable, kind), outcomes in ordered]


def _kind_row(kind: str, outcomes: list[Outcome], threshold: float, *, answerable: bool) -> KindRow:
    evidence = measure_evidence([outcome for outcome in outcomes if answerable and outcome.question.answers])
    return KindRow(
        kind=kind,
        answerable=answerable,
        questions=len(outcomes),
        recall_at_1=fmean(right_rank(outcome) == 1 for outcome in outcomes) if answerable else None,
        evidence_at_1=evidence.excerpt_at_1 if evidence else None,
        evidence_at_3=evidence.excerpt_at_3 if evidence else None,
        answered=fmean(outcome.answered_at(threshold) for outcome in outcomes),
    )


def threshold_rows(citebot: SystemResult, threshold: float) -> list[Abstention]:
    """What some thresholds would make of the questions, the one in force among them."""
    return [
        measure_abstention(citebot.outcomes, one) for one in sorted({threshold, *(step / 10 for step in range(1, 10))})
    ]


def _content(trial: Trial) -> dict[str, Any]:
    citebot = trial.systems[0]
    threshold = citebot.abstention.threshold or 0.0
    misses = find_misses(citebot.outcomes, threshold)
    return {
        "trial": trial,
        "citebot": citebot,
        "threshold": threshold,
        "colours": colours_of(trial.systems),
        "sections": figure_rows(trial),
        "thresholds": threshold_rows(citebot, threshold),
        "kinds": kind_rows(citebot, threshold),
        "miss_counts": {fault: len(misses[fault]) for fault in Fault},
        "misses": worst_misses(misses, MISSES_SHOWN),
        "citations_shown": EVIDENCE_CITATIONS,
        "ranked_passages": RANKED_PASSAGES,
        "in_parts": _in_parts,
    }


def _plots(trial: Trial, texts: Texts) -> Iterator[tuple[str, str]]:
    abstention = trial.systems[0].abstention
    if abstention.answerable:
        yield "ranks", plot_ranks(trial, texts)
    yield "latency", plot_latency(trial, texts)
    if abstention.area_under_roc is not None:
        yield "roc", plot_roc(trial, texts)
    yield "thresholds", plot_thresholds(trial, texts)


def _in_parts(citation: Citation) -> tuple[str, str, str]:
    """The excerpt before, in and after its highlight."""
    start, end = citation.highlight
    return citation.excerpt[:start], citation.excerpt[start:end], citation.excerpt[end:]
