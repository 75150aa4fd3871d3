"""Sources -> stored revisions: every article once, each problem on one line, nothing lost to a source that fails."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from retrieval.fetching.addresses import is_address, is_same_address, printable_address
from retrieval.ingest.known_files import KnownBefore, KnownFile, is_settled, mark_of
from retrieval.ingest.mirroring import find_shrunk, is_under
from retrieval.ingest.outlets import with_shown_outlet
from retrieval.ingest.recipe import content_hash, text_hash
from retrieval.loaders import SourceError, load_one, load_source
from retrieval.loaders.received import announcing, load_received
from retrieval.loaders.text_files import unstorable_character
from retrieval.received import is_received
from retrieval.store.queries import StoredRevision
from retrieval.store.retractions import text_digest
from retrieval.store.writer import NewRevision
from retrieval.text.languages import detect_language
from retrieval.text.splitting import split
from retrieval.told import told
from retrieval.types import Copy, LoadedArticle, LoadNotice, LoadProblem, Retractions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from retrieval.ingest.known_files import Mark
    from retrieval.loaders import LoadAddress
    from retrieval.progress import Progress
    from retrieval.types import Article, Received

_ARTICLES_AT_ONCE = 200
"""Articles stored in one transaction."""
_SAME_PLACE = told(
    "is named twice, with other credentials or tokens: only the first is read, since what tells them apart is "
    "not stored; add to the other address what its server passes over, such as ?feed=2 or &feed=2"
)


@dataclass
class Collected:
    """What the sources hold."""

    revisions: dict[str, StoredRevision] = field(default_factory=dict)
    """By article id."""
    problems: list[LoadProblem] = field(default_factory=list)
    skipped: int = 0
    copies: list[Copy] = field(default_factory=list)
    forgotten: int = 0
    files: dict[str, KnownFile] = field(default_factory=dict)
    """What the files hold that were read without a problem, by their places."""
    received_until: datetime | None = None
    """When the last of what was received came; None where nothing was."""

    def drop(self, retracted: frozenset[int]) -> None:
        """Leave out revisions that were forgotten while the sources were read, or later."""
        if not retracted:
            return
        kept = {article_id: found for article_id, found in self.revisions.items() if found.id not in retracted}
        self.forgotten += len(self.revisions) - len(kept)
        self.revisions = kept


@dataclass(slots=True)
class _Standing:
    """What becomes of the articles of a file that did not change."""

    revisions: dict[str, StoredRevision]
    copies: list[Copy]
    texts: dict[bytes, str]
    """The ids of articles by the hashes of their titles and texts."""
    forgotten: int


class RevisionWriter(Protocol):
    """What reading needs of the store."""

    def known_revisions(self, content_hashes: Sequence[str]) -> dict[str, int]:
        """Ids of the revisions already stored, by content hash."""

    def add(self, new_revisions: Sequence[NewRevision]) -> list[int]:
        """Store revisions; return their ids in order."""


class SourceCollector:
    """Reads sources into the store, once."""

    def __init__(
        self,
        writer: RevisionWriter,
        *,
        timezone: ZoneInfo,
        progress: Progress,
        outlets: Mapping[str, str] | None = None,
        load_address: LoadAddress | None = None,
        leave_out: Path | None = None,
        retractions: Retractions | None = None,
        accept_removals: bool = False,
        received: Sequence[Received] = (),
    ) -> None:
        """`retractions` says what must not come back; `accept_removals` that no source is suspiciously empty.

        What was `received` is read after the sources. Where one of them holds the same article, that counts which was
        changed later, and what was received where neither was.
        `outlets` says how outlets are shown (`RetrievalSettings.outlets`); `leave_out` is a folder that is no source
        even where it lies in one.
        """
        self._writer = writer
        self._accept_removals = accept_removals
        self._retractions = retractions or Retractions()
        self._progress = progress
        self._outlets = outlets or {}
        # Of what was given twice, the later counts.
        self._received = {each.article_id: each for each in sorted(received, key=lambda each: each.changed_at)}
        """What no source has changed later, as far as the sources were read."""
        self._announcing = announcing(received)
        self._load_received = partial(load_received, timezone=timezone)
        self._load_one = partial(load_one, timezone=timezone)
        self._load = partial(
            load_source,
            timezone=timezone,
            load_address=load_address,
            leave_out=leave_out,
            load_file=self._load_file,
        )
        self._collected = Collected(received_until=max((each.received_at for each in received), default=None))
        self._waiting: list[LoadedArticle] = []
        self._seen_ids: dict[str, str] = {}
        self._readers: dict[str, str] = {}
        """By the place of each file and address: that of the source by way of which it was first read."""
        self._seen_texts: dict[bytes, str] = {}
        self._unread: list[str] = []
        self._origins: list[str] = []
        self._source = ""
        """The place of the one that is read."""
        self._file: KnownFile | None = None
        """The one that is read, as far as it was."""
        self._before: Mapping[str, StoredRevision] = {}
        self._known = KnownBefore()
        self.reads: dict[str, bool | None] = {}
        """By the place of each source: whether it could be read; None where the run has not come to it."""

    def collect(
        self, sources: Sequence[str], before: Mapping[str, StoredRevision], known: KnownBefore | None = None
    ) -> Collected:
        """Read all sources; of files that are `known` and did not change, what they hold is taken as it is.

        Articles of `before` stay when the file or source that they came from could not be read to its end: what is
        missing from it is not known to be gone; so do those of a source that is suspiciously empty. Those from an
        address stay for as long as it is a source: feeds and sitemaps show the newest only, and a page that is gone
        from the web was news all the same. Where nothing could be read at all, nothing is returned.
        """
        self._before, self._known = before, known or KnownBefore()
        places = self._told_apart(sources)
        self.reads = dict.fromkeys(places)
        for source in places.values():
            self._read_source(source)
        self._take_received()
        self._store_waiting()
        for problem in self._collected.problems:
            self._collected.files.pop(_place(problem.source), None)
        if not self._collected.revisions:
            return self._collected
        for article_id, revision in before.items():
            if article_id not in self._seen_ids and self._is_unread(revision.origin):
                self._collected.revisions[article_id] = revision
        if not self._accept_removals:
            self._keep_suspicious(places, before)
        return self._collected

    def collect_received(
        self, before: Mapping[str, StoredRevision], known: KnownBefore, copies: Iterable[Copy], until: datetime | None
    ) -> Collected:
        """Read what was received, and no source: all else of `before` and its `copies` stays, and what files hold.

        Where an article of the same id is published from a source, which is not read, that stays too unless something
        was received of it that the run did not know which published it: after the moment `until`.
        """
        self._before = before
        self._collected.files |= known.files
        for article_id, revision in before.items():
            if not is_received(revision.origin) and not self._came_after(article_id, until):
                self._collected.revisions[article_id] = revision
                self._received.pop(article_id, None)
        for copy in copies:
            if copy.copy_of in self._collected.revisions and not self._came_after(copy.article_id, until):
                self._collected.copies.append(copy)
                self._received.pop(copy.article_id, None)
        self._take_received()
        self._store_waiting()
        return self._collected

    def _came_after(self, article_id: str, moment: datetime | None) -> bool:
        received = self._received.get(article_id)
        return received is not None and (moment is None or received.received_at > moment)

    def _take_received(self) -> None:
        for received in tuple(self._received.values()):
            loaded = self._load_received(received)
            if loaded and received.article_id not in self._announcing:
                self._take(with_shown_outlet(loaded, self._outlets), is_received=True)

    def _told_apart(self, sources: Sequence[str]) -> dict[str, str]:
        """Return the sources by place, each once; addresses that have one place but are not the same are a problem."""
        places: dict[str, str] = {}
        twice: dict[str, LoadProblem] = {}
        for source in sources:
            place = _place(source)
            first = places.setdefault(place, source)
            if is_address(source) and not is_same_address(source, first):
                twice[place] = LoadProblem(place, None, _SAME_PLACE)
        self._collected.problems.extend(twice.values())
        return places

    def _keep_suspicious(self, places: Mapping[str, str], before: Mapping[str, StoredRevision]) -> None:
        for shrunk in find_shrunk(places, before, self._collected.revisions, self._origins):
            self._collected.problems.append(shrunk.problem())
            self._collected.revisions |= {article_id: before[article_id] for article_id in shrunk.missing}

    def _was_read(self, record: LoadedArticle | LoadProblem, source: str) -> bool:
        """Whether the same file was read by way of another source: one folder may lie in another.

        Records are not told apart: not every format has a line for each.
        """
        origin = record.origin if isinstance(record, LoadedArticle) else record.source
        return self._readers.setdefault(_place(origin), source) != source

    def _read_source(self, source: str) -> None:
        self._tell(source)
        self._source = _place(source)
        try:
            if is_address(source):
                self._unread.append(_place(source))
            for record in self._load(source):
                if self._was_read(record, _place(source)):
                    continue
                if isinstance(record, LoadedArticle):
                    self._origins.append(_place(record.origin))
                    self._take(with_shown_outlet(record, self._outlets))
                elif isinstance(record, LoadNotice):
                    self._collected.problems.append(LoadProblem(record.source, record.line, record.reason))
                    self._unread.extend(map(_place, record.unread))
                else:
                    self._skip(record)
                    if record.line is None:
                        self._unread.append(_place(record.source))
        except SourceError as error:
            self._collected.problems.append(error.problem)
            self._unread.append(_place(error.problem.source))
            self.reads[_place(source)] = False
        else:
            self.reads[_place(source)] = True

    def _load_file(self, path: Path, name: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Load a file, or take what it holds as it is; note what it holds."""
        place, mark = _place(str(path)), mark_of(path)
        if mark is None or self._readers.get(place, self._source) != self._source:
            yield from self._load_one(path, name)
        elif not self._take_known(place, name, mark):
            self._file = reading = KnownFile(name, mark)
            settled, is_well = is_settled(mark), True
            for record in self._load_one(path, name):
                is_well = is_well and isinstance(record, LoadedArticle)
                yield record
            self._file = None
            if settled and is_well and mark_of(path) == mark:
                self._collected.files[place] = reading

    def _take_known(self, place: str, name: str, mark: Mark) -> bool:
        """Take what a file holds as it is, if that is known and nothing speaks against it in this run."""
        known = self._known.files.get(place)
        if known is None or (known.name, known.mark) != (name, mark):
            return False
        found = self._standing(place, known)
        if found is None:
            return False
        self._readers[place] = self._source
        self._seen_ids |= dict.fromkeys(known.ids, place)
        self._origins += [place] * len(known.ids)
        self._seen_texts |= found.texts
        self._collected.revisions |= found.revisions
        self._collected.copies += found.copies
        self._collected.forgotten += found.forgotten
        self._collected.files[place] = known
        self._tell(place)
        return True

    def _standing(self, place: str, known: KnownFile) -> _Standing | None:
        """What becomes of the articles of a file that did not change; None where it takes reading to tell.

        That is so where an id was read from elsewhere or received, where one is not published from there as it is, such
        as one that was forgotten and is let back, and where one has become a copy.
        """
        is_elsewhere = not all(ids.isdisjoint(known.ids) for ids in (self._seen_ids.keys(), self._received.keys()))
        if is_elsewhere or len(set(known.ids)) < len(known.ids):
            return None
        return self._all_standing(place, known) or self._each_standing(place, known)

    def _all_standing(self, place: str, known: KnownFile) -> _Standing | None:
        """The same of all at once, which is quick; None where anything is out of the ordinary."""
        gone = self._retractions
        if not (gone.article_ids.isdisjoint(known.ids) and gone.digests.isdisjoint(known.digests)):
            return None
        texts = dict(zip(known.texts, known.ids, strict=True))
        if len(texts) < len(known.ids) or not self._seen_texts.keys().isdisjoint(known.texts):
            return None
        revisions = {article_id: self._before[article_id] for article_id in known.ids if article_id in self._before}
        if [each.content_hash for each in revisions.values()] != known.contents:
            return None
        if any(each.origin != place for each in revisions.values()):
            return None
        return _Standing(revisions, [], texts, 0)

    def _each_standing(self, place: str, known: KnownFile) -> _Standing | None:
        """The same of one after the other."""
        found = _Standing({}, [], {}, 0)
        articles = zip(known.ids, known.contents, known.texts, known.digests, strict=True)
        for article_id, content, text, digest in articles:
            if self._is_gone(article_id, digest):
                found.forgotten += 1
                continue
            copy_of = self._seen_texts.get(text) or found.texts.setdefault(text, article_id)
            if copy_of != article_id:
                if (copy := self._known.copies.get(article_id)) is None:
                    return None
                found.copies.append(replace(copy, copy_of=copy_of))
                continue
            revision = self._before.get(article_id)
            if revision is None or revision.content_hash != content or revision.origin != place:
                return None
            found.revisions[article_id] = revision
        return found

    def _tell(self, place: str) -> None:
        self._progress.reading(len(self._collected.revisions) + len(self._waiting), place)

    def _skip(self, problem: LoadProblem) -> None:
        self._collected.skipped += 1
        self._collected.problems.append(problem)

    def _is_unread(self, origin: str) -> bool:
        if is_address(origin):
            return origin in self._unread
        return any(is_under(origin, place) for place in self._unread)

    def _take(self, loaded: LoadedArticle, *, is_received: bool = False) -> None:
        article = loaded.article
        if article.id in self._seen_ids:
            reason = told(
                "the id {id!r} was already read from {origin}: make ids unique",
                id=article.id,
                origin=self._seen_ids[article.id],
            )
            self._skip(LoadProblem(loaded.origin, loaded.line, reason))
            return
        said = (article.id, article.title, article.text, article.source, article.url)
        if character := unstorable_character("\n".join(filter(None, said))):
            reason = told("holds {character}; remove it", character=character)
            self._skip(LoadProblem(loaded.origin, loaded.line, reason))
            return
        text, digest = text_hash(article.title, article.text), text_digest(article.text)
        if self._file:
            self._file.add(article.id, content_hash(article), text, digest)
        if not is_received and self._was_received_later(loaded):
            return
        self._seen_ids[article.id] = loaded.origin
        if self._is_gone(article.id, digest):
            self._collected.forgotten += 1
            return
        copy_of = self._seen_texts.setdefault(text, article.id)
        if copy_of != article.id:
            self._collected.copies.append(
                Copy(article.id, article.title, article.source, article.url, article.published_at, copy_of)
            )
            return
        self._waiting.append(loaded)
        self._tell(loaded.origin)
        if len(self._waiting) == _ARTICLES_AT_ONCE:
            self._store_waiting()

    def _was_received_later(self, loaded: LoadedArticle) -> bool:
        """Whether an article of a source was received in a later state, or the same; if not, what was does not count.

        What tells nothing of its changes is the older one.
        """
        received = self._received.get(loaded.article.id)
        if received is None:
            return False
        if received.changed_at >= (loaded.changed_at or 0):
            return True
        del self._received[loaded.article.id]
        return False

    def _is_gone(self, article_id: str, digest: bytes) -> bool:
        """Whether an article was forgotten, or one whose text has this digest."""
        gone = self._retractions
        return bool(gone) and (article_id in gone.article_ids or digest in gone.digests)

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
                    self._skip(
                        LoadProblem(loaded.origin, loaded.line, told("the text is empty or only repeats the title"))
                    )
        known |= dict(zip(fresh, self._writer.add(list(fresh.values())), strict=True))
        for loaded, content in zip(self._waiting, hashes, strict=True):
            if content in known:
                self._collected.revisions[loaded.article.id] = StoredRevision(
                    known[content], content, _place(loaded.origin)
                )
        self._waiting.clear()


def _place(origin: str) -> str:
    """The same for however a source is written, and from wherever the command is run."""
    if is_received(origin):
        return origin
    if is_address(origin):
        return printable_address(origin)
    return os.path.abspath(origin)  # noqa: PTH100 - Path.resolve would follow links


def _new_revision(loaded: LoadedArticle, content: str) -> NewRevision:
    article = _with_language(loaded.article)
    passages = tuple(split(article.text, article.title))
    text_hashes = tuple(
        tuple(text_hash(article.title, article.text[span.start : span.end]) for span in passage.sentences)
        for passage in passages
    )
    return NewRevision(article, content, passages, text_hashes)


def _with_language(article: Article) -> Article:
    """Detect the language where the source does not name it. Content hashes are of what the source says."""
    return replace(article, language=article.language or detect_language(f"{article.title}\n{article.text}"))
