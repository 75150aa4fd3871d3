"""What a generation must prove: rows that stand for other passages or sentences than those stored do not get through.

Articles of one sentence each are stored with vectors that are written down here, and indexed with or without a slip.
"""

import re
from dataclasses import replace

import numpy as np
import pytest
from small_generation import segment_of, whole_generation

from retrieval.errors import IndexMismatchError
from retrieval.index.manifest import new_manifest
from retrieval.index.self_check import require_known_items, require_same_counts
from retrieval.store.database import Database
from retrieval.store.queries import StoreQueries
from retrieval.store.retractions import RetractionStore
from retrieval.store.writer import NewRevision, StoreWriter
from retrieval.types import Article, PassageSpan, Span

WORDS = ("alpha", "bravo", "carol", "delta")
MODEL = "fingerprint"


class Stored:
    """Articles in a real database; their generation can be built, and built wrongly."""

    def __init__(self, path, words=WORDS, vectors=None):
        self.database = Database.in_file(path)
        self.database.migrate()
        self.writer, self.queries = StoreWriter(self.database), StoreQueries(self.database)
        self.retractions = RetractionStore(self.database)
        ids = self.writer.add([self.revision(place, word) for place, word in enumerate(words)])
        self.number = self.writer.add_generation(MODEL, dict.fromkeys(ids, "/"), after=0, kept=[])
        self.vectors = np.eye(len(words), 4, dtype=np.float32) if vectors is None else np.array(vectors, np.float32)
        self.writer.add_embeddings(MODEL, [b"%03d" % place for place in range(len(words))], self.vectors)

    def revision(self, place, word):
        whole = Span(0, len(word))
        return NewRevision(
            Article(f"{place:03d}", "", word), str(place), (PassageSpan(0, len(word), (whole,)),), ((b"%03d" % place,),)
        )

    def generation(self, *, words=None, vectors=None):
        """What is stored; `words` or `vectors` are indexed instead of the stored ones."""
        texts = list(self.queries.passage_texts(self.number))
        count = len(texts)
        if words:
            texts = [
                replace(text, text=word, sentences=(Span(0, len(word)),))
                for text, word in zip(texts, words, strict=True)
            ]
        rows = self.vectors if vectors is None else np.array(vectors, np.float32)
        manifest = new_manifest(
            number=self.number, previous=None, model="model", model_fingerprint=MODEL,
            articles=count, passages=count, sentences=count, dimension=rows.shape[1],
        )  # fmt: skip
        return whole_generation(manifest, segment_of(texts, rows))

    def check(self, generation):
        require_known_items(generation, self.queries, self.retractions)

    def ids(self):
        return [text.id for text in self.queries.passage_texts(self.number)]


@pytest.fixture
def stored(tmp_path):
    return Stored(tmp_path / "citebot.sqlite")


def failed(reason):
    """The whole message of a check that failed."""
    return re.escape(
        f"generation 000001 failed its check: {reason}; the published generation stays: run `citebot index --rebuild`"
    )


# Counts


def test_the_counts_of_what_was_built_are_those_of_the_manifest(stored):
    require_same_counts(stored.generation())


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"dimension": 5}, (5, 4, 4, 4, 4)),
        ({"passages": 3}, (4, 3, 3, 4, 4)),
        ({"sentences": 9}, (4, 4, 4, 9, 9)),
    ],
)
def test_each_count_that_differs_is_told(stored, wrong, expected):
    generation = stored.generation()
    reason = f"dimension, passages, passages, sentences, sentences are (4, 4, 4, 4, 4), expected {expected}"
    with pytest.raises(IndexMismatchError, match=failed(reason)):
        require_same_counts(replace(generation, manifest=replace(generation.manifest, **wrong)))


@pytest.mark.parametrize(
    ("part", "found"), [("lexical", (4, 3, 4, 4, 4)), ("layout", (4, 4, 3, 4, 3)), ("vectors", (4, 4, 4, 3, 4))]
)
def test_each_part_of_another_generation_is_told(stored, tmp_path, part, found):
    other = Stored(tmp_path / "other.sqlite", WORDS[:3]).generation()
    generation = replace(stored.generation(), **{part: getattr(other, part)})
    reason = f"dimension, passages, passages, sentences, sentences are {found}, expected (4, 4, 4, 4, 4)"
    with pytest.raises(IndexMismatchError, match=failed(reason)):
        require_same_counts(generation)


# Known things


def test_what_was_built_from_what_is_stored_passes(stored):
    stored.check(stored.generation())


def test_vectors_of_other_sentences_do_not_pass(stored):
    with pytest.raises(IndexMismatchError, match=failed("sentence 2 is not found by its vector")):
        stored.check(stored.generation(vectors=np.eye(4)[[0, 1, 3, 2]]))


def test_a_vector_that_is_shorter_than_itself_does_not_pass_though_none_is_nearer(stored):
    with pytest.raises(IndexMismatchError, match=failed("sentence 3 is not found by its vector")):
        stored.check(stored.generation(vectors=np.diag([1.0, 1.0, 1.0, 0.5])))


def test_a_sentence_to_which_another_is_nearer_does_not_pass(stored):
    with pytest.raises(IndexMismatchError, match=failed("sentence 3 is not found by its vector")):
        stored.check(stored.generation(vectors=[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1.5, 0, 0, 1]]))


def test_words_of_other_passages_do_not_pass(stored):
    with pytest.raises(IndexMismatchError, match=failed("passage 1 is not found by its words")):
        stored.check(stored.generation(words=("alpha", "carol", "bravo", "delta")))


def test_rounding_to_16_bits_passes_and_more_does_not(stored):
    stored.check(stored.generation(vectors=np.eye(4) * (1 - 0.0015)))
    with pytest.raises(IndexMismatchError, match=failed("sentence 0 is not found by its vector")):
        stored.check(stored.generation(vectors=np.eye(4) * (1 - 0.0035)))


def test_equal_texts_are_as_near_to_each_other_and_pass(tmp_path):
    twice = Stored(tmp_path / "twice.sqlite", ("alpha", "alpha", "bravo"), np.eye(2)[[0, 0, 1]])
    twice.check(twice.generation())


def test_a_sentence_without_its_vector_does_not_pass(stored):
    stored.writer.clear_embeddings(MODEL)
    with pytest.raises(IndexMismatchError, match=failed(f"passage {stored.ids()[0]} is not stored or not embedded")):
        stored.check(stored.generation())


def test_a_passage_that_is_gone_does_not_pass(stored):
    generation, first = stored.generation(), stored.ids()[0]
    stored.writer.keep_only([])
    with pytest.raises(IndexMismatchError, match=failed(f"passage {first} is not stored or not embedded")):
        stored.check(generation)


def test_what_was_forgotten_meanwhile_is_passed_over(stored):
    slipped = stored.generation(words=("alpha", "other", "carol", "delta"))
    stored.retractions.add(["001"])
    stored.check(slipped)


@pytest.mark.parametrize(("count", "checked"), [(1, [0]), (64, list(range(64))), (127, list(range(0, 127, 2)))])
def test_up_to_64_passages_from_the_first_to_the_last_are_looked_for(tmp_path, monkeypatch, count, checked):
    many = Stored(tmp_path / "many.sqlite", [f"word{place}" for place in range(count)], np.eye(count))
    generation, ids, asked = many.generation(), many.ids(), []
    first_vector = many.queries.first_vector
    monkeypatch.setattr(
        many.queries, "first_vector", lambda passage, model: asked.append(passage) or first_vector(passage, model)
    )
    many.check(generation)
    assert asked == [ids[place] for place in checked]
