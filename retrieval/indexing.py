"""Sources -> store -> a new generation. Incremental: only what is new is stored, split and embedded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from retrieval.errors import IndexMismatchError, IndexMissingError, NothingToIndexError
from retrieval.fetching.addresses import is_address, printable_source
from retrieval.generation import Generation
from retrieval.layout import LayoutBuilder
from retrieval.lexical import LexicalIndex
from retrieval.linking import copies_of, link
from retrieval.manifest import new_manifest
from retrieval.recipe import embedding_text
from retrieval.self_check import require_known_items
from retrieval.status import require_model, usable_manifest
from retrieval.types import ArticleCounts, IndexReport
from retrieval.vectors import VectorIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from retrieval.embedding import Embedder
    from retrieval.generation import GenerationFolder
    from retrieval.manifest import Manifest
    from retrieval.progress import Progress
    from retrieval.reading import Reading, SourceReader
    from retrieval.store.reader import StoredRevision, StoreReader
    from retrieval.store.retractions import RetractionStore
    from retrieval.store.stories import StoryStore
    from retrieval.store.writer import StoreWriter, UnembeddedSentence
    from retrieval.types import Copy

_SENTENCES_AT_ONCE = 1024
"""Sentences embedded between two commits: what a killed run loses at most."""


@dataclass(frozen=True, slots=True)
class Model:
    """The embedding model, known by its fingerprint before it is loaded."""

    name: str
    fingerprint: str
    load: Callable[[], Embedder]


class Indexer:
    """Makes the published index mirror the sources. The caller holds the writer's lock."""

    def __init__(
        self,
        *,
        store: StoreReader,
        writer: StoreWriter,
        retractions: RetractionStore,
        stories: StoryStore,
        generations: GenerationFolder,
        model: Model,
        progress: Progress,
        kept: int,
    ) -> None:
        """`kept` is how many generations stay: the published one and those before it."""
        self._store = store
        self._writer = writer
        self._retractions = retractions
        self._stories = stories
        self._generations = generations
        self._model = model
        self._progress = progress
        self._kept = kept

    def run(self, sources: Sequence[str], source_reader: SourceReader, *, rebuild: bool) -> IndexReport:
        """Read the sources and publish a new generation where it would differ from the published one.

        Raises:
            NothingToIndexError: no article is left; the published generation stays.
            IndexMismatchError: the published generation is another model's and `rebuild` is not asked for.

        """
        started = time.monotonic()
        current, manifest = self._published()
        if manifest and not rebuild:
            require_model(manifest, name=self._model.name, fingerprint=self._model.fingerprint)
        before = {} if current is None else self._store.revisions_of(current)
        reading = source_reader.read(sources, self._rolled_back(current) | before)
        self._leave_out_forgotten(sources, reading)
        embedded = 0
        if manifest is None or rebuild or reading.revisions != before or self._is_behind(current, reading):
            if rebuild:
                self._writer.clear_embeddings(self._model.fingerprint)
            embedded = self._embed([revision.id for revision in reading.revisions.values()])
            self._leave_out_forgotten(sources, reading)
            manifest = self._publish(reading.revisions, reading.copies, current=current)
        return IndexReport(
            articles=count_articles({} if rebuild else before, reading),
            passages=manifest.passages,
            sentences=manifest.sentences,
            embedded=embedded,
            generation=manifest.name,
            seconds=round(time.monotonic() - started, 2),
            problems=tuple(reading.problems),
        )

    def _leave_out_forgotten(self, sources: Sequence[str], reading: Reading) -> None:
        reading.drop(self._retractions.revisions())
        require_some(sources, reading)

    def _is_behind(self, generation: int | None, reading: Reading) -> bool:
        """Whether what is published still holds forgotten words, or does not know of all copies."""
        return generation is not None and (
            bool(self._retractions.passages(generation))
            or self._stories.copies(generation) != set(copies_of(reading.revisions, reading.copies))
        )

    def _rolled_back(self, current: int | None) -> dict[str, StoredRevision]:
        """Articles from addresses that only rolled back generations hold: feeds may not show them again."""
        later = self._store.generations_after(current) if current else []
        return {
            article_id: revision
            for number in later
            for article_id, revision in self._store.revisions_of(number).items()
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
            return usable_manifest(self._generations, self._store, number)
        except (IndexMissingError, IndexMismatchError):
            return None

    def _embed(self, revision_ids: Sequence[int]) -> int:
        """Run the model on every sentence that it has not been run on; return how many those were."""
        total = self._writer.count_unembedded(revision_ids, self._model.fingerprint)
        if not total:
            return 0
        embedder = self._model.load()
        done = 0
        self._progress.embedding(done, total)
        for texts in _portions(self._writer.unembedded(revision_ids, self._model.fingerprint)):
            vectors = embedder.embed_documents(
                list(texts.values()),
                progress=partial(self._tell, done, total),
            )
            self._writer.add_embeddings(self._model.fingerprint, list(texts), vectors)
            done += len(texts)
        return done

    def _tell(self, before: int, total: int, count: int) -> None:
        self._progress.embedding(before + count, total)

    def _publish(
        self, revisions: Mapping[str, StoredRevision], copies: Sequence[Copy], *, current: int | None
    ) -> Manifest:
        """Build a generation of these revisions, publish it, and forget the oldest."""
        self._progress.building()
        earlier = self._generations.lineage(current, self._kept) if current else []
        self._generations.keep_only({*earlier, current or 0})
        number = self._writer.add_generation(
            self._model.fingerprint,
            {revision.id: revision.origin for revision in revisions.values()},
            after=self._generations.highest_number(),
            kept=earlier,
        )
        link(self._stories, number, revisions, copies)
        previous = next((one for one in earlier if self._usable_manifest(one)), None)
        require_known_items(
            self._generations.add(self._build(number, len(revisions), previous)), self._store, self._retractions
        )
        self._generations.publish(number)
        kept = self._generations.lineage(number, self._kept)
        self._generations.keep_only(kept)
        self._writer.keep_only(kept)
        return self._generations.manifest(number)

    def _build(self, number: int, articles: int, previous: int | None) -> Generation:
        builder = LayoutBuilder()
        lexical = LexicalIndex.build(builder.noting(self._store.passage_texts(number)))
        layout = builder.build()
        vectors = VectorIndex.build(self._store.vectors(number, self._model.fingerprint))
        manifest = new_manifest(
            number=number,
            previous=previous,
            model=self._model.name,
            model_fingerprint=self._model.fingerprint,
            dimension=vectors.dimension,
            articles=articles,
            passages=len(layout.passage_ids),
            sentences=len(layout.clues),
        )
        return Generation(manifest, vectors, lexical, layout)


def _portions(sentences: Iterable[UnembeddedSentence]) -> Iterator[dict[bytes, str]]:
    """Group sentences for one commit: the text to embed by its hash, each text once."""
    texts: dict[bytes, str] = {}
    for sentence in sentences:
        texts[sentence.text_hash] = embedding_text(sentence.title, sentence.text)
        if len(texts) == _SENTENCES_AT_ONCE:
            yield texts
            texts = {}
    if texts:
        yield texts


def count_articles(before: Mapping[str, StoredRevision], reading: Reading) -> ArticleCounts:
    """Count what became of the articles; `before` gives the published revisions by the ids of their articles."""
    now = reading.revisions
    both = before.keys() & now.keys()
    changed = sum(before[article_id].content_hash != now[article_id].content_hash for article_id in both)
    return ArticleCounts(
        added=len(now.keys() - before.keys()),
        changed=changed,
        removed=len(before.keys() - now.keys()),
        unchanged=len(both) - changed,
        skipped=reading.skipped,
        duplicates=len(reading.copies),
        forgotten=reading.forgotten,
    )


def require_some(sources: Sequence[str], reading: Reading) -> None:
    """Refuse to go on with nothing at all.

    Raises:
        NothingToIndexError: the sources hold no article; names the first problem.

    """
    if reading.revisions:
        return
    first = reading.problems[0] if reading.problems else None
    because = f"; the first problem: {first.source}: {first.reason}" if first else ""
    named = ", ".join(repr(printable_source(source)) for source in sources)
    raise NothingToIndexError(
        f"no articles in {named}{because}; the index stays as it is: check the sources (CITEBOT_SOURCES)"
    )
