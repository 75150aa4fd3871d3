"""Plots of an evaluation as SVG elements that stand in a page and take its colour of text and its font."""

from __future__ import annotations

import io
from colorsys import hls_to_rgb
from typing import TYPE_CHECKING, Any

from bot.report.misses import right_rank
from retrieval.evaluation.figures import confidences, measure_abstention
from retrieval.evaluation.metrics import roc_curve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from bot.texts import Texts
    from retrieval.evaluation.figures import Abstention, SystemResult
    from retrieval.evaluation.trial import Trial

_OWN = "#3f7fe8"
_CHOSEN = (_OWN, "#d98a1f", "#2f9e77", "#a05fd0")
"""Of Citebot and the baselines; readable on white and on black."""
LAST_RANK = 10
_GOLDEN = 0.618034
_RED = "#d1493f"
_GREY = "#8a8f98"
_SIZE = (5.4, 3.3)
_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": _GREY,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9,
    "grid.alpha": 0.25,
    "grid.color": _GREY,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "xtick.color": _GREY,
    "ytick.color": _GREY,
}


def plot_ranks(trial: Trial, texts: Texts) -> str:
    """How often the right article stands at which rank."""
    return _drawn("ranks", lambda axes: _draw_ranks(axes, trial.systems, texts))


def plot_latency(trial: Trial, texts: Texts) -> str:
    """How long the questions took, beside embedding one alone."""
    return _drawn("latency", lambda axes: _draw_latency(axes, trial, texts))


def plot_roc(trial: Trial, texts: Texts) -> str:
    """ROC curves of the confidence, Citebot's with the threshold in force marked."""
    return _drawn("roc", lambda axes: _draw_roc(axes, trial.systems, texts))


def plot_thresholds(trial: Trial, texts: Texts) -> str:
    """False answers and wrong refusals of Citebot at every threshold, the one in force marked."""
    return _drawn("thresholds", lambda axes: _draw_thresholds(axes, trial.systems[0], texts))


def colours_of(systems: Sequence[SystemResult]) -> tuple[str, ...]:
    """One colour a system, as many as there are, no two alike; Citebot, the first, always has the same."""
    more = (_further_colour(place) for place in range(len(systems) - len(_CHOSEN)))
    return (*_CHOSEN[: len(systems)], *more)


def _further_colour(place: int) -> str:
    """A colour of medium lightness, its hue by the golden ratio away from the one before."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in hls_to_rgb((0.95 + place * _GOLDEN) % 1, 0.5, 0.55))


def rank_counts(system: SystemResult) -> list[int]:
    """Answerable questions by rank of their right article: 1 to `LAST_RANK`, then those where it is lower or none."""
    counts = [0] * (LAST_RANK + 1)
    for outcome in system.outcomes:
        if outcome.question.answerable:
            rank = right_rank(outcome) or LAST_RANK + 1
            counts[min(rank, LAST_RANK + 1) - 1] += 1
    return counts


def _drawn(name: str, draw: Callable[[Axes], None]) -> str:
    """Draw on new axes and return the SVG element; equal drawings of one `name` give equal text."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=_SIZE, layout="constrained")
        draw(figure.subplots())
        file = io.StringIO()
        no_metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=no_metadata)
    svg = file.getvalue()
    return svg[svg.index("<svg") :]


def _draw_ranks(axes: Axes, systems: Sequence[SystemResult], texts: Texts) -> None:
    width = 0.8 / len(systems)
    for place, (system, colour) in enumerate(zip(systems, colours_of(systems), strict=True)):
        counts = rank_counts(system)
        left = (place - (len(systems) - 1) / 2) * width
        bars = axes.bar([rank + left for rank in range(len(counts))], counts, width, color=colour, label=system.name)
        if place == 0:
            axes.bar_label(bars, [str(count or "") for count in counts], fontsize=8, padding=2)
    axes.grid(visible=False, axis="x")
    axes.set_xticks(range(LAST_RANK + 1), [*map(str, range(1, LAST_RANK + 1)), texts.say("plot-lower-rank")])
    axes.set(xlabel=texts.say("plot-rank"), ylabel=texts.say("plot-questions"))
    axes.margins(y=0.1)
    _whole_numbers(axes)
    axes.legend(loc="upper center", ncols=2)


