"""Which run of sentences is shown: every rule with sentences and probabilities that can be added up by hand."""

import json
from pathlib import Path

import pytest

from retrieval.answering.excerpts import EXCERPT_MAXIMUM, Excerpt, beginning, best_excerpt, goes_on
from retrieval.types import ArticleHeader, Passage, Span

SPACE, PARAGRAPH = 1, 2
CASES = Path(__file__).parent.parent / "data" / "excerpts"


def told(*sentences, gaps=None, start=1000):
    """A passage of these sentences, somewhere in an article, a space apart or as far as `gaps` says."""
    spans, text = [], ""
    for sentence, gap in zip(sentences, [*(gaps or [SPACE] * (len(sentences) - 1)), 0], strict=False):
        spans.append(Span(start + len(text), start + len(text) + len(sentence)))
        text += sentence + " " * gap
    return Passage(1, ArticleHeader("a", "", None, None, None, None), start, start + len(text), text, tuple(spans))


def of_lengths(*lengths, gaps=None):
    """Sentences of these lengths, each a word of its own: none has to do with another."""
    return told(*("bcdfg"[place] * length for place, length in enumerate(lengths)), gaps=gaps)


def best(passage, *probabilities, taken=()):
    return best_excerpt(passage, probabilities, frozenset(taken))


def shown(passage, *probabilities, taken=()):
    """First and last sentence of the best excerpt."""
    found = best(passage, *probabilities, taken=taken)
    return found.first, found.last


# Probability


def test_a_passage_that_fits_is_shown_whole_where_all_of_it_may_answer():
    assert best(of_lengths(50, 50, 50), 0.25, 0.5, 0.25) == Excerpt(first=0, last=2, evidence=1, mass=1.0)


def test_the_run_with_the_most_probability_around_the_best_sentence_is_shown():
    two_fit = of_lengths(150, 150, 150)
    assert shown(two_fit, 0.25, 0.5, 0.125) == (0, 1)
    assert shown(two_fit, 0.125, 0.5, 0.25) == (1, 2)


def test_the_evidence_is_inside_even_where_others_together_are_more_probable():
    # Together sentences 2 and 3 have 0.5, more than the evidence; both are too far from it.
    assert best(of_lengths(300, 300, 60, 60), 0.375, 0.125, 0.25, 0.25) == Excerpt(0, 0, evidence=0, mass=0.375)


def test_the_mass_is_what_its_sentences_have_together():
    assert best(of_lengths(150, 150, 150, 150), 0.25, 0.375, 0.25, 0.125).mass == 0.625


def test_of_equally_probable_sentences_the_first_is_the_evidence():
    assert best(of_lengths(250, 250, 250), 0.125, 0.375, 0.375) == Excerpt(1, 1, evidence=1, mass=0.375)


def test_of_equally_probable_runs_the_one_that_goes_on_is_shown():
    assert shown(of_lengths(150, 150, 150), 0.25, 0.5, 0.25) == (1, 2)


def test_what_rounds_to_the_same_probability_is_the_same():
    assert shown(of_lengths(150, 150, 150), 0.25 + 4e-7, 0.5, 0.25 - 4e-7) == (1, 2)
    assert shown(of_lengths(150, 150, 150), 0.25 + 4e-6, 0.5, 0.25 - 4e-6) == (0, 1)


@pytest.mark.parametrize(
    ("probabilities", "places"),
    [
        ((0.0, 1.0, 0.0), (1, 1)),
        ((0.039, 0.5, 0.041), (1, 2)),
        ((0.041, 0.5, 0.039), (0, 1)),
        ((0.041, 0.5, 0.041), (0, 2)),
    ],
)
def test_a_sentence_that_hardly_answers_is_left_out(probabilities, places):
    assert shown(of_lengths(50, 50, 50), *probabilities) == places


def test_a_sentence_between_two_that_answer_goes_along():
    assert shown(of_lengths(50, 50, 50), 0.5, 0.0, 0.3) == (0, 2)
    assert shown(of_lengths(50, 50, 50), 0.5, 0.0, 0.07) == (0, 0)


# Paragraphs


