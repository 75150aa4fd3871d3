"""Running the model on every sentence that it has not been run on: alone, or together with other machines."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Protocol

from retrieval.ingest.recipe import embedding_text
from retrieval.store.queue import TaskQueue
from retrieval.store.writer import StoreWriter
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.models.embedding import Embedder
    from retrieval.models.model import Model
    from retrieval.progress import Progress
    from retrieval.store.database import Database
    from retrieval.store.writer import UnembeddedSentence

_SENTENCES_AT_ONCE = 1024
"""Sentences embedded between two commits: what a killed run loses at most."""
_COUNT_EVERY = 1.0
_LOOK_EVERY = 0.2


class SentenceEmbedding(Protocol):
    """Embeds what is not embedded yet."""

    def embed(self, revision_ids: Sequence[int]) -> int:
        """Have every sentence of these revisions embedded; return how many had not been."""


def embedding_for(database: Database, model: Model, progress: Progress) -> SentenceEmbedding:
    """The way to embed that a database allows."""
    kind = SharedEmbedding if database.is_server else SoleEmbedding
    return kind(database, model, progress)


def embed_sentences(
    embedder: Embedder, progress: Callable[[int], None], sentences: Sequence[UnembeddedSentence]
) -> NDArray[np.float32]:
    """Return vectors of shape (n, dimension); `progress` is told how many are done."""
    texts = [embedding_text(sentence.title, sentence.text) for sentence in sentences]
    return embedder.embed_documents(texts, progress=progress)


class SoleEmbedding:
    """One process embeds all."""

    def __init__(self, database: Database, model: Model, progress: Progress) -> None:
        self._writer = StoreWriter(database)
        self._model = model
        self._fingerprint = model.fetched_fingerprint(progress.announce)
        self._progress = progress

    def embed(self, revision_ids: Sequence[int]) -> int:
        """Run the model on every sentence that it has not been run on; return how many those were."""
        total = self._writer.count_unembedded(revision_ids, self._fingerprint)
        if not total:
            return 0
        embedder = self._model.load(self._progress.announce)
        done = 0
        self._progress.embedding(done, total)
        for texts in _portions(self._writer.unembedded(revision_ids, self._fingerprint)):
            vectors = embedder.embed_documents(
                list(texts.values()),
                progress=partial(self._tell, done, total),
            )
            self._writer.add_embeddings(self._fingerprint, list(texts), vectors)
            done += len(texts)
        return done

    def _tell(self, before: int, total: int, count: int) -> None:
        self._progress.embedding(before + count, total)


class SharedEmbedding:
    """Fills the queue that other machines work off as well, works with them, and waits for them."""

    def __init__(self, database: Database, model: Model, progress: Progress) -> None:
        self._queue = TaskQueue(database)
        self._model = model
        self._fingerprint = model.fetched_fingerprint(progress.announce)
        self._progress = progress

    def embed(self, revision_ids: Sequence[int]) -> int:
        """Have every sentence embedded that is not yet, by whomever; return how many those were."""
        embedded, is_whole = 0, False
        while not is_whole:
            is_whole = self._queue.fill(revision_ids, self._fingerprint, name=self._model.name)
            embedded += self._work_off()
        return embedded

    def _work_off(self) -> int:
        """Work on what is queued until nothing is left; return how many sentences that was."""
        total = self._queue.left(self._fingerprint)
        if not total:
            return 0
        embedder = self._model.load(self._progress.announce)
        count = _Count(partial(self._queue.left, self._fingerprint), total, self._progress)
        work = partial(embed_sentences, embedder, count.tell)
        waits = False
        while count.look():
            if self._queue.work(self._fingerprint, work) is not None:
                continue
            if not waits:
                waits = True
                self._progress.announce(told("waiting for what other indexers are embedding"))
            time.sleep(_LOOK_EVERY)
        return total


class _Count:
    """Tells how far all are together, counted anew once a second."""

    def __init__(self, left: Callable[[], int], total: int, progress: Progress) -> None:
        self._left = left
        self._total = total
        self._progress = progress
        self._kept = self._told = 0
        self._counted_at = float("-inf")

    def look(self) -> int:
        """Count and tell; return how many sentences are left."""
        left = self._left()
        self._kept, self._counted_at = self._total - left, time.monotonic()
        self.tell(0)
        return left

    def tell(self, own: int) -> None:
        """Tell of what is kept, and of `own` sentences that are embedded but not kept yet."""
        if time.monotonic() - self._counted_at >= _COUNT_EVERY:
            self._kept, self._counted_at = self._total - self._left(), time.monotonic()
        # What is embedded but not kept may be lost: the number shall not go back for that.
        self._told = max(self._told, min(self._kept + own, self._total))
        self._progress.embedding(self._told, self._total)


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
