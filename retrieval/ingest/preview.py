"""What an indexing run would do, told without doing it: nothing is stored, embedded or published."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from retrieval.errors import IndexMismatchError, IndexMissingError
from retrieval.index.manifest import folder_name
from retrieval.index.servable import require_model
from retrieval.ingest.indexing import count_articles, require_some
from retrieval.store.retractions import text_digest
from retrieval.types import IndexPreview, ListedArticle, MovedArticle, Retractions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from retrieval.home import Home
    from retrieval.ingest.collecting import SourceCollector
    from retrieval.models.model import Model
    from retrieval.store.queries import StoredRevision, StoreQueries
    from retrieval.store.writer import NewRevision, StoreWriter
    from retrieval.types import Article, Received


class Rehearsal:
    """Stands in for the store's writer while sources are read: knows what is stored, and stores nothing."""

    def __init__(self, writer: StoreWriter | None) -> None:
        """`writer` looks up what is stored; None where nothing is."""
        self._writer = writer
        self.articles: list[Article] = []
        """What would have been stored; a revision's id is its place here, counted down from -1."""

    def known_revisions(self, content_hashes: Sequence[str]) -> dict[str, int]:
        """Ids of the revisions already stored, by content hash."""
        return self._writer.known_revisions(content_hashes) if self._writer else {}

    def add(self, new_revisions: Sequence[NewRevision]) -> list[int]:
        """Note articles, and number them as nothing stored is."""
        first = len(self.articles)
        self.articles += [revision.article for revision in new_revisions]
        return [-1 - place for place in range(first, len(self.articles))]


class Preview:
    """Compares the sources with what is published."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def has_store(self) -> bool:
        """Whether anything was ever stored.

        Raises:
            DatabaseError: it cannot be read, or is of another version.

        """
        try:
            self._home.database.check_schema()
        except IndexMissingError:
            return False
        return True

    def forgotten(self) -> Retractions:
        """What must not come back."""
        return self._home.retractions.current() if self.has_store() else Retractions()

    def received(self) -> Sequence[Received]:
        """What was sent and is taken in."""
        return self._home.received.taken_in() if self.has_store() else ()

    def require_model(self, model: Model) -> None:
        """Refuse what the run would refuse: a published index of another model."""
        number = self._published()
        try:
            manifest = self._home.generations.manifest(number) if number else None
        except (IndexMissingError, IndexMismatchError):
            return  # the run would build it again
        if manifest:
            require_model(manifest, name=model.name, fingerprint=model.fingerprint())

    def run(self, sources: Sequence[str], collector: SourceCollector, rehearsal: Rehearsal) -> IndexPreview:
        """Read the sources with a reader that stores into `rehearsal`, and tell what would change.

        Raises:
            NothingToIndexError: no article was found.

        """
        started = time.monotonic()
        number = self._published()
        before = self._home.queries.revisions_of(number) if number and self.has_store() else {}
        collected = collector.collect(sources, before)
        require_some(sources, collected)
        texts, now = _Texts(self._home.queries, rehearsal), collected.revisions
        added, removed = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
        changed = sorted(id_ for id_ in now.keys() & before.keys() if now[id_].content_hash != before[id_].content_hash)
        return IndexPreview(
            articles=count_articles(before, collected),
            added=texts.listed(added, now),
            changed=texts.listed(changed, now),
            removed=texts.listed(removed, before),
            moved=texts.moved(added, now, removed, before),
            duplicates=tuple(ListedArticle(copy.article_id, copy.title) for copy in collected.copies),
            generation=folder_name(number) if number else None,
            seconds=round(time.monotonic() - started, 2),
            problems=tuple(collected.problems),
        )

    def _published(self) -> int | None:
        """The published generation, or as a run does, the newest one where the record of it is damaged."""
        try:
            published = self._home.generations.current()
        except IndexMismatchError:
            return self._home.generations.highest_number() or None
        return published.number if published else None


class _Texts:
    """Looks up articles that are stored, and those that would be."""

    def __init__(self, store: StoreQueries, rehearsal: Rehearsal) -> None:
        self._store = store
        self._rehearsal = rehearsal

    def listed(self, ids: Iterable[str], revisions: Mapping[str, StoredRevision]) -> tuple[ListedArticle, ...]:
        found = ((article_id, self._article(revisions[article_id].id)) for article_id in ids)
        return tuple(ListedArticle(article_id, article.title if article else "") for article_id, article in found)

    def moved(
        self,
        added: Sequence[str],
        now: Mapping[str, StoredRevision],
        removed: Sequence[str],
        before: Mapping[str, StoredRevision],
    ) -> tuple[MovedArticle, ...]:
        """Which of those added have title and text of one that is removed."""
        gone = {self._content(before[article_id].id): article_id for article_id in removed}
        if not gone:
            return ()
        pairs = ((article_id, gone.get(self._content(now[article_id].id))) for article_id in added)
        return tuple(MovedArticle(article_id, old) for article_id, old in pairs if old is not None)

    def _content(self, revision: int) -> tuple[str, bytes]:
        article = self._article(revision)
        return (article.title, text_digest(article.text)) if article else ("", b"")

    def _article(self, revision: int) -> Article | None:
        return self._rehearsal.articles[-1 - revision] if revision < 0 else self._store.article(revision)
