"""What happened to each question -> the figures of a system; pure functions."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from peers.sets import AskedQuestion
from retrieval.evaluation.figures import holds_answer
from retrieval.evaluation.metrics import ndcg_at, percentile, ranks_of, recall_at

_NDCG_AT = 10


@dataclass(frozen=True)
class Outcome:
    """How one question went; see `peers.system.Reply`."""

    took_ms: float
    cpu_ms: float
    articles: tuple[str, ...]
    excerpt: str
    sentence: str | None
    score: float
    refused: bool
    unsure: bool


@dataclass(frozen=True)
class Run:
    """One system, once around."""

    indexing_s: float
    indexing_cpu_s: float
    texts: int
    """How many were embedded: sentences, passages or whole articles."""
    peak_memory_mib: float
    outcomes: tuple[Outcome, ...]
    """Only those of the last run are judged by more than was timed."""


@dataclass(frozen=True)
class Figures:
    """What the table shows; shares in [0, 1], None where no question tells or the system does no such thing."""

    name: str
    articles_per_second: float
    texts_per_second: float
    p50_ms: float
    p95_ms: float
    indexing_cpu_s: float
    """Processor time, which suffers less than the clock's from what else is at work."""
    cpu_ms: float
    """Likewise of a question, on average."""
    peak_memory_mib: float
    recall_at_1: float
    ndcg_at_10: float
    answer_sentence: float | None
    """The sentence that is pointed at holds an answer."""
    answer_excerpt: float | None
    """What is shown first holds an answer, however long it is."""
    excerpt_characters: float
    """Mean length of what is shown first."""
    refused_unanswerable: float | None
    """Refused, or shown as unsure."""
    refused_answerable: float | None
    silent_unanswerable: float | None
    """Nothing shown at all."""
    silent_answerable: float | None
    by_score: float | None = None
    """See `refused_by_score`."""


def figures(name: str, articles: int, questions: Sequence[AskedQuestion], runs: Sequence[Run]) -> Figures:
    """Compute all figures of a system; of what depends on the machine the better of its runs counts."""
    outcomes = runs[-1].outcomes
    asked = list(zip(questions, outcomes, strict=True))
    answerable = [(question, outcome) for question, outcome in asked if question.answerable]
    unanswerable = [outcome for question, outcome in asked if not question.answerable]
    ranks = [
        (ranks_of(outcome.articles, question.article_ids), question.article_ids) for question, outcome in answerable
    ]
    told = [(question.answers, outcome) for question, outcome in answerable if question.answers]
    sentences = [(answers, outcome.sentence) for answers, outcome in told if outcome.sentence is not None]
    times = [[outcome.took_ms for outcome in run.outcomes] for run in runs]
    right = [outcome for _, outcome in answerable]
    return Figures(
        name=name,
        articles_per_second=max(articles / run.indexing_s for run in runs),
        texts_per_second=max(run.texts / run.indexing_s for run in runs),
        p50_ms=min(percentile(taken, 0.5) for taken in times),
        p95_ms=min(percentile(taken, 0.95) for taken in times),
        indexing_cpu_s=min(run.indexing_cpu_s for run in runs),
        cpu_ms=min(statistics.fmean(outcome.cpu_ms for outcome in run.outcomes) for run in runs),
        peak_memory_mib=min(run.peak_memory_mib for run in runs),
        recall_at_1=statistics.fmean(recall_at(1, found) for found, _ in ranks),
        ndcg_at_10=statistics.fmean(ndcg_at(_NDCG_AT, found, len(set(names))) for found, names in ranks),
        # A sentence that is missing where others are pointed at is a wrong one.
        answer_sentence=sum(holds_answer(text, answers) for answers, text in sentences) / len(told)
        if sentences
        else None,
        answer_excerpt=_share([holds_answer(outcome.excerpt, answers) for answers, outcome in told]),
        excerpt_characters=statistics.fmean(len(outcome.excerpt) for outcome in outcomes),
        refused_unanswerable=_share([outcome.refused or outcome.unsure for outcome in unanswerable]),
        refused_answerable=_share([outcome.refused or outcome.unsure for outcome in right]),
        silent_unanswerable=_share([outcome.refused for outcome in unanswerable]),
        silent_answerable=_share([outcome.refused for outcome in right]),
    )


def with_refusals_by_score(
    some: Figures, questions: Sequence[AskedQuestion], outcomes: Sequence[Outcome], allowed: float | None
) -> Figures:
    """The same figures, with `refused_by_score` where as many of the answerable are refused as is `allowed`."""
    asked = list(zip(questions, outcomes, strict=True))
    right = [outcome.score for question, outcome in asked if question.answerable]
    wrong = [outcome.score for question, outcome in asked if not question.answerable]
    return replace(some, by_score=refused_by_score(right, wrong, allowed) if allowed is not None else None)


def refused_by_score(answerable: Sequence[float], unanswerable: Sequence[float], allowed: float) -> float | None:
    """The largest share of the unanswerable that a bound on the score refuses, with at most `allowed` of the others.

    The bound is the best there is for these very questions, which flatters whoever has none of its own.
    """
    if not unanswerable or not answerable:
        return None
    bounds = [*sorted({*answerable, *unanswerable}), float("inf")]
    possible = [bound for bound in bounds if sum(score < bound for score in answerable) <= allowed * len(answerable)]
    return max(sum(score < bound for score in unanswerable) for bound in possible) / len(unanswerable)


def _share(held: Sequence[bool]) -> float | None:
    return statistics.fmean(held) if held else None
