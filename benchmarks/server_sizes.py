"""How long PostgreSQL takes with so many sentences: filling, publishing, asking; what it holds, and what it finds.

    python benchmarks/server_sizes.py --home HOME --questions FILE --server postgresql+psycopg://user@host 10000 1000000

The articles of a home that is indexed are stored again and again, with vectors drawn near their own, until there are
so many sentences; words are those of the articles. Questions are embedded by the home's model and answered without
reading, as the database has no part in that. Each number of sentences has a database of its own, made anew.
"""

import argparse
import hashlib
import json
import statistics
import struct
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import psycopg
import sqlalchemy as sa
from numpy.typing import NDArray
from same_answers import new_database, percentile_95

from retrieval.index.generation import BuiltGeneration
from retrieval.index.layout import Layout, assembled
from retrieval.index.rows import rows_of
from retrieval.index.segment import Segment
from retrieval.index.vectors import VectorIndex
from retrieval.library import Library
from retrieval.question.bounds import Bounded
from retrieval.question.parsing import parse
from retrieval.ranking.search import Searcher
from retrieval.settings import RetrievalSettings
from retrieval.store.database import Database
from retrieval.store.server.published import PublishedStore
from retrieval.store.tables import passages, revisions, sentences
from retrieval.types import Period

ASKED = 200
NOISE = 0.35
"""Length of what is added to a vector of length 1 before it is made as long again."""
NUMBER = 1


def main() -> None:
    """Print a row for each number of sentences."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("numbers", nargs="+", type=int)
    arguments = parser.parse_args()
    lines = arguments.questions.read_text(encoding="utf-8").splitlines()[:ASKED]
    asked = [json.loads(line)["question"] for line in lines]
    print(
        "sentences  fill_s  publish_s  database_MB  effort  recall@10  open_s  "
        + "  ".join(f"{name}_{figure}_ms" for name in ("ask", "month", "server", "memory") for figure in ("p50", "p95"))
    )
    for number in arguments.numbers:
        print(row(arguments.home, arguments.server, number, asked), flush=True)


def row(home: Path, server: str, number: int, asked: list[str]) -> str:
    """Fill a database with so many sentences, ask, and return what it took."""
    base = Library(RetrievalSettings(home=home, reader="off"))
    opened = base.opened()
    times = -(-number // len(opened.generation.vectors))
    url = new_database(server, f"sentences_{number}")
    target = Library(RetrievalSettings(home=home, database_url=url, reader="off"), model=base.model)
    target.home.database.migrate()
    started = time.monotonic()
    vectors = fill(base, target.home.database, times)
    filled = time.monotonic() - started
    started = time.monotonic()
    built = repeated(cast("BuiltGeneration", opened.generation), vectors, times)
    target.home.generations.add(built)
    target.home.generations.publish(NUMBER)
    published = time.monotonic() - started
    started = time.monotonic()
    on_server = target.opened().generation
    opening = time.monotonic() - started
    month = Bounded(a_month(built.layout), None, None, published=True)
    found = (
        [target.ask(question).took_ms for question in asked],
        [target.ask(question, within=month).took_ms for question in asked],
        searched(Searcher(on_server, opened.embedder), asked),
        searched(Searcher(built, opened.embedder), asked),
    )
    manifest = target.home.generations.manifest(NUMBER)
    megabytes = PublishedStore(target.home.database).size() / 1e6
    return (
        f"{manifest.sentences:9}  {filled:6.0f}  {published:9.0f}  {megabytes:11.0f}  {manifest.search_effort:6}  "
        f"{manifest.search_recall:9.3f}  {opening:6.1f}  "
        + "  ".join(f"{figure(times):12.1f}" for times in found for figure in (statistics.median, percentile_95))
    )


def searched(searcher: Searcher, asked: list[str]) -> list[float]:
    """Milliseconds of finding and ranking alone, a question; its embedding among them."""
    times = []
    for question in asked:
        parsed = parse(question, date(2026, 11, 30))
        started = time.perf_counter()
        searcher.search(parsed, 10)
        times.append((time.perf_counter() - started) * 1000)
    return times


def a_month(layout: Layout) -> Period:
    """Thirty days before the newest article."""
    newest = int(layout.days.max())
    return Period(date.fromordinal(newest - 29), date.fromordinal(newest))


def fill(base: Library, target: Database, times: int) -> NDArray[np.float32]:
    """Store the articles of a library so many times.

    Returns the vectors of the sentences in the order of their index, shape (sentences, dimension).
    """
    generation = base.opened().generation
    rows = generation.vectors.vectors(np.arange(len(generation.vectors)))
    draws = np.random.default_rng(1)
    with base.home.database.connect() as reading:
        of_base = {table: reading.execute(sa.select(table)).all() for table in (revisions, passages, sentences)}
    order = base.home.queries.sentence_ids(generation.manifest.number)
    place = {int(sentence): row for row, sentence in enumerate(order)}
    all_vectors = []
    model = generation.manifest.model_fingerprint
    with psycopg.connect(plain(target)) as connection, connection.cursor() as cursor:
        for time_ in range(times):
            shift = {table: time_ * (max(row.id for row in of_base[table]) + 1) for table in of_base}
            drawn = rows + draws.normal(size=rows.shape).astype(np.float32) * (NOISE / np.sqrt(rows.shape[1]))
            drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
            halves = drawn.astype(np.float16)
            copy(
                cursor,
                "revision (id, article_id, content_hash, title, text, published_at, source, url, language)",
                [
                    (
                        row.id + shift[revisions],
                        f"{time_:05}-{row.article_id}",
                        digest(time_, row.content_hash).hex() * 2,
                        row.title,
                        row.text,
                        row.published_at,
                        row.source,
                        row.url,
                        row.language,
                    )
                    for row in of_base[revisions]
                ],
                ["int4", "text", "varchar", "text", "text", "timestamp", "text", "text", "text"],
            )
            copy(
                cursor,
                'passage (id, revision_id, start, "end")',
                [
                    (row.id + shift[passages], row.revision_id + shift[revisions], row.start, row.end)
                    for row in of_base[passages]
                ],
                ["int4"] * 4,
            )
            copy(
                cursor,
                'sentence (id, passage_id, start, "end", text_hash)',
                [
                    (
                        row.id + shift[sentences],
                        row.passage_id + shift[passages],
                        row.start,
                        row.end,
                        digest(time_, row.id),
                    )
                    for row in of_base[sentences]
                ],
                ["int4", "int4", "int4", "int4", "bytea"],
            )
            copy_vectors(cursor, model, [(digest(time_, row.id), halves[place[row.id]]) for row in of_base[sentences]])
            all_vectors.append(halves.astype(np.float32))
        connection.execute("INSERT INTO generation (id, model) VALUES (%s, %s)", (NUMBER, model))
        connection.execute(
            "INSERT INTO generation_revision (generation_id, revision_id, origin) SELECT %s, id, '' FROM revision",
            (NUMBER,),
        )
    with psycopg.connect(plain(target), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return np.concatenate(all_vectors)


def digest(*parts: object) -> bytes:
    """Sixteen bytes that stand for some values."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).digest()


