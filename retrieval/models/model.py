"""The embedding model as a value that is handed round: known before it is loaded, and loaded once. Imports no torch."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from retrieval.models.model_files import BUNDLED_MODEL, download_model, model_fingerprint, resolve_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from retrieval.models.embedding import Embedder

    Announce = Callable[[str], None]


def _tell_nobody(_message: str) -> None:
    pass


class Model:
    """An embedding model, known by its name and fingerprint; safe to share between threads."""

    def __init__(
        self, name: str, *, fingerprint: Callable[[], str | None], load: Callable[[Announce], Embedder]
    ) -> None:
        """`load` is called once, when the model is first needed, with what takes a line before anything slow.

        `fingerprint` tells the fingerprint without loading; None as long as the files are not on this machine.
        """
        self.name = name
        """What the operator calls it."""
        self._fingerprint = fingerprint
        self._load = load
        self._loading = threading.Lock()
        self._embedder: Embedder | None = None

    def fingerprint(self) -> str | None:
        """16 hex digits that change whenever the vectors may; None as long as the files are not on this machine.

        Raises:
            ModelError: there is no such model.

        """
        return self._fingerprint()

    def fetched_fingerprint(self, announce: Announce = _tell_nobody) -> str:
        """The fingerprint, for which the model is fetched and loaded where its files are not on this machine.

        Raises:
            ModelError: the model cannot be had.

        """
        return self.fingerprint() or self.load(announce).fingerprint

    def load(self, announce: Announce = _tell_nobody) -> Embedder:
        """The loaded model, the same one every time; `announce` gets a line before anything that takes seconds.

        Raises:
            ModelError: the model cannot be had.

        """
        with self._loading:
            if self._embedder is None:
                self._embedder = self._load(announce)
            return self._embedder


def model_named(name: str | None, home: Path) -> Model:
    """The model that an operator calls `name`; None is the bundled one, which is unpacked below `home`.

    Nothing is read or written before the model is asked for its fingerprint or loaded.
    """

    def load(announce: Announce) -> Embedder:
        from retrieval.models.embedding import Embedder

        return Embedder.load(download_model(resolve_model(name, home, announce=announce), announce=announce))

    return Model(name or BUNDLED_MODEL, fingerprint=partial(model_fingerprint, name), load=load)
