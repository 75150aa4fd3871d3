"""Citebot itself, as it is in the tree, through the library alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from peers.system import RANKED_PASSAGES, Article, Reply, Task
from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.types import ANYTHING, Certainty

_CITED = 10


class Citebot:
    """With its shipped settings."""

    def __init__(self, task: Task) -> None:
        # The bundled model is unpacked below `models` of a home; it is the folder that peers are given.
        self._library = Library(RetrievalSettings(home=task.folder), model_home=task.model.parent.parent)
        self._library.model.load()
        self._articles = task.articles

    def index(self, articles: Sequence[Article]) -> int:
        """Index the file, from reading it to publishing; sentences are what is embedded."""
        del articles  # it reads them itself
        return self._library.index([str(self._articles)]).sentences

    def ask(self, question: str, now: str | None) -> Reply:
        """Answer with the bounds that ship; whether that was sure, unsure or no answer is a part of it."""
        answer = self._library.ask(question, now=_moment(now))
        first = answer.citations[0] if answer.citations else None
        return Reply(
            articles=tuple(citation.article_id for citation in answer.citations),
            excerpt=first.excerpt if first else "",
            sentence=first.excerpt[slice(*first.highlight)] if first else None,
            score=answer.confidence,
            refused=answer.certainty is Certainty.NONE,
            unsure=answer.certainty is Certainty.UNSURE,
        )

    def judged(self, question: str, now: str | None, reply: Reply) -> Reply:
        """The reply as it is without bounds, as `citebot evaluate` judges it.

        Articles are in the order in which an answer cites them; after these come those of the passages as ranked.
        """
        moment = _moment(now)
        answer = self._library.ask(question, limit=_CITED, bounds=ANYTHING, now=moment)
        cited = [citation.article_id for citation in answer.citations]
        ranked = [passage.article.id for passage in self._library.rank(question, RANKED_PASSAGES, now=moment)]
        articles = tuple(dict.fromkeys(cited + ranked))
        if not answer.citations:
            return replace(reply, articles=articles)
        first = answer.citations[0]
        return replace(reply, articles=articles, excerpt=first.excerpt, sentence=first.excerpt[slice(*first.highlight)])


def _moment(now: str | None) -> datetime | None:
    return datetime.fromisoformat(now) if now else None


open_system = Citebot
