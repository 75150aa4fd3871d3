"""What a search needs, over both that keep an index: FAISS and arrays in a folder, and PostgreSQL."""

import numpy as np
import pytest
from hashing_model import (
    BRIDGE,
    COMET,
    DIMENSION,
    HARVEST,
    TRAM,
    HashingEmbedder,
    axis_of,
    cited,
    hashing_library,
    settings_for,
)

from retrieval.errors import IndexMissingError
from retrieval.index.server.recall import recall
from retrieval.index.server.vectors import ServerVectors
from retrieval.ingest.copying import copy_home
from retrieval.progress import Progress
from retrieval.store.server import neighbours
from retrieval.store.server.neighbours import Bits, WholeVectors
from retrieval.store.server.published import PublishedStore
from retrieval.store.server.vectors import VectorStore
from retrieval.text.terms import question_terms

KINDS_OF_HOMES = ("folder", "server")
BRIDGE_ROWS, COMET_ROWS, HARVEST_ROWS = [0, 1], [2, 3], [4, 5]
"""The order of every index is that of the ids of the articles."""


@pytest.fixture
def generation(indexed):
    return indexed.opened().generation


def vector_of(text):
    return HashingEmbedder().embed_query(text)


def among(*rows):
    marked = np.zeros(6, dtype=np.bool_)
    marked[list(rows)] = True
    return marked


# Vectors


def test_there_are_as_many_vectors_as_sentences_and_of_the_model(generation):
    assert (len(generation.vectors), generation.vectors.dimension) == (6, DIMENSION)


def test_the_nearest_sentence_comes_first_and_its_cosine_is_that_of_its_vector(generation):
    rows, cosines = generation.vectors.search(vector_of(f"Comet {COMET[1]}"), 6)

    assert rows[0] == COMET_ROWS[1]
    assert sorted(rows.tolist()) == [0, 1, 2, 3, 4, 5]
    assert (np.diff(cosines) <= 0).all()
    assert cosines.tolist() == generation.vectors.cosines(vector_of(f"Comet {COMET[1]}"), rows).tolist()


def test_only_what_is_marked_is_found_however_near_the_others_are(generation):
    rows, _ = generation.vectors.search(vector_of(COMET[1]), 3, among(*BRIDGE_ROWS))
    nothing, no_cosines = generation.vectors.search(vector_of(COMET[1]), 3, among())

    assert sorted(rows.tolist()) == BRIDGE_ROWS
    assert (nothing.tolist(), no_cosines.tolist()) == ([], [])


def test_no_more_are_found_than_are_wanted(generation):
    rows, _ = generation.vectors.search(vector_of(f"Harvest {HARVEST[0]}"), 2)

    assert (rows[0], len(rows)) == (HARVEST_ROWS[0], 2)


def test_vectors_come_in_the_order_of_their_rows_also_where_one_is_asked_for_twice(generation):
    found = generation.vectors.vectors(np.array([3, 0, 3]))

    assert (found[0] == found[2]).all()
    assert [int(np.argmax(found[0])), found.shape] == [int(np.argmax(found[2])), (3, DIMENSION)]
    assert found[1][axis_of("Ильму")] > 0 > found[0][axis_of("Ильму")] - 1e-6


# Words


def test_words_are_known_by_their_terms(generation):
    held = [term.term for term in question_terms("мост comet")]

    assert [generation.lexical.holds(term) for term in [*held, "нигде"]] == [True, True, False]
    assert len(generation.lexical) == 3


def test_terms_are_weighed_and_scored_and_found_in_passages_and_sentences(generation):
    query = generation.lexical.query(question_terms("мост Сатурн comet нигде"))
    scores = generation.lexical.scores(query)

    assert query.known.tolist() == [True, False, True, False]
    assert (scores > 0).tolist() == [True, True, False]
    assert generation.lexical.in_passages(query, np.arange(3)).tolist() == [
        [True, False, False, False],
        [False, False, True, False],
        [False, False, False, False],
    ]
    assert np.flatnonzero(generation.lexical.in_sentences(query, np.arange(6)).any(axis=1)).tolist() == [0, 2]


def test_what_stands_for_a_term_counts_as_the_term(generation):
    [term] = question_terms("переправа")
    query = generation.lexical.query([term], [[[each.term for each in question_terms("мост Ильму")]]])

    assert query.known.tolist() == [True]
    assert (generation.lexical.scores(query) > 0).tolist() == [True, False, False]


def test_a_question_without_a_known_word_scores_nothing(generation):
    query = generation.lexical.query(question_terms("нигде никогда"))

    assert generation.lexical.scores(query).tolist() == [0, 0, 0]
    assert not generation.lexical.in_passages(query, np.arange(3)).any()


def test_a_passage_is_found_by_its_words_in_its_own_row_alone(generation):
    found = [generation.lexical.finds("Comet", " ".join(COMET), row) for row in range(3)]

    assert found == [False, True, False]


# Both