def plain(database: Database) -> str:
    """A URL as psycopg reads it."""
    return database.shown.replace("+psycopg", "")


def copy(cursor: psycopg.Cursor[Any], columns: str, rows: Iterable[tuple[Any, ...]], types: list[str]) -> None:
    """Store rows as PostgreSQL takes many most quickly."""
    with cursor.copy(f"COPY {columns} FROM STDIN (FORMAT BINARY)") as copying:
        copying.set_types(types)
        for row in rows:
            copying.write_row(row)


def copy_vectors(cursor: psycopg.Cursor[Any], model: str, rows: list[tuple[bytes, NDArray[np.float16]]]) -> None:
    """Store vectors likewise; psycopg does not know how pgvector writes them."""
    header = b"PGCOPY\n\xff\r\n\0" + struct.pack("!II", 0, 0)
    name = model.encode()
    with cursor.copy("COPY embedding (model, text_hash, vector) FROM STDIN (FORMAT BINARY)") as copying:
        copying.write(header)
        for text_hash, vector in rows:
            sent = struct.pack("!HH", len(vector), 0) + vector.astype(">f2").tobytes()
            fields = (name, text_hash, sent)
            copying.write(struct.pack("!h", 3) + b"".join(struct.pack("!i", len(each)) + each for each in fields))
        copying.write(struct.pack("!h", -1))


def repeated(base: BuiltGeneration, vectors: NDArray[np.float32], times: int) -> BuiltGeneration:
    """The generation of what was stored so many times, in the order of its index: each time as a segment."""
    once = Segment.merged(base.segments, base.rows.keys)
    with_ids = int(once.layout.passage_ids.max()) + 1
    segments = [
        replace(
            once,
            layout=replace(once.layout, passage_ids=once.layout.passage_ids + time_ * with_ids),
            vectors=VectorIndex.build([vectors[time_ * once.sentences : (time_ + 1) * once.sentences]]),
        )
        for time_ in range(times)
    ]
    keys = [segment.keys for segment in segments]
    rows = rows_of(np.concatenate(keys), keys, [segment.counts for segment in segments])
    layout = assembled([segment.layout for segment in segments], rows)
    alone = np.zeros(rows.passages, dtype=np.int32)
    manifest = replace(
        base.manifest,
        number=NUMBER,
        previous=None,
        articles=base.manifest.articles * times,
        passages=rows.passages,
        sentences=rows.sentences,
    )
    return BuiltGeneration.of(manifest, segments, rows, replace(layout, events=alone, threads=alone), base.lexicon)


if __name__ == "__main__":
    main()
