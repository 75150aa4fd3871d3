"""The façade: everything that the command line and the bot do with articles goes through `Library`."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Self

from retrieval.articles import ArticleKeys, Coverage
from retrieval.serving import Serving
from retrieval.status import describe, readable, require_model, servable_manifest
from retrieval.types import NearestArticle
from retrieval.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.conversation import Conversation
    from retrieval.embedding import Embedder
    from retrieval.generation import Generation
    from retrieval.progress import Progress
    from retrieval.search import ReadPassages, Searcher, SearchResult
    from retrieval.settings import RetrievalSettings
    from retrieval.span_reader import SpanReader
    from retrieval.store.reader import StoreReader
    from retrieval.types import Answer, Article, Passage, Reading, Status

_PASSAGES_AN_ARTICLE = 4
"""Passages to look at for each article that is wanted, since several may be of one."""
_SEARCHES = 3
"""Searches for one question at most, where generations are deleted faster than it is answered."""


class Library(Upkeep):
    """The articles of one home folder; safe to ask from several threads. How they are changed is in `Upkeep`.

    Nothing heavy is imported or loaded before it is needed: `status` needs neither torch nor faiss.
    """

    def __init__(
        self, settings: RetrievalSettings, progress: Progress | None = None, *, model_home: Path | None = None
    ) -> None:
        """`model_home` is where the bundled model is unpacked, if not below the settings' own home."""
        super().__init__(settings, progress, model_home=model_home)
        self._serving = Serving(self._generations, self._open_searcher)
        self._reader: SpanReader | None = None
        self._article_keys: ArticleKeys | None = None

    @classmethod
    def open(cls, settings: RetrievalSettings, progress: Progress | None = None) -> Self:
        """Load the model and the published generation, ready to be asked.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexMismatchError: what is published does not fit the settings or is damaged.
            ModelError: the model cannot be had.

        """
        library = cls(settings, progress)
        library._current_searcher()
        return library

    def follow(self, every: float = 1.0) -> None:
        """From now on open new generations in the background, `every` so many seconds where one is published.

        Without this, the first question after publishing opens it and waits for it.
        """
        self._serving.follow(every)

    def beside(self, progress: Progress) -> Self:
        """A second one for long work, which shares the model that is loaded and tells `progress` how far it is."""
        other = copy(self)
        other._progress = progress  # noqa: SLF001 - it is one of us
        return other

    def close(self) -> None:
        """End what runs in the background."""
        self._serving.close()

    def ask(
        self,
        question: str,
        *,
        conversation: Conversation | None = None,
        limit: int | None = None,
        now: datetime | None = None,
        minimum_confidence: float | None = None,
        read: bool = True,
    ) -> Answer:
        """Answer a question with up to `limit` citations, or say that the articles do not.

        A question that leans on `conversation` is completed from it and the answer tells how; any other is answered
        as if it were the first. The caller goes on with ``conversation.after(answer)``.
        `now` is the moment that "yesterday" is relative to, naive in the settings' time zone; default: this moment.
        `limit` and `minimum_confidence` are the settings' by default. Without `read` the answer comes from the first
        look alone, several times as fast and less often right.
        """
        from retrieval.answering import SPARE_HITS, compose
        from retrieval.linking import with_reprints

        started = time.perf_counter()
        limit = limit or self._settings.citations
        understood = conversation.understood(question) if conversation else question
        found, passages = self._search(understood, limit + SPARE_HITS, now=now, read=read)
        stories = self._stories.stories_of(found.generation, list(passages))
        answer = compose(
            understood,
            found,
            passages,
            limit=limit,
            minimum_confidence=self.minimum_confidence() if minimum_confidence is None else minimum_confidence,
            stories=stories,
        )
        if stories and answer.citations:
            of_articles = {passages[passage_id].article.id: story for passage_id, story in stories.items()}
            versions = self._stories.versions(found.generation, set(of_articles.values()))
            answer = with_reprints(answer, of_articles, versions)
        return replace(
            answer,
            question=question,
            understood=None if understood == question else understood,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    def rank(self, question: str, count: int, *, read: bool = True) -> list[Passage]:
        """Return up to `count` passages, best first, however unsure; for evaluation."""
        _, passages = self._search(question, count, read=read)
        return list(passages.values())

    def nearest(self, text: str, count: int) -> tuple[NearestArticle, ...]:
        """Return up to `count` articles that are closest to a text, best first, however far they are."""
        closest = {
            passage.article.id: passage.article for passage in self.rank(text, _PASSAGES_AN_ARTICLE * count, read=False)
        }
        return tuple(
            NearestArticle(article.id, article.title, article.published_at)
            for article in list(closest.values())[:count]
        )

    def article(self, key: str) -> Article | None:
        """Return the published article with this key (`retrieval.articles.article_key`); None where there is none."""
        number = self._generations.published().number
        keys = self._article_keys
        if keys is None or keys.generation != number:
            keys = self._article_keys = ArticleKeys(number, self._store.article_revisions(number))
        revision = keys.revision(key)
        return None if revision is None else self._store.article(revision)

    def newest(self, count: int) -> list[Article]:
        """Return up to `count` published articles that have a date, the newest first."""
        return self._store.newest_articles(self._generations.published().number, count)

    def coverage(self) -> Coverage:
        """Tell what the published articles cover."""
        manifest = self._generations.manifest(self._generations.published().number)
        manifest = readable(manifest, self._retractions)
        return Coverage(
            generation=manifest.number,
            published_at=manifest.created_at.astimezone(self._settings.timezone).replace(tzinfo=None),
            articles=manifest.articles,
            outlets=self._store.outlets(manifest.number),
        )

    def minimum_confidence(self) -> float:
        """The confidence below which the settings make an answer abstain."""
        from retrieval.weights import shipped_weights

        chosen = self._settings.min_confidence
        return shipped_weights().minimum_confidence if chosen is None else chosen

    def opened(self) -> tuple[Generation, StoreReader, Embedder]:
        """What questions are answered from; for baselines that answer them in another way."""
        return self._current_searcher().generation, self._store, self._load_embedder()

    def status(self) -> Status:
        """Describe what is published; a missing or damaged index is told, not raised."""
        return describe(
            home=self._settings.home,
            timezone=self._settings.timezone,
            database=self._database,
            store=self._store,
            retractions=self._retractions,
            generations=self._generations,
            model=self._model_name,
            fingerprint=self._fingerprint,
        )

    def _current_searcher(self) -> Searcher:
        return self._serving.searcher()

    def _passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by their ids, in this order; one that is gone is left out."""
        return {passage.id: passage for passage in self._store.passages(ids)}

    def _search(
        self, question: str, count: int, *, now: datetime | None = None, read: bool
    ) -> tuple[SearchResult, dict[int, Passage]]:
        """Search, and fetch the passages of the hits.

        Where some are gone because their generation is no longer kept, the question is searched for again in the one
        that is published now; what was retracted is gone from that one as well.
        """
        searcher = self._current_searcher()
        for _ in range(_SEARCHES):
            found = searcher.search(
                question,
                count,
                today=(now or datetime.now(self._settings.timezone)).date(),
                read=self._reading(question, self._reader) if read and self._reader else None,
                read_most=self._settings.reader_passages,
                hidden=self._retractions.passages(searcher.generation.manifest.number),
            )
            passages = self._passages([hit.passage_id for hit in found.hits])
            if len(passages) == len(found.hits):
                break
            newer = self._serving.refreshed()
            if newer is searcher:
                break
            searcher = newer
        return found, passages

    def _reading(self, question: str, reader: SpanReader) -> ReadPassages:
        """What a search reads passages with, by their ids; a passage that is gone meanwhile is not read."""

        def read(ids: Sequence[int]) -> dict[int, Reading]:
            passages = self._passages(ids)
            return dict(zip(passages, reader.read(question, list(passages.values())), strict=True))

        return read

    def _load_reader(self) -> SpanReader | None:
        if not self._settings.reads:
            return None
        from retrieval.span_reader import SpanReader

        return SpanReader.load(self._bundled_embedder(), self._settings.reader_file)

    def _bundled_embedder(self) -> Embedder:
        """The model that readers are trained on; one more is loaded where the settings embed with another."""
        return self._load_embedder() if self._settings.embedding_model is None else self._embedder_of(None)

    def _open_searcher(self, number: int) -> Searcher:
        from retrieval.search import Searcher

        manifest = servable_manifest(self._generations, self._database, self._store, number)
        require_model(manifest, name=self._model_name, fingerprint=self._fingerprint())
        embedder = self._load_embedder()
        require_model(manifest, name=self._model_name, fingerprint=embedder.fingerprint)
        if self._reader is None:
            self._reader = self._load_reader()
        return Searcher(self._generations.open(manifest.number), embedder)
