"""Which articles report one event, from vectors and words made by hand, and what keeps two reports apart."""

from datetime import date

import numpy as np
import pytest

from retrieval.stories.apart import Apart
from retrieval.stories.events import MOST_DAYS, WINDOW, Words, events_among
from retrieval.stories.facts import Facts
from retrieval.stories.names import Names
from retrieval.stories.neighbours import near_pairs
from retrieval.stories.told import Beginning, Told

DAY = date(2024, 9, 9)
AGREEING = Facts({}, ())


def unit(*numbers):
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def told(*sentences, published=DAY):
    return Facts.of(sentences, published)


# Near pairs


def test_articles_that_mean_nearly_the_same_are_a_pair_and_others_are_not():
    vectors = np.stack([unit(1, 0), unit(1, 0.1), unit(0, 1)])
    assert [pair[1:] for pair in near_pairs(vectors, np.array([5, 5, 5], dtype=np.int32), WINDOW).listed()] == [(0, 1)]


@pytest.mark.parametrize(("apart", "pairs"), [(0, 1), (MOST_DAYS, 1), (MOST_DAYS + 1, 0)])
def test_articles_of_a_pair_were_published_within_a_few_days(apart, pairs):
    vectors = np.stack([unit(1, 0), unit(1, 0)])
    assert len(near_pairs(vectors, np.array([5 + apart, 5], dtype=np.int32), WINDOW).listed()) == pairs


def test_an_undated_article_is_in_no_pair():
    vectors = np.stack([unit(1, 0), unit(1, 0)])
    assert near_pairs(vectors, np.array([0, 5], dtype=np.int32), WINDOW).listed() == []
    assert near_pairs(vectors, np.array([0, 0], dtype=np.int32), WINDOW).listed() == []


def test_the_nearest_pairs_come_first():
    vectors = np.stack([unit(1, 0), unit(1, 0.3), unit(1, 0.05)])
    pairs = near_pairs(vectors, np.array([5, 5, 5], dtype=np.int32), WINDOW).listed()
    assert [pair[1:] for pair in pairs] == [(0, 2), (1, 2), (0, 1)]


def test_pairs_of_many_articles_are_those_that_comparing_each_with_each_finds():
    chance = np.random.default_rng(7)
    vectors = chance.normal(size=(2500, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    days = chance.integers(1, 400, size=2500).astype(np.int32)
    cosines = vectors @ vectors.T
    near = np.abs(days[:, np.newaxis] - days) <= MOST_DAYS
    expected = {(row, column) for row, column in np.argwhere((cosines >= 0.9) & near).tolist() if row < column}
    assert {pair[1:] for pair in near_pairs(vectors, days, WINDOW).listed()} == expected


# Words


def test_common_words_are_weighed_by_how_rare_they_are_against_the_shorter_article():
    words = Words({0: np.array([0, 1]), 1: np.array([1, 2, 3])}, np.array([1, 3, 5, 7], dtype=np.float32), 7.0)
    assert words.shared(0, 1) == pytest.approx(3 / 4)
    assert words.shared(1, 0) == pytest.approx(3 / 4)


def test_an_article_of_words_that_all_have_shares_nothing():
    words = Words({0: np.array([0]), 1: np.array([0])}, np.array([0], dtype=np.float32), 1.0)
    assert words.shared(0, 1) == 0


# Events


def apart(facts_of):
    return Apart(lambda row: Told(Beginning((), Names.of("", [])), facts_of(row)), 4)


def grouped(pairs, *, stories=(), days=(5, 5, 5, 5), facts=None):
    facts = facts or {}
    return events_among(pairs, stories, np.array(days, dtype=np.int32), apart(lambda row: facts.get(row, AGREEING)))


def test_reports_of_reports_are_of_one_event():
    assert grouped([(2, 0), (1, 2)]) == [(0, 1, 2)]


def test_events_do_not_depend_on_which_of_a_pair_is_named_first():
    assert grouped([(0, 2), (2, 1)]) == grouped([(2, 0), (1, 2)])


def test_near_copies_stay_together_and_take_others_in():
    assert grouped([], stories=[(3, 1)]) == [(1, 3)]
    assert grouped([(0, 1)], stories=[(3, 1)]) == [(0, 1, 3)]


def test_a_chain_of_reports_does_not_last_longer_than_an_event():
    assert grouped([(0, 1), (1, 2)], days=(5, 7, 9)) == [(0, 1)]


def test_one_report_that_contradicts_keeps_two_groups_apart():
    two, seven = told("Погибли двое."), told("Погибли семеро.")
    assert grouped([(0, 1), (1, 2)], facts={0: two, 2: seven}) == [(0, 1)]


def test_what_cannot_be_read_is_joined_to_nothing():
    facts = {0: None, 1: AGREEING}
    assert events_among([(0, 1)], [], np.array([5, 5], dtype=np.int32), apart(facts.get)) == []


# Facts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Погибли двое.", "Погибли семеро."),
        ("Пострадали девять человек.", "Число пострадавших выросло до 14."),
        ("Twelve people were injured.", "Nineteen people were injured in the crash."),
        ("Сгорели 14 павильонов.", "Сгорели семь павильонов."),
        ("За Лаптеву отдали 52 процента голосов.", "За Лаптеву отдали 48 процентов голосов."),
        ("Пожар начался 7 сентября.", "Пожар начался 5 сентября."),
        ("The council met on 4 September.", "The council met on 6 September."),
    ],
)
def test_other_numbers_or_days_of_one_kind_contradict(one, other):
    assert told(one).contradicts(told(other))
    assert told(other).contradicts(told(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Погибли двое.", "Погибли два человека."),
        ("Погибли двое.", "Сгорели семь дач."),
        ("В озере 900 рыб.", "В озере около девятисот рыб."),
        ("Пожар начался 7 сентября.", "Склад горел с субботы."),
        ("Погибли двое.", "Пожар начался 7 сентября."),
        ("Камень нашли в сене.", "Погибли двое."),
    ],
)
def test_the_same_in_other_words_and_what_cannot_be_compared_does_not_contradict(one, other):
    assert not told(one).contradicts(told(other))
    assert not told(other).contradicts(told(one))


def test_days_that_follow_the_first_sentences_keep_nothing_apart():
    lead = ("Медведь съел торт.", "Покупатели заперлись.")
    assert not told(*lead, "Магазин открыли 7 сентября.").contradicts(told(*lead, "Медведя видели 5 сентября."))


def test_the_same_weekday_is_another_day_in_an_article_of_a_week_later():
    told_later = told("Склад сгорел в субботу.", published=date(2024, 9, 16))
    assert told("Склад сгорел в субботу.").contradicts(told_later)
