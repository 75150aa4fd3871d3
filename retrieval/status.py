"""What is published, and whether it can be served with the settings as they are. Loads neither model nor index."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from retrieval.errors import RetrievalError
from retrieval.index.servable import require_model, servable_manifest, without_forgotten
from retrieval.told import told, told_by
from retrieval.types import Status, VectorSearch

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.home import Home
    from retrieval.index.manifest import Manifest
    from retrieval.models.model import Model
    from retrieval.types import BoundsInForce


def describe(home: Home, model: Model, bounds: BoundsInForce) -> Status:
    """Collect the status; what is missing or damaged becomes a problem, never an error."""
    folder = home.settings.home
    disk_bytes = _size(folder) + _size_outside(home.database.file, folder)
    database = home.database.shown if home.database.is_server else None
    try:
        if home.database.is_server:
            disk_bytes += _size_on_server(home)
        number = home.generations.published().number
        manifest = servable_manifest(home.generations, home.database, home.queries, number)
        manifest = without_forgotten(manifest, home.retractions)
        sources = home.queries.sources(manifest.number)
        languages = home.queries.languages(manifest.number)
        first_date, last_date = home.queries.date_range(manifest.number)
        problem = model_problem(manifest, model) or told_of_a_beginning(manifest)
    except RetrievalError as error:
        return _unhealthy(model, disk_bytes, bounds, told_by(error), database)
    missing = _told_of_missing(manifest)
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
        published_at=manifest.created_at.astimezone(home.settings.timezone).replace(tzinfo=None),
        disk_bytes=disk_bytes,
        bounds=bounds,
        healthy=not problem,
        problems=tuple(filter(None, (problem, missing))),
        database=database,
        vector_search=VectorSearch(manifest.search_effort, manifest.search_recall) if manifest.search_effort else None,
    )


def _unhealthy(model: Model, disk_bytes: int, bounds: BoundsInForce, problem: str, database: str | None) -> Status:
    """Where nothing can be told of what is published, if anything is."""
    return Status(
        articles=0,
        passages=0,
        sentences=0,
        sources=(),
        languages=(),
        first_date=None,
        last_date=None,
        model=model.name,
        generation=None,
        published_at=None,
        disk_bytes=disk_bytes,
        bounds=bounds,
        healthy=False,
        problems=(problem,),
        database=database,
    )


def _told_of_missing(manifest: Manifest) -> str:
    """Say that searching vectors misses more than it should; "" where it does not. It can be served all the same."""
    if not manifest.search_effort:
        return ""
    from retrieval.index.server.recall import ENOUGH  # which numpy comes with

    if manifest.search_recall >= ENOUGH:
        return ""
    return told(
        "searching vectors finds {found:.3f} of what is nearest, expected {expected:.2f}: run `REINDEX TABLE "
        "CONCURRENTLY embedding` in the database; the next `citebot index` that changes something measures it anew",
        found=manifest.search_recall,
        expected=ENOUGH,
    )


def model_problem(manifest: Manifest, model: Model) -> str:
    """Say that a generation was built with another model than the settings name; "" where it was not."""
    try:
        found = model.fingerprint()
        require_model(manifest, name=model.name, fingerprint=found)
    except RetrievalError as error:
        return told_by(error)
    if found is None and model.name != manifest.model:
        return told(
            "the index was built with the model {model}, the settings say {name}, which is not on this machine: "
            "run `citebot index --rebuild` to fetch it, or set CITEBOT_EMBEDDING_MODEL back",
            model=manifest.model,
            name=model.name,
        )
    return ""


def told_of_a_beginning(manifest: Manifest) -> str:
    """Say that the published generation is but a beginning; "" where it is not."""
    if not manifest.beginning:
        return ""
    return told(
        "only the newest {articles} articles can be asked about yet: run `citebot index` for the others",
        articles=manifest.articles,
    )


def _size_on_server(home: Home) -> int:
    from retrieval.store.server.published import PublishedStore  # which nobody needs who has no server

    return PublishedStore(home.database).size()


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