@pytest.fixture
def on_both(home, corpus, three_articles, database_url, embedder):
    """The same home in a folder and on a server, with an article that changed and one that came."""
    in_folder = hashing_library(settings_for(home, corpus.folder), embedder)
    in_folder.index()
    corpus.write("bridge", *BRIDGE, "Проезд бесплатный.")
    corpus.write("tram", *TRAM)
    in_folder.index()
    on_server = hashing_library(settings_for(home, corpus.folder, database_url=database_url), embedder)
    copy_home(in_folder.home, on_server.home, Progress(), lambda: None)
    return in_folder, on_server


@pytest.mark.of_files
def test_both_score_and_measure_alike_to_the_last_bit(on_both):
    one, other = (library.opened().generation for library in on_both)
    rows = np.arange(len(one.vectors))
    queries = [
        generation.lexical.query(question_terms("длина моста через Ильму, билет на трамвай"))
        for generation in (one, other)
    ]

    assert (one.vectors.vectors(rows) == other.vectors.vectors(rows)).all()
    assert (
        one.vectors.search(vector_of(BRIDGE[1]), 5)[1].tolist()
        == other.vectors.search(vector_of(BRIDGE[1]), 5)[1].tolist()
    )
    assert queries[0].weights.tolist() == queries[1].weights.tolist()
    assert one.lexical.scores(queries[0]).tolist() == other.lexical.scores(queries[1]).tolist()


@pytest.mark.of_files
@pytest.mark.parametrize(
    "question", [BRIDGE[0], "Какова длина моста?", COMET[1], "Сколько стоит билет?", "Что нового?"]
)
def test_both_answer_alike(on_both, question):
    one, other = (library.ask(question) for library in on_both)

    assert one.citations == other.citations
    assert (one.certainty, one.confidence) == (other.certainty, other.confidence)


# The server's own


@pytest.fixture
def indexed_vectors(home, three_articles, migrated_url, embedder, monkeypatch):
    """A library on a server that has an index of its vectors, however few they are."""
    monkeypatch.setattr(neighbours, "INDEXED_FROM", 1)
    library = hashing_library(settings_for(home, three_articles.folder, database_url=migrated_url), embedder)
    library.index()
    return library


@pytest.mark.of_files
def test_from_some_number_on_vectors_have_an_index_that_new_ones_come_into(indexed_vectors, corpus):
    manifest = indexed_vectors.opened().generation.manifest
    corpus.write("tram", *TRAM)
    indexed_vectors.index()
    store = VectorStore(indexed_vectors.home.database, manifest.model_fingerprint, DIMENSION)

    assert (manifest.search_effort, manifest.search_recall, store.index) == (100, 1.0, WholeVectors(DIMENSION))
    assert cited(indexed_vectors.ask(TRAM[1], limit=1)) == ["tram"]


@pytest.mark.of_files
def test_of_very_many_vectors_the_index_holds_bits_and_what_they_find_is_compared(
    home, three_articles, migrated_url, embedder, monkeypatch
):
    monkeypatch.setattr(neighbours, "INDEXED_FROM", 1)
    monkeypatch.setattr(neighbours, "BITS_FROM", 1)
    library = hashing_library(settings_for(home, three_articles.folder, database_url=migrated_url), embedder)
    library.index()
    generation = library.opened().generation
    store = VectorStore(library.home.database, generation.manifest.model_fingerprint, DIMENSION)

    rows, cosines = generation.vectors.search(vector_of(f"Comet {COMET[1]}"), 6)

    assert isinstance(store.index, Bits)
    assert (rows[0], cosines[0]) == (COMET_ROWS[1], pytest.approx(1.0, abs=1e-3))
    assert (generation.manifest.search_effort, generation.manifest.search_recall) == (100, 1.0)
    library.index(rebuild=True)
    assert cited(library.ask(HARVEST[0], limit=1)) == ["harvest"]


@pytest.mark.of_files
def test_among_many_what_is_marked_is_gone_through_from_the_nearest_on(indexed_vectors, monkeypatch):
    generation = indexed_vectors.opened().generation
    monkeypatch.setattr("retrieval.index.server.vectors._COMPARED", 0)

    rows, _ = generation.vectors.search(vector_of(COMET[1]), 2, among(*HARVEST_ROWS))

    assert sorted(rows.tolist()) == HARVEST_ROWS


@pytest.mark.of_files
def test_recall_is_the_share_of_the_nearest_that_is_found(indexed_vectors):
    class Half:
        def search(self, query, count):
            rows, cosines = exact.search(query, count)
            return rows[: count // 2], cosines[: count // 2]

    exact = indexed_vectors.opened().generation.vectors

    assert isinstance(exact, ServerVectors)
    assert (recall(exact, exact), recall(Half(), exact)) == (1.0, pytest.approx(5 / 6))


@pytest.mark.of_files
def test_what_is_published_is_heard_of_at_once(indexed_vectors):
    with PublishedStore(indexed_vectors.home.database).listening() as listener:
        indexed_vectors.home.generations.publish(1)
        listener.wait(60)

    assert indexed_vectors.home.generations.published().mark == (2,)


@pytest.mark.of_files
def test_words_of_a_generation_that_is_gone_are_an_error_and_not_none(indexed_vectors):
    words = indexed_vectors.opened().generation.lexical
    indexed_vectors.home.generations.keep_only([])

    with pytest.raises(IndexMissingError, match="generation 000001 is gone"):
        words.query(question_terms("мост"))
