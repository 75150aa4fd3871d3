"""Sources -> stored revisions: every article once, each problem on one line, nothing lost to a source that fails."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.loaders import SourceError, load_source
from retrieval.recipe import content_hash, text_hash
from retrieval.splitting import split
from retrieval.store.reader import StoredRevision
from retrieval.store.writer import NewRevision
from retrieval.types import LoadedArticle, LoadProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from retrieval.progress import Progress
    from retrieval.store.writer import StoreWriter

_ARTICLES_AT_ONCE = 200
"""Articles stored in one transaction."""


@dataclass
class Reading:
    """What the sources hold."""

    revisions: dict[str, StoredRevision] = field(default_factory=dict)
    """By article id."""
    problems: list[LoadProblem] = field(default_factory=list)
    skipped: int = 0
    duplicates: int = 0


class SourceReader:
    """Reads sources into the store, once."""

    def __init__(self, writer: StoreWriter, *, timezone: ZoneInfo, progress: Progress) -> None:
        self._writer = writer
        self._timezone = timezone
        self._progress = progress
        self._reading = Reading()
        self._waiting: list[LoadedArticle] = []
        self._seen_ids: dict[str, str] = {}
        self._seen_places: set[tuple[str, int | None]] = set()
        self._seen_texts: set[bytes] = set()
        self._unread: list[str] = []

    def read(self, sources: Sequence[str], before: Mapping[str, StoredRevision]) -> Reading:
        """Read all sources.

        Articles of `before` stay when the file or source that they came from could not be read to its end: what is
        missing from it is not known to be gone. Where nothing could be read at all, nothing is returned.
        """
        for source in {_place(source): source for source in sources}.values():
            self._read_source(source)
        self._store_waiting()
        if not self._reading.revisions:
            return self._reading
        for article_id, revision in before.items():
            if article_id not in self._seen_ids and self._is_unread(revision.origin):
                self._reading.revisions[article_id] = revision
        return self._reading

    def _was_read(self, record: LoadedArticle | LoadProblem) -> bool:
        """Whether the same record was read by way of another source: one folder may lie in another."""
        origin = record.origin if isinstance(record, LoadedArticle) else record.source
        place = (_place(origin), record.line)
        seen = place in self._seen_places
        self._seen_places.add(place)
        return seen

    def _read_source(self, source: str) -> None:
        self._tell(source)
        try:
            for record in load_source(source, timezone=self._timezone):
                if self._was_read(record):
                    continue
                if isinstance(record, LoadedArticle):
                    self._take(record)
                else:
                    self._skip(record)
                    if record.line is None:
                        self._unread.append(_place(record.source))
        except SourceError as error:
            self._reading.problems.append(error.problem)
            self._unread.append(_place(error.problem.source))

    def _tell(self, place: str) -> None:
        self._progress.reading(len(self._reading.revisions) + len(self._waiting), place)

    def _skip(self, problem: LoadProblem) -> None:
        self._reading.skipped += 1
        self._reading.problems.append(problem)

    def _is_unread(self, origin: str) -> bool:
        return any(origin == place or origin.startswith(place.rstrip("/") + "/") for place in self._unread)

    def _take(self, loaded: LoadedArticle) -> None:
        article = loaded.article
        if article.id in self._seen_ids:
            reason = f"the id {article.id!r} was already read from {self._seen_ids[article.id]}: make ids unique"
            self._skip(LoadProblem(loaded.origin, loaded.line, reason))
            return
        self._seen_ids[article.id] = loaded.origin
        text = text_hash(article.title, article.text)
        if text in self._seen_texts:
            self._reading.duplicates += 1
            return
        self._seen_texts.add(text)
        self._waiting.append(loaded)
        self._tell(loaded.origin)
        if len(self._waiting) == _ARTICLES_AT_ONCE:
            self._store_waiting()

    def _store_waiting(self) -> None:
        """Store what is not stored yet; splitting is only needed for that."""
        hashes = [content_hash(loaded.article) for loaded in self._waiting]
        known = self._writer.known_revisions(hashes)
        fresh: dict[str, NewRevision] = {}
        for loaded, content in zip(self._waiting, hashes, strict=True):
            if content not in known:
                revision = _new_revision(loaded, content)
                if revision.passages:
                    fresh[content] = revision
                else:
                    self._skip(LoadProblem(loaded.origin, loaded.line, "the text is empty or only repeats the title"))
        known |= dict(zip(fresh, self._writer.add(list(fresh.values())), strict=True))
        for loaded, content in zip(self._waiting, hashes, strict=True):
            if content in known:
                self._reading.revisions[loaded.article.id] = StoredRevision(
                    known[content], content, _place(loaded.origin)
                )
        self._waiting.clear()


def _place(origin: str) -> str:
    """The same for however a source is written, and from wherever the command is run."""
    return os.path.abspath(origin)  # noqa: PTH100 - Path.resolve would follow links


def _new_revision(loaded: LoadedArticle, content: str) -> NewRevision:
    article = loaded.article
    passages = tuple(split(article.text, article.title))
    text_hashes = tuple(
        tuple(text_hash(article.title, article.text[span.start : span.end]) for span in passage.sentences)
        for passage in passages
    )
    return NewRevision(article, content, passages, text_hashes)
