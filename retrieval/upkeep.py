"""What changes a home folder: indexing, rolling back, forgetting. One process at a time; readers go on meanwhile."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from retrieval.errors import IndexBusyError, IndexMissingError, NothingToRollBackError, UnknownArticleError
from retrieval.fetching.addresses import is_address
from retrieval.generation import GenerationFolder
from retrieval.manifest import folder_name
from retrieval.model_files import BUNDLED_MODEL, download_model, model_fingerprint, resolve_model
from retrieval.progress import Progress
from retrieval.status import readable, require_model, usable_manifest
from retrieval.store.database import Database
from retrieval.store.reader import StoreReader
from retrieval.store.retractions import RetractionStore
from retrieval.store.stories import StoryStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.embedding import Embedder
    from retrieval.indexing import Model
    from retrieval.loaders import LoadAddress
    from retrieval.manifest import Manifest
    from retrieval.reading import RevisionWriter, SourceReader
    from retrieval.settings import RetrievalSettings
    from retrieval.types import IndexPreview, IndexReport, Retraction, Retractions

_log = logging.getLogger(__name__)

_PATIENCE = 5.0
"""Seconds that forgetting waits for another writer, before it leaves the deleting to that one."""


class Upkeep:
    """What one home folder holds, and how it is changed."""

    def __init__(
        self, settings: RetrievalSettings, progress: Progress | None = None, *, model_home: Path | None = None
    ) -> None:
        """`model_home` is where the bundled model is unpacked, if not below the settings' own home."""
        self._settings = settings
        self._model_home = model_home or settings.home
        self._progress = progress or Progress()
        self._resting: set[str] | None = None
        self._database = _database(settings)
        self._store = StoreReader(self._database)
        self._retractions = RetractionStore(self._database)
        self._stories = StoryStore(self._database)
        self._generations = GenerationFolder(settings.home)
        self._embedder: Embedder | None = None

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
            with self._source_reader(
                writer,
                sources,
                fetched=self._settings.home / "fetched",
                retractions=self._retractions.current(),
                accept_removals=accept_removals,
            ) as source_reader:
                try:
                    return indexer.run(sources, source_reader, rebuild=rebuild)
                finally:
                    self._retractions.erase()  # what was forgotten while the index was built

    def ask_addresses_anew(self) -> None:
        """Have the next run ask all addresses; those that answer then rest until this is called again."""
        self._resting = set()

    def preview(self, sources: Sequence[str] = (), *, accept_removals: bool = False) -> IndexPreview:
        """Tell what `index` would do; changes nothing, and goes on beside a run that does.

        Raises:
            NothingToIndexError: no article was found.
            IndexMismatchError: the published index is another model's.
            DatabaseError: the database cannot be read, or is of another version.

        """
        from retrieval.preview import Preview, Rehearsal
        from retrieval.store.writer import StoreWriter

        preview = Preview(
            database=self._database, store=self._store, retractions=self._retractions, generations=self._generations
        )
        sources = sources or self._settings.sources
        try:
            preview.require_model(self._model_name, self._fingerprint)
            rehearsal = Rehearsal(StoreWriter(self._database) if preview.has_store() else None)
            with (
                TemporaryDirectory() as fetched,
                self._source_reader(
                    rehearsal,
                    sources,
                    fetched=Path(fetched),
                    retractions=preview.forgotten(),
                    accept_removals=accept_removals,
                ) as source_reader,
            ):
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

    @contextmanager
    def _source_reader(
        self,
        writer: RevisionWriter,
        sources: Sequence[str],
        *,
        fetched: Path,
        retractions: Retractions,
        accept_removals: bool,
    ) -> Iterator[SourceReader]:
        """What reads `sources` for `writer`; what is fetched for it is kept in the folder `fetched`."""
        from retrieval.reading import SourceReader

        with self._address_loader(sources, fetched) as load_address:
            yield SourceReader(
                writer,
                timezone=self._settings.timezone,
                progress=self._progress,
                load_address=load_address,
                leave_out=self._settings.home,
                retractions=retractions,
                accept_removals=accept_removals,
            )

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
            step=self._progress.step,
            resting=self._resting,
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
