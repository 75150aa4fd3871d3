"""Questions with the articles that they are about, checked against each other before anything takes time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import QuestionsError
from retrieval.evaluation.figures import EvidenceFinder
from retrieval.evaluation.questions import KnownQuestion, load_questions
from retrieval.ingest.recipe import text_hash
from retrieval.loaders import load_source
from retrieval.told import told
from retrieval.types import Article, LoadedArticle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from retrieval.progress import TrialProgress

ARTICLES_FILE = "articles.jsonl"
QUESTIONS_FILE = "questions.jsonl"
_NAMED_QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked, and where the evidence stands."""

    place: str
    """The folder or file that the questions came from."""
    questions: Sequence[KnownQuestion]
    finder: EvidenceFinder


def known_of_folder(folder: Path, timezone: ZoneInfo, progress: TrialProgress) -> Known:
    """Read the `articles.jsonl` and `questions.jsonl` of a folder.

    Raises:
        QuestionsError: the questions cannot be read, or ask for articles that are not there.
        SourceError: the articles cannot be read.

    """
    source = folder / ARTICLES_FILE
    if not source.is_file():
        raise QuestionsError(
            told(
                "{source} not found: an evaluation needs {articles_file} and {questions_file}",
                source=source,
                articles_file=ARTICLES_FILE,
                questions_file=QUESTIONS_FILE,
            )
        )
    questions = load_questions(folder / QUESTIONS_FILE)
    articles = _read_from(source, timezone)
    return _checked(
        str(folder),
        QUESTIONS_FILE,
        questions,
        articles,
        told("that could be read from {articles_file}", articles_file=ARTICLES_FILE),
        progress,
    )


def known_of_published(file: Path, articles: Iterable[Article], progress: TrialProgress) -> Known:
    """Read a file of questions about `articles`, those that are published.

    Raises:
        QuestionsError: the questions cannot be read, or ask for articles that are not there.

    """
    return _checked(str(file), file.name, load_questions(file), articles, told("that are published"), progress)


def _read_from(source: Path, timezone: ZoneInfo) -> Iterator[Article]:
    for loaded in load_source(str(source), timezone=timezone):
        if isinstance(loaded, LoadedArticle):
            yield loaded.article


def _checked(
    place: str,
    name: str,
    questions: list[KnownQuestion],
    articles: Iterable[Article],
    which: str,
    progress: TrialProgress,
) -> Known:
    stored: dict[str, Article] = {}
    stored_as: dict[str, str] = {}
    stored_texts: dict[bytes, str] = {}
    for article in articles:
        if article.id not in stored_as:
            # Of articles with the same text the first is stored; a question may name any of them.
            stored_as[article.id] = stored_texts.setdefault(text_hash(article.title, article.text), article.id)
            stored.setdefault(stored_as[article.id], article)
    finder = EvidenceFinder(stored)
    if stored:  # otherwise indexing tells why there are none
        questions = [_as_stored(question, stored_as, name, which) for question in questions]
        _announce_lost_evidence(questions, finder, name, progress)
    return Known(place, questions, finder)


def _as_stored(question: KnownQuestion, stored_as: Mapping[str, str], name: str, which: str) -> KnownQuestion:
    """The question with the ids under which its right articles are stored."""
    if not question.answerable:
        return question
    unknown = next((article_id for article_id in question.article_ids if article_id not in stored_as), None)
    if unknown is not None:
        raise QuestionsError(
            told(
                "{name}: question {question!r} names article {unknown!r}, which is none of the {stored_as_count} "
                "{which}: correct its article_ids",
                name=name,
                question=question.id,
                unknown=unknown,
                stored_as_count=len(stored_as),
                which=which,
            )
        )
    stored = dict.fromkeys(stored_as[article_id] for article_id in question.article_ids)
    return question.model_copy(update={"article_ids": tuple(stored)})


def _announce_lost_evidence(
    questions: Sequence[KnownQuestion], finder: EvidenceFinder, name: str, progress: TrialProgress
) -> None:
    lost = [
        question.id
        for question in questions
        if question.answerable and (question.evidence or "").strip() and not finder.passages(question)
    ]
    if lost:
        named = ", ".join(lost[:_NAMED_QUESTIONS]) + (", …" if len(lost) > _NAMED_QUESTIONS else "")
        progress.announce(
            told(
                "{name}: questions whose evidence does not stand verbatim in their articles, so that they do not "
                "count for the passage figures: {lost_count} ({named})",
                name=name,
                lost_count=len(lost),
                named=named,
            )
        )
