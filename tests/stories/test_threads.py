"""Which articles tell how an event went on, from vectors and words made by hand."""

from datetime import date

import numpy as np
import pytest

from retrieval.stories.apart import Apart
from retrieval.stories.events import Words
from retrieval.stories.facts import days_in
from retrieval.stories.names import Names
from retrieval.stories.neighbours import near_pairs
from retrieval.stories.threads import MOST_DAYS, WINDOW, threads_among
from retrieval.stories.told import Beginning, Told

APART = np.arccos(0.9)
"""The angle between two articles that are alike enough if they share a fifth of their words."""


def at(angle):
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


def sharing(count, shared=0.2):
    """Words of articles each two of which share the first ones, as much of their rarity as is said."""
    common = 10
    own = round(common / shared) - common
    of_articles = {
        row: np.array([*range(common), *range(common + row * own, common + (row + 1) * own)]) for row in range(count)
    }
    return Words(of_articles, np.ones(common + count * own, dtype=np.float32), 1.0)


def beginning(headline, sentence):
    return Beginning(days_in(headline, date(2024, 9, 9)), Names.of(headline, [sentence]))


def apart(beginnings):
    return Apart([Told(each, None) for each in beginnings].__getitem__, len(beginnings))


def threads(*angles, days=None, shared=0.2, events=(), headlines=None, sentences=None):
    vectors = np.stack([at(angle) for angle in angles])
    told = np.array(days or [5] * len(angles), dtype=np.int32)
    rows = range(len(angles))
    beginnings = [beginning((headlines or {}).get(row, ""), (sentences or {}).get(row, "")) for row in rows]
    near = near_pairs(vectors, told, WINDOW)
    words = sharing(len(angles), shared)
    return threads_among(near, vectors.__getitem__, told, words, events, apart(beginnings), np.array(rows)).groups


def test_articles_that_are_alike_in_meaning_and_words_are_one_thread():
    assert threads(0, APART) == [(0, 1)]


def test_articles_that_are_not_so_near_need_rare_words_in_common():
    assert threads(0, APART, shared=0.05) == []


def test_fires_in_two_towns_are_two_and_in_one_town_one():
    sosnovka, ilma = "Ночью в Сосновке сгорел склад.", "Ночью в Ильме сгорел склад."

    assert threads(0, 0.1, sentences={0: sosnovka, 1: ilma}) == []
    assert threads(0, 0.1, sentences={0: sosnovka, 1: "Склад в Сосновке тушили до утра."}) == [(0, 1)]
    assert threads(0, 0.1, sentences={0: sosnovka, 1: "Склад тушили до утра."}) == [(0, 1)]


STORY = dict.fromkeys(range(3), "На складе в Сосновке допросили Ивана Гордеева.")


@pytest.mark.parametrize(("apart", "found"), [(MOST_DAYS, [(0, 1)]), (MOST_DAYS + 1, [])])
def test_what_is_told_alike_but_long_apart_is_no_thread(apart, found):
    assert threads(0, 0.1, days=[5, 5 + apart], sentences=STORY) == found


def test_a_thread_goes_on_as_long_as_reports_follow_each_other():
    assert threads(0, 0.1, 0.2, days=[5, 15, 25], sentences=STORY) == [(0, 1, 2)]


@pytest.mark.parametrize(("apart", "found"), [(6, [(0, 1)]), (7, [])])
def test_matches_of_one_club_from_week_to_week_are_a_series(apart, found):
    matches = {0: "Вчера «Гранит» обыграл гостей.", 1: "Вчера «Гранит» уступил гостям."}
    assert threads(0, 0.1, days=[5, 5 + apart], sentences=matches) == found


def test_a_chain_of_likeness_is_no_thread():
    assert threads(0, APART, 2 * APART) in ([(0, 1)], [(1, 2)])


def test_reports_of_one_event_stay_together_and_take_others_in():
    assert threads(0, 2, events=[(0, 1)]) == [(0, 1)]
    assert threads(0, 0.1, 0.1, events=[(2, 1)]) == [(0, 1, 2)]


def test_a_series_whose_headlines_name_other_days_is_no_thread():
    dated = {0: "Курс валют на 7 сентября", 1: "Курс валют на 8 сентября"}

    assert threads(0, 0.1, headlines=dated) == []
    assert threads(0, 0.1, headlines={0: dated[0]}) == [(0, 1)]


def test_an_undated_article_is_in_no_thread():
    assert threads(0, 0.1, days=[0, 5]) == []


def test_threads_do_not_depend_on_the_order_of_articles():
    chance = np.random.default_rng(3)
    vectors = np.stack([at(angle) for angle in chance.uniform(0, 3, size=60)])
    days = chance.integers(1, 40, size=60).astype(np.int32)
    words = sharing(60, 0.3)
    told = apart([beginning("", "")] * 60)
    keys = np.arange(60)
    near = near_pairs(vectors, days, WINDOW)
    found = threads_among(near, vectors.__getitem__, days, words, (), told, keys)
    order = chance.permutation(60)
    near = near_pairs(vectors[order], days[order], WINDOW)
    shuffled = threads_among(near, vectors[order].__getitem__, days[order], words, (), told, keys[order])

    assert sorted(tuple(sorted(order[list(thread)].tolist())) for thread in shuffled.groups) == found.groups
    assert len(found.groups) > 1
    near = near_pairs(vectors, days, WINDOW)
    again = threads_among(near, vectors.__getitem__, days, words, (), told, keys, found)
    assert again.groups == found.groups
    assert np.array_equal(again.compared.found, found.compared.found)
    assert np.array_equal(again.told, found.told)
    assert len(found.told) > 1


@pytest.mark.parametrize(
    ("headline", "sentence", "inside"),
    [
        ("Пожар в Сосновке потушен", "Ночью в понедельник Иван Гордеев вышел.", {"сосновк", "горде", "ива"}),
        ("Storm Hits The Coast", "On Friday the storm reached Harrow in May.", {"harrow"}),
        ("Пожар", "Об этом сообщил ТАСС в США.", set()),
    ],
)
def test_names_are_words_with_a_capital_inside_a_sentence(headline, sentence, inside):
    assert Names.of(headline, [sentence]).inside == inside


def test_a_name_that_opens_a_sentence_is_known_by_the_other_article():
    one, other = Names.of("", ["Лаптева лидирует в Ильме."]), Names.of("", ["Мэром стала Ольга Лаптева."])

    assert not one.are_apart_from(other)
    assert one.are_apart_from(Names.of("", ["Мэром стал Борис Ким."]))
