"""Which generation questions are answered from, and the change to the next one while they are being answered."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from retrieval.errors import RetrievalError
from retrieval.index.manifest import folder_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.index.engines import Generations
    from retrieval.index.generation import Publication
    from retrieval.ranking.search import Searcher

_log = logging.getLogger(__name__)


class Serving:
    """Holds the searcher of the published generation; safe to use from several threads.

    A question in flight finishes on the searcher that it was given, which lives for as long as somebody holds it.
    """

    def __init__(self, generations: Generations, open_searcher: Callable[[int], Searcher]) -> None:
        """`open_searcher` opens a generation by its number; it is called by one thread at a time."""
        self._generations = generations
        self._open = open_searcher
        self._opening = threading.Lock()
        self._searcher: Searcher | None = None
        self._opened: Publication | None = None
        """What the searcher was opened for, or last tried to be."""
        self._follower: threading.Thread | None = None
        self._stopping = threading.Event()

    def searcher(self) -> Searcher:
        """The searcher to answer from: of the published generation, or while following of the last one opened.

        Raises:
            RetrievalError: there is none, and none can be opened.

        """
        searcher = self._searcher
        if searcher is not None and self._follower is not None:
            return searcher
        return self.refreshed()

    def refreshed(self) -> Searcher:
        """The searcher of what is published now; the one before where that cannot be opened.

        Raises:
            RetrievalError: there is none, and none can be opened.

        """
        published = self._generations.published()
        searcher = self._searcher
        if searcher is not None and self._opened == published:
            return searcher
        with self._opening:
            while self._searcher is None or self._opened != published:
                self._change_to(published)
                published = self._generations.published()
            return self._searcher

    def follow(self, every: float) -> None:
        """Look every so many seconds what is published and open it in the background, so that no question waits."""
        self._follower = threading.Thread(target=self._follow, args=(every,), name="generations", daemon=True)
        self._follower.start()

    def close(self) -> None:
        """Follow no longer; waits for an opening that has begun."""
        self._stopping.set()
        if self._follower is not None:
            self._follower.join()

    def _follow(self, every: float) -> None:
        told = ""
        for _ in self._generations.changes(every, self._stopping):
            try:
                self.refreshed()
                told = ""
            except Exception as error:  # noqa: BLE001 - whatever it is, questions are answered and the next is awaited
                if str(error) != told:
                    _log.warning("what is published cannot be told, going on as before: %s", error)
                told = str(error)

    def _change_to(self, published: Publication) -> None:
        try:
            self._searcher = self._open(published.number)
        except (RetrievalError, OSError, MemoryError) as error:
            if self._generations.current() != published:
                return  # it was superseded while it was being opened, and perhaps deleted
            if self._searcher is None:
                raise
            name = folder_name(published.number)
            # Without its traceback: a conversation in a terminal shows this line.
            _log.warning("generation %s cannot be opened, going on with the one before: %s", name, error)
        self._opened = published
