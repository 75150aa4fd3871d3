"""Answers, reports and the status as text for a terminal; nothing else decides how they look there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bot.rendering.by_article import by_article, earlier_label
from bot.rendering.differing import differing
from bot.rendering.messages import nearest_label
from bot.rendering.remarks import event_day, restriction
from bot.rendering.retold import retold
from bot.terminal.calibration import CERTAINTY_LABELS, bounds_line
from bot.terminal.language import language, spoken
from bot.terminal.speaking import harmless, put, put_table
from bot.texts import texts_for
from retrieval.text.one_line import on_one_line
from retrieval.told import Told, to_be_told, told, told_together
from retrieval.types import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from rich.console import Console

    from bot.texts import Texts
    from retrieval.evaluation.figures import SystemFigures
    from retrieval.evaluation.trial import Trial
    from retrieval.types import (
        Answer,
        ArticleCounts,
        Citation,
        IndexPreview,
        IndexReport,
        ListedArticle,
        LoadProblem,
        Status,
    )

_MEBIBYTE = 1 << 20
_PROBLEMS_SHOWN = 20
_ARTICLES_SHOWN = 20
"""Of each kind, in a dry run."""
_LABEL_WIDTH = 12
_COUNTS = {
    "added": to_be_told("{number} added"),
    "changed": to_be_told("{number} changed"),
    "removed": to_be_told("{number} removed"),
    "unchanged": to_be_told("{number} unchanged"),
    "skipped": to_be_told("{number} skipped"),
    "duplicates": to_be_told("{number} duplicates"),
    "forgotten": to_be_told("{number} forgotten"),
}


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer in the language of its question: excerpts with the evidence marked, then their source.

    The excerpts of one article stand together.
    A question that leant on the conversation is shown first as it was understood.
    """
    asked = answer.canonical or answer.question  # what was meant, where another keyboard was on
    texts = texts_for(None if any(map(str.isalpha, asked)) else language(), asked)
    if answer.understood:
        understood = texts.say("understood", question=plain_line(answer.understood))
        put(console, understood, style="dim")
    if bounds := restriction(answer, texts):
        put(console, plain_line(bounds), style="dim")
    for part in _answer(answer, texts):
        put(console, part)
    console.print()


def _answer(answer: Answer, texts: Texts) -> Iterator[Text]:
    if answer.message:
        yield Text("\n".join(map(harmless, answer.message.split("\n"))))
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


def _excerpt(citation: Citation) -> Text:
    label = f"[{citation.number}] "
    excerpt = Text.assemble((label, "bold cyan"), harmless(citation.excerpt))
    offset = len(label)
    start, end = citation.highlight
    excerpt.stylize("bold", offset + start, offset + end)
    if citation.answer_span:
        start, end = citation.answer_span
        excerpt.stylize("underline", offset + start, offset + end)
    return excerpt


def _source(citation: Citation, texts: Texts) -> Text:
    return Text("    " + _joined([described(citation, texts), retold(citation, texts)]), style="dim")


def described(citation: Citation, texts: Texts) -> str:
    """Return where an excerpt comes from, on one line: headline, outlet, date and address."""
    date = _date(citation.published_at, texts)
    return _joined([citation.title or citation.article_id, citation.source, date, citation.url])


def _nearest(answer: Answer, texts: Texts) -> Iterator[Text]:
    if answer.nearest:
        yield Text(nearest_label(answer, texts), style="dim")
    for article in answer.nearest:
        described = (article.title or article.article_id, _date(article.published_at, texts))
        yield Text("  • " + _joined(described))


def plain_line(text: str) -> str:
    """Return a text on one line, without what would command the terminal."""
    return on_one_line(harmless(text))


def _joined(parts: Iterable[str | None]) -> str:
    return plain_line(" · ".join(part for part in parts if part))


def _date(moment: datetime | None, texts: Texts) -> str:
    return texts.written_date(moment) if moment else ""


def print_report(console: Console, report: IndexReport) -> None:
    """Print what an indexing run did, and the problems that it met."""
    _print_counts(console, report.articles)
    _print_problems(console, report.problems)
    made = told(
        "Generation {generation}: {passages} passages, {sentences} sentences, {embedded} of them embedded now; "
        "{seconds:.1f} s.",
        generation=report.generation,
        passages=report.passages,
        sentences=report.sentences,
        embedded=report.embedded,
        seconds=report.seconds,
    )
    put(console, made)


