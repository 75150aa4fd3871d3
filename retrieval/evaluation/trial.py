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

from retrieval.evaluation.baselines import meaning_alone, words_alone
from retrieval.evaluation.figures import SystemFigures, SystemResult, run_questions
from retrieval.evaluation.known import ARTICLES_FILE, known_of_folder, known_of_published
from retrieval.evaluation.metrics import percentile
from retrieval.library import Library
from retrieval.told import told
from retrieval.types import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from retrieval.evaluation.figures import AskedSystem
    from retrieval.evaluation.known import Known
    from retrieval.evaluation.questions import KnownQuestion
    from retrieval.models.embedding import Embedder
    from retrieval.models.model import Model
    from retrieval.progress import TrialProgress
    from retrieval.settings import RetrievalSettings
    from retrieval.types import Answer, Bounds, IndexReport, Passage

_TIMED_EMBEDDINGS = 200


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
    """The folder that was evaluated, or the file of questions about what is published."""
    questions: int
    indexing: IndexingFigures | None
    """None where what is published was asked, and nothing indexed."""
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
    model: Model | None = None,
) -> Trial:
    """Evaluate the `articles.jsonl` and `questions.jsonl` of a folder.

    The index is made in a throw-away home, or kept in `home`; `model` embeds in place of the one of the settings.

    Raises:
        QuestionsError: the questions cannot be read, or ask for articles that are not there.
        SourceError: the articles cannot be read.
        NothingToIndexError: there is no article.

    """
    known = known_of_folder(folder, settings.timezone, progress)
    bounds = Library(settings, progress, model=model).bounds()  # the calibrated ones are kept at home
    chosen = {"min_confidence": bounds.sure, "unsure_confidence": bounds.unsure}
    with nullcontext(home) if home else _throw_away_home() as place:
        trial_settings = settings.model_copy(update={"home": place, "database_url": None, **chosen})
        library = Library(trial_settings, progress, model=model, model_home=settings.home)
        report = library.index([str(folder / ARTICLES_FILE)])
        _announce_problems(report, progress)
        return _measured(library, known, progress, reads=settings.reads, baselines=baselines, report=report)


def run_published_trial(
    file: Path,
    settings: RetrievalSettings,
    progress: TrialProgress,
    *,
    baselines: bool,
    model: Model | None = None,
) -> Trial:
    """Evaluate a file of questions about what is published; nothing is indexed, and nothing changed.

    Raises:
        QuestionsError: the questions cannot be read, or ask for articles that are not there.
        IndexMissingError: nothing is published yet.
        IndexMismatchError: what is published does not fit the settings or is damaged.
        ModelError: the model cannot be had.

    """
    library = Library(settings, progress, model=model)
    known = known_of_published(file, library.whole_articles(), progress)
    return _measured(library, known, progress, reads=settings.reads, baselines=baselines, report=None)


def _measured(
    library: Library,
    known: Known,
    progress: TrialProgress,
    *,
    reads: bool,
    baselines: bool,
    report: IndexReport | None,
) -> Trial:
    """Ask all that is known, of Citebot first; `report` is of indexing where that was a part of it."""

    def ask(name: str, system: AskedSystem, bounds: Bounds | None) -> SystemResult:
        asked = _telling(progress, name)
        return run_questions(name, system, known.questions, known.finder, bounds=bounds, asked=asked)

    opened = library.opened()
    bounds = library.bounds()
    results = [ask("citebot", _Citebot(library), bounds)]
    embedding_p50_ms, peak_memory_bytes = _embedding_p50(opened.embedder, known.questions), _peak_memory()
    if baselines:
        if reads:
            results.append(ask(told("without reading"), _Citebot(library, read=False), bounds))
        results.append(ask(told("BM25 alone"), words_alone(opened), None))
        results.append(ask(told("dense passages alone"), meaning_alone(opened, progress), None))
    return Trial(
        folder=known.place,
        questions=len(known.questions),
        indexing=None if report is None else _indexing(report),
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
        return self._library.ask(question, limit=limit, bounds=ANYTHING, read=self._read)


def _announce_problems(report: IndexReport, progress: TrialProgress) -> None:
    if report.problems:
        first = report.problems[0]
        place = f"{first.source}:{first.line}" if first.line else first.source
        progress.announce(
            told(
                "{articles_file}: records not read: {problems_count}; {place}: {reason}",
                articles_file=ARTICLES_FILE,
                problems_count=len(report.problems),
                place=place,
                reason=first.reason,
            )
        )


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
