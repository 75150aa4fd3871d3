"""What changes a home folder: indexing, rolling back, forgetting. One process at a time; readers go on meanwhile."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from retrieval.errors import (
    DatabaseAwayError,
    DatabaseError,
    IndexBusyError,
    IndexMissingError,
    NothingToRollBackError,
    UnknownArticleError,
)
from retrieval.fetching.addresses import is_address
from retrieval.home import Home
from retrieval.index.manifest import folder_name
from retrieval.index.servable import require_model, usable_manifest, without_forgotten
from retrieval.ingest.sources import SourceReading
from retrieval.received import PLACE
from retrieval.told import told
from retrieval.types import ReceivedKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.index.manifest import Manifest
    from retrieval.loaders import LoadAddress
    from retrieval.models.model import Model
    from retrieval.progress import Progress
    from retrieval.settings import RetrievalSettings
    from retrieval.types import Given, IndexPreview, IndexReport, Received, Retraction

_log = logging.getLogger(__name__)

_PATIENCE_AFTER_FETCHING = 60.0
"""Seconds that indexing waits for another writer when it has fetched what the web holds."""
_BETWEEN_STEPS = 0.5
_PATIENCE = 5.0
"""Seconds that all else waits for another writer, who may only be taking in a post."""


class Upkeep:
    """Changes what a home folder holds, with one model; tells one `Progress` how far it is."""

    def __init__(self, home: Home, model: Model, progress: Progress) -> None:
        self._home = home
        self._model = model
        self._progress = progress
        self._sources = SourceReading(home.settings, progress)

    def index(
        self,
        sources: Sequence[str] = (),
        *,
        rebuild: bool = False,
        accept_removals: bool = False,
        begin_with: int = 0,
    ) -> IndexReport:
        """Make the published index mirror `sources` (default: the settings').

        Where nothing is published yet, `begin_with` so many of the newest articles are published first. A source that
        is suspiciously empty loses no article unless `accept_removals` says that it shall. The web is asked before
        anybody is kept from writing.

        Raises:
            IndexBusyError: another process is writing, or fetching.
            NothingToIndexError: no article was found; the published index stays.
            IndexMismatchError: the published index is another model's and `rebuild` is not asked for.

        """
        from retrieval.ingest.heard import note_reads
        from retrieval.ingest.indexing import Indexer
        from retrieval.store.writer import StoreWriter

        home = self._home
        sources = sources or home.settings.sources
        resting = self._sources.resting()
        with self._writing_what_was_fetched(sources) as (require_lock, load_address):
            home.database.migrate()
            home.retractions.erase()
            indexer = Indexer(home, self._model, self._progress, require_lock)
            collector = self._sources.collector(
                StoreWriter(home.database),
                load_address,
                retractions=home.retractions.current(),
                received=home.received.taken_in(),
                accept_removals=accept_removals,
            )
            try:
                return indexer.run(sources, collector, rebuild=rebuild, begin_with=begin_with)
            finally:
                home.retractions.erase()  # what was forgotten while the index was built
                note_reads(home, collector.reads, resting, datetime.now(UTC))

    def receive(self, received: Sequence[Received]) -> None:
        """Keep articles that were sent; `take_in` or the next run of `index` publishes them.

        It waits for nobody who writes the index, unless the database is of an older version and must be brought up to
        date.

        Raises:
            DatabaseError: they cannot be kept.
            IndexBusyError: the database must be brought up to date, and another process is writing.

        """
        self._be_ready_to_receive()
        self._home.received.keep(received)

    def _be_ready_to_receive(self) -> None:
        try:
            self._home.database.check_schema(to_write=True)
        except DatabaseAwayError:
            raise
        except (DatabaseError, IndexMissingError):
            with self._writing():
                self._home.database.migrate()

    def has_received(self) -> bool:
        """Tell whether there is anything for `take_in`: received, or published and taken back since."""
        if self._home.received.has_any():
            return True
        published = self._home.generations.current()
        return published is not None and self._home.queries.has_origin(published.number, PLACE)

    def offer_file(self, path: Path) -> Given:
        """Read a file that was given by hand, and keep what it holds until `accept` is called.

        Raises:
            NotAnArticleError: it holds no article, or cannot be read.
            DatabaseError: what it holds cannot be kept.
            IndexBusyError: as in `receive`.

        """
        from retrieval.ingest.given import offer_file

        self._be_ready_to_receive()
        return offer_file(self._home, path)

    def offer_page(self, address: str) -> Given:
        """Fetch a page that was given by hand, which may take a minute; otherwise as `offer_file`."""
        from retrieval.ingest.given import offer_page

        self._be_ready_to_receive()
        return offer_page(self._home, self._progress, address)

    def read_links(self, tell: Callable[[str, str], None]) -> None:
        """Read the pages that received posts link to, as `retrieval.ingest.linked.read_links` does.

        Raises:
            DatabaseError: they cannot be looked up or kept.
            IndexBusyError: as in `receive`.

        """
        from retrieval.ingest.linked import read_links

        self._be_ready_to_receive()
        read_links(self._home, self._progress, tell)

    def accept(self, batch: str) -> Given | None:
        """Have `take_in` and `index` take in what was offered, once or again; None where it is no longer there."""
        self._home.received.accept(batch)
        return self._home.received.one_given(ReceivedKind.GIVEN, batch)

    def decline(self, batch: str) -> Given | None:
        """Delete what was offered; return what it was, None where it is no longer there."""
        return self._deleted(ReceivedKind.OFFERED, batch)

    def take_back(self, batch: str) -> Given | None:
        """Delete what was given by hand; return what it was, None where it is not there.

        Its articles leave the index with the next `take_in` or `index`.
        """
        return self._deleted(ReceivedKind.GIVEN, batch)

    def _deleted(self, kind: ReceivedKind, batch: str) -> Given | None:
        given = self._home.received.one_given(kind, batch)
        return given if given and self._home.received.delete(kind, batch) else None

    def given(self) -> list[Given]:
        """What was given by hand and is taken in, the newest first."""
        return self._home.received.given()

    def take_in(self) -> IndexReport | None:
        """Publish what was received since, and leave all other articles as they are; no source is read or asked.

        Returns None where that takes a whole run of `index`: see `retrieval.ingest.indexing.Indexer.take_in`.

        Raises:
            IndexBusyError: another process is writing.
            NothingToIndexError: no article would be left; the published index stays.

        """
        from retrieval.ingest.indexing import Indexer
        from retrieval.store.writer import StoreWriter

        home = self._home
        with self._writing() as require_lock:
            home.database.migrate()
            home.retractions.erase()
            collector = self._sources.collector(
                StoreWriter(home.database),
                None,
                retractions=home.retractions.current(),
                received=home.received.taken_in(),
            )
            try:
                return Indexer(home, self._model, self._progress, require_lock).take_in(
                    home.settings.sources, collector
                )
            finally:
                home.retractions.erase()

    def ask_addresses_anew(self) -> None:
        """Have the next run ask all addresses; those that answer then rest until this is called again."""
        self._sources.ask_addresses_anew()

    def preview(self, sources: Sequence[str] = (), *, accept_removals: bool = False) -> IndexPreview:
        """Tell what `index` would do; changes nothing, and goes on beside a run that does.

        Raises:
            NothingToIndexError: no article was found.
            IndexMismatchError: the published index is another model's.
            DatabaseError: the database cannot be read, or is of another version.

        """
        from retrieval.ingest.preview import Preview, Rehearsal
        from retrieval.store.writer import StoreWriter

        preview = Preview(self._home)
        sources = sources or self._home.settings.sources
        try:
            preview.require_model(self._model)
            rehearsal = Rehearsal(StoreWriter(self._home.database) if preview.has_store() else None)
            with (
                TemporaryDirectory() as folder,
                self._sources.fetched(sources, Path(folder)) as load_address,
            ):
                collector = self._sources.collector(
                    rehearsal,
                    load_address,
                    retractions=preview.forgotten(),
                    received=preview.received(),
                    accept_removals=accept_removals,
                )
                return preview.run(sources, collector, rehearsal)
        finally:
            self._home.database.close()  # an open connection to SQLite keeps files beside the database

    def rollback(self) -> Manifest:
        """Publish the generation that was published before the current one; return its manifest.

        Raises:
            IndexMissingError: nothing is published yet.
            NothingToRollBackError: no earlier generation is kept.
            IndexMismatchError: the earlier one is damaged, or another model's.

        """
        with self._writing():
            current = self._home.generations.published().number
            earlier = self._home.generations.lineage(current, 2)[1:]
            if not earlier:
                message = told(
                    "generation {generation} is the oldest that is kept: nothing to go back to",
                    generation=folder_name(current),
                )
                raise NothingToRollBackError(message)
            manifest = usable_manifest(self._home.generations, self._home.queries, earlier[0])
            require_model(manifest, name=self._model.name, fingerprint=self._model.fingerprint())
            self._home.generations.publish(manifest.number)
            return without_forgotten(manifest, self._home.retractions)

    def forget(self, articles: Sequence[str]) -> bool:
        """Take articles out of all answers at once, in every process and generation, and keep them away.

        Each is named by its id or its address; an address that several articles have means all of them.

        Neither they nor copies of their texts come back with the next runs. Returns whether their text is deleted
        from the database already; it is not while another process writes the index, which does it in the end.

        Raises:
            IndexMissingError: nothing is published yet.
            UnknownArticleError: one of them is not stored; nothing was done.

        """
        self._home.generations.published()
        erased = False
        try:
            with self._writing():
                self._home.database.migrate()
                self._forget(articles)
                self._home.retractions.erase()
                erased = True
        except IndexBusyError:
            self._home.database.check_schema(to_write=True)
            self._forget(articles)
        return erased

    def _forget(self, articles: Sequence[str]) -> None:
        retractions = self._home.retractions
        unknown = set(retractions.unknown(articles))
        article_ids: list[str] = []
        for name in articles:
            found = self._told(name, retractions.at(name) if is_address(name) else ()) if name in unknown else [name]
            if not found:
                named = told("address") if is_address(name) else told("id")
                message = told(
                    "no article has the {named} {name!r}: take it from a citation (`citebot ask --json`)",
                    named=named,
                    name=name,
                )
                raise UnknownArticleError(message)
            article_ids += found
        retractions.add(article_ids)
        _log.info("forgotten: %s", ", ".join(article_ids))

    def _told(self, address: str, article_ids: Sequence[str]) -> Sequence[str]:
        """The same ids, told where they are several."""
        if len(article_ids) > 1:
            named = ", ".join(article_ids)
            self._progress.announce(
                told(
                    "{address} is the address of {article_ids_count} articles: {named}",
                    address=address,
                    article_ids_count=len(article_ids),
                    named=named,
                )
            )
        return article_ids

    def let_back(self, articles: Sequence[str]) -> None:
        """Undo `forget`: the next run brings the articles back, if the sources still hold them.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexBusyError: another process is writing.
            UnknownArticleError: one of them was not forgotten; nothing was done.

        """
        self._home.generations.published()
        with self._writing():
            self._home.database.migrate()
            known = {retraction.article_id for retraction in self._home.retractions.listed()}
            article_ids: list[str] = []
            for name in articles:
                found = [name] if name in known else self._told(name, self._home.retractions.forgotten_at(name))
                if not found:
                    named = told("address") if is_address(name) else told("id")
                    message = told(
                        "no article with the {named} {name!r} was forgotten: see `citebot forget --list`",
                        named=named,
                        name=name,
                    )
                    raise UnknownArticleError(message)
                article_ids += found
            self._home.retractions.erase()
            self._home.retractions.undo(article_ids)
            _log.info("let back: %s", ", ".join(article_ids))

    def forgotten(self) -> tuple[Retraction, ...]:
        """What `forget` keeps away, the latest first."""
        self._home.generations.published()
        self._home.database.check_schema()
        return self._home.retractions.listed()

    def copy_to(self, target: RetrievalSettings, before_publishing: Callable[[], None] | None = None) -> Manifest:
        """Carry the home over into the one that `target` names, embedding nothing anew; return what is published there.

        Readers go on at the source, which stays as it is. `before_publishing` is called when all but the publishing is
        done, for what else belongs into the copy; what it raises leaves the target unpublished, and another run begins
        anew.

        Raises:
            IndexMissingError: nothing is published here, or the target cannot be written.
            IndexBusyError: another process is writing in one of the two.
            NotEmptyError: something is published there already, or it is the same home.
            DatabaseError: one of the databases fails.

        """
        from retrieval.ingest.copying import copy_home, require_empty

        self._home.generations.published()
        there = Home.of(target)
        try:
            require_empty(there)  # before a folder is made or a lock is waited for
            with self._writing() as require_held, there.lock.held(0) as require_held_there:

                def before() -> None:
                    if before_publishing:
                        before_publishing()
                    require_held()
                    require_held_there()

                manifest = copy_home(self._home, there, self._progress, before)
                return without_forgotten(manifest, there.retractions)
        finally:
            there.database.close()

    @contextmanager
    def _writing_what_was_fetched(
        self, sources: Sequence[str]
    ) -> Iterator[tuple[Callable[[], None], LoadAddress | None]]:
        """Fetch what is on the web, and then hold the writer's lock. Yields what raises where that was lost, too."""
        with ExitStack() as stack:
            if not any(map(is_address, sources)):
                yield stack.enter_context(self._writing()), None
                return
            with self._home.fetching.held(0):
                # Whoever writes now may do so for long: that is told before anything is fetched.
                with self._writing():
                    pass
                folder = self._home.settings.home / "fetched"
                load_address = stack.enter_context(self._sources.fetched(sources, folder))
                require_held = self._hold_at_last(stack)
            yield require_held, load_address

    def _hold_at_last(self, stack: ExitStack) -> Callable[[], None]:
        """Hold the writer's lock in `stack`; wait for whoever took it meanwhile, who is mostly done in a moment."""
        until = time.monotonic() + _PATIENCE_AFTER_FETCHING
        while True:
            try:
                return stack.enter_context(self._writing(_BETWEEN_STEPS))
            except IndexBusyError:
                if time.monotonic() >= until:
                    raise
            self._progress.step()

    @contextmanager
    def _writing(self, wait: float | None = None) -> Iterator[Callable[[], None]]:
        """Hold the writer's lock; `wait` up to so many seconds for it. Yields what raises where it was lost."""
        with self._home.lock.held(_PATIENCE if wait is None else wait) as require_held:
            yield require_held
