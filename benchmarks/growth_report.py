"""What `growth.py` measured, as a table and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

Row = dict[str, Any]


class Shown(NamedTuple):
    """A figure of the table."""

    title: str
    name: str
    compared: bool = True
    """Whether it is told how often that of the largest home is that of the smallest."""


TABLE = (
    Shown("articles", "articles", compared=False),
    Shown("segments", "segments", compared=False),
    Shown("a hundred new articles, seconds", "update_s"),
    Shown("– of the processors, seconds", "update_cpu_s"),
    Shown("– writing, checking and publishing, seconds", "publish_s"),
    Shown("– memory of that process at most, MiB", "update_MB"),
    Shown("opening what is published, seconds", "open_s"),
    Shown("a question, p50, ms", "ask_p50_ms"),
    Shown("a question, p95, ms", "ask_p95_ms"),
    Shown("a question, of the processors, ms", "ask_cpu_ms"),
    Shown("a search alone, p50, ms", "search_p50_ms"),
    Shown("beside an update: a question, p50, ms", "beside_p50_ms"),
    Shown("beside an update: the longest question, ms", "beside_longest_ms"),
    Shown("while the new index is taken up: p50, ms", "swap_p50_ms"),
    Shown("while the new index is taken up: the longest, ms", "swap_longest_ms"),
    Shown("memory after questions, pages of mapped files counted, MiB", "asking_MB"),
    Shown("– without these", "asking_own_MB"),
    Shown("memory at most while a new index is taken up, MiB", "swap_MB"),
    Shown("disk, MB", "disk_MB"),
)
_PANELS = (
    ("a hundred new articles, s", (("in all", "update_s"), ("of the processors", "update_cpu_s"))),
    ("a question, ms", (("p50", "ask_p50_ms"), ("p95", "ask_p95_ms"), ("beside an update, p50", "beside_p50_ms"))),
    ("memory after questions, MiB", (("with mapped files", "asking_MB"), ("without", "asking_own_MB"))),
    ("opening, s", (("", "open_s"),)),
    ("disk, MB", (("", "disk_MB"),)),
)
_COLOURS = ("#3f7fe8", "#a9afb8", "#e8843f")
_PANEL_WIDTH, _PANEL_HEIGHT = 2.6, 2.4


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of a table: a figure each, a column for each home, and how often the last one has that of the first."""
    lines = [_line(["", *(f"{row['sentences']:,} sentences" for row in rows), "last / first"])]
    lines.append("|---" * (len(rows) + 2) + "|")
    for title, name, compared in TABLE:
        values = [row[name] for row in rows]
        times = f"{values[-1] / values[0]:.2f}" if compared and values[0] else ""
        lines.append(_line([title, *(f"{value:,}" for value in values), times]))
    return lines


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def draw(rows: Sequence[Row], file: Path) -> None:
    """Draw the figures that matter most against the number of sentences, a panel each."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Words stay words, and the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": file.stem}):
        figure = Figure(figsize=(_PANEL_WIDTH * len(_PANELS), _PANEL_HEIGHT), layout="constrained")
        for axes, (title, lines) in zip(figure.subplots(1, len(_PANELS)), _PANELS, strict=True):
            _draw_panel(axes, rows, lines)
            axes.set_title(title, fontsize=9)
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def _draw_panel(axes: Axes, rows: Sequence[Row], lines: Sequence[tuple[str, str]]) -> None:
    for (title, name), colour in zip(lines, _COLOURS, strict=False):
        axes.plot(
            [row["sentences"] for row in rows], [row[name] for row in rows], marker="o", color=colour, label=title
        )
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("sentences", fontsize=8)
    axes.tick_params(labelsize=8)
    if len(lines) > 1:
        axes.legend(fontsize=7, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
