"""Which run of sentences is shown: every rule with sentences and probabilities that can be added up by hand."""

import pytest

from retrieval.answering.excerpts import EXCERPT_MAXIMUM, Excerpt, best_excerpt
from retrieval.types import Span

SPACE, PARAGRAPH = 1, 2


def spans(*lengths, gaps=None, start=1000):
    """Sentences of these lengths, somewhere in an article, a space apart or as far as `gaps` says."""
    found = []
    for length, gap in zip(lengths, [*(gaps or [SPACE] * (len(lengths) - 1)), 0], strict=True):
        found.append(Span(start, start + length))
        start += length + gap
    return found


def best(sentences, *probabilities, taken=()):
    return best_excerpt(sentences, probabilities, frozenset(taken))


def shown(sentences, *probabilities, taken=()):
    """First and last sentence of the best excerpt."""
    found = best(sentences, *probabilities, taken=taken)
    return found.first, found.last


# Probability


def test_a_passage_that_fits_is_shown_whole():
    assert best(spans(50, 50, 50), 0.25, 0.5, 0.25) == Excerpt(first=0, last=2, evidence=1, mass=1.0)


def test_the_run_with_the_most_probability_around_the_best_sentence_is_shown():
    two_fit = spans(150, 150, 150)
    assert shown(two_fit, 0.25, 0.5, 0.125) == (0, 1)
    assert shown(two_fit, 0.125, 0.5, 0.25) == (1, 2)


def test_the_evidence_is_inside_even_where_others_together_are_more_probable():
    # Together sentences 2 and 3 have 0.5, more than the evidence; both are too far from it.
    assert best(spans(300, 300, 60, 60), 0.375, 0.125, 0.25, 0.25) == Excerpt(0, 0, evidence=0, mass=0.375)


def test_the_mass_is_what_its_sentences_have_together():
    assert best(spans(150, 150, 150, 150), 0.25, 0.375, 0.25, 0.125).mass == 0.625


def test_of_equally_probable_sentences_the_first_is_the_evidence():
    assert best(spans(250, 250, 250), 0.125, 0.375, 0.375) == Excerpt(1, 1, evidence=1, mass=0.375)


def test_of_equally_probable_runs_the_one_that_goes_on_is_shown():
    assert shown(spans(150, 150, 150), 0.25, 0.5, 0.25) == (1, 2)


def test_a_sentence_without_probability_goes_along_behind_the_evidence_and_not_before_it():
    assert shown(spans(50, 50, 50), 0.0, 1.0, 0.0) == (1, 2)


def test_what_rounds_to_the_same_probability_is_the_same():
    assert shown(spans(150, 150, 150), 0.25 + 4e-7, 0.5, 0.25 - 4e-7) == (1, 2)
    assert shown(spans(150, 150, 150), 0.25 + 4e-6, 0.5, 0.25 - 4e-6) == (0, 1)


# Paragraphs


@pytest.mark.parametrize(
    ("neighbour", "gap", "last"),
    [
        (0.009, SPACE, 1),
        (0.009, PARAGRAPH, 0),
        (0.01, PARAGRAPH, 1),  # exactly what it costs: the one that goes on
        (0.011, PARAGRAPH, 1),
        (0.009, 5, 0),
    ],
)
def test_going_over_the_end_of_a_paragraph_costs_a_hundredth(neighbour, gap, last):
    assert shown(spans(50, 50, gaps=[gap]), 0.9, neighbour) == (0, last)


def test_going_back_over_the_end_of_a_paragraph_costs_as_much():
    assert shown(spans(50, 50, gaps=[PARAGRAPH]), 0.009, 0.9) == (1, 1)
    assert shown(spans(50, 50, gaps=[PARAGRAPH]), 0.01, 0.9) == (1, 1)
    assert shown(spans(50, 50, gaps=[PARAGRAPH]), 0.011, 0.9) == (0, 1)


def test_each_end_of_a_paragraph_costs():
    sentences = spans(50, 50, 50, gaps=[PARAGRAPH, PARAGRAPH])
    assert shown(sentences, 0.9, 0.0, 0.015) == (0, 0)
    assert shown(sentences, 0.9, 0.0, 0.025) == (0, 2)


def test_the_cost_of_a_paragraph_is_no_part_of_the_mass():
    assert best(spans(50, 50, gaps=[PARAGRAPH]), 0.5, 0.25).mass == 0.75


# Length


def test_an_excerpt_has_at_most_400_characters_spaces_between_its_sentences_counted():
    assert EXCERPT_MAXIMUM == 400
    assert shown(spans(200, 199), 0.75, 0.25) == (0, 1)
    assert shown(spans(200, 200), 0.75, 0.25) == (0, 0)
    assert shown(spans(200, 199, gaps=[PARAGRAPH]), 0.75, 0.25) == (0, 0)


def test_sentences_before_the_evidence_count_as_much():
    assert shown(spans(199, 200), 0.25, 0.75) == (0, 1)
    assert shown(spans(200, 200), 0.25, 0.75) == (1, 1)


def test_a_sentence_that_is_too_long_alone_is_shown_nevertheless():
    assert shown(spans(30, 500, 30), 0.1, 0.8, 0.1) == (1, 1)


# What is taken


def test_the_best_sentence_that_is_not_taken_is_the_evidence():
    assert best(spans(50, 50, 50), 0.625, 0.25, 0.125, taken={0}) == Excerpt(1, 2, evidence=1, mass=0.375)


def test_no_run_goes_over_a_sentence_that_is_taken():
    sentences = spans(20, 20, 20, 20, 20)
    assert best(sentences, 0.2, 0.1, 0.4, 0.1, 0.2, taken={1}) == Excerpt(2, 4, evidence=2, mass=0.4 + 0.1 + 0.2)
    assert shown(sentences, 0.2, 0.1, 0.4, 0.1, 0.2, taken={3}) == (0, 2)
    assert shown(sentences, 0.2, 0.1, 0.4, 0.1, 0.2, taken={1, 3}) == (2, 2)


def test_where_all_are_taken_there_is_none():
    assert best(spans(50, 50), 0.5, 0.5, taken={0, 1}) is None
    assert best([]) is None
