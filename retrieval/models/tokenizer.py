"""Texts to token ids, and where each token stands in its text; one thread at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import tokenizers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Ids = list[int]
    Places = list[tuple[int, int]]


class Tokenizer(Protocol):
    """What a model reads its texts with."""

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """The token ids of each text, with those that the model wants around it."""

    def places(self, texts: Sequence[str]) -> list[tuple[Ids, Places]]:
        """The token ids of each text alone, and at which characters of it each token begins and ends."""


class LibraryTokenizer:
    """Any tokenizer that has a ``tokenizer.json``. See `Tokenizer`."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = tokenizers.Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """The token ids of each text, with those that the model wants around it."""
        return [found.ids for found in self._tokenizer.encode_batch(list(texts))]

    def places(self, texts: Sequence[str]) -> list[tuple[Ids, Places]]:
        """The token ids of each text alone, and at which characters of it each token begins and ends."""
        found = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [(one.ids, one.offsets) for one in found]
