"""A home carried over into another place, with all its generations; nothing is embedded anew."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from operator import itemgetter
from typing import TYPE_CHECKING

from retrieval.errors import NotEmptyError
from retrieval.index.engines import Earlier
from retrieval.index.self_check import require_known_items
from retrieval.ingest.building import build_generation, gather_parts
from retrieval.store.copying import copy_articles, count_rows
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.home import Home
    from retrieval.index.manifest import Manifest
    from retrieval.progress import Progress


def copy_home(source: Home, target: Home, progress: Progress, before_publishing: Callable[[], None]) -> Manifest:
    """Copy what is stored, build the kept generations of it, and publish the published one; return its manifest.

    What an attempt that was broken off has left at the target is overwritten: nothing is published there before the
    end. The caller holds the writer's lock of both; `before_publishing` may still raise what ends the run.

    Raises:
        IndexMissingError: nothing is published at the source.
        NotEmptyError: something is published at the target already.

    """
    published = source.generations.published().number
    source.generations.manifest(published)  # one that this version cannot read is told before anything is written
    source.database.migrate()
    source.retractions.erase()
    require_empty(target)
    target.database.migrate()
    target.generations.keep_only(())
    _copy_articles(source, target, progress)
    progress.building()
    before = None
    for number in reversed(_kept(source, published)):
        manifest = source.generations.manifest(number)
        _build(target, manifest, before)
        before = manifest
    _copy_calibration(source, target, progress)
    before_publishing()
    _forget_what_was_forgotten(source, target)
    target.generations.publish(published)
    return target.generations.manifest(published)


def require_empty(target: Home) -> None:
    """Refuse a home in which something is published.

    Raises:
        NotEmptyError: there is.
        IndexMismatchError: what says so is damaged, or cannot be read.

    """
    if target.generations.current() is not None:
        message = told("{place} holds articles already: name an empty database or folder", place=target.database.shown)
        raise NotEmptyError(message)


def _copy_articles(source: Home, target: Home, progress: Progress) -> None:
    total, done = count_rows(source.database), 0

    def on_rows(count: int) -> None:
        nonlocal done
        done += count
        progress.copying(done, total)

    progress.copying(done, total)
    copy_articles(source.database, target.database, on_rows)


def _kept(source: Home, published: int) -> list[int]:
    """The published generation and those before it, newest first, as far as all of their sentences are embedded."""
    generations, queries = source.generations, source.queries
    lineage = generations.lineage(published, source.settings.kept_generations)
    embedded = (queries.is_embedded(number, generations.manifest(number).model_fingerprint) for number in lineage)
    return [number for number, _ in takewhile(itemgetter(1), zip(lineage, embedded, strict=True))]


def _build(target: Home, manifest: Manifest, before: Manifest | None) -> None:
    """Build a generation; `before` is the one that was built last, if any."""
    number = manifest.number

    def describe(*, dimension: int, passages: int, sentences: int) -> Manifest:
        # How vectors are searched is the target's own, and measured there.
        manifest_there = replace(manifest, search_effort=0, search_recall=1.0)
        return replace(manifest_there, dimension=dimension, passages=passages, sentences=sentences)

    alike = before and before.model_fingerprint == manifest.model_fingerprint
    there = target.generations.earlier(before.number) if before and alike else Earlier()
    parts = gather_parts(target, number, manifest.model_fingerprint, there)
    built = build_generation(parts, target.stories.recorded(number), describe)
    require_known_items(target.generations.add(built), target.queries, target.retractions)


def _copy_calibration(source: Home, target: Home, progress: Progress) -> None:
    try:
        kept = source.calibration.read()
    except (OSError, ValueError) as error:
        why = told_by(error)
        progress.announce(told("the calibrated bounds are not copied, since {why}", why=why))
        return
    if kept:
        target.calibration.write(kept)


def _forget_what_was_forgotten(source: Home, target: Home) -> None:
    """Forget what was forgotten at the source while it was copied, and delete its text in both places."""
    known = target.retractions.current().article_ids
    if missing := sorted(source.retractions.current().article_ids - known):
        target.retractions.add(missing)
    target.retractions.erase()
    source.retractions.erase()
