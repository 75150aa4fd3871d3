"""Features of a question, three passages and four sentences, worked out by hand."""

from dataclasses import replace
from datetime import date
from math import log

import numpy as np
import pytest
from small_generation import small_generation

from retrieval.question.parsing import parse
from retrieval.ranking.features import Features, confidence_features, extract_features, find_candidates, largest

TODAY = date(2024, 9, 10)
COSINES = np.array([0.6, 0.8, 0, 0], np.float32)
ABOUT = pytest.approx


@pytest.fixture(scope="module")
def generation():
    return small_generation()


def features_of(generation, question, cosines=COSINES, hidden=()) -> Features:
    allowed = ~np.isin(np.arange(len(generation.layout.passage_ids)), hidden)
    return extract_features(generation, parse(question, TODAY), cosines, allowed)


def test_every_passage_and_its_sentences_are_candidates_where_there_are_few(generation):
    candidates = features_of(generation, "Сколько стоит билет?").candidates

    assert candidates.passages.tolist() == [0, 1, 2]
    assert candidates.sentences.tolist() == [0, 1, 2, 3]
    assert candidates.firsts.tolist() == [0, 2, 3]
    assert candidates.lengths.tolist() == [2, 1, 1]
    assert candidates.best(np.array([1, 5, 2, 3], np.float32)).tolist() == [5, 2, 3]
    assert candidates.sentences_of(0) == slice(0, 2)
    assert candidates.spread(np.array([7, 8, 9], np.float32)).tolist() == [7, 7, 8, 9]


def test_hidden_passages_are_no_candidates(generation):
    candidates = features_of(generation, "Сколько стоит билет?", hidden=[0, 2]).candidates

    assert candidates.passages.tolist() == [1]
    assert candidates.sentences.tolist() == [2]
    assert candidates.firsts.tolist() == [0]


def test_the_nearest_sentences_and_the_best_words_each_bring_their_passages(generation, monkeypatch):
    monkeypatch.setattr("retrieval.ranking.features.NEAREST_SENTENCES", 1)
    monkeypatch.setattr("retrieval.ranking.features.BEST_BY_WORDS", 1)
    words = np.array([0.5, 0.7, 0], np.float32)

    found = find_candidates(generation.layout, generation.vectors, np.array([0, 0, 0, 1], np.float32), words)

    assert found.passages.tolist() == [1, 2]


def test_features_of_sentences(generation):
    found = features_of(generation, "Сколько стоит билет?").sentence

    assert found["cosine"] == ABOUT([0.6, 0.8, 0, 0], abs=1e-3)
    assert found["words"].tolist() == [0, 1, 0, 0]  # both words are as rare, so each weighs a half
    assert found["words_gap"].tolist() == [-1, 0, 0, 0]
    assert found["words_with_before"].tolist() == [0, 1, 0, 0]
    assert found["first"].tolist() == [1, 0, 1, 1]
    assert found["short"].tolist() == [1, 1, 1, 1]
    assert found["log_length"] == ABOUT([log(12), log(21), log(12), log(12)])
    assert found["asks"].tolist() == found["points_back"].tolist() == [0, 0, 0, 0]
    assert found["lacks_number"].tolist() == [1, 0, 1, 1]
    others = ("date", "name", "person", "place", "reason")
    assert all(found[f"lacks_{kind}"].tolist() == [0, 0, 0, 0] for kind in others)


def test_words_of_the_sentence_before_count_for_the_one_after_it_in_the_same_passage_only(generation):
    found = features_of(generation, "мост рубля").sentence

    bridge, rouble = log(1 + 1.5 / 2.5), log(1 + 2.5 / 1.5)  # «мост» stands in two of three passages
    share = bridge / (bridge + rouble)
    assert found["words"] == ABOUT([share, 1 - share, share, 0])
    assert found["words_with_before"] == ABOUT([share, 1, share, 0])
    assert found["lacks_number"].tolist() == [0, 0, 0, 0]  # a headline asks for nothing