def print_preview(console: Console, preview: IndexPreview) -> None:
    """Print what an indexing run would do: the counts, then which articles, as far as they are few."""
    _print_counts(console, preview.articles)
    moved = [
        told("{article}, was {before}", article=plain_line(each.article_id), before=plain_line(each.moved_from))
        for each in preview.moved
    ]
    _print_some(console, told("added"), map(_named, preview.added))
    _print_some(console, told("changed"), map(_named, preview.changed))
    _print_some(console, told("removed"), map(_named, preview.removed))
    _print_some(console, told("moved"), moved)
    _print_some(console, told("duplicates"), map(_named, preview.duplicates))
    _print_problems(console, preview.problems)
    put(
        console,
        told(
            "Published is generation {generation}; this was a dry run, and nothing was changed.",
            generation=preview.generation,
        )
        if preview.generation
        else told("Nothing is published yet; this was a dry run, and nothing was changed."),
    )


def _print_some(console: Console, name: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    for line in lines[:_ARTICLES_SHOWN]:
        put(console, told("  {name}: {line}", name=name, line=line))
    if more := len(lines[_ARTICLES_SHOWN:]):
        put(console, told("  {name}: {number} more; --json lists them all", name=name, number=more))


def _named(article: ListedArticle) -> str:
    return plain_line(f"{article.article_id} · {article.title}" if article.title else article.article_id)


def _print_counts(console: Console, articles: ArticleCounts) -> None:
    put(console, told("Articles: {counts}.", counts=counts_told(articles, _COUNTS) or told("none")))


def counts_told(articles: ArticleCounts, names: Iterable[str]) -> str:
    """Return what became of how many articles, by the names of fields of the counts; "" where all are 0."""
    counted = [(name, getattr(articles, name)) for name in names]
    return told_together(Told(_COUNTS[name], None, {"number": number}) for name, number in counted if number)


def _print_problems(console: Console, problems: Sequence[LoadProblem]) -> None:
    for problem in problems[:_PROBLEMS_SHOWN]:
        place = f"{problem.source}:{problem.line}" if problem.line else problem.source
        put(console, told_together(["  ", place, ": ", problem.reason], ""), style="yellow")
    if more := len(problems[_PROBLEMS_SHOWN:]):
        rest = told(
            "  and {count} more problem; --json lists them all",
            "  and {count} more problems; --json lists them all",
            count=more,
        )
        put(console, rest, style="yellow")


def print_status(console: Console, status: Status) -> None:
    """Print the status as two columns, the problems last."""
    rows = [(spoken(name), spoken(value)) for name, value in _status_rows(status)]
    width = max(_LABEL_WIDTH, *(len(name) + 2 for name, _ in rows))
    for name, value in rows:
        put(console, f"{name:<{width}}{value}")
    if status.bounds.ignored:
        put(console, told("warning: {warning}", warning=status.bounds.ignored), style="yellow")
    for problem in status.problems:
        put(console, told("problem: {problem}", problem=problem), style="yellow")


def _status_rows(status: Status) -> Iterator[tuple[str, str]]:
    yield told("articles"), str(status.articles)
    yield told("passages"), str(status.passages)
    yield told("sentences"), str(status.sentences)
    if status.sources:
        outlets = ((source.name or told("(no outlet)"), source.articles) for source in status.sources)
        yield told("sources"), _listed(outlets)
    if status.languages:
        languages = ((one.language or told("(unknown)"), one.articles) for one in status.languages)
        yield told("languages"), _listed(languages)
    if status.first_date and status.last_date:
        yield told("dates"), told("{first} to {last}", first=status.first_date, last=status.last_date)
    yield told("model"), status.model
    if status.generation:
        published = told("{generation}, published {moment}", generation=status.generation, moment=status.published_at)
        yield told("generation"), published
    yield told("bounds"), bounds_line(status.bounds)
    if status.database:
        yield told("database"), status.database
    if status.vector_search:
        yield (
            told("vectors"),
            told(
                "searched by an index of neighbours, which finds {recall:.3f} of what is nearest",
                recall=status.vector_search.recall,
            ),
        )
    yield told("disk"), told("{size:.1f} MiB", size=status.disk_bytes / _MEBIBYTE)
    yield told("healthy"), told("yes") if status.healthy else told("no")


def _listed(counted: Iterable[tuple[str, int]]) -> str:
    return told_together(told_together([name, str(number)], " ") for name, number in counted)


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
    from retrieval.evaluation.figures import FIGURE_NAMES  # which numpy comes with

    shown = FIGURE_NAMES | {"certainty": tuple(CERTAINTY_LABELS)}
    values = [getattr(getattr(system, part), name, None) for part, names in shown.items() for name in names]
    return ["–" if value is None else f"{value:.3f}" if value <= 1 else f"{value:.1f}" for value in values]
