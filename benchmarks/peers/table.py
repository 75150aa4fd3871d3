"""Figures as a table in Markdown, and as a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from peers.figures import Figures

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

Shown = Callable[[Figures], float | None]

Columns = tuple[tuple[str, str, Shown], ...]
"""Title, format and figure."""

SPEED: Columns = (
    ("articles/s", ".1f", lambda some: some.articles_per_second),
    ("texts/s", ".0f", lambda some: some.texts_per_second),
    ("p50, ms", ".0f", lambda some: some.p50_ms),
    ("p95, ms", ".0f", lambda some: some.p95_ms),
    ("indexing, CPU s", ".0f", lambda some: some.indexing_cpu_s),
    ("a question, CPU ms", ".0f", lambda some: some.cpu_ms),
    ("memory, MiB", ".0f", lambda some: some.peak_memory_mib),
)
QUALITY: Columns = (
    ("R@1", ".3f", lambda some: some.recall_at_1),
    ("nDCG@10", ".3f", lambda some: some.ndcg_at_10),
    ("answer sentence", ".3f", lambda some: some.answer_sentence),
    ("answer in excerpt", ".3f", lambda some: some.answer_excerpt),
    ("excerpt, characters", ".0f", lambda some: some.excerpt_characters),
    ("unanswerable refused", ".3f", lambda some: some.refused_unanswerable),
    ("answerable refused", ".3f", lambda some: some.refused_answerable),
    ("unanswerable refused by a bound", ".3f", lambda some: some.by_score),
)
_PANELS: tuple[tuple[str, Shown], ...] = (
    ("articles indexed a second", lambda some: some.articles_per_second),
    ("a question, p50, ms", lambda some: some.p50_ms),
    ("right article first", lambda some: some.recall_at_1),
    ("sentence holds the answer", lambda some: some.answer_sentence),
)
_OWN, _OTHER = "#3f7fe8", "#a9afb8"
_PANEL_WIDTH, _BAR_HEIGHT, _MARGIN = 3.1, 0.26, 0.9


def table(name: str, systems: Sequence[Figures], columns: Columns) -> list[str]:
    """The lines of a table, one row a system."""
    head = ["set", "system", *(title for title, _, _ in columns)]
    rows = [[name, some.name, *(_cell(shown(some), form) for _, form, shown in columns)] for some in systems]
    return [_line(head), "|---" * len(head) + "|", *map(_line, rows)]


def _cell(value: float | None, form: str) -> str:
    return "–" if value is None else f"{value:{form}}"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def draw(sets: Mapping[str, Sequence[Figures]], file: Path) -> None:
    """Draw bars of the figures that matter most: a row of panels for each set, a bar for each system."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Words stay words, and the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": file.stem}):
        most = max(map(len, sets.values()))
        figure = Figure(
            figsize=(_PANEL_WIDTH * (len(_PANELS) + 0.6), len(sets) * (_BAR_HEIGHT * most + _MARGIN)),
            layout="constrained",
        )
        for row, (name, systems) in zip(
            figure.subplots(len(sets), len(_PANELS), squeeze=False), sets.items(), strict=True
        ):
            for axes, (title, shown) in zip(row, _PANELS, strict=True):
                _draw_panel(axes, systems, shown)
                axes.set_title(f"{name}: {title}", fontsize=9)
            for axes in row[1:]:
                axes.set_yticklabels([])
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def _draw_panel(axes: Axes, systems: Sequence[Figures], shown: Shown) -> None:
    values = [shown(some) for some in systems]
    colours = [_OWN if place == 0 else _OTHER for place in range(len(systems))]
    bars = axes.barh(range(len(systems)), [value or 0 for value in values], color=colours)
    axes.bar_label(bars, ["–" if value is None else f"{value:.3g}" for value in values], padding=2, fontsize=8)
    axes.set_yticks(range(len(systems)), [some.name for some in systems], fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