@pytest.mark.parametrize(
    ("neighbour", "gap", "last"),
    [
        (0.045, SPACE, 1),
        (0.045, PARAGRAPH, 0),
        (0.05, PARAGRAPH, 1),  # exactly what it costs: the one that goes on
        (0.051, PARAGRAPH, 1),
        (0.045, 5, 0),
    ],
)
def test_going_over_the_end_of_a_paragraph_costs_a_hundredth_more(neighbour, gap, last):
    assert shown(of_lengths(50, 50, gaps=[gap]), 0.9, neighbour) == (0, last)


def test_going_back_over_the_end_of_a_paragraph_costs_as_much():
    assert shown(of_lengths(50, 50, gaps=[PARAGRAPH]), 0.049, 0.9) == (1, 1)
    assert shown(of_lengths(50, 50, gaps=[PARAGRAPH]), 0.051, 0.9) == (0, 1)


def test_the_costs_are_no_part_of_the_mass():
    assert best(of_lengths(50, 50, gaps=[PARAGRAPH]), 0.5, 0.25).mass == 0.75


# Length


def test_an_excerpt_has_at_most_400_characters_spaces_between_its_sentences_counted():
    assert EXCERPT_MAXIMUM == 400
    assert shown(of_lengths(200, 199), 0.75, 0.25) == (0, 1)
    assert shown(of_lengths(200, 200), 0.75, 0.25) == (0, 0)
    assert shown(of_lengths(200, 199, gaps=[PARAGRAPH]), 0.75, 0.25) == (0, 0)


def test_sentences_before_the_evidence_count_as_much():
    assert shown(of_lengths(199, 200), 0.25, 0.75) == (0, 1)
    assert shown(of_lengths(200, 200), 0.25, 0.75) == (1, 1)


def test_a_sentence_that_is_too_long_alone_is_shown_nevertheless():
    assert shown(of_lengths(30, 500, 30), 0.1, 0.8, 0.1) == (1, 1)


# What is taken


def test_the_best_sentence_that_is_not_taken_is_the_evidence():
    assert best(of_lengths(50, 50, 50), 0.625, 0.25, 0.125, taken={0}) == Excerpt(1, 2, evidence=1, mass=0.375)


def test_no_run_goes_over_a_sentence_that_is_taken():
    sentences = of_lengths(20, 20, 20, 20, 20)
    assert best(sentences, 0.2, 0.1, 0.4, 0.1, 0.2, taken={1}) == Excerpt(2, 4, evidence=2, mass=0.4 + 0.1 + 0.2)
    assert shown(sentences, 0.2, 0.1, 0.4, 0.1, 0.2, taken={3}) == (0, 2)
    assert shown(sentences, 0.2, 0.1, 0.4, 0.1, 0.2, taken={1, 3}) == (2, 2)


def test_where_all_are_taken_there_is_none():
    assert best(of_lengths(50, 50), 0.5, 0.5, taken={0, 1}) is None
    assert best(told()) is None


# Where it begins

WON = "Гонку выиграла Мирела Станек из Довра."
SHE = "Она тренируется до работы."
HER = "Ей 41 год."
CLOSED = "В Лемске закроют:"
BATHS = ("— баню на Речной;", "— рынок на Садовой.")
ROADS = "В Брукхейвене расширят дороги."


def test_what_a_pronoun_means_is_pulled_in():
    assert best(told(ROADS, WON, SHE), 0.0, 0.0, 1.0) == Excerpt(1, 2, evidence=2, mass=1.0)


def test_as_far_as_it_points_back_itself():
    assert shown(told(ROADS, WON, SHE, HER), 0.0, 0.0, 0.0, 1.0) == (1, 3)


def test_over_the_end_of_a_paragraph_too():
    assert shown(told(ROADS, WON, SHE, gaps=[PARAGRAPH, PARAGRAPH]), 0.0, 0.0, 1.0) == (1, 2)


def test_a_sentence_that_is_understood_stands_without_what_is_before_it():
    assert shown(told(SHE, WON), 0.0, 1.0) == (1, 1)


def test_what_is_taken_is_not_shown_again():
    assert shown(told(WON, SHE), 0.0, 1.0, taken={0}) == (1, 1)


def test_what_does_not_fit_stays_away():
    long = WON[:-1] + " " + "х" * (EXCERPT_MAXIMUM - len(WON) - len(SHE) - 2) + "."
    assert len(f"{long} {SHE}") == EXCERPT_MAXIMUM
    assert shown(told(long, SHE), 0.0, 1.0) == (0, 1)
    assert shown(told(long, SHE, gaps=[PARAGRAPH]), 0.0, 1.0) == (1, 1)


