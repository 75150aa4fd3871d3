"""What is asked of every system that is compared, Citebot among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ASKED_PASSAGES = 10
"""Passages that one question asks of a peer."""
RANKED_PASSAGES = 50
"""Passages among which the right article is looked for, as `retrieval.evaluation.figures` does; not timed."""


@dataclass(frozen=True)
class Article:
    """An article as the set has it."""

    id: str
    title: str
    text: str
    date: str
    source: str

    @property
    def whole(self) -> str:
        """The text under its headline."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text


@dataclass(frozen=True)
class Passage:
    """A piece of an article that a peer found."""

    article_id: str
    text: str
    score: float


@dataclass(frozen=True)
class Reply:
    """What a question brought: articles by their ids, best first, and what is shown first."""

    articles: tuple[str, ...]
    excerpt: str
    sentence: str | None
    """The sentence that is pointed at; None where the system points at none."""
    score: float
    """How good the system thinks its best hit is; comparable with its own other replies alone."""
    refused: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Task:
    """What a system is opened with."""

    articles: Path
    """JSON Lines."""
    model: Path
    """A sentence-transformers folder."""
    folder: Path
    """An empty one for whatever the system keeps."""
    tuned: bool
    """Whether for Russian and for the model, rather than as it comes."""


class System(Protocol):
    """What a module's `open_system` returns, with its model loaded."""

    def index(self, articles: Sequence[Article]) -> int:
        """Make the articles searchable; return how many texts were embedded."""

    def ask(self, question: str, now: str | None) -> Reply:
        """Answer as a user would be answered; this is what is timed."""

    def judged(self, question: str, now: str | None, reply: Reply) -> Reply:
        """The reply with what figures need beyond it: more articles, and an excerpt even where it refused."""


class SearchedSystem:
    """A peer that finds passages: a module says how they are indexed and found, and which sentence is nearest."""

    def __init__(self, *, points_at_sentences: bool) -> None:
        self._points_at_sentences = points_at_sentences

    def search(self, question: str, count: int) -> list[Passage]:
        """Up to `count` passages, best first."""
        raise NotImplementedError

    def similarities(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """How similar each text is to the question, by the vectors of the model."""
        raise NotImplementedError

    def ask(self, question: str, now: str | None) -> Reply:
        """Show the best passage; of it the sentence nearest to the question where sentences are pointed at."""
        del now  # none of the peers asks for it
        found = self.search(question, ASKED_PASSAGES)
        if not found:
            return Reply((), "", None, 0.0)
        best = found[0]
        sentence = self._sentence(question, best.text) if self._points_at_sentences else None
        return Reply(_articles(found), best.text, sentence, best.score)

    def judged(self, question: str, now: str | None, reply: Reply) -> Reply:
        """The reply with the articles of more passages."""
        del now
        more = _articles(self.search(question, RANKED_PASSAGES))
        articles = tuple(dict.fromkeys(reply.articles + more))
        return Reply(articles, reply.excerpt, reply.sentence, reply.score)

    def _sentence(self, question: str, text: str) -> str:
        from peers.russian import sentences

        some = sentences(text)
        if len(some) < 2:  # noqa: PLR2004 - nothing to choose from
            return text
        similar = self.similarities(question, some)
        return some[max(range(len(some)), key=lambda place: similar[place])]


def _articles(passages: Sequence[Passage]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(passage.article_id for passage in passages))


def cosines(question: Any, texts: Any) -> Sequence[float]:
    """Cosines of normalised vectors, of shape [dimensions] and [texts, dimensions]."""
    import numpy as np

    similar: Sequence[float] = (np.asarray(texts) @ np.asarray(question)).tolist()
    return similar