def test_features_of_passages(generation):
    found = features_of(generation, "Сколько стоит билет?").passage

    assert found["cosine"] == ABOUT([0.8, 0, 0], abs=1e-3)
    assert found["cosine_gap"] == ABOUT([0, -0.8, -0.8], abs=1e-3)
    assert found["cosine_second"] == ABOUT([-0.2, 0, 0], abs=1e-3)
    assert found["bm25_share"].tolist() == [1, 0, 0]
    assert found["bm25_share_known"] == ABOUT([1, 0, 0])
    assert found["words"].tolist() == found["sentence_words"].tolist() == [1, 0, 0]
    assert found["names"].tolist() == found["numbers"].tolist() == [1, 1, 1]  # it names none that could be missing
    assert found["other_script"].tolist() == [0, 0, 1]
    assert found["asks_across"].tolist() == [0, 0, 1]
    assert found["opens"].tolist() == [1, 1, 1], "each is an article of its own"


def test_a_headline_asks_nothing_across_scripts(generation):
    found = features_of(generation, "Цена билета").passage

    assert found["other_script"].tolist() == [0, 0, 1]
    assert found["asks_across"].tolist() == [0, 0, 0]


def test_how_far_from_the_beginning_of_its_article_a_passage_stands(generation):
    numbered = replace(generation, layout=replace(generation.layout, numbers=np.array([0, 1, 2], dtype=np.int32)))

    found = features_of(numbered, "Сколько стоит билет?").passage

    assert found["opens"].tolist() == [1, 0, 0]
    assert found["log_number"] == ABOUT([0, log(2), log(3)])


def test_a_second_sentence_that_is_far_behind_counts_as_one_that_is_little_behind(generation):
    found = features_of(generation, "мост", np.array([0, 1, 0, 0], np.float32)).passage

    assert found["cosine_second"] == ABOUT([-0.2, 0, 0], abs=1e-3)


def test_names_and_numbers_of_the_question_are_missed(generation):
    found = features_of(generation, "мост Saturn 42").passage

    assert found["names"].tolist() == [0, 0, 1]
    assert found["numbers"].tolist() == [1, 0, 0]


def test_how_much_of_a_question_stands_nowhere(generation):
    found = features_of(generation, "Сколько стоит единорог?")

    nowhere, once = log(1 + 3.5 / 0.5), log(1 + 2.5 / 1.5)
    assert found.unknown == ABOUT(nowhere / (nowhere + once))
    assert found.terms == 2
    assert found.passage["bm25_share_known"] == ABOUT([once / (nowhere + once), 0, 0])


def test_evidence_of_a_passage_is_that_of_its_best_sentence(generation):
    found = features_of(generation, "мост").passage_with(np.array([3, 5, -1, 2], np.float32))

    assert found["evidence"].tolist() == [5, -1, 2]


def test_features_of_confidence_are_those_of_the_best_passage_and_its_best_sentence(generation):
    features = features_of(generation, "Сколько стоит билет?")
    evidence, scores = np.array([3, 5, -1, 2], np.float32), np.array([2, 1, 0.5], np.float32)

    found = confidence_features(features, features.passage_with(evidence), evidence, scores)

    assert found["passage_cosine"] == ABOUT(0.8, abs=1e-3)
    assert found["passage_evidence"] == 5
    assert found["sentence_cosine"] == ABOUT(0.8, abs=1e-3)  # of the second sentence, whose evidence is the best
    assert found["sentence_lacks_number"] == 0
    assert found["unknown"] == 0
    assert found["log_terms"] == ABOUT(log(3))
    assert found["lead"] == 1
    assert found["lead_over_ten"] == ABOUT(2 - 0.75)


def test_a_single_candidate_leads_nobody(generation):
    features = features_of(generation, "мост", hidden=[0, 2])
    one = np.ones(1, np.float32)

    found = confidence_features(features, features.passage_with(one), one, one)

    assert (found["lead"], found["lead_over_ten"]) == (0, 0)


@pytest.mark.parametrize(
    ("values", "count", "rows"),
    [([3, 1, 2], 2, {0, 2}), ([3, 0, 0], 2, {0}), ([0, 0], 5, set()), ([1, 2], 5, {0, 1}), ([-1, 4], 1, {1})],
)
def test_the_largest_above_zero(values, count, rows):
    assert set(largest(np.array(values, np.float32), count).tolist()) == rows
