"""A home carried over into another place, with all its generations; nothing is embedded anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.errors import NotEmptyError
from retrieval.index.self_check import require_known_items
from retrieval.ingest.building import build_generation
from retrieval.store.copying import copy_articles, count_rows, holds_articles
from retrieval.told import told

if TYPE_CHECKING:
    from retrieval.home import Home
    from retrieval.index.manifest import Manifest
    from retrieval.progress import Progress


def copy_home(source: Home, target: Home, progress: Progress) -> Manifest:
    """Copy what is stored, build the kept generations of it, and publish the published one; return its manifest.

    The caller holds the writer's lock of both.

    Raises:
        IndexMissingError: nothing is published at the source.
        NotEmptyError: the target holds articles already.

    """
    published = source.generations.published().number
    source.database.migrate()
    target.database.migrate()
    if holds_articles(target.database):
        message = told("{place} holds articles already: name an empty database or folder", place=target.database.shown)
        raise NotEmptyError(message)
    total, done = count_rows(source.database), 0

    def on_rows(count: int) -> None:
        nonlocal done
        done += count
        progress.copying(done, total)

    copy_articles(source.database, target.database, on_rows)
    progress.building()
    for number in reversed(source.generations.lineage(published, source.settings.kept_generations)):
        _build(target, source.generations.manifest(number))
    target.generations.publish(published)
    if kept := source.calibration.read():
        target.calibration.write(kept)
    return target.generations.manifest(published)


def _build(target: Home, manifest: Manifest) -> None:
    number = manifest.number

    def describe(*, dimension: int, passages: int, sentences: int) -> Manifest:
        return replace(manifest, dimension=dimension, passages=passages, sentences=sentences)

    stories = target.stories.recorded(number)
    built = build_generation(target.queries, number, manifest.model_fingerprint, stories, describe)
    require_known_items(target.generations.add(built), target.queries, target.retractions)