def _draw_latency(axes: Axes, trial: Trial, texts: Texts) -> None:
    import numpy as np

    systems, embedding_p50_ms = trial.systems, trial.embedding_p50_ms
    times = [[outcome.took_ms for outcome in system.outcomes] for system in systems]
    every = [embedding_p50_ms, *(time for some in times for time in some)]
    bins = np.geomspace(max(min(every), 1e-3) * 0.95, max(every) * 1.05, 50).tolist()
    for some, system, colour in zip(times, systems, colours_of(systems), strict=True):
        axes.hist(some, bins=bins, color=colour, alpha=0.65, label=system.name)
    for milliseconds, style, what in (
        (embedding_p50_ms, ":", texts.say("plot-embedding-alone")),
        (systems[0].speed.p50_ms, "--", f"{systems[0].name}, p50"),
        (systems[0].speed.p95_ms, "-.", f"{systems[0].name}, p95"),
    ):
        axes.axvline(milliseconds, color=_GREY, linestyle=style, linewidth=1.3, label=what)
    axes.set(xscale="log", xlabel=texts.say("plot-milliseconds"), ylabel=texts.say("plot-questions"))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(lambda value, _place: f"{value:g}" if f"{value:e}"[0] in "25" else "")
    axes.tick_params(axis="x", which="minor", labelsize=8)
    _whole_numbers(axes)
    _legend_above(axes)


def _draw_roc(axes: Axes, systems: Sequence[SystemResult], texts: Texts) -> None:
    axes.plot([0, 1], [0, 1], color=_GREY, linewidth=0.8, linestyle=":")
    for system, colour in zip(systems, colours_of(systems), strict=True):
        answerable, unanswerable = (
            confidences(outcome for outcome in system.outcomes if outcome.question.answerable is wanted)
            for wanted in (True, False)
        )
        false_answers, answered = zip(*roc_curve(answerable, unanswerable), strict=True)
        area = texts.written_number(system.abstention.area_under_roc or 0.0, 3)
        label = f"{system.name}, {texts.say('plot-area', area=area)}"
        axes.plot(false_answers, answered, color=colour, linewidth=1.8, label=label)
    _mark_threshold(axes, systems[0].abstention, texts)
    axes.set(xlabel=texts.say("plot-unanswerable"), ylabel=texts.say("plot-answerable"))
    _in_percent(axes, "xy")
    axes.legend(loc="lower right")


def _mark_threshold(axes: Axes, found: Abstention, texts: Texts) -> None:
    if found.threshold is None or found.false_answers is None or found.wrong_refusals is None:
        return
    x, y = found.false_answers, 1 - found.wrong_refusals
    told = texts.say(
        "plot-at-threshold",
        threshold=f"{found.threshold:g}",
        false_answers=texts.written_share(x, 1),
        wrong_refusals=texts.written_share(found.wrong_refusals, 1),
    )
    axes.plot([x], [y], "o", color=_OWN, markersize=9, markeredgecolor="white", clip_on=False, zorder=3, label=told)


def _draw_thresholds(axes: Axes, citebot: SystemResult, texts: Texts) -> None:
    thresholds = [step / 200 for step in range(201)]
    found = [measure_abstention(citebot.outcomes, threshold) for threshold in thresholds]
    false_answers = [one.false_answers for one in found if one.false_answers is not None]
    wrong_refusals = [one.wrong_refusals for one in found if one.wrong_refusals is not None]
    for shares, colour, label in (
        (false_answers, _RED, texts.say("plot-false-answers")),
        (wrong_refusals, _OWN, texts.say("plot-wrong-refusals")),
    ):
        if shares:
            axes.plot(thresholds, shares, color=colour, linewidth=1.8, label=label)
    if citebot.abstention.threshold is not None:
        label = texts.say("plot-threshold-in-force", threshold=f"{citebot.abstention.threshold:g}")
        axes.axvline(citebot.abstention.threshold, color=_GREY, linestyle="--", linewidth=1.3, label=label)
    axes.set(xlabel="CITEBOT_MIN_CONFIDENCE", ylabel=texts.say("plot-share"))
    _in_percent(axes, "y")
    _legend_above(axes)


def _legend_above(axes: Axes) -> None:
    """Name the lines outside the axes, where they hide nothing."""
    axes.figure.legend(loc="outside upper left", ncols=3)


def _whole_numbers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def _in_percent(axes: Axes, names: str) -> None:
    """Make axes of shares: from 0 to 100 %, with a little room."""
    from matplotlib.ticker import PercentFormatter

    for name in names:
        axes.set(**{f"{name}lim": (-0.02, 1.02)})
        getattr(axes, f"{name}axis").set_major_formatter(PercentFormatter(1, decimals=0))
