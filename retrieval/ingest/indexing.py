"""Sources -> store -> a new generation. Incremental: only what is new is stored, split and embedded."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from retrieval.errors import IndexMismatchError, IndexMissingError, NothingToIndexError
from retrieval.fetching.addresses import is_address, printable_source
from retrieval.index.engines import Earlier
from retrieval.index.manifest import new_manifest
from retrieval.index.self_check import require_known_items
from retrieval.index.servable import require_model, usable_manifest
from retrieval.ingest.building import build_generation, gather_parts
from retrieval.ingest.embedding import embedding_for
from retrieval.ingest.known_files import KnownBefore, KnownFiles, way_of_reading
from retrieval.store.writer import StoreWriter
from retrieval.stories.linking import copies_of, record
from retrieval.told import told
from retrieval.types import ArticleCounts, IndexReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from retrieval.home import Home
    from retrieval.index.manifest import Manifest
    from retrieval.ingest.collecting import Collected, SourceCollector
    from retrieval.models.model import Model
    from retrieval.progress import Progress
    from retrieval.store.queries import StoredRevision
    from retrieval.types import Copy

_WORTH_A_BEGINNING = 2
"""Times as many articles as are published to begin with; fewer are published all at once."""


class _There(NamedTuple):
    """What is published when a run begins."""

    generation: int | None
    manifest: Manifest | None
    """None also where it must be built again."""
    revisions: Mapping[str, StoredRevision]
    known: KnownBefore


class Indexer:
    """Makes the published index mirror the sources. The caller holds the writer's lock."""

    def __init__(self, home: Home, model: Model, progress: Progress, require_lock: Callable[[], None]) -> None:
        """`require_lock` raises where the writer's lock was lost."""
        self._require_lock = require_lock
        self._home = home
        self._queries = home.queries
        self._retractions = home.retractions
        self._stories = home.stories
        self._generations = home.generations
        self._writer = StoreWriter(home.database)
        self._model = model
        self._fingerprint = model.fetched_fingerprint(progress.announce)
        self._progress = progress
        self._embedding = embedding_for(home.database, model, progress)
        self._kept = home.settings.kept_generations
        self._files = KnownFiles(home.settings.home, way_of_reading(home.settings, home.database.shown))

    def run(
        self, sources: Sequence[str], collector: SourceCollector, *, rebuild: bool, begin_with: int = 0
    ) -> IndexReport:
        """Read the sources and publish a new generation where it would differ from the published one.

        Where none is published yet, `begin_with` so many of the newest articles are published first.

        Raises:
            NothingToIndexError: no article is left; the published generation stays.
            IndexMismatchError: the published generation is another model's and `rebuild` is not asked for.

        """
        started = time.monotonic()
        current, manifest = self._published()
        if manifest and not rebuild:
            require_model(manifest, name=self._model.name, fingerprint=self._fingerprint)
        before = {} if current is None else self._queries.revisions_of(current)
        known_before = self._known_of(current) if manifest and not rebuild else KnownBefore()
        collected = collector.collect(sources, self._rolled_back(current) | before, known_before)
        there = _There(current, manifest, before, known_before)
        return self._bring_up_to_date(sources, collected, there, started, rebuild=rebuild, begin_with=begin_with)

    def take_in(self, sources: Sequence[str], collector: SourceCollector) -> IndexReport | None:
        """Publish a new generation in which nothing but what was received differs, where anything of it does.

        No source is read; `sources` are only named. Returns None where it takes a whole run: nothing is published, or
        what is published is another model's, only the beginning of an index, or not what this version would build.

        Raises:
            NothingToIndexError: no article would be left; the published generation stays.

        """
        started = time.monotonic()
        current, manifest = self._published()
        if current is None or manifest is None or not manifest.is_up_to_date:
            return None
        if manifest.model_fingerprint != self._fingerprint:
            return None
        before = self._queries.revisions_of(current)
        known = KnownBefore(self._files.of(current))
        collected = collector.collect_received(before, known, self._stories.copies(current), manifest.received_until)
        return self._bring_up_to_date(sources, collected, _There(current, manifest, before, known), started)

    def _bring_up_to_date(
        self,
        sources: Sequence[str],
        collected: Collected,
        there: _There,
        started: float,
        *,
        rebuild: bool = False,
        begin_with: int = 0,
    ) -> IndexReport:
        """Publish what was collected where that differs from what is there; `started` by the monotonic clock."""
        current, manifest, before, known_before = there
        published = current
        self._leave_out_forgotten(sources, collected)
        embedded = 0
        up_to_date = manifest is not None and manifest.is_up_to_date and not self._is_behind(current, collected)
        if manifest is None or rebuild or collected.revisions != before or not up_to_date:
            if rebuild:
                self._writer.clear_embeddings(self._fingerprint)
            base = current if manifest and manifest.has_parts_of_today and not rebuild else None
            if current is None and 0 < _WORTH_A_BEGINNING * begin_with <= len(collected.revisions):
                current, embedded = self._begin(collected.revisions, begin_with)
                base = current
            # What is published is embedded, but for what is to be anew.
            embedded_before = base is not None and self._queries.is_embedded(base, self._fingerprint)
            known = {revision.id for revision in before.values()} if embedded_before else set()
            new = (revision.id for revision in collected.revisions.values() if revision.id not in known)
            embedded += self._embedding.embed(list(new))
            self._leave_out_forgotten(sources, collected)
            until = collected.received_until
            manifest = self._publish(collected.revisions, collected.copies, current=current, base=base, until=until)
        else:
            self._clear()
        if manifest.number != published or collected.files != known_before.files:
            self._files.keep(manifest.number, collected.files)
        return IndexReport(
            articles=count_articles({} if rebuild else before, collected),
            passages=manifest.passages,
            sentences=manifest.sentences,
            embedded=embedded,
            generation=manifest.name,
            seconds=round(time.monotonic() - started, 2),
            problems=tuple(collected.problems),
        )

    def _known_of(self, generation: int | None) -> KnownBefore:
        """What files held when a generation was made."""
        files = self._files.of(generation) if generation is not None else {}
        if generation is None or not files:
            return KnownBefore()
        return KnownBefore(files, {copy.article_id: copy for copy in self._stories.copies(generation)})

    def _begin(self, revisions: Mapping[str, StoredRevision], count: int) -> tuple[int, int]:
        """Publish the newest `count` articles; return their generation and how many sentences were embedded."""
        newest = set(self._queries.newest_of({revision.id for revision in revisions.values()}, count))
        first = {article_id: revision for article_id, revision in revisions.items() if revision.id in newest}
        embedded = self._embedding.embed(list(newest))
        number = self._publish(first, (), current=None, beginning=True).number
        self._progress.begun(len(first), len(revisions))
        return number, embedded

    def _leave_out_forgotten(self, sources: Sequence[str], collected: Collected) -> None:
        collected.drop(self._retractions.revisions())
        require_some(sources, collected)

    def _is_behind(self, generation: int | None, collected: Collected) -> bool:
        """Whether what is published still holds forgotten words, or does not know of all copies."""
        return generation is not None and (
            bool(self._retractions.passages(generation))
            or self._stories.copies(generation) != set(copies_of(collected.revisions, collected.copies))
        )

    def _rolled_back(self, current: int | None) -> dict[str, StoredRevision]:
        """Articles from addresses that only rolled back generations hold: feeds may not show them again."""
        later = [number for number in self._queries.generations() if number > current] if current else []
        return {
            article_id: revision
            for number in later
            for article_id, revision in self._queries.revisions_of(number).items()
            if is_address(revision.origin)
        }

    def _published(self) -> tuple[int | None, Manifest | None]:
        """The published generation's number, and its manifest unless it must be built again.

        Where the record of what is published is damaged, the newest generation stands in for it.
        """
        try:
            published = self._generations.current()
        except IndexMismatchError:
            return self._generations.highest_number() or None, None
        return (published.number, self._usable_manifest(published.number)) if published else (None, None)

    def _usable_manifest(self, number: int) -> Manifest | None:
        try:
            return usable_manifest(self._generations, self._queries, number)
        except (IndexMissingError, IndexMismatchError):
            return None

    def _publish(
        self,
        revisions: Mapping[str, StoredRevision],
        copies: Sequence[Copy],
        *,
        current: int | None,
        base: int | None = None,
        beginning: bool = False,
        until: datetime | None = None,
    ) -> Manifest:
        """Build a generation of these revisions, publish it, and forget the oldest, and any that was a beginning.

        Of the generation `base`, if any, those segments are taken that hold some of these revisions; `until` is
        `Collected.received_until`.
        """
        self._progress.building()
        earlier = self._generations.lineage(current, self._kept) if current else []
        # What is published stays until the new one is, even where it cannot be read: perhaps only for a while.
        kept = {*earlier, *([current] if current else [])}
        self._generations.keep_only(kept)
        number = self._writer.add_generation(
            self._fingerprint,
            {revision.id: revision.origin for revision in revisions.values()},
            after=self._generations.highest_number(),
            kept=kept,
            like=current,
        )
        previous = next((one for one in earlier if self._is_worth_going_back_to(one)), None)
        describe = partial(
            new_manifest,
            number=number,
            previous=previous,
            model=self._model.name,
            model_fingerprint=self._fingerprint,
            articles=len(revisions),
            beginning=beginning,
            received_until=until,
        )

        def build(there: Earlier) -> list[tuple[int, ...]]:
            parts = gather_parts(self._home, number, self._fingerprint, there)
            stories = parts.stories()
            built = build_generation(parts, stories, describe)
            require_known_items(self._generations.add(built), self._queries, self._retractions)
            return stories

        earlier_parts = self._generations.earlier(base) if base else Earlier()
        try:
            stories = build(earlier_parts)
        except IndexMismatchError:
            if not earlier_parts.segments:
                raise
            # What is there was made otherwise, such as by another edition of a dictionary; texts and vectors are kept.
            stories = build(Earlier())
        record(self._stories, number, stories, revisions, copies)
        self._require_lock()
        self._generations.publish(number)
        if not beginning:  # the other articles belong to no generation yet
            lineage = self._generations.lineage(number, self._kept)
            self._generations.keep_only(lineage)
            self._writer.keep_only(lineage)
        return self._generations.manifest(number)

    def _clear(self) -> None:
        """Forget generations that killed runs left without their files, and what else they left."""
        recorded = self._queries.generations()
        kept = [number for number in recorded if self._has_files(number)]
        if kept != recorded:
            self._generations.keep_only(kept)
            self._writer.keep_only(kept)

    def _has_files(self, number: int) -> bool:
        try:
            self._generations.manifest(number)
        except IndexMissingError:
            return False
        except IndexMismatchError:
            pass  # it cannot be read now, and may be later
        return True

    def _is_worth_going_back_to(self, number: int) -> bool:
        manifest = self._usable_manifest(number)
        return manifest is not None and not manifest.beginning


