"""What is stored of articles: whole, where it should be, and the same that the published index was built of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import IndexMissingError, RetrievalError
from retrieval.index.manifest import folder_name
from retrieval.index.self_check import require_known_items, require_same_counts
from retrieval.index.servable import usable_manifest
from retrieval.ingest.recipe import content_hash, text_hash
from retrieval.store.audit import StoreAudit
from retrieval.store.snapshots import faults_in, rows_without_parents
from retrieval.store.writer import StoreWriter
from retrieval.text.splitting import split
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.doctor.findings import Examination
    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.store.audit import StoredText

_SHOWN = 5
"""Articles that are named, of each kind of damage."""
_VECTORS_APART = 1e-3


def look_at_database(home: Home, found: Examination) -> bool:
    """Look whether the database can be relied on; all else that is stored is looked at only then."""
    database = home.database
    faults = faults_in(database.file) if database.file and database.file.exists() else []
    if not faults and _is_lost(home):
        faults = [told("nothing is in it, though an index was made of it")]
    for fault in faults:
        found.problem(
            "database",
            told(
                "{file} is damaged ({fault}): put a backup into an empty home (`citebot restore FILE`); without one, "
                "move the file away and run `citebot index`, which embeds all anew and knows nothing of what was "
                "forgotten",
                file=database.shown,
                fault=fault,
            ),
        )
    if not faults:
        try:
            database.check_schema()
        except RetrievalError as error:
            faults = [told_by(error)]
            found.problem("database", faults[0])
    found.damage.unsound = bool(faults)
    return not faults


def _is_lost(home: Home) -> bool:
    """Whether there is an index, and no database that it was made of; one that is empty is not opened."""
    file = home.database.file
    if file is None or not (home.settings.home / "current").exists():
        return False
    if not file.exists() or not file.stat().st_size:
        return True
    try:
        home.database.check_schema()
    except IndexMissingError:
        return True
    except RetrievalError:
        pass  # told next
    return False


def look_at_rows(home: Home, found: Examination) -> None:
    """Look for rows that refer to others that are gone; a server has none."""
    if home.database.file is None:
        return
    found.damage.rows = rows_without_parents(home.database.file)
    for table, rows in found.damage.rows.items():
        found.mendable(
            "database",
            told(
                "{count} row of the table {table} belongs to nothing",
                "{count} rows of the table {table} belong to nothing",
                count=len(rows),
                table=table,
            ),
        )
    if not found.damage.rows:
        found.ok("database", told("{place} is whole, and so are its tables", place=home.database.shown))


def look_at_texts(home: Home, found: Examination, published: int | None, step: Callable[[], None]) -> None:
    """Look whether each text is what was stored, and each passage and sentence stands where it is said to."""
    audit = StoreAudit(home.database)
    served = audit.revisions_of(published) if published is not None else frozenset()
    texts, spans = 0, 0
    strange: list[tuple[int, str]] = []
    damaged: dict[int, str] = {}
    for text in audit.texts():
        step()
        texts += 1
        spans += len(text.text_hashes)
        fits = _fits(text)
        if not fits and text.revision not in served and _stands(text):
            continue  # an earlier version stored it
        if fits and _is_split_as_stored(text):
            continue
        if not fits and _stands(text):
            strange.append((text.revision, text.article.id))
        else:
            damaged[text.revision] = text.article.id
    if len(strange) < len(served):
        damaged |= dict(strange)
    elif strange:
        found.note("texts", told("all articles were stored by another version: `citebot index` stores them anew"))
    _tell_damaged(damaged, found)
    if not damaged:
        found.ok(
            "texts",
            told("{texts} texts are what was stored, with {spans} sentences in their places", texts=texts, spans=spans),
        )


def _fits(text: StoredText) -> bool:
    """Whether a revision is what its hash was made of; the language may have been detected."""
    article = text.article
    return text.content_hash in {content_hash(article), content_hash(replace(article, language=None))}


def _stands(text: StoredText) -> bool:
    """Whether each sentence of a revision stands within its passage and is the one that its hash was made of."""
    article = text.article
    spans = [(passage, span) for passage in text.passages for span in passage.sentences]
    return bool(spans) and all(
        0 <= passage.start <= span.start < span.end <= passage.end <= len(article.text)
        and text_hash(article.title, article.text[span.start : span.end]) == stored
        for (passage, span), stored in zip(spans, text.text_hashes, strict=True)
    )


def _is_split_as_stored(text: StoredText) -> bool:
    return text.passages == tuple(split(text.article.text, text.article.title)) and _stands(text)


def _tell_damaged(damaged: dict[int, str], found: Examination) -> None:
    found.damage.texts = set(damaged)
    for article_id in list(damaged.values())[:_SHOWN]:
        found.mendable("texts", told("what is stored of the article {name} is damaged", name=article_id))
    if len(damaged) > _SHOWN:
        found.mendable("texts", told("and of {number} more articles", number=len(damaged) - _SHOWN))


def look_at_index(home: Home, found: Examination, number: int) -> None:
    """Look whether the published generation was built of what is stored. Its files are whole."""
    try:
        usable_manifest(home.generations, home.queries, number)
    except RetrievalError as error:
        found.problem("index", told_by(error))
        found.damage.needs_index = True
        return
    generation = _opened_if_same(home, number)
    if generation is None:
        found.mendable("index", _told_of_another(number))
        found.damage.generations.add(number)
        found.damage.needs_index = True  # which of the two is right, the sources tell
        return
    _look_at_vectors(generation, home, found)
    if found.damage.vectors or found.damage.unembedded:
        return
    try:
        require_known_items(generation, home.queries, home.retractions)
    except RetrievalError as error:
        found.mendable("index", told_by(error))
        found.damage.generations.add(number)
        found.damage.needs_index = True
    else:
        manifest = generation.manifest
        found.ok(
            "index",
            told(
                "generation {name} has the {articles} articles, {passages} passages and {sentences} sentences that are "
                "stored",
                name=manifest.name,
                articles=manifest.articles,
                passages=manifest.passages,
                sentences=manifest.sentences,
            ),
        )


def look_at_earlier(home: Home, found: Examination, published: int) -> None:
    """Look whether the generations that can be gone back to were built of what is stored."""
    for number in home.queries.generations():
        if number == published or number in found.damage.generations:
            continue
        try:
            home.generations.manifest(number)
        except RetrievalError:
            continue  # told where files are looked at
        if _opened_if_same(home, number) is None:
            found.mendable("index", _told_of_another(number))
            found.damage.generations.add(number)


def _told_of_another(number: int) -> str:
    return told("generation {name} was not built of what the database holds", name=folder_name(number))


def _opened_if_same(home: Home, number: int) -> Generation | None:
    """A generation, if it has the passages that are stored, and of each so many sentences."""
    try:
        generation = home.generations.open(number)
        require_same_counts(generation)
    except RetrievalError:
        return None
    hidden = home.retractions.passages(number)
    layout = generation.layout
    sizes = zip(layout.passage_ids.tolist(), np.diff(layout.first_sentences).tolist(), strict=True)
    indexed = {passage: size for passage, size in sizes if passage not in hidden}
    return generation if indexed == StoreAudit(home.database).passage_sizes(number) else None


def _look_at_vectors(generation: Generation, home: Home, found: Examination) -> None:
    """Compare stored vectors with those of the index, whose files are whole."""
    manifest = generation.manifest
    audit = StoreAudit(home.database)
    model = manifest.model_fingerprint
    wrong = set(audit.wrong_vectors(model, manifest.dimension))
    revisions = sorted(audit.revisions_of(manifest.number))
    missing = StoreWriter(home.database).count_unembedded(revisions, model)
    if not missing and not wrong:
        wrong |= _unlike(generation, home)
    found.damage.vectors = sorted(wrong)
    found.damage.unembedded = bool(missing)
    if missing:
        found.mendable(
            "vectors",
            told("{count} sentence has no stored vector", "{count} sentences have no stored vectors", count=missing),
        )
    if wrong:
        found.mendable(
            "vectors",
            told("{count} stored vector is damaged", "{count} stored vectors are damaged", count=len(wrong)),
        )
    if not missing and not wrong:
        found.ok("vectors", told("all stored vectors are those of the index"))


def _unlike(generation: Generation, home: Home) -> set[bytes]:
    """The hashes of the texts whose stored vectors are other ones than those of the index."""
    manifest = generation.manifest
    hidden = np.array(sorted(home.retractions.passages(manifest.number)), dtype=np.int64)
    layout = generation.layout
    shown = np.repeat(~np.isin(layout.passage_ids, hidden), np.diff(layout.first_sentences))
    rows, done = np.flatnonzero(shown), 0
    # What was forgotten may not be deleted yet.
    readable = StoreAudit(home.database).revisions_of(manifest.number)
    ordered = [one for one in home.queries.ordered_revisions(manifest.number).tolist() if one in readable]
    wrong: set[bytes] = set()
    for hashes, stored in home.queries.hashed_vectors(ordered, manifest.model_fingerprint):
        block = np.frombuffer(b"".join(stored[one] for one in hashes), np.float16).reshape(len(hashes), -1)
        own = generation.vectors.vectors(rows[done : done + len(hashes)])
        apart = np.abs(block.astype(np.float32) - own).max(axis=1) > _VECTORS_APART
        wrong.update(hashes[place] for place in np.flatnonzero(apart).tolist())
        done += len(hashes)
    return wrong
