"""An evaluation from the articles on: index a folder in a throw-away home, ask all its questions, measure all."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.baselines import meaning_alone, words_alone
from retrieval.errors import QuestionsError
from retrieval.evaluation import AskedSystem, EvidenceFinder, SystemFigures, run_questions
from retrieval.library import Library
from retrieval.loaders import load_source
from retrieval.metrics import percentile
from retrieval.questions import load_questions
from retrieval.types import LoadedArticle
from retrieval.weights import shipped_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.embedding import Embedder
    from retrieval.progress import TrialProgress
    from retrieval.questions import KnownQuestion
    from retrieval.settings import RetrievalSettings
    from retrieval.types import Answer, IndexReport, Passage

ARTICLES_FILE = "articles.jsonl"
QUESTIONS_FILE = "questions.jsonl"


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
class Trial:
    """Everything that one evaluation found out."""

    folder: str
    questions: int
    indexing: IndexingFigures
    embedding_p50_ms: float
    """Embedding a question alone, in the same run: what the end-to-end figures are compared with."""
    peak_memory_bytes: int
    systems: tuple[SystemFigures, ...]
    """Citebot first, then the baselines if they were asked for."""

    def without_outcomes(self) -> Trial:
        """The figures alone, without what happened to each question."""
        return replace(self, systems=tuple(replace(system, outcomes=()) for system in self.systems))


def run_trial(folder: Path, settings: RetrievalSettings, progress: TrialProgress, *, baselines: bool) -> Trial:
    """Evaluate the `articles.jsonl` and `questions.jsonl` of a folder.

    Raises:
        QuestionsError: the questions cannot be read.
        NothingToIndexError: the articles cannot be read.

    """
    questions = load_questions(folder / QUESTIONS_FILE)
    source = folder / ARTICLES_FILE
    if not source.is_file():
        raise QuestionsError(f"{source} not found: an evaluation needs {ARTICLES_FILE} and {QUESTIONS_FILE}")
    with tempfile.TemporaryDirectory(prefix="citebot-evaluation-") as home:
        trial_settings = settings.model_copy(update={"home": Path(home), "database_url": None})
        library = Library(trial_settings, progress, model_home=settings.home)
        report = library.index([str(source)])
        texts = {
            loaded.article.id: loaded.article.text
            for loaded in load_source(str(source), timezone=settings.timezone)
            if isinstance(loaded, LoadedArticle)
        }
        systems: list[tuple[str, AskedSystem]] = [("citebot", _Citebot(library))]
        if baselines:
            systems.append(("BM25 alone", words_alone(*library.opened()[:2])))
            systems.append(("dense passages alone", meaning_alone(*library.opened())))
        finder, threshold = EvidenceFinder(texts), _threshold(settings)
        figures = [
            run_questions(name, system, questions, finder, threshold=threshold, asked=_telling(progress, name))
            for name, system in systems
        ]
        return Trial(
            folder=str(folder),
            questions=len(questions),
            indexing=_indexing(report, len(texts)),
            embedding_p50_ms=_embedding_p50(library.opened()[2], questions),
            peak_memory_bytes=_peak_memory(),
            systems=tuple(figures),
        )


class _Citebot:
    """The library, made to answer whatever its confidence."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def rank(self, question: str, count: int) -> list[Passage]:
        return self._library.rank(question, count)

    def answer(self, question: str, limit: int) -> Answer:
        return self._library.ask(question, limit=limit, minimum_confidence=0.0)


def _threshold(settings: RetrievalSettings) -> float:
    return shipped_weights().minimum_confidence if settings.min_confidence is None else settings.min_confidence


def _telling(progress: TrialProgress, system: str) -> Callable[[int, int], None]:
    return lambda done, total: progress.asking(system, done, total)


def _indexing(report: IndexReport, articles: int) -> IndexingFigures:
    seconds = max(report.seconds, 1e-3)
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
    for question in questions[:200]:
        started = time.perf_counter()
        embedder.embed_query(question.question)
        times.append((time.perf_counter() - started) * 1000)
    return percentile(times, 0.5)


def _peak_memory() -> int:
    """The most memory that this process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
