"""Answers, reports and the status as text for a terminal; nothing else decides how they look there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bot.rendering.by_article import by_article, earlier_label
from bot.rendering.differing import differing
from bot.rendering.messages import nearest_label
from bot.rendering.remarks import event_day, restriction
from bot.rendering.retold import retold
from bot.terminal.calibration import CERTAINTY_LABELS, bounds_line
from bot.texts import texts_for
from retrieval.text.one_line import on_one_line
from retrieval.types import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from rich.console import Console, RenderableType

    from bot.texts import Texts
    from retrieval.evaluation.figures import SystemFigures
    from retrieval.evaluation.trial import Trial
    from retrieval.types import Answer, ArticleCounts, Citation, IndexPreview, IndexReport, LoadProblem, Status

_MEBIBYTE = 1 << 20
_PROBLEMS_SHOWN = 20
_ARTICLES_SHOWN = 20
"""Of each kind, in a dry run."""
_LABEL_WIDTH = 12
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer in the language of its question: excerpts with the evidence marked, then their source.

    The excerpts of one article stand together.
    A question that leant on the conversation is shown first as it was understood.
    """
    texts = texts_for(None, answer.question)
    if answer.understood:
        understood = texts.say("understood", question=plain_line(answer.understood))
        console.print(Text(understood, style="dim"), soft_wrap=True, highlight=False)
    if bounds := restriction(answer, texts):
        console.print(Text(plain_line(bounds), style="dim"), soft_wrap=True, highlight=False)
    for part in _answer(answer, texts):
        console.print(part, soft_wrap=True, highlight=False)
    console.print()


def _answer(answer: Answer, texts: Texts) -> Iterator[RenderableType]:
    if answer.message:
        yield Text("\n".join(map(_harmless, answer.message.split("\n"))))
    elif answer.certainty is Certainty.NONE:
        yield Text(texts.say("not-found"), style="yellow")
    elif answer.certainty is Certainty.UNSURE:
        yield Text(texts.say("unsure"), style="yellow")
    yield from (Text(plain_line(line), style="italic") for line in differing(answer, texts))
    for group in by_article(answer.citations):
        label = earlier_label(group, answer.as_of, texts)
        if label:
            yield Text(label, style="italic")
        for citation in group:
            yield _excerpt(citation)
            if day := event_day(citation, texts):
                yield Text(f"    ({day})", style="dim italic")
        yield _source(group[0], texts)
    if answer.answered and answer.as_of:
        yield Text(texts.say("as-of", date=texts.written_date(answer.as_of)), style="dim")
    yield from _nearest(answer, texts)


def _excerpt(citation: Citation) -> RenderableType:
    label = f"[{citation.number}] "
    excerpt = Text.assemble((label, "bold cyan"), _harmless(citation.excerpt))
    offset = len(label)
    start, end = citation.highlight
    excerpt.stylize("bold", offset + start, offset + end)
    if citation.answer_span:
        start, end = citation.answer_span
        excerpt.stylize("underline", offset + start, offset + end)
    return excerpt


def _source(citation: Citation, texts: Texts) -> RenderableType:
    return Text("    " + _joined([described(citation, texts), retold(citation, texts)]), style="dim")


def described(citation: Citation, texts: Texts) -> str:
    """Return where an excerpt comes from, on one line: headline, outlet, date and address."""
    date = _date(citation.published_at, texts)
    return _joined([citation.title or citation.article_id, citation.source, date, citation.url])


def _nearest(answer: Answer, texts: Texts) -> Iterator[RenderableType]:
    if answer.nearest:
        yield Text(nearest_label(answer, texts), style="dim")
    for article in answer.nearest:
        described = (article.title or article.article_id, _date(article.published_at, texts))
        yield Text("  • " + _joined(described))


def _harmless(text: str) -> str:
    """Replace what would command the terminal, such as the escape that begins a colour; the length stays."""
    return _CONTROL.sub(" ", text)


def plain_line(text: str) -> str:
    """Return a text on one line, without what would command the terminal."""
    return on_one_line(_harmless(text))


def _joined(parts: Iterable[str | None]) -> str:
    return plain_line(" · ".join(part for part in parts if part))


def _date(moment: datetime | None, texts: Texts) -> str:
    return texts.written_date(moment) if moment else ""


def print_report(console: Console, report: IndexReport) -> None:
    """Print what an indexing run did, and the problems that it met."""
    _print(console, f"Articles: {_told(report.articles)}.")
    _print_problems(console, report.problems)
    _print(
        console,
        f"Generation {report.generation}: {report.passages} passages, {report.sentences} sentences, "
        f"{report.embedded} of them embedded now; {report.seconds:.1f} s.",
    )


def print_preview(console: Console, preview: IndexPreview) -> None:
    """Print what an indexing run would do: the counts, then which articles, as far as they are few."""
    _print(console, f"Articles: {_told(preview.articles)}.")
    for name in ("added", "changed", "removed"):
        _print_some(console, name, [_named(each.article_id, each.title) for each in getattr(preview, name)])
    _print_some(console, "moved", [f"{each.article_id}, was {each.moved_from}" for each in preview.moved])
    _print_some(console, "duplicates", [_named(each.article_id, each.title) for each in preview.duplicates])
    _print_problems(console, preview.problems)
    published = f"Published is generation {preview.generation}" if preview.generation else "Nothing is published yet"
    _print(console, f"{published}; this was a dry run, and nothing was changed.")


