"""An evaluation from the articles on: index a folder in a throw-away home, ask all its questions, measure all."""

from __future__ import annotations

import resource
import signal
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.baselines import meaning_alone, words_alone
from retrieval.errors import QuestionsError
from retrieval.evaluation import EvidenceFinder, SystemFigures, SystemResult, run_questions
from retrieval.library import Library
from retrieval.loaders import load_source
from retrieval.metrics import percentile
from retrieval.questions import KnownQuestion, load_questions
from retrieval.recipe import text_hash
from retrieval.types import Article, LoadedArticle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

    from retrieval.embedding import Embedder
    from retrieval.evaluation import AskedSystem
    from retrieval.progress import TrialProgress
    from retrieval.settings import RetrievalSettings
    from retrieval.types import Answer, IndexReport, Passage

ARTICLES_FILE = "articles.jsonl"
QUESTIONS_FILE = "questions.jsonl"
_TIMED_EMBEDDINGS = 200
_NAMED_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class IndexingFigures:
    """How fast the articles were indexed."""

    articles: int
    passages: int
    sentences: int
    seconds: float
    articles_per_second: float
    sentences_per_second: float


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """All figures of one evaluation."""

    folder: str
    questions: int
    indexing: IndexingFigures
    embedding_p50_ms: float
    """Embedding a question alone, in the same run: what the end-to-end figures are compared with."""
    peak_memory_bytes: int
    """The most that the process held while it indexed and answered as Citebot, the baselines not counted."""
    systems: tuple[SystemFigures, ...]
    """Citebot first, then the baselines if they were asked for."""


@dataclass(frozen=True, slots=True)
class Trial(TrialFigures):
    """Everything that one evaluation found out."""

    systems: tuple[SystemResult, ...]

    def without_outcomes(self) -> TrialFigures:
        """The figures alone, without what happened to each question."""
        return TrialFigures(
            self.folder,
            self.questions,
            self.indexing,
            self.embedding_p50_ms,
            self.peak_memory_bytes,
            tuple(system.figures() for system in self.systems),
        )


def run_trial(
    folder: Path,
    settings: RetrievalSettings,
    progress: TrialProgress,
    *,
    baselines: bool,
    home: Path | None = None,
) -> Trial:
    """Evaluate the `articles.jsonl` and `questions.jsonl` of a folder.

    The index is made in a throw-away home, or kept in `home`.

    Raises:
        QuestionsError: the questions cannot be read, or ask for articles that are not there.
        SourceError: the articles cannot be read.
        NothingToIndexError: there is no article.

    """
    questions, finder = _load(folder, settings, progress)

    def ask(name: str, system: AskedSystem, threshold: float | None) -> SystemResult:
        asked = _telling(progress, name)
        return run_questions(name, system, questions, finder, threshold=threshold, asked=asked)

    with nullcontext(home) if home else _throw_away_home() as place:
        trial_settings = settings.model_copy(update={"home": place, "database_url": None})
        library = Library(trial_settings, progress, model_home=settings.home)
        report = library.index([str(folder / ARTICLES_FILE)])
        _announce_problems(report, progress)
        threshold = library.minimum_confidence()
        results = [ask("citebot", _Citebot(library), threshold)]
        generation, store, embedder = library.opened()
        embedding_p50_ms, peak_memory_bytes = _embedding_p50(embedder, questions), _peak_memory()
        if baselines:
            if settings.reads:
                results.append(ask("without reading", _Citebot(library, read=False), threshold))
            results.append(ask("BM25 alone", words_alone(generation, store), None))
            results.append(ask("dense passages alone", meaning_alone(generation, store, embedder, progress), None))
    return Trial(
        folder=str(folder),
        questions=len(questions),
        indexing=_indexing(report),
        embedding_p50_ms=embedding_p50_ms,
        peak_memory_bytes=peak_memory_bytes,
        systems=tuple(results),
    )


class _Citebot:
    """The library, made to answer whatever its confidence."""

    def __init__(self, library: Library, *, read: bool = True) -> None:
        self._library = library
        self._read = read

    def rank(self, question: str, count: int) -> list[Passage]:
        return self._library.rank(question, count, read=self._read)

    def answer(self, question: str, limit: int) -> Answer:
        return self._library.ask(question, limit=limit, minimum_confidence=0.0, read=self._read)