def count_articles(before: Mapping[str, StoredRevision], collected: Collected) -> ArticleCounts:
    """Count what became of the articles; `before` gives the published revisions by the ids of their articles."""
    now = collected.revisions
    gone = changed = 0
    for article_id, revision in before.items():
        found = now.get(article_id)
        if found is None:
            gone += 1
        elif found is not revision:  # most are
            changed += found.content_hash != revision.content_hash
    return ArticleCounts(
        added=len(now) - len(before) + gone,
        changed=changed,
        removed=gone,
        unchanged=len(before) - gone - changed,
        skipped=collected.skipped,
        duplicates=len(collected.copies),
        forgotten=collected.forgotten,
    )


def require_some(sources: Sequence[str], collected: Collected) -> None:
    """Refuse to go on with nothing at all.

    Raises:
        NothingToIndexError: the sources hold no article; names the first problem.

    """
    if collected.revisions:
        return
    first = collected.problems[0] if collected.problems else None
    because = told("; the first problem: {source}: {reason}", source=first.source, reason=first.reason) if first else ""
    named = ", ".join(repr(printable_source(source)) for source in sources)
    raise NothingToIndexError(
        told(
            "no articles in {named}{because}; the index stays as it is: check the sources (CITEBOT_SOURCES)",
            named=named,
            because=because,
        )
    )