def test_what_hardly_answers_makes_room_for_it():
    behind = "z" * (EXCERPT_MAXIMUM - len(SHE) - 1)
    assert shown(told(WON, SHE, behind), 0.0, 0.85, 0.09) == (0, 1)
    assert shown(told(WON, SHE, behind), 0.0, 0.85, 0.11) == (1, 2)


def test_nothing_is_given_up_where_that_makes_no_room():
    behind = "z" * 50
    assert shown(told(WON + "х" * 380, SHE, behind), 0.0, 0.85, 0.09) == (1, 2)


def test_the_beginning_of_a_passage_may_point_back_to_another():
    assert beginning(told(SHE, WON), 0, 0) == 0


def test_what_a_sentence_before_it_announces_stands_with_that():
    assert shown(told(CLOSED, *BATHS, WON, gaps=[PARAGRAPH, SPACE, SPACE]), 0.0, 0.0, 1.0, 0.0) == (0, 2)
    assert shown(told(CLOSED, *BATHS, WON), 0.0, 0.0, 1.0, 0.0, taken={0}) == (1, 2)


# Where it ends


def test_what_is_announced_or_listed_goes_on_to_its_end():
    assert shown(told(CLOSED, *BATHS, WON), 1.0, 0.0, 0.0, 0.0) == (0, 2)
    assert shown(told(CLOSED, *BATHS, WON, gaps=[PARAGRAPH, SPACE, SPACE]), 1.0, 0.0, 0.0, 0.0) == (0, 2)
    assert shown(told(CLOSED, *BATHS, WON), 1.0, 0.0, 0.0, 0.0, taken={2}) == (0, 1)
    assert shown(told(CLOSED, "— баню" + "х" * 380), 1.0, 0.0) == (0, 0)


def test_what_goes_on_about_the_same_is_shown():
    assert shown(told(WON, SHE, HER), 1.0, 0.0, 0.0) == (0, 2)
    assert shown(told(WON, "Станек живёт у моря.", ROADS), 1.0, 0.0, 0.0) == (0, 1)


def test_another_subject_is_not():
    assert shown(told(WON, ROADS, SHE), 1.0, 0.0, 0.0) == (0, 0)


def test_another_paragraph_is_not():
    assert shown(told(WON, SHE, gaps=[PARAGRAPH]), 1.0, 0.0) == (0, 0)


def test_what_goes_on_is_shown_as_far_as_it_fits_and_is_not_taken():
    assert shown(told(WON, SHE + " " + "х" * 400), 1.0, 0.0) == (0, 0)
    assert shown(told(WON, SHE, HER), 1.0, 0.0, 0.0, taken={2}) == (0, 1)


@pytest.mark.parametrize(
    ("sentence", "before", "is_same"),
    [
        ("Она родилась в Довре.", "Выиграла Станек.", True),
        ("Станек живёт у моря.", "Гонку выиграла Мирела Станек.", True),
        ("Прокуратура открыла дело.", "Прокуратуру возглавил Иванов.", True),
        ("Дороги расширят.", "Гонку выиграла Мирела Станек.", False),
        # Numbers, times and who says so are no subject.
        ("Построят 12 школ.", "Погибли 12 человек.", False),
        ("В мае откроют школу.", "В мае выпал снег.", False),
        ("За два года построят мост.", "В прошлом году выпал снег.", False),
        ("О краже сообщила полиция.", "О погоде сообщил синоптик.", False),
    ],
)
def test_the_same_subject(sentence, before, is_same):
    assert goes_on(sentence, before) is is_same


# Passages as they are, and what an editor would cite


def _cases():
    return [json.loads(line) for line in (CASES / "seen.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["id"])
def test_excerpts_as_an_editor_would_cut_them(case):
    gaps = [SPACE] * (len(case["probabilities"]) - 1)
    ends = 0
    for paragraph in case["paragraphs"][:-1]:
        ends += len(paragraph)
        gaps[ends - 1] = PARAGRAPH
    passage = told(*(sentence for paragraph in case["paragraphs"] for sentence in paragraph), gaps=gaps)
    assert shown(passage, *case["probabilities"]) == tuple(case["cited"])
