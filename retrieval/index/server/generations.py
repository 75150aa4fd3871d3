"""Generations in a PostgreSQL: what every process holds of one is fetched when it is opened, the rest stays there."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from retrieval.array_files import dumped, loaded_array
from retrieval.errors import DatabaseError, IndexMismatchError
from retrieval.index.engines import Earlier
from retrieval.index.generation import Generation, Publication, lineage, no_index
from retrieval.index.manifest import dump_manifest, folder_name, gone, parse_manifest
from retrieval.index.self_check import require_same_counts
from retrieval.index.server.recall import least_effort
from retrieval.index.server.vectors import ServerVectors
from retrieval.store.server.vectors import VectorStore
from retrieval.told import told

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.index.generation import BuiltGeneration
    from retrieval.index.layout import Layout
    from retrieval.index.manifest import Manifest
    from retrieval.store.database import Database
    from retrieval.store.queries import StoreQueries
    from retrieval.store.server.published import PublishedStore
    from retrieval.text.lexicon import Lexicon

_MANIFEST = "manifest"
_LAYOUT = "layout"
_LEXICON = "lexicon"
_SENTENCES = "sentences"
_LENGTHS = "lengths"
_EXACT = 0

_Loaded = TypeVar("_Loaded")


class ServerGenerations:
    """The generations of the home in one database. See `retrieval.index.engines.Generations`."""

    def __init__(self, database: Database, store: PublishedStore, queries: StoreQueries) -> None:
        self._database = database
        self._store = store
        self._queries = queries

    def current(self) -> Publication | None:
        """What is published; None before the first time."""
        found = self._store.current()
        return None if found is None else Publication(found[0], found[1:])

    def published(self) -> Publication:
        """What is published."""
        current = self.current()
        if current is None:
            raise no_index(self._database.shown)
        return current

    def manifest(self, number: int) -> Manifest:
        """Read a generation's manifest."""
        content = self._store.part(number, _MANIFEST)
        if content is None:
            raise gone(number, self._database.shown)
        return parse_manifest(content, self._named(_MANIFEST, number))

    def check(self, number: int) -> Manifest:
        """Compare the parts of a generation with their sizes in its manifest; PostgreSQL looks after their bytes."""
        manifest = self.manifest(number)
        sizes = self._store.sizes(number)
        for name, expected in manifest.checksums.items():
            if sizes.get(name) != expected:
                raise self._damaged(name, number)
        return manifest

    def open(self, number: int) -> Generation:
        """Fetch what every process holds of a generation."""
        from retrieval.index.layout import Layout
        from retrieval.index.server.words import ServerWords  # `citebot status` needs no engine
        from retrieval.text.lexicon import Lexicon

        manifest = self.check(number)
        ids = self._loaded(_SENTENCES, number, loaded_array)
        vectors = VectorStore(self._database, manifest.model_fingerprint, manifest.dimension)
        return Generation(
            manifest,
            ServerVectors(vectors, ids, dimension=manifest.dimension, effort=manifest.search_effort, generation=number),
            ServerWords(self._store, number, self._loaded(_LENGTHS, number, loaded_array)),
            self._loaded(_LAYOUT, number, Layout.load),
            self._loaded(_LEXICON, number, Lexicon.load) if manifest.has_lexicon else None,
        )

    def earlier(self, number: int) -> Earlier:  # noqa: ARG002 - it is the same of each
        """Segments are not kept here: every generation is built whole."""
        return Earlier()

    def add(self, generation: BuiltGeneration) -> Generation:
        """Keep a generation that was built in memory; its vectors are stored already, and indexed if they are many."""
        from retrieval.index.segment import merged_words
        from retrieval.index.server.words import postings_of

        parts = [segment.words for segment in generation.segments]
        words = parts[0] if len(parts) == 1 else merged_words(parts, generation.rows.compact())
        ids = self._queries.sentence_ids(generation.manifest.number)
        manifest = self._with_search(generation, ids)
        number = manifest.number
        contents = {
            _SENTENCES: dumped(ids),
            _LENGTHS: dumped(words.lengths),
            _LAYOUT: _dumped(generation.layout),
            **({} if generation.lexicon is None else {_LEXICON: _dumped(generation.lexicon)}),
        }
        sizes = {name: len(content) for name, content in contents.items()}
        contents[_MANIFEST] = dump_manifest(replace(manifest, checksums=sizes))
        self._store.add(number, contents, postings_of(words))
        written = self.open(number)
        require_same_counts(written)
        return written

    def publish(self, number: int) -> None:
        """Make a generation the one that readers open, in one step."""
        self._store.publish(number)

    def lineage(self, number: int, length: int) -> list[int]:
        """The generation and those published before it, newest first, at most `length`, as far as they can be read."""
        return lineage(self, number, length)

    def keep_only(self, kept: Collection[int]) -> None:
        """Remove every other generation and what killed runs left behind."""
        self._store.keep_only(kept)

    def highest_number(self) -> int:
        """The highest number that a generation here has; 0 where there is none."""
        return self._store.highest()

    def changes(self, every: float, stopping: threading.Event) -> Iterator[None]:
        """Yield each time that it is worth looking what is published, until it is to be `stopping`."""
        while not stopping.is_set():
            try:
                with self._store.listening() as listener:
                    while not stopping.is_set():
                        listener.wait(every)
                        yield
            except DatabaseError:  # told by who looks; it may be back in a while
                stopping.wait(every)
                yield

    def _with_search(self, generation: BuiltGeneration, ids: NDArray[np.int64]) -> Manifest:
        """The manifest with how its vectors are searched, and how many of the nearest are found that way."""
        manifest = generation.manifest
        store = VectorStore(self._database, manifest.model_fingerprint, manifest.dimension)
        store.make_index()
        if store.index is None:
            return replace(manifest, search_effort=_EXACT, search_recall=1.0)
        found = least_effort(
            lambda effort: ServerVectors(
                store, ids, dimension=manifest.dimension, effort=effort, generation=manifest.number
            ),
            generation.vectors,
        )
        return replace(manifest, search_effort=found.effort, search_recall=round(found.recall, 4))

    def _loaded(self, name: str, number: int, load: Callable[[io.BytesIO], _Loaded]) -> _Loaded:
        content = self._store.part(number, name)
        if content is None:
            raise gone(number, self._database.shown)
        try:
            return load(io.BytesIO(content))
        except (ValueError, OSError, KeyError, zlib.error) as error:
            raise self._damaged(name, number) from error

    def _damaged(self, name: str, number: int) -> IndexMismatchError:
        message = told(
            "{path} is missing or damaged: run `citebot index` to build it again, or `citebot rollback`",
            path=self._named(name, number),
        )
        return IndexMismatchError(message)

    def _named(self, name: str, number: int) -> str:
        """What a part of a generation is called where it is told of."""
        return f"{self._database.shown} ({folder_name(number)}/{name})"


def _dumped(part: Layout | Lexicon) -> bytes:
    content = io.BytesIO()
    part.save(content)
    return content.getvalue()