def _load(
    folder: Path, settings: RetrievalSettings, progress: TrialProgress
) -> tuple[list[KnownQuestion], EvidenceFinder]:
    """Read questions and articles, and check that they fit, before anything that takes time is done."""
    source = folder / ARTICLES_FILE
    if not source.is_file():
        raise QuestionsError(f"{source} not found: an evaluation needs {ARTICLES_FILE} and {QUESTIONS_FILE}")
    questions = load_questions(folder / QUESTIONS_FILE)
    articles: dict[str, Article] = {}
    stored_as: dict[str, str] = {}
    stored_texts: dict[bytes, str] = {}
    for loaded in load_source(str(source), timezone=settings.timezone):
        if isinstance(loaded, LoadedArticle) and loaded.article.id not in stored_as:
            article = loaded.article
            # Of articles with the same text the first is stored; a question may name any of them.
            stored_as[article.id] = stored_texts.setdefault(text_hash(article.title, article.text), article.id)
            articles.setdefault(stored_as[article.id], article)
    finder = EvidenceFinder(articles)
    if articles:  # otherwise indexing tells why there are none
        questions = [_as_stored(question, stored_as) for question in questions]
        _announce_lost_evidence(questions, finder, progress)
    return questions, finder


def _as_stored(question: KnownQuestion, stored_as: Mapping[str, str]) -> KnownQuestion:
    """The question with the ids under which its right articles are stored."""
    if not question.answerable:
        return question
    unknown = next((article_id for article_id in question.article_ids if article_id not in stored_as), None)
    if unknown is not None:
        raise QuestionsError(
            f"{QUESTIONS_FILE}: question {question.id!r} names article {unknown!r}, which is none of the "
            f"{len(stored_as)} that could be read from {ARTICLES_FILE}: correct its article_ids"
        )
    stored = dict.fromkeys(stored_as[article_id] for article_id in question.article_ids)
    return question.model_copy(update={"article_ids": tuple(stored)})


def _announce_lost_evidence(
    questions: Sequence[KnownQuestion], finder: EvidenceFinder, progress: TrialProgress
) -> None:
    lost = [
        question.id
        for question in questions
        if question.answerable and (question.evidence or "").strip() and not finder.passages(question)
    ]
    if lost:
        named = ", ".join(lost[:_NAMED_QUESTIONS]) + (", …" if len(lost) > _NAMED_QUESTIONS else "")
        progress.announce(
            f"{QUESTIONS_FILE}: questions whose evidence does not stand verbatim in their articles, "
            f"so that they do not count for the passage figures: {len(lost)} ({named})"
        )


def _announce_problems(report: IndexReport, progress: TrialProgress) -> None:
    if report.problems:
        first = report.problems[0]
        place = f"{first.source}:{first.line}" if first.line else first.source
        progress.announce(f"{ARTICLES_FILE}: records not read: {len(report.problems)}; {place}: {first.reason}")


@contextmanager
def _throw_away_home() -> Iterator[Path]:
    """Make a folder that is gone afterwards, also where the process is told to stop."""
    with _stopping_in_order(), tempfile.TemporaryDirectory(prefix="citebot-evaluation-") as home:
        yield Path(home)


@contextmanager
def _stopping_in_order() -> Iterator[None]:
    """Make the signals that end a process end it through its ``with`` blocks; by themselves they would not."""
    signals = [signal.SIGTERM, signal.SIGHUP] if threading.current_thread() is threading.main_thread() else []
    mended = [number for number in signals if signal.getsignal(number) is signal.SIG_DFL]
    for number in mended:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in mended:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _telling(progress: TrialProgress, system: str) -> Callable[[int, int], None]:
    return lambda done, total: progress.asking(system, done, total)


def _indexing(report: IndexReport) -> IndexingFigures:
    articles, seconds = report.articles.added, max(report.seconds, 1e-3)
    return IndexingFigures(
        articles=articles,
        passages=report.passages,
        sentences=report.sentences,
        seconds=report.seconds,
        articles_per_second=articles / seconds,
        sentences_per_second=report.sentences / seconds,
    )


def _embedding_p50(embedder: Embedder, questions: Sequence[KnownQuestion]) -> float:
    times = []
    for question in questions[:: -(-len(questions) // _TIMED_EMBEDDINGS)]:
        started = time.perf_counter()
        embedder.embed_query(question.question)
        times.append((time.perf_counter() - started) * 1000)
    return percentile(times, 0.5)


def _peak_memory() -> int:
    """The most memory that this process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
