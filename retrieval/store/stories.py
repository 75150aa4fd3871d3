"""Which articles of a generation tell the same story, and the signatures that tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval.store.arrays import from_hashes
from retrieval.store.selections import in_portions, live
from retrieval.store.tables import copies, passages, revisions, signatures, stories
from retrieval.types import Copy, Version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.store.database import Database


class StoryStore:
    """Keeps signatures by revision and stories by generation; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unsigned(self, numbers: Sequence[int], recipe: str) -> Iterator[dict[int, str]]:
        """Yield the texts of those revisions that have no signature of this recipe, by revision, some at a time."""
        signed = sa.exists().where(signatures.c.revision_id == revisions.c.id, signatures.c.recipe == recipe)
        texts = sa.select(revisions.c.id, revisions.c.text).where(~signed)
        for some in in_portions(numbers):
            with self._database.connect() as connection:
                rows = connection.execute(texts.where(revisions.c.id.in_(some))).all()
            if rows:
                yield {row.id: row.text for row in rows}

    def add_signatures(self, recipe: str, found: Mapping[int, NDArray[np.uint32]]) -> None:
        """Keep signatures by revision, instead of those of other recipes."""
        rows = [
            {"revision_id": revision, "recipe": recipe, "hashes": hashes.astype("<u4").tobytes()}
            for revision, hashes in found.items()
        ]
        with self._database.begin() as connection:
            connection.execute(sa.delete(signatures).where(signatures.c.revision_id.in_(list(found))))
            connection.execute(sa.insert(signatures), rows)

    def signatures(self, numbers: Sequence[int], recipe: str) -> dict[int, NDArray[np.uint32]]:
        """The signatures of revisions, by revision."""
        query = sa.select(signatures.c.revision_id, signatures.c.hashes).where(signatures.c.recipe == recipe)
        found: dict[int, NDArray[np.uint32]] = {}
        with self._database.connect() as connection:
            for some in in_portions(numbers):
                rows = connection.execute(query.where(signatures.c.revision_id.in_(some)))
                found |= {row.revision_id: from_hashes(row.hashes) for row in rows}
        return found

    def record(self, generation: int, found: Collection[Sequence[int]], copied: Mapping[int, Sequence[Copy]]) -> None:
        """Record the stories of a generation, each as its revisions, and the copies of its revisions."""
        told = {revision: min(story) for story in found for revision in story}
        story_rows = [
            {"generation_id": generation, "revision_id": revision, "story": told.get(revision, revision)}
            for revision in sorted(told.keys() | copied.keys())
        ]
        copy_rows = [
            {
                "generation_id": generation,
                "article_id": copy.article_id,
                "revision_id": revision,
                "title": copy.title,
                "source": copy.source,
                "url": copy.url,
                "published_at": copy.published_at,
            }
            for revision, its_copies in copied.items()
            for copy in its_copies
        ]
        with self._database.begin() as connection:
            if story_rows:
                connection.execute(sa.insert(stories), story_rows)
            if copy_rows:
                connection.execute(sa.insert(copies), copy_rows)

    def recorded(self, generation: int) -> list[tuple[int, ...]]:
        """The stories of a generation that are recorded, each as its revisions."""
        query = sa.select(stories.c.story, stories.c.revision_id).where(stories.c.generation_id == generation)
        found: dict[int, list[int]] = defaultdict(list)
        with self._database.connect() as connection:
            for story, revision in connection.execute(query.order_by(stories.c.story, stories.c.revision_id)):
                found[story].append(revision)
        return [tuple(revisions) for revisions in found.values()]

    def copies(self, generation: int) -> frozenset[Copy]:
        """The copies of a generation's articles that are recorded."""
        query = live(generation, copies, revisions.c.article_id.label("copy_of")).join(copies, _of(copies, generation))
        with self._database.connect() as connection:
            return frozenset(
                Copy(row.article_id, row.title, row.source, row.url, row.published_at, row.copy_of)
                for row in connection.execute(query)
            )

    def stories_of(self, generation: int, passage_ids: Sequence[int]) -> dict[int, int]:
        """The stories that passages belong to, by their ids; those whose article stands alone are left out."""
        query = (
            live(generation, passages.c.id, stories.c.story)
            .join(passages, passages.c.revision_id == revisions.c.id)
            .join(stories, _of(stories, generation))
            .where(passages.c.id.in_(passage_ids))
        )
        with self._database.connect() as connection:
            return {row.id: row.story for row in connection.execute(query)}

    def versions(self, generation: int, wanted: Collection[int]) -> dict[int, list[Version]]:
        """Every article of these stories, exact copies among them, the earliest first; undated ones come last."""
        fields = ("article_id", "title", "source", "published_at", "url")
        told = stories.c.story.in_(wanted)
        stored = (
            live(generation, stories.c.story, *(revisions.c[name] for name in fields))
            .join(stories, _of(stories, generation))
            .where(told)
        )
        copied = (
            live(generation, stories.c.story, *(copies.c[name] for name in fields))
            .join(stories, _of(stories, generation))
            .join(copies, _of(copies, generation))
            .where(told)
        )
        found: dict[int, list[Version]] = defaultdict(list)
        with self._database.connect() as connection:
            for query in (stored, copied):
                for story, *values in connection.execute(query):
                    found[story].append(Version(*values))
        return {story: sorted(versions, key=_by_date) for story, versions in found.items()}

    def reports(self, generation: int, events: Mapping[int, int]) -> dict[int, list[Version]]:
        """Every article of these events, exact copies among them, the earliest first; undated ones come last.

        `events` gives them by the ids of all their passages.
        """
        fields = ("article_id", "title", "source", "published_at", "url")
        reported = passages.c.id.in_(list(events))
        of_revision = passages.c.revision_id == revisions.c.id
        stored = live(generation, passages.c.id, *(revisions.c[name] for name in fields)).join(passages, of_revision)
        copied = (
            live(generation, passages.c.id, *(copies.c[name] for name in fields))
            .join(passages, of_revision)
            .join(copies, _of(copies, generation))
        )
        found: dict[int, set[Version]] = defaultdict(set)
        with self._database.connect() as connection:
            for query in (stored, copied):
                for passage, *values in connection.execute(query.where(reported)):
                    found[events[passage]].add(Version(*values))
        return {event: sorted(versions, key=_by_date) for event, versions in found.items()}


def _of(table: sa.Table, generation: int) -> sa.ColumnElement[bool]:
    """Join what a table says of a generation's revisions."""
    return (table.c.revision_id == revisions.c.id) & (table.c.generation_id == generation)


def _by_date(version: Version) -> tuple[bool, str, str]:
    moment = version.published_at
    return (moment is None, moment.isoformat() if moment else "", version.article_id)
