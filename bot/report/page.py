"""An evaluation as one HTML page that needs nothing else: figures, plots, and what went worst."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from bot.report.misses import Fault, find_misses, right_rank, worst_misses
from bot.report.plots import colours_of, plot_latency, plot_ranks, plot_roc, plot_thresholds
from retrieval.errors import ReportError
from retrieval.evaluation.figures import EVIDENCE_CITATIONS, measure_abstention, measure_evidence
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.evaluation.figures import Abstention, Outcome, SystemResult
    from retrieval.evaluation.trial import Trial
    from retrieval.types import Citation

MISSES_SHOWN = 20
_TEMPLATE = "report.html"
_RANKING = (
    ("R@1", "recall_at_1", "the first one is right"),
    ("R@5", "recall_at_5", "a right one is among the first five"),
    ("MRR", "mean_reciprocal_rank", "mean of 1 / rank of the first right one"),
    ("nDCG@10", "ndcg_at_10", "right ones among the first ten, the higher the better"),
)
_FIGURES = (
    ("Right article", "articles", _RANKING),
    ("Passage with the evidence", "passages", _RANKING),
    (
        "Evidence",
        "evidence",
        (
            ("sentence@1", "sentence_at_1", "the marked sentence of citation 1 holds an answer"),
            ("evidence@1", "excerpt_at_1", "the excerpt of citation 1 holds an answer"),
            ("evidence@3", "excerpt_at_3", "an excerpt of citations 1 to 3 holds an answer"),
            ("marked answer, F1", "answer_span_f1", "words marked in citation 1 against those of an answer"),
            ("sentence@1, lemmas", "sentence_at_1_lemmas", "the same with an answer in any of its forms"),
            ("evidence@1, lemmas", "excerpt_at_1_lemmas", "the same with an answer in any of its forms"),
            ("evidence@3, lemmas", "excerpt_at_3_lemmas", "the same with an answer in any of its forms"),
            ("marked answer, lemmas: F1", "answer_span_f1_lemmas", "the same with words in any of their forms"),
            ("excerpt, characters", "mean_excerpt_characters", "mean length"),
        ),
    ),
    (
        "Abstention",
        "abstention",
        (
            ("false answers", "false_answers", "unanswerable questions that are answered for sure"),
            ("wrong refusals", "wrong_refusals", "answerable questions that are not answered for sure"),
            ("area under ROC", "area_under_roc", "an answerable question is more confident than an unanswerable one"),
        ),
    ),
    (
        "Certainty",
        "certainty",
        (
            ("right and sure", "right_sure", "answerable questions"),
            ("right, unsure", "right_unsure", "answerable questions"),
            ("wrong, but sure", "wrong_sure", "answerable questions"),
            ("wrong, unsure", "wrong_unsure", "answerable questions"),
            ("nothing cited", "refused", "answerable questions"),
            ("sure without an answer", "unanswerable_sure", "unanswerable questions"),
            ("unsure without an answer", "unanswerable_unsure", "unanswerable questions"),
            ("utility", "utility", "what is right counts 1, unsure 0.5; what is wrong and sure -1"),
        ),
    ),
    (
        "Milliseconds a question",
        "speed",
        (("p50", "p50_ms", "half of the questions are faster"), ("p95", "p95_ms", "all but one in twenty are faster")),
    ),
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of every system."""

    name: str
    meaning: str
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


def write_report(path: Path, trial: Trial) -> None:
    """Write the page, whole or not at all; a page that is there is replaced.

    Raises:
        ReportError: the file cannot be written.

    """
    page = render_report(trial).encode("utf-8", errors="replace")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            unfinished = Path(file.name)
            try:
                file.write(page)
                file.flush()
                unfinished.chmod(0o666 & ~_umask())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink()
                raise
    except OSError as error:
        raise _unwritable(path, error) from error


def check_report_place(path: Path) -> None:
    """Make sure that a report can be written there, before the minutes that an evaluation takes.

    Raises:
        ReportError: it cannot.

    """
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def render_report(trial: Trial) -> str:
    """Make the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("bot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"figure": _figure, "share": _percent, "count": _count}
    plots = {name: Markup(svg) for name, svg in _plots(trial)}  # noqa: S704 - drawn here, of numbers and fixed names
    return environment.get_template(_TEMPLATE).render(_content(trial), plots=plots)


def figure_rows(trial: Trial) -> list[tuple[str, list[FigureRow]]]:
    """Every figure of every system, in sections; a section that no system has a figure for is left out."""
    sections = []
    for title, part, figures in _FIGURES:
        rows = [
            FigureRow(name, meaning, tuple(getattr(getattr(system, part), field, None) for system in trial.systems))
            for name, field, meaning in figures
        ]
        if any(value is not None for row in rows for value in row.values):
            sections.append((title, rows))
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
        "in_parts": _in_parts,
    }


def _plots(trial: Trial) -> Iterator[tuple[str, str]]:
    abstention = trial.systems[0].abstention
    if abstention.answerable:
        yield "ranks", plot_ranks(trial)
    yield "latency", plot_latency(trial)
    if abstention.area_under_roc is not None:
        yield "roc", plot_roc(trial)
    yield "thresholds", plot_thresholds(trial)


def _in_parts(citation: Citation) -> tuple[str, str, str]:
    """The excerpt before, in and after its highlight."""
    start, end = citation.highlight
    return citation.excerpt[:start], citation.excerpt[start:end], citation.excerpt[end:]


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if value <= 1 else f"{value:.1f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}".replace("%", " %")


def _count(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def _umask() -> int:
    """What new files are not to be allowed; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> ReportError:
    return ReportError(
        told(
            "the report {path} cannot be written ({reason}): give a file in a folder that is yours",
            path=path,
            reason=system_reason(error),
        )
    )
