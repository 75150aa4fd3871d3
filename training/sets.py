"""A set of questions becomes examples: its articles are indexed, its questions measured, their passages read.

Features are kept by the index, the questions and the code that they come from; readings by the reader and by what it
was asked. So nothing is computed twice, and nothing is used that a change has made wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from retrieval import evaluation, index, models, question, ranking, text, time
from retrieval.evaluation.questions import load_questions
from retrieval.models.span_reader import SpanReader
from retrieval.ranking.suitability import suitability
from retrieval.ranking.weights import shipped_weights
from training import examples
from training.caching import cache_file, cached, code_digest, digest, file_digest, keep
from training.examples import Example, example_of
from training.ranked import READ_MOST, ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from retrieval.evaluation.questions import KnownQuestion
    from retrieval.library import Library
    from retrieval.models.embedding import Embedder
    from retrieval.store.queries import StoreQueries
    from retrieval.types import Passage, Reading

READ = READ_MOST + 2
"""Passages read here: a little more than in use, for weights that order them otherwise."""
_MEASURING = (evaluation, index, question, ranking, text, time, examples)
_READING = (models,)
"""Code on which features and right answers depend, and readings."""


class PassageReader(Protocol):
    """Whatever reads a question and passages together."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Read passages in their order."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A folder with `articles.jsonl` and `questions.jsonl`, and where what is made of it is kept."""

    name: str
    folder: Path
    caches: Path
    most: int
    """Questions to use, at most; where there are more, they are drawn, and always the same ones."""

    def questions(self) -> list[KnownQuestion]:
        """Load the questions that are used."""
        found = load_questions(self.folder / "questions.jsonl")
        if len(found) <= self.most:
            return found
        return [found[number] for number in np.random.default_rng(1).permutation(len(found))[: self.most]]

    def texts(self) -> dict[str, str]:
        """Load the articles' texts, by their ids."""
        with (self.folder / "articles.jsonl").open(encoding="utf-8") as lines:
            return {record["id"]: record["text"] for record in map(json.loads, lines)}


def collect(question_set: QuestionSet, library: Library, reader_file: Path) -> list[Example]:
    """Index a set, measure its questions and read their passages, or load what an earlier run did of this."""
    library.index()
    _, store, embedder = library.opened()
    measured = measure(question_set, library)
    file = readings_file(question_set, embedder, reader_file)
    return read(measured, store, file, lambda: SpanReader.load(embedder, reader_file))


def measure(question_set: QuestionSet, library: Library) -> list[Example]:
    """Measure the questions of a set, whose articles the library holds, or load what an earlier run measured."""
    generation, store, embedder = library.opened()
    manifest = generation.manifest
    file = cache_file(
        question_set.caches,
        f"{question_set.name}.features",
        digest(manifest.format, manifest.model_fingerprint, sorted(manifest.checksums.items())),
        file_digest(question_set.folder / "questions.jsonl"),
        digest(question_set.most),
        code_digest(*_MEASURING),
    )

    def make() -> list[Example]:
        texts = question_set.texts()
        return [example_of(known, generation, store, embedder, texts) for known in question_set.questions()]

    return cached(file, make)


def readings_file(question_set: QuestionSet, embedder: Embedder, reader_file: Path) -> Path:
    """Where what a reader told of a set's passages is kept; a reader changes weights of the embedder's model."""
    name = f"{question_set.name}.readings"
    return cache_file(question_set.caches, name, file_digest(reader_file), embedder.fingerprint, code_digest(*_READING))


def read(
    measured: Sequence[Example], store: StoreQueries, file: Path, load_reader: Callable[[], PassageReader]
) -> list[Example]:
    """Read the passages of each example that the shipped weights put first; what is kept in `file` is not read again.

    All of a question are read together or none, since what a reader tells of a passage depends, in its last digits,
    on what was read beside it.
    """
    known: dict[str, list[Reading]] = cached(file, dict)
    reader: PassageReader | None = None
    with_readings = []
    for example in measured:
        places = ranked(example, shipped_weights()).order[:READ].tolist()
        place_of = {example.passage_ids[place]: place for place in places}
        passages = store.passages(list(place_of))
        key = digest(example.question.searched, *passages)
        if key not in known:
            reader = reader or load_reader()
            known[key] = reader.read(example.question.searched, passages)
        found = {
            place_of[passage.id]: replace(told, suitability=suitability(example.question, passage))
            for passage, told in zip(passages, known[key], strict=True)
        }
        with_readings.append(replace(example, readings=found))
    if reader is not None:
        keep(file, known)
    return with_readings
