"""What is published, and whether it can be served with the settings as they are. Loads neither model nor index."""

from __future__ import annotations

import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.errors import IndexMismatchError, RetrievalError
from retrieval.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from retrieval.generation import GenerationFolder
    from retrieval.manifest import Manifest
    from retrieval.store.database import Database
    from retrieval.store.reader import StoreReader
    from retrieval.store.retractions import RetractionStore


def servable_manifest(generations: GenerationFolder, database: Database, store: StoreReader, number: int) -> Manifest:
    """Check a generation's files, the database's schema and that both belong together.

    Raises:
        IndexMissingError: its folder or its database is not there.
        IndexMismatchError: a file is damaged, or the database is another one.
        DatabaseError: the database cannot be read.

    """
    generations.manifest(number)
    database.check_schema()
    return usable_manifest(generations, store, number)


def usable_manifest(generations: GenerationFolder, store: StoreReader, number: int) -> Manifest:
    """Check a generation's files and that its articles are stored; return its manifest.

    Raises:
        IndexMissingError: its folder is gone.
        IndexMismatchError: a file is damaged, or the database is another one.

    """
    manifest = generations.check(number)
    stored = store.count_articles(number)
    if stored != manifest.articles:
        message = (
            f"the database holds {stored} of the {manifest.articles} articles of generation {manifest.name}: "
            "run `citebot index`, or set CITEBOT_DATABASE_URL back"
        )
        raise IndexMismatchError(message)
    return manifest


def readable(manifest: Manifest, retractions: RetractionStore) -> Manifest:
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
        message = (
            f"the index was built with the model {manifest.model} ({manifest.model_fingerprint}), the settings say "
            f"{name} ({fingerprint}): run `citebot index --rebuild`, or set CITEBOT_EMBEDDING_MODEL back"
        )
        raise IndexMismatchError(message)


def describe(
    *,
    home: Path,
    timezone: ZoneInfo,
    database: Database,
    store: StoreReader,
    retractions: RetractionStore,
    generations: GenerationFolder,
    model: str,
    fingerprint: Callable[[], str | None],
) -> Status:
    """Collect the status; what is missing or damaged becomes a problem, never an error."""
    disk_bytes = _size(home) + _size_outside(database.file, home)
    try:
        manifest = servable_manifest(generations, database, store, generations.published().number)
        manifest = readable(manifest, retractions)
        sources = store.sources(manifest.number)
        languages = store.languages(manifest.number)
        first_date, last_date = store.date_range(manifest.number)
        problem = _model_problem(manifest, model, fingerprint)
    except RetrievalError as error:
        return Status(
            articles=0,
            passages=0,
            sentences=0,
            sources=(),
            languages=(),
            first_date=None,
            last_date=None,
            model=model,
            generation=None,
            published_at=None,
            disk_bytes=disk_bytes,
            healthy=False,
            problems=(str(error),),
        )
    return Status(
        articles=manifest.articles,
        passages=manifest.passages,
        sentences=manifest.sentences,
        sources=sources,
        languages=languages,
        first_date=first_date,
        last_date=last_date,
        model=manifest.model,
        generation=manifest.name,
        published_at=manifest.created_at.astimezone(timezone).replace(tzinfo=None),
        disk_bytes=disk_bytes,
        healthy=not problem,
        problems=(problem,) if problem else (),
    )


def _model_problem(manifest: Manifest, model: str, fingerprint: Callable[[], str | None]) -> str:
    try:
        found = fingerprint()
        require_model(manifest, name=model, fingerprint=found)
    except RetrievalError as error:
        return str(error)
    if found is None and model != manifest.model:
        return (
            f"the index was built with the model {manifest.model}, the settings say {model}, which is not on this "
            "machine: run `citebot index --rebuild` to fetch it, or set CITEBOT_EMBEDDING_MODEL back"
        )
    return ""


def _size(folder: Path) -> int:
    return sum(_size_of_file(path) for path in folder.rglob("*"))


def _size_outside(file: Path | None, home: Path) -> int:
    return _size_of_file(file) if file and not file.resolve().is_relative_to(home.resolve()) else 0


def _size_of_file(path: Path) -> int:
    """Bytes of a file; 0 of anything else, and of what a writer has removed meanwhile."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
