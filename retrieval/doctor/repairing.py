"""Mending what can be made anew: of what is stored where that is whole, else of the sources."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.doctor.examining import examine_index
from retrieval.index.engines import Earlier
from retrieval.index.generation import GenerationFolder
from retrieval.index.manifest import folder_name
from retrieval.index.self_check import require_known_items
from retrieval.ingest.building import build_generation, gather_parts
from retrieval.ingest.embedding import embedding_for
from retrieval.store.audit import StoreAudit
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from retrieval.doctor.findings import Damage
    from retrieval.home import Home
    from retrieval.index.manifest import Manifest
    from retrieval.models.model import Model
    from retrieval.progress import Progress


def repair(home: Home, model: Model, progress: Progress, index: Callable[[], object]) -> Iterator[str]:
    """Mend a home, and tell each thing that was done. `index` makes the index mirror the sources.

    Nothing is done to a database that is itself damaged.

    Raises:
        IndexBusyError: another process writes the index.
        RetrievalError: something cannot be made anew.

    """
    audit = StoreAudit(home.database)
    with home.lock.held(0):
        damage = examine_index(home, model, progress.step, alone=True).damage
        if damage.unsound:
            return
        yield from _clear(damage, audit)
        if damage.texts:
            audit.mark_damaged(damage.texts)
        yield from _embed_anew(home, model, progress, damage)
        needs_index = bool(damage.texts) or damage.needs_index
        if damage.generations and not needs_index:
            lost = yield from _build_anew(home, damage.generations, progress)
            needs_index = home.generations.published().number in lost
        if needs_index and isinstance(home.generations, GenerationFolder):
            for number in damage.generations:
                home.generations.condemn(number)
    if needs_index:
        index()
        yield told("The index was made anew from the sources.")
    if damage.texts:
        with home.lock.held(0):
            retired = audit.retire_damaged(home.generations.published().number)
            home.retractions.erase()
            yield told("{count} article is stored anew.", "{count} articles are stored anew.", count=retired)
            # Earlier generations still have rows of what is not to be read any more.
            left = examine_index(home, model, progress.step, alone=True).damage
            yield from _build_anew(home, left.generations, progress)


def _clear(damage: Damage, audit: StoreAudit) -> Iterator[str]:
    for path in damage.leftovers:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        yield told("{path} is removed.", path=path)
    if damage.rows:
        audit.delete_rows(damage.rows)
        yield told("Rows that belonged to nothing are deleted.")
    if damage.records:
        audit.forget_generations(damage.records)
        yield told("Records of generations without files are deleted.")


def _embed_anew(home: Home, model: Model, progress: Progress, damage: Damage) -> Iterator[str]:
    if not damage.vectors and not damage.unembedded:
        return
    published = home.generations.published().number
    fingerprint = home.generations.manifest(published).model_fingerprint
    if model.fetched_fingerprint(progress.announce) != fingerprint:
        return  # that it is another model is told
    audit = StoreAudit(home.database)
    audit.delete_vectors(fingerprint, damage.vectors)
    embedded = embedding_for(home.database, model, progress).embed(sorted(audit.revisions_of(published)))
    yield told("{count} sentence is embedded anew.", "{count} sentences are embedded anew.", count=embedded)


def _build_anew(home: Home, numbers: set[int], progress: Progress) -> Generator[str, None, set[int]]:
    """Build generations of what is stored under the numbers that they have; return those that cannot be.

    Nothing of their files is relied on: the first is built whole, the others of what that one has.
    """
    published = home.generations.published().number
    lost: set[int] = set()
    before: Manifest | None = home.generations.manifest(published) if published not in numbers else None
    for number in sorted(numbers, key=lambda one: (one != published, -one)):
        manifest = home.generations.manifest(number)
        if home.database.is_server or not _can_be_built(home, manifest):
            lost.add(number)
            continue
        progress.building()
        alike = before and before.model_fingerprint == manifest.model_fingerprint
        _build(home, manifest, home.generations.earlier(before.number) if before and alike else Earlier())
        before = manifest
        yield told("Generation {name} is built anew from what is stored.", name=folder_name(number))
        if number == published:
            home.generations.publish(number)  # so that whoever has it open opens it again
    home.generations.keep_only(home.queries.generations())  # and nothing of what was damaged
    return lost


def _can_be_built(home: Home, manifest: Manifest) -> bool:
    """Whether what a generation was built of is stored, and is built by this version as it was."""
    return (
        manifest.has_parts_of_today
        and home.queries.count_articles(manifest.number) == manifest.articles
        and home.queries.is_embedded(manifest.number, manifest.model_fingerprint)
    )


def _build(home: Home, manifest: Manifest, there: Earlier) -> None:
    def describe(*, dimension: int, passages: int, sentences: int) -> Manifest:
        return replace(manifest, dimension=dimension, passages=passages, sentences=sentences)

    parts = gather_parts(home, manifest.number, manifest.model_fingerprint, there)
    built = build_generation(parts, home.stories.recorded(manifest.number), describe)
    require_known_items(home.generations.add(built), home.queries, home.retractions)
