"""A large home made of a smaller one, for `growth.py`: stored, indexed and published as if its articles were read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sqlalchemy as sa

from retrieval.index.engines import Earlier
from retrieval.index.hashing import hashes_of
from retrieval.index.rows import rows_of
from retrieval.index.segment import Segment
from retrieval.index.segments import SegmentFolder
from retrieval.index.self_check import require_known_items
from retrieval.index.vectors import VectorIndex
from retrieval.ingest.building import Parts, build_generation
from retrieval.ingest.recipe import content_hash
from retrieval.ingest.segments import MOST_SENTENCES
from retrieval.store.tables import embeddings, generation_revisions, generations, passages, revisions, sentences
from retrieval.text.strings import Strings, borders
from retrieval.text.terms import terms_of
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.index.generation import BuiltGeneration
    from retrieval.index.manifest import Manifest
    from retrieval.index.postings import WordPostings
    from retrieval.library import Library

NUMBER = 1
AT_ONCE = 5000
_LETTERS = "бгджзкпрсфцчшщ"


class Copies:
    """Copies of the articles of one home in another."""

    def __init__(
        self, small: Library, large: Library, sources: Path, *, weeks: int, turn: Callable[[int, int], NDArray[Any]]
    ) -> None:
        """Each copy is so many weeks later than the one before; `turn` gives the rotation of its vectors."""
        self._small, self._large, self._sources = small, large, sources
        self._later = timedelta(days=7 * weeks)
        self._turn = turn
        self._folder = SegmentFolder(large.home.settings.home)
        self._base = cast("BuiltGeneration", small.home.generations.open(small.home.generations.published().number))
        self._whole = Segment.merged(self._base.segments, self._base.rows.keys)

    def make(self, times: int) -> None:
        """Make so many copies, and publish them."""
        if any(terms_of(word) != [word] for word in map(_word, range(times))):
            message = "words that tell copies apart are not found as they are written"
            raise ValueError(message)
        self._large.home.database.migrate()
        whole, waiting = list[Segment](), list[Segment]()
        with self._small.home.database.connect() as reading:
            # Other revisions are of earlier generations.
            of = sa.select(generation_revisions.c.revision_id)
            of = of.where(generation_revisions.c.generation_id == self._base.manifest.number)
            inside = passages.c.revision_id.in_(of)
            queries = {
                revisions: sa.select(revisions).where(revisions.c.id.in_(of)),
                passages: sa.select(passages).where(inside),
                sentences: sa.select(sentences).where(
                    sentences.c.passage_id.in_(sa.select(passages.c.id).where(inside))
                ),
            }
            rows = {table: reading.execute(query).mappings().all() for table, query in queries.items()}
        shift = {table: max(row["id"] for row in found) + 1 for table, found in rows.items()}
        with self._large.home.database.begin() as connection:
            connection.execute(sa.insert(generations).values(id=NUMBER, model=self._base.manifest.model_fingerprint))
        for copy in range(times):
            own = self._copied(copy, rows, {table.name: copy * each for table, each in shift.items()})
            if waiting and sum(each.sentences for each in [*waiting, own]) > MOST_SENTENCES:
                whole.append(self._together(waiting))
                waiting = []
            waiting.append(own)
        whole.append(self._together(waiting))
        keys = [segment.keys for segment in whole]
        found = rows_of(np.concatenate(keys), keys, [segment.counts for segment in whole])
        parts = Parts(whole, found, Earlier())
        built = build_generation(parts, parts.stories(), self._manifest(len(found.keys)))
        written = self._large.home.generations.add(built)
        require_known_items(written, self._large.home.queries, self._large.home.retractions)
        self._large.home.generations.publish(NUMBER)

    def _together(self, segments: list[Segment]) -> Segment:
        """Put segments together as many updates would have done, and leave them on disk."""
        return self._folder.add(Segment.merged(segments, np.concatenate([segment.keys for segment in segments])))

    def _manifest(self, articles: int) -> Callable[..., Manifest]:
        def describe(*, dimension: int, passages: int, sentences: int) -> Manifest:
            manifest = replace(self._base.manifest, number=NUMBER, previous=None, dimension=dimension)
            return replace(manifest, articles=articles, passages=passages, sentences=sentences)

        return describe

    def _copied(self, copy: int, rows: dict[sa.Table, Any], shift: dict[str, int]) -> Segment:
        """Store one copy, and return its segment."""
        word = _word(copy)
        origin = self._sources / f"copy-{copy:05}.jsonl"
        stored, lines = [], []
        for row in rows[revisions]:
            article = Article(
                f"{copy:04}-{row['article_id']}",
                f"{row['title']} {word}".strip(),
                row["text"],
                row["published_at"] and row["published_at"] + copy * self._later,
                row["source"],
                row["url"],
                row["language"],
            )
            number = row["id"] + shift["revision"]
            stored.append({**row, "id": number, "article_id": article.id, "title": article.title,
                           "published_at": article.published_at, "content_hash": content_hash(article)})  # fmt: skip
            date = article.published_at and article.published_at.isoformat()
            lines.append({"id": article.id, "title": article.title, "text": article.text, "date": date,
                          "source": article.source, "url": article.url, "lang": article.language})  # fmt: skip
        origin.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        with self._large.home.database.begin() as connection:
            _insert(connection, revisions, stored)
            ids = shift["passage"], shift["revision"], shift["sentence"]
            _insert(connection, passages, [{**row, "id": row["id"] + ids[0], "revision_id": row["revision_id"] + ids[1]} for row in rows[passages]])  # fmt: skip # noqa: E501
            _insert(connection, sentences, [{**row, "id": row["id"] + ids[2], "passage_id": row["passage_id"] + ids[0], "text_hash": _hash(row["text_hash"], copy)} for row in rows[sentences]])  # fmt: skip # noqa: E501
            _insert(connection, generation_revisions, [{"generation_id": NUMBER, "revision_id": row["id"], "origin": str(origin)} for row in stored])  # fmt: skip # noqa: E501
        return self._segment(copy, word, shift, {row["id"]: row["text_hash"] for row in rows[sentences]})

    def _segment(self, copy: int, word: str, shift: dict[str, int], hashes: dict[int, bytes]) -> Segment:
        model = self._base.manifest.model_fingerprint
        ids = self._small.home.queries.sentence_ids(self._small.home.generations.published().number)
        rotation = self._turn(10_000 + copy if copy else 0, self._base.vectors.dimension)
        every = self._base.vectors.vectors(np.arange(len(self._base.vectors)))
        turned = _turned(every, every.mean(axis=0), rotation).astype(np.float16)
        by_hash = {_hash(hashes[sentence], copy): row for row, sentence in enumerate(ids.tolist())}
        with self._large.home.database.begin() as connection:
            vectors = [
                {"model": model, "text_hash": key, "vector": turned[row].tobytes()} for key, row in by_hash.items()
            ]
            _insert(connection, embeddings, vectors)
        whole = self._whole
        days = np.where(whole.layout.days > 0, whole.layout.days + copy * self._later.days, 0).astype(np.int32)
        articles = replace(
            whole.articles,
            revisions=whole.articles.revisions + shift["revision"],
            moments=whole.articles.moments + copy * self._later.days,
            meanings=_turned(whole.articles.meanings, every.mean(axis=0), rotation),
            signatures=whole.articles.signatures ^ np.uint32((copy * 2654435761) & 0xFFFFFFFF),
        )
        return replace(
            whole,
            articles=articles,
            layout=replace(whole.layout, passage_ids=whole.layout.passage_ids + shift["passage"], days=days),
            words=with_word(whole.words, word),
            vectors=VectorIndex.build([turned.astype(np.float32)]),
        )


def _word(copy: int) -> str:
    """What the titles of a copy have besides."""
    return "копия" + _LETTERS[copy % len(_LETTERS)] * (1 + copy // len(_LETTERS))


def with_word(words: WordPostings, word: str) -> WordPostings:
    """The same words, and one more in the title of every article."""
    [hashed] = hashes_of([word])
    place = int(np.searchsorted(words.hashes, hashed))
    strings = Strings.joined([words.words, Strings.of([word])])
    order = np.insert(np.arange(len(words.hashes)), place, len(words.hashes))
    taken = strings.take(order)
    count, at = len(words.lengths), int(words.starts[place])
    starts = np.insert(words.starts, place, at)
    starts[place + 1 :] += count
    of_articles = np.where(words.article_words >= place, words.article_words + 1, words.article_words)
    own = borders(np.diff(words.article_starts) + 1)
    articles = np.sort(
        np.concatenate(
            [
                np.repeat(np.arange(len(own) - 1), np.diff(words.article_starts)) * (len(order) + 1) + of_articles,
                np.arange(len(own) - 1) * (len(order) + 1) + place,
            ]
        )
    )
    return replace(
        words,
        hashes=np.insert(words.hashes, place, hashed),
        text=taken.text,
        text_starts=taken.starts,
        starts=starts,
        passages=np.insert(words.passages, at, np.arange(count)).astype(np.int32),
        counts=np.insert(words.counts, at, np.ones(count, dtype=words.counts.dtype)),
        sentence_starts=np.insert(words.sentence_starts, place, words.sentence_starts[place]),
        article_starts=own,
        article_words=(articles % (len(order) + 1)).astype(np.int32),
        lengths=words.lengths + 1,
    )


def _turned(vectors: NDArray[Any], mean: NDArray[Any], rotation: NDArray[Any]) -> NDArray[np.float32]:
    found = mean + (vectors - mean) @ rotation
    unit: NDArray[np.float32] = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _hash(text_hash: bytes, copy: int) -> bytes:
    return hashlib.blake2b(text_hash, digest_size=16, salt=copy.to_bytes(2, "big")).digest() if copy else text_hash


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(sa.insert(table), rows[start : start + AT_ONCE])
