"""Whether a generation can be served: its files, the database and the model must belong together.

Loads neither model nor index, so that `citebot status` can tell at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.errors import IndexMismatchError
from retrieval.told import told

if TYPE_CHECKING:
    from retrieval.index.engines import Generations
    from retrieval.index.manifest import Manifest
    from retrieval.store.database import Database
    from retrieval.store.queries import StoreQueries
    from retrieval.store.retractions import RetractionStore


def servable_manifest(generations: Generations, database: Database, store: StoreQueries, number: int) -> Manifest:
    """Check a generation's files, the database's schema and that both belong together.

    Raises:
        IndexMissingError: its folder or its database is not there.
        IndexMismatchError: a file is damaged, or the database is another one.
        DatabaseError: the database cannot be read.

    """
    generations.manifest(number)
    database.check_schema()
    return usable_manifest(generations, store, number)


def usable_manifest(generations: Generations, store: StoreQueries, number: int) -> Manifest:
    """Check a generation's files and that its articles are stored; return its manifest.

    Raises:
        IndexMissingError: its folder is gone.
        IndexMismatchError: a file is damaged, or the database is another one.

    """
    manifest = generations.check(number)
    stored = store.count_articles(number)
    if stored != manifest.articles:
        message = told(
            "the database holds {stored} of the {articles} articles of generation {name}: run `citebot index`, "
            "or set CITEBOT_DATABASE_URL back",
            stored=stored,
            articles=manifest.articles,
            name=manifest.name,
        )
        raise IndexMismatchError(message)
    return manifest


def without_forgotten(manifest: Manifest, retractions: RetractionStore) -> Manifest:
    """The manifest with the counts of what may still be read: `citebot forget` takes effect before the next index."""
    counts = retractions.readable(manifest.number)
    if counts is None:
        return manifest
    articles, passages, sentences = counts
    return replace(manifest, articles=articles, passages=passages, sentences=sentences)


def require_model(manifest: Manifest, *, name: str, fingerprint: str | None) -> None:
    """Refuse a generation that was built with another model than the settings name.

    A `fingerprint` of None (the model's files are not here yet) is let through: nothing can be compared.

    Raises:
        IndexMismatchError: names both models and the ways out.

    """
    if fingerprint is not None and manifest.model_fingerprint != fingerprint:
        message = told(
            "the index was built with the model {model} ({model_fingerprint}), the settings say {name} "
            "({fingerprint}): run `citebot index --rebuild`, or set CITEBOT_EMBEDDING_MODEL back",
            model=manifest.model,
            model_fingerprint=manifest.model_fingerprint,
            name=name,
            fingerprint=fingerprint,
        )
        raise IndexMismatchError(message)
