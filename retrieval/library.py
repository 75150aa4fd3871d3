"""The façade: everything that the command line and the bot do with articles goes through `Library`."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from retrieval.articles import ArticleKeys, Coverage
from retrieval.errors import IndexBusyError, IndexMissingError, NothingToRollBackError, UnknownArticleError
from retrieval.fetching.addresses import is_address
from retrieval.generation import GenerationFolder
from retrieval.manifest import folder_name
from retrieval.model_files import BUNDLED_MODEL, download_model, model_fingerprint, resolve_model
from retrieval.progress import Progress
from retrieval.serving import Serving
from retrieval.status import describe, readable, require_model, servable_manifest, usable_manifest
from retrieval.store.database import Database
from retrieval.store.reader import StoreReader
from retrieval.store.retractions import RetractionStore
from retrieval.store.stories import StoryStore
from retrieval.types import NearestArticle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.conversation import Conversation
    from retrieval.embedding import Embedder
    from retrieval.generation import Generation
    from retrieval.indexing import Model
    from retrieval.loaders import LoadAddress
    from retrieval.manifest import Manifest
    from retrieval.search import ReadPassages, Searcher, SearchResult
    from retrieval.settings import RetrievalSettings
    from retrieval.span_reader import SpanReader
    from retrieval.types import Answer, Article, IndexPreview, IndexReport, Passage, Reading, Retraction, Status

_log = logging.getLogger(__name__)

_PATIENCE = 5.0
"""Seconds that forgetting waits for another writer, before it leaves the deleting to that one."""
_PASSAGES_AN_ARTICLE = 4
"""Passages to look at for each article that is wanted, since several may be of one."""
_SEARCHES = 3
"""Searches for one question at most, where generations are deleted faster than it is answered."""


class Library:
    """The articles of one home folder; safe to ask from several threads.

    Nothing heavy is imported or loaded before it is needed: `status` needs neither torch nor faiss.
    """

    def __init__(
        self, settings: RetrievalSettings, progress: Progress | None = None, *, model_home: Path | None = None
    ) -> None:
        """`model_home` is where the bundled model is unpacked, if not below the settings' own home."""
        self._settings = settings
        self._model_home = model_home or settings.home
        self._progress = progress or Progress()
        self._database = _database(settings)
        self._store = StoreReader(self._database)
        self._retractions = RetractionStore(self._database)
        self._stories = StoryStore(self._database)
        self._generations = GenerationFolder(settings.home)
        self._serving = Serving(self._generations, self._open_searcher)
        self._embedder: Embedder | None = None
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

    def index(
        self, sources: Sequence[str] = (), *, rebuild: bool = False, accept_removals: bool = False
    ) -> IndexReport:
        """Make the published index mirror `sources` (default: the settings').

        A source that is suspiciously empty loses no article unless `accept_removals` says that it shall.

        Raises:
            IndexBusyError: another process is writing.
            NothingToIndexError: no article was found; the published index stays.
            IndexMismatchError: the published index is another model's and `rebuild` is not asked for.

        """
        from retrieval.indexing import Indexer
        from retrieval.reading import SourceReader
        from retrieval.store.writer import StoreWriter

        with self._writing():
            self._database.migrate()
            self._retractions.erase()
            writer = StoreWriter(self._database)
            indexer = Indexer(
                store=self._store,
                writer=writer,
                retractions=self._retractions,
                stories=self._stories,
                generations=self._generations,
                model=self._model(),
                progress=self._progress,
                kept=self._settings.kept_generations,
            )
            sources = sources or self._settings.sources
            with self._address_loader(sources, self._settings.home / "fetched") as load_address:
                source_reader = SourceReader(
                    writer,
                    timezone=self._settings.timezone,
                    progress=self._progress,
                    load_address=load_address,
                    retractions=self._retractions.current(),
                    accept_removals=accept_removals,
                )
                try:
                    return indexer.run(sources, source_reader, rebuild=rebuild)
                finally:
                    self._retractions.erase()  # what was forgotten while the index was built

    def preview(self, sources: Sequence[str] = (), *, accept_removals: bool = False) -> IndexPreview:
        """Tell what `index` would do; changes nothing, and goes on beside a run that does.

        Raises:
            NothingToIndexError: no article was found.
            IndexMismatchError: the published index is another model's.
            DatabaseError: the database cannot be read, or is of another version.

        """
        from retrieval.preview import Preview, Rehearsal
        from retrieval.reading import SourceReader
        from retrieval.store.writer import StoreWriter

        preview = Preview(
            database=self._database, store=self._store, retractions=self._retractions, generations=self._generations
        )
        sources = sources or self._settings.sources
        try:
            preview.require_model(self._model_name, self._fingerprint)
            rehearsal = Rehearsal(StoreWriter(self._database) if preview.has_store() else None)
            with TemporaryDirectory() as fetched, self._address_loader(sources, Path(fetched)) as load_address:
                source_reader = SourceReader(
                    rehearsal,
                    timezone=self._settings.timezone,
                    progress=self._progress,
                    load_address=load_address,
                    retractions=preview.forgotten(),
                    accept_removals=accept_removals,
                )
                return preview.run(sources, source_reader, rehearsal)
        finally:
            self._database.close()  # an open connection to SQLite keeps files beside the database

    def rollback(self) -> Manifest:
        """Publish the generation that was published before the current one; return its manifest.

        Raises:
            IndexMissingError: nothing is published yet.
            NothingToRollBackError: no earlier generation is kept.
            IndexMismatchError: the earlier one is damaged, or another model's.

        """
        with self._writing():
            current = self._generations.published().number
            earlier = self._generations.lineage(current, 2)[1:]
            if not earlier:
                message = f"generation {folder_name(current)} is the oldest that is kept: nothing to go back to"
                raise NothingToRollBackError(message)
            manifest = usable_manifest(self._generations, self._store, earlier[0])
            require_model(manifest, name=self._model_name, fingerprint=self._fingerprint())
            self._generations.publish(manifest.number)
            return readable(manifest, self._retractions)

    def forget(self, article_ids: Sequence[str]) -> bool:
        """Take articles out of all answers at once, in every process and generation, and keep them away.

        Neither they nor copies of their texts come back with the next runs. Returns whether their text is deleted
        from the database already; it is not while another process writes the index, which does it in the end.

        Raises:
            IndexMissingError: nothing is published yet.
            UnknownArticleError: one of them is not stored; nothing was done.

        """
        self._generations.published()
        erased = False
        try:
            with self._writing(wait=_PATIENCE):
                self._database.migrate()
                self._forget(article_ids)
                self._retractions.erase()
                erased = True
        except IndexBusyError:
            self._database.check_schema()
            self._forget(article_ids)
        return erased

    def _forget(self, article_ids: Sequence[str]) -> None:
        unknown = self._retractions.unknown(article_ids)
        if unknown:
            message = f"no article has the id {unknown[0]!r}: take it from a citation (`citebot ask --json`)"
            raise UnknownArticleError(message)
        self._retractions.add(article_ids)
        _log.info("forgotten: %s", ", ".join(article_ids))

    def let_back(self, article_ids: Sequence[str]) -> None:
        """Undo `forget`: the next run brings the articles back, if the sources still hold them.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexBusyError: another process is writing.
            UnknownArticleError: one of them was not forgotten; nothing was done.

        """
        self._generations.published()
        with self._writing():
            self._database.migrate()
            known = {retraction.article_id for retraction in self._retractions.listed()}
            unknown = [article_id for article_id in article_ids if article_id not in known]
            if unknown:
                message = f"no article with the id {unknown[0]!r} was forgotten: see `citebot forget --list`"
                raise UnknownArticleError(message)
            self._retractions.erase()
            self._retractions.undo(article_ids)
            _log.info("let back: %s", ", ".join(article_ids))

    def forgotten(self) -> tuple[Retraction, ...]:
        """What `forget` keeps away, the latest first."""
        self._generations.published()
        self._database.check_schema()
        return self._retractions.listed()

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

    @property
    def _model_name(self) -> str:
        return self._settings.embedding_model or BUNDLED_MODEL

    def _fingerprint(self) -> str | None:
        return model_fingerprint(self._settings.embedding_model)

    def _model(self) -> Model:
        from retrieval.indexing import Model

        fingerprint = self._fingerprint() or self._load_embedder().fingerprint
        return Model(self._model_name, fingerprint, self._load_embedder)

    def _load_embedder(self) -> Embedder:
        if self._embedder is None:
            self._embedder = self._embedder_of(self._settings.embedding_model)
        return self._embedder

    def _embedder_of(self, model: str | None) -> Embedder:
        """Load a model by its folder or name; None is the bundled one."""
        from retrieval.embedding import Embedder

        announce = self._progress.announce
        return Embedder.load(
            download_model(resolve_model(model, self._model_home, announce=announce), announce=announce)
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

    @contextmanager
    def _address_loader(self, sources: Sequence[str], folder: Path) -> Iterator[LoadAddress | None]:
        """What loads addresses on the web, where there are any among `sources`; `folder` is for its responses."""
        if not any(map(is_address, sources)):
            yield None
            return
        from retrieval.fetching.fetcher import Fetcher, FetchLimits
        from retrieval.fetching.kept import ResponseFolder
        from retrieval.loaders.web import WebLoader

        settings = self._settings
        responses = ResponseFolder(folder)
        limits = FetchLimits(delay_seconds=settings.fetch_delay)
        with Fetcher(
            responses,
            limits=limits,
            private_addresses=settings.fetch_private_addresses,
            announce=self._progress.announce,
        ) as fetcher:
            yield WebLoader(
                fetcher,
                timezone=settings.timezone,
                linked_pages=settings.fetch_linked_pages,
                page_limit=settings.fetch_pages,
            )
        responses.forget_unused()

    @contextmanager
    def _writing(self, wait: float = 0) -> Iterator[None]:
        """Hold the writer's lock; `wait` up to so many seconds for it."""
        home = self._settings.home
        try:
            home.mkdir(parents=True, exist_ok=True)
            with FileLock(home / "index.lock", timeout=wait):
                yield
        except Timeout as error:
            message = f"another citebot is writing the index in {home}: wait until it is done"
            raise IndexBusyError(message) from error
        except OSError as error:
            message = f"{home} cannot be written ({error}): give CITEBOT_HOME a folder that is yours and has room"
            raise IndexMissingError(message) from error


def _database(settings: RetrievalSettings) -> Database:
    if settings.database_url:
        return Database.at(settings.database_url)
    return Database.in_file(settings.home / "citebot.sqlite")
