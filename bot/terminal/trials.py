"""The figures of an evaluation as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from bot.terminal.calibration import CERTAINTY_LABELS
from bot.terminal.language import spoken
from bot.terminal.styled import put, put_table
from retrieval.evaluation.figures import FIGURE_NAMES
from retrieval.told import told, told_together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from retrieval.evaluation.figures import SystemFigures
    from retrieval.evaluation.trial import Trial

_MEBIBYTE = 1 << 20


def print_trial(console: Console, trial: Trial) -> None:
    """Print the figures of an evaluation, one column a system."""
    table = Table("", *(spoken(system.name) for system in trial.systems), box=None, pad_edge=False)
    for name, values in zip(_FIGURES, zip(*(_figures(system) for system in trial.systems), strict=True), strict=True):
        table.add_row(spoken(name), *values)
    put_table(console, table)
    line = spoken(told_together([*_indexed(trial), *_used(trial)], "; "))
    put(console, f"{line[0].upper()}{line[1:]}.")


def _indexed(trial: Trial) -> Iterator[str]:
    indexing = trial.indexing
    if indexing:
        yield told(
            "indexed {articles} articles, {sentences} sentences in {seconds:.1f} s ({article_rate:.1f} and "
            "{sentence_rate:.0f} a second)",
            articles=indexing.articles,
            sentences=indexing.sentences,
            seconds=indexing.seconds,
            article_rate=indexing.articles_per_second,
            sentence_rate=indexing.sentences_per_second,
        )


def _used(trial: Trial) -> Iterator[str]:
    yield told("embedding a question alone takes {milliseconds:.1f} ms", milliseconds=trial.embedding_p50_ms)
    yield told("peak memory {size:.0f} MiB", size=trial.peak_memory_bytes / _MEBIBYTE)


_FIGURES = (
    told("articles: R@1"),
    told("articles: R@5"),
    told("articles: MRR"),
    told("articles: nDCG@10"),
    told("passages: R@1"),
    told("passages: R@5"),
    told("passages: MRR"),
    told("passages: nDCG@10"),
    told("evidence: sentence of citation 1"),
    told("evidence@1"),
    told("evidence@3"),
    told("marked answer of citation 1: F1"),
    told("sentence of citation 1, lemmas"),
    told("evidence@1, lemmas"),
    told("evidence@3, lemmas"),
    told("marked answer, lemmas: F1"),
    told("mean excerpt, characters"),
    told("false answers"),
    told("wrong refusals"),
    told("area under ROC"),
    *CERTAINTY_LABELS.values(),
    told("p50, ms"),
    told("p95, ms"),
)


def _figures(system: SystemFigures) -> list[str]:
    shown = FIGURE_NAMES | {"certainty": tuple(CERTAINTY_LABELS)}
    values = [getattr(getattr(system, part), name, None) for part, names in shown.items() for name in names]
    return ["–" if value is None else f"{value:.3f}" if value <= 1 else f"{value:.1f}" for value in values]
