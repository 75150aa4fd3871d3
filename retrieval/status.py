"""What is published, and whether it can be served with the settings as they are. Loads neither model nor index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.errors import IndexMismatchError, RetrievalError
from retrieval.types import Status

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from retrieval.generation import GenerationFolder, Manifest
    from retrieval.store.database import Database
    from retrieval.store.reader import StoreReader


def published_manifest(generations: GenerationFolder, database: Database) -> Manifest:
    """Check the published generation's files and the database's schema; return the manifest.

    Raises:
        IndexMissingError: nothing is published, or its database is not there.
        IndexMismatchError: a file is damaged.
        DatabaseError: the database cannot be read.

    """
    manifest = generations.check(generations.published_number())
    database.check_schema()
    return manifest


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
    generations: GenerationFolder,
    model: str,
    fingerprint: str | None,
) -> Status:
    """Collect the status; what is missing or damaged becomes a problem, never an error."""
    disk_bytes = _size(home) + _size_outside(database.file, home)
    try:
        manifest = published_manifest(generations, database)
        sources = store.sources(manifest.number)
        first_date, last_date = store.date_range(manifest.number)
        problems = _problems(manifest, sum(source.articles for source in sources), model, fingerprint)
    except RetrievalError as error:
        return Status(
            articles=0,
            passages=0,
            sentences=0,
            sources=(),
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
        first_date=first_date,
        last_date=last_date,
        model=manifest.model,
        generation=manifest.name,
        published_at=manifest.created_at.astimezone(timezone).replace(tzinfo=None),
        disk_bytes=disk_bytes,
        healthy=not problems,
        problems=problems,
    )


def _problems(manifest: Manifest, stored_articles: int, model: str, fingerprint: str | None) -> tuple[str, ...]:
    problems: list[str] = []
    try:
        require_model(manifest, name=model, fingerprint=fingerprint)
    except IndexMismatchError as error:
        problems.append(str(error))
    if stored_articles != manifest.articles:
        problems.append(
            f"the database holds {stored_articles} of the {manifest.articles} articles of generation {manifest.name}: "
            "run `citebot index --rebuild`, or set CITEBOT_DATABASE_URL back"
        )
    return tuple(problems)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _size_outside(file: Path | None, home: Path) -> int:
    inside = file is None or not file.is_file() or file.resolve().is_relative_to(home.resolve())
    return 0 if inside or file is None else file.stat().st_size
