"""Searching three passages with weights by hand: order, probabilities, confidence, what is read."""

from datetime import date
from math import exp

import numpy as np
import pytest
from small_generation import small_generation

from retrieval.question.parsing import parse
from retrieval.ranking.search import Searcher
from retrieval.ranking.weights import RerankingWeights, Weights
from retrieval.types import Reading, Span

TODAY = date(2024, 9, 10)
ABOUT = pytest.approx
WEIGHTS = Weights(
    evidence={"cosine": 10.0},
    passage={"cosine": 10.0},
    confidence={"passage_cosine": 5.0},
    confidence_bias=-3.0,
    minimum_confidence=0.5,
    unsure_confidence=0.5,
    reranking=RerankingWeights(
        evidence={"reading": 1.0}, passage={"answerable": 1.0}, confidence={"answerable": 1.0}, confidence_bias=0.5
    ),
)


class FixedEmbedder:
    """Gives every question the same cosines, and remembers what it embedded."""

    def __init__(self, *cosines):
        self._cosines = np.array(cosines, np.float32)
        self.embedded = []

    def embed_query(self, text):
        self.embedded.append(text)
        return self._cosines


@pytest.fixture(scope="module")
def generation():
    return small_generation()


def search(generation, question, cosines, count=10, **more):
    return Searcher(generation, FixedEmbedder(*cosines), WEIGHTS).search(parse(question, TODAY), count, **more)


def logistic(log_odds):
    return 1 / (1 + exp(-log_odds))


def test_passages_come_by_their_scores_with_probabilities(generation):
    found = search(generation, "Сколько стоит билет?", (0.25, 0.5, 0.25, 0))

    total = exp(5) + exp(2.5) + 1
    assert [hit.passage_id for hit in found.hits] == [10, 11, 12]
    assert [hit.score for hit in found.hits] == ABOUT([exp(5) / total, exp(2.5) / total, 1 / total])
    assert found.hits[0].probabilities == ABOUT((exp(2.5) / (exp(2.5) + exp(5)), exp(5) / (exp(2.5) + exp(5))))
    assert [hit.answers for hit in found.hits] == [(), (), ()]
    assert found.confidence == ABOUT(logistic(5 * 0.5 - 3))
    assert found.generation == 1


def test_no_more_than_wanted_and_none_that_is_hidden(generation):
    assert [hit.passage_id for hit in search(generation, "мост", (0.5, 0, 0.25, 0), 1).hits] == [10]
    found = search(generation, "мост", (0.5, 0, 0.25, 0), hidden=frozenset({10, 12}))
    assert [hit.passage_id for hit in found.hits] == [11]
    assert found.hits[0].score == 1


def test_where_all_is_hidden_nothing_is_found(generation):
    found = search(generation, "мост", (1, 0, 0, 0), hidden=frozenset({10, 11, 12}))

    assert (found.hits, found.confidence, found.generation) == ((), 0.0, 1)


def test_what_was_published_at_another_time_than_the_question_asks_for_is_not_found(generation):
    day_before_yesterday = search(generation, "Что открыли позавчера?", (0.5, 0, 0.25, 0))
    undated = search(generation, "Что открыли?", (0.5, 0, 0.25, 0))

    assert [hit.passage_id for hit in day_before_yesterday.hits] == [11]
    assert [hit.passage_id for hit in undated.hits] == [10, 11, 12]
    assert day_before_yesterday.confidence == ABOUT(logistic(5 * 0.25 - 3))


def test_what_a_conversation_adds_is_embedded(generation):
    embedder = FixedEmbedder(1, 0, 0, 0)

    Searcher(generation, embedder, WEIGHTS).search(parse("почему", TODAY, topic="мост закрыт"), 1)

    assert embedder.embedded == ["почему (мост закрыт)?"]


def reading(answerable, *probabilities):
    return Reading(answerable, probabilities, tuple(Span(0, 1) for _ in probabilities))


def test_reading_changes_order_evidence_and_confidence(generation):
    asked = []

    def read(ids):
        asked.append(list(ids))
        return {10: reading(-3.0, 0.9, 0.1), 11: reading(2.0, 1.0)}

    found = search(generation, "Что открыли?", (0.25, 0.5, 0.25, 0), read=read, read_most=2)

    assert asked == [[10, 11]]
    assert [hit.passage_id for hit in found.hits] == [11, 10, 12]
    both = exp(5) + exp(2.5)  # those read share the probability that they had together
    read_share, rest = both / (both + 1), 1 / (both + 1)
    fresh = exp(-3) + exp(2)
    assert [hit.score for hit in found.hits] == ABOUT([read_share * exp(2) / fresh, read_share * exp(-3) / fresh, rest])
    assert found.hits[1].probabilities == ABOUT((0.9, 0.1))
    assert found.hits[0].answers == (Span(0, 1),)
    assert found.hits[1].answers == (None, None)  # it hardly answers at all, so no words are marked
    assert found.confidence == ABOUT(logistic(2 + 0.5))


@pytest.mark.parametrize(
    ("question", "most", "asked"),
    [("Что открыли?", 1, [10]), ("Открыт ли мост?", 1, [10, 11, 12]), ("Открыт ли мост?", 0, [10, 11])],
)
def test_more_is_read_where_a_newer_report_may_count(generation, question, most, asked):
    read = []

    search(generation, question, (0.25, 0.75, 0, 0), read=lambda ids: read.extend(ids) or {}, read_most=most)

    assert read == asked


@pytest.mark.parametrize(
    ("question", "cosines", "lacking"),
    [
        ("Сколько стоит билет?", (0.5, 1, 0, 0), False),
        ("Сколько стоит билет?", (1, 0.5, 0, 0), True),
        ("Сколько людей видели билет?", (0.5, 1, 0, 0), True),  # roubles are no people
        ("Когда открыли мост?", (1, 0.5, 0, 0), True),
        ("Почему открыли мост?", (1, 0.5, 0, 0), False),  # a reason is put in many ways
        ("Что открыли?", (1, 0.5, 0, 0), False),
    ],
)
def test_what_lacks_what_is_asked_for_is_told_beside_the_confidence(generation, question, cosines, lacking):
    found = search(generation, question, cosines)

    assert found.lacking is lacking
    assert found.confidence == ABOUT(logistic(5 - 3))


@pytest.mark.parametrize(
    ("question", "cosine", "read"),
    [
        ("Что открыли позавчера?", 0.0, False),
        ("Что открыли позавчера?", 0.25, True),
        ("Что открыли?", 0.0, True),
        ("What was opened the day before yesterday?", 0.0, True),  # across scripts little is certain before reading
    ],
)
def test_what_hardly_is_about_it_within_the_bounds_is_not_read(generation, question, cosine, read):
    asked = []

    search(generation, question, (0, 0, cosine, 0), read=lambda ids: asked.extend(ids) or {}, read_most=2)

    assert bool(asked) is read


def test_a_headline_is_not_read(generation):
    def read(ids):
        raise AssertionError(ids)

    found = search(generation, "Мост открыт", (0.5, 0, 0.25, 0), read=read, read_most=2)

    assert found.hits[0].answers == ()


@pytest.mark.parametrize("question", ["?", "…?", "(?)", "", "👍"])
def test_a_question_without_a_word_is_answered_by_nothing(generation, question):
    found = search(generation, question, (1, 0, 0, 0))

    assert found.confidence == 0
    assert len(found.hits) == 3
