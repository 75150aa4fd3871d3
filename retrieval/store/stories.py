"""Which articles of a generation tell the same story, and the signatures that tell."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from retrieval.store.tables import (
    copies,
    generation_revisions,
    passages,
    retracted_revisions,
    revisions,
    signatures,
    stories,
)
from retrieval.types import Copy, Version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from retrieval.store.database import Database

_TEXTS_AT_ONCE = 500


class StoryStore:
    """Keeps signatures by revision and stories by generation; safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unsigned(self, generation: int, recipe: str) -> Iterator[dict[int, str]]:
        """Yield the texts of a generation that have no signature of this recipe, by revision, some at a time."""
        signed = sa.exists().where(
            signatures.c.revision_id == generation_revisions.c.revision_id, signatures.c.recipe == recipe
        )
        listed = sa.select(generation_revisions.c.revision_id).where(
            generation_revisions.c.generation_id == generation, ~signed
        )
        texts = sa.select(revisions.c.id, revisions.c.text)
        with self._database.connect() as connection:
            waiting = iter(connection.execute(listed).scalars().all())
        while some := list(islice(waiting, _TEXTS_AT_ONCE)):
            with self._database.connect() as connection:
                rows = connection.execute(texts.where(revisions.c.id.in_(some))).all()
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

    def signatures(self, generation: int, recipe: str) -> dict[int, NDArray[np.uint32]]:
        """The signatures of a generation by revision."""
        query = (
            sa.select(signatures.c.revision_id, signatures.c.hashes)
            .join(generation_revisions, generation_revisions.c.revision_id == signatures.c.revision_id)
            .where(generation_revisions.c.generation_id == generation, signatures.c.recipe == recipe)
        )
        with self._database.connect() as connection:
            return {row.revision_id: np.frombuffer(row.hashes, dtype="<u4") for row in connection.execute(query)}

    def dates(self, generation: int) -> dict[int, datetime | None]:
        """When the articles of a generation were published, by revision."""
        query = (
            sa.select(revisions.c.id, revisions.c.published_at)
            .join(generation_revisions, generation_revisions.c.revision_id == revisions.c.id)
            .where(generation_revisions.c.generation_id == generation)
        )
        with self._database.connect() as connection:
            return {row.id: row.published_at for row in connection.execute(query)}

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

    def copies(self, generation: int) -> frozenset[Copy]:
        """The copies of a generation's articles that are recorded."""
        query = (
            sa.select(copies, revisions.c.article_id.label("copy_of"))
            .join(revisions, revisions.c.id == copies.c.revision_id)
            .where(copies.c.generation_id == generation, copies.c.revision_id.not_in(_HIDDEN))
        )
        with self._database.connect() as connection:
            return frozenset(
                Copy(row.article_id, row.title, row.source, row.url, row.published_at, row.copy_of)
                for row in connection.execute(query)
            )

    def stories_of(self, generation: int, passage_ids: Sequence[int]) -> dict[int, int]:
        """The stories that passages belong to, by their ids; those whose article stands alone are left out."""
        query = (
            sa.select(passages.c.id, stories.c.story)
            .join(stories, stories.c.revision_id == passages.c.revision_id)
            .where(stories.c.generation_id == generation, passages.c.id.in_(passage_ids))
        )
        with self._database.connect() as connection:
            return {row.id: row.story for row in connection.execute(query)}

    def versions(self, generation: int, wanted: Collection[int]) -> dict[int, list[Version]]:
        """Every article of these stories, exact copies among them, the earliest first; undated ones come last."""
        fields = ("article_id", "title", "source", "published_at", "url")
        of_story = (stories.c.generation_id == generation) & stories.c.story.in_(wanted)
        shown = of_story & stories.c.revision_id.not_in(_HIDDEN)
        stored = (
            sa.select(stories.c.story, *(revisions.c[name] for name in fields))
            .join(revisions, revisions.c.id == stories.c.revision_id)
            .where(shown)
        )
        copied = (
            sa.select(stories.c.story, *(copies.c[name] for name in fields))
            .join(
                copies,
                (copies.c.revision_id == stories.c.revision_id) & (copies.c.generation_id == stories.c.generation_id),
            )
            .where(shown)
        )
        found: dict[int, list[Version]] = defaultdict(list)
        with self._database.connect() as connection:
            for query in (stored, copied):
                for story, *values in connection.execute(query):
                    found[story].append(Version(*values))
        return {story: sorted(versions, key=_by_date) for story, versions in found.items()}


_HIDDEN = sa.select(retracted_revisions.c.revision_id)


def _by_date(version: Version) -> tuple[bool, str, str]:
    moment = version.published_at
    return (moment is None, moment.isoformat() if moment else "", version.article_id)
