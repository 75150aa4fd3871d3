"""What a further machine does: embeds what `citebot index` has put in the queue of the database that they share."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Self

from retrieval.errors import IndexMismatchError, SettingsError
from retrieval.ingest.embedding import embed_sentences
from retrieval.store.queue import TaskQueue
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.home import Home
    from retrieval.models.embedding import Embedder
    from retrieval.models.model import Model
    from retrieval.progress import Progress
    from retrieval.store.writer import UnembeddedSentence


@dataclass(frozen=True, slots=True)
class EmbeddedPortion:
    """What a worker has embedded at one go."""

    sentences: int
    left: int
    """Sentences that are queued now, those among them that others are embedding."""
    seconds: float


class EmbeddingWorker:
    """Works off the queue of a database, beside whoever else does. Needs no lock, and changes nothing else."""

    def __init__(self, home: Home, embedder: Embedder, progress: Progress) -> None:
        self._database = home.database
        self._queue = TaskQueue(home.database)
        self._embedder = embedder
        self._progress = progress

    @classmethod
    def ready(cls, home: Home, model: Model, progress: Progress) -> Self:
        """Reach the database and load the model.

        Raises:
            SettingsError: the database is none that several machines share.
            DatabaseError: it cannot be reached.
            ModelError: the model cannot be had.

        """
        if not home.database.is_server:
            raise SettingsError(
                told(
                    "`citebot index --worker` embeds for another machine, by a database that both use: set "
                    "CITEBOT_DATABASE_URL=postgresql+psycopg://… on both"
                )
            )
        with home.database.connect():
            pass
        return cls(home, model.load(progress.announce), progress)

    @property
    def model(self) -> str:
        """The name of what it embeds with."""
        return self._embedder.name

    def work(self) -> EmbeddedPortion | None:
        """Embed the next portion; None where there is none just now.

        Raises:
            IndexMissingError: no machine has indexed into this database yet.
            IndexMismatchError: what is queued is for another model.
            DatabaseAwayError: the database cannot be reached; nothing of the portion is kept, others may embed it.
            DatabaseError: it is of another version of Citebot.

        """
        started = time.monotonic()
        self._database.check_schema(to_write=True)
        sentences = self._queue.work(self._embedder.fingerprint, self._embed)
        if sentences is None:
            self._require_own_model()
            return None
        seconds = round(time.monotonic() - started, 2)
        return EmbeddedPortion(sentences, self._queue.left(self._embedder.fingerprint), seconds)

    def _embed(self, sentences: Sequence[UnembeddedSentence]) -> NDArray[np.float32]:
        tell = partial(self._tell, len(sentences))
        tell(0)
        return embed_sentences(self._embedder, tell, sentences)

    def _tell(self, total: int, done: int) -> None:
        self._progress.embedding(done, total)

    def _require_own_model(self) -> None:
        queued = self._queue.models()
        if queued and self._embedder.fingerprint not in queued:
            fingerprint, name = next(iter(queued.items()))
            message = told(
                "the model {queued_name} ({queued_fingerprint}) is asked for, this machine has {name} ({fingerprint}): "
                "set CITEBOT_EMBEDDING_MODEL on both to the same",
                queued_name=name,
                queued_fingerprint=fingerprint,
                name=self._embedder.name,
                fingerprint=self._embedder.fingerprint,
            )
            raise IndexMismatchError(message)