def _print_some(console: Console, name: str, lines: list[str]) -> None:
    for line in lines[:_ARTICLES_SHOWN]:
        _print(console, f"  {name}: {plain_line(line)}")
    if len(lines) > _ARTICLES_SHOWN:
        _print(console, f"  {name}: {len(lines) - _ARTICLES_SHOWN} more; --json lists them all")


def _named(article_id: str, title: str) -> str:
    return f"{article_id} · {title}" if title else article_id


def _told(articles: ArticleCounts) -> str:
    counts = ("added", "changed", "removed", "unchanged", "skipped", "duplicates", "forgotten")
    return ", ".join(f"{getattr(articles, name)} {name}" for name in counts if getattr(articles, name)) or "none"


def _print_problems(console: Console, problems: Sequence[LoadProblem]) -> None:
    for problem in problems[:_PROBLEMS_SHOWN]:
        place = f"{problem.source}:{problem.line}" if problem.line else problem.source
        _print(console, f"  {place}: {problem.reason}", style="yellow")
    if len(problems) > _PROBLEMS_SHOWN:
        _print(console, f"  and {len(problems) - _PROBLEMS_SHOWN} more problems; --json lists them all", "yellow")


def print_status(console: Console, status: Status) -> None:
    """Print the status as two columns, the problems last."""
    for name, value in _status_rows(status):
        _print(console, f"{name:<{_LABEL_WIDTH}}{value}")
    if status.bounds.ignored:
        _print(console, f"warning: {status.bounds.ignored}", style="yellow")
    for problem in status.problems:
        _print(console, f"problem: {problem}", style="yellow")


def _status_rows(status: Status) -> Iterator[tuple[str, str]]:
    yield "articles", str(status.articles)
    yield "passages", str(status.passages)
    yield "sentences", str(status.sentences)
    if status.sources:
        yield "sources", ", ".join(f"{source.name or '(no outlet)'} {source.articles}" for source in status.sources)
    if status.languages:
        yield "languages", ", ".join(f"{one.language or '(unknown)'} {one.articles}" for one in status.languages)
    if status.first_date and status.last_date:
        yield "dates", f"{status.first_date} to {status.last_date}"
    yield "model", status.model
    if status.generation:
        yield "generation", f"{status.generation}, published {status.published_at}"
    yield "bounds", bounds_line(status.bounds)
    yield "disk", f"{status.disk_bytes / _MEBIBYTE:.1f} MiB"
    yield "healthy", "yes" if status.healthy else "no"


def print_trial(console: Console, trial: Trial) -> None:
    """Print the figures of an evaluation, one column a system."""
    table = Table("", *(system.name for system in trial.systems), box=None, pad_edge=False)
    for name, values in zip(_FIGURES, zip(*(_figures(system) for system in trial.systems), strict=True), strict=True):
        table.add_row(name, *values)
    console.print(table, highlight=False)
    line = "; ".join([*_indexed(trial), f"embedding a question alone takes {trial.embedding_p50_ms:.1f} ms"])
    peak = f"peak memory {trial.peak_memory_bytes / _MEBIBYTE:.0f} MiB."
    _print(console, f"{line[0].upper()}{line[1:]}; {peak}")


def _indexed(trial: Trial) -> Iterator[str]:
    indexing = trial.indexing
    if indexing:
        yield (
            f"indexed {indexing.articles} articles, {indexing.sentences} sentences in {indexing.seconds:.1f} s "
            f"({indexing.articles_per_second:.1f} and {indexing.sentences_per_second:.0f} a second)"
        )


_FIGURES = (
    "articles: R@1",
    "articles: R@5",
    "articles: MRR",
    "articles: nDCG@10",
    "passages: R@1",
    "passages: R@5",
    "passages: MRR",
    "passages: nDCG@10",
    "evidence: sentence of citation 1",
    "evidence@1",
    "evidence@3",
    "marked answer of citation 1: F1",
    "sentence of citation 1, lemmas",
    "evidence@1, lemmas",
    "evidence@3, lemmas",
    "marked answer, lemmas: F1",
    "mean excerpt, characters",
    "false answers",
    "wrong refusals",
    "area under ROC",
    *CERTAINTY_LABELS.values(),
    "p50, ms",
    "p95, ms",
)


_EVIDENCE_FIGURES = (
    "sentence_at_1",
    "excerpt_at_1",
    "excerpt_at_3",
    "answer_span_f1",
    "sentence_at_1_lemmas",
    "excerpt_at_1_lemmas",
    "excerpt_at_3_lemmas",
    "answer_span_f1_lemmas",
    "mean_excerpt_characters",
)


def _figures(system: SystemFigures) -> list[str]:
    parts = (
        (system.articles, ("recall_at_1", "recall_at_5", "mean_reciprocal_rank", "ndcg_at_10")),
        (system.passages, ("recall_at_1", "recall_at_5", "mean_reciprocal_rank", "ndcg_at_10")),
        (system.evidence, _EVIDENCE_FIGURES),
        (system.abstention, ("false_answers", "wrong_refusals", "area_under_roc")),
        (system.certainty, tuple(CERTAINTY_LABELS)),
        (system.speed, ("p50_ms", "p95_ms")),
    )
    values = [getattr(part, name, None) for part, names in parts for name in names]
    return ["–" if value is None else f"{value:.3f}" if value <= 1 else f"{value:.1f}" for value in values]


def _print(console: Console, line: str, style: str = "") -> None:
    console.print(Text(line, style=style), soft_wrap=True, highlight=False)
