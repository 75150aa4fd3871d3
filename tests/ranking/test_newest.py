"""Of several reports on one matter the newest counts: ranked by hand, and over a real index."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from hashing_model import cited
from small_generation import generation_of

from retrieval.question.parsing import parse
from retrieval.ranking.features import extract_features
from retrieval.ranking.newest import lacks_what_is_wanted, newest_first
from retrieval.ranking.reranking import Ranked

TODAY = date(2024, 9, 10)
MAY, JUNE, JULY = (datetime(2024, month, 1, 12) for month in (5, 6, 7))  # noqa: DTZ001 - as articles have it
HOW_MUCH = "Сколько стоит проезд?"
ONE_MATTER = (0.96, 0.28)
ANOTHER = (0.6, 0.8)


def ranked(*reports, question=HOW_MUCH, read=None, up_to_date=True):
    """Rank reports, best first, each a date, a sentence, its vector and its score; give their new order and the old."""
    passages = [(place, published_at, (sentence,)) for place, (published_at, sentence, _, _) in enumerate(reports)]
    generation = generation_of(passages, np.array([vector for _, _, vector, _ in reports], np.float32))
    if not up_to_date:
        generation = replace(generation, manifest=replace(generation.manifest, clues=1))
    features = extract_features(generation, parse(question, TODAY), np.array([1, 0], np.float32))
    scores = np.array([score for _, _, _, score in reports], np.float32)
    before = Ranked(np.zeros(len(reports), np.float32), scores, np.zeros(len(reports), np.float32), 0.0)
    after, outdated = newest_first(generation, features, before, None if read is None else np.array(read))
    return after.order.tolist(), outdated.tolist()


OLD = (MAY, "Проезд стоит 40 рублей.", (1, 0), 2.0)
NEW = (JULY, "Проезд стоит 45 рублей.", ONE_MATTER, 0.0)


def test_the_newer_of_two_reports_comes_first_and_the_older_is_told_as_such():
    assert ranked(OLD, NEW) == ([1, 0], [0])


def test_what_is_newest_already_stays_first():
    assert ranked(replaced(NEW, score=2.0), replaced(OLD, score=1.0)) == ([0, 1], [1])


def replaced(report, **fields):
    """A report with another date, sentence, vector or score."""
    names = ("date", "sentence", "vector", "score")
    return tuple(fields.get(name, value) for name, value in zip(names, report, strict=True))


def test_of_three_reports_the_newest_comes_first_and_the_others_keep_their_order():
    between = (JUNE, "Проезд стоит 42 рубля.", ONE_MATTER, 1.0)

    assert ranked(OLD, between, NEW) == ([2, 0, 1], [0, 1])


def test_a_report_that_is_too_far_behind_does_not_count():
    assert ranked(OLD, replaced(NEW, score=-0.5))[0] == [1, 0]
    assert ranked(OLD, replaced(NEW, score=-1.5)) == ([0, 1], [])


def test_another_matter_is_no_newer_report():
    assert ranked(OLD, replaced(NEW, vector=ANOTHER)) == ([0, 1], [])


def test_of_reports_of_one_day_none_is_newer():
    assert ranked(OLD, replaced(NEW, date=MAY)) == ([0, 1], [])


@pytest.mark.parametrize("undated", [0, 1])
def test_what_has_no_date_is_neither_older_nor_newer(undated):
    reports = [OLD, NEW]
    reports[undated] = replaced(reports[undated], date=None)

    assert ranked(*reports) == ([0, 1], [])


@pytest.mark.parametrize("sentence", ["Проезд подорожал.", "Проезд занимает 45 минут.", "Проезд открыли 45 автобусам."])
def test_a_newer_report_that_lacks_what_is_asked_for_does_not_count(sentence):
    assert ranked(OLD, replaced(NEW, sentence=sentence)) == ([0, 1], [])


def test_a_newer_report_may_lack_what_the_older_one_lacks_too():
    assert ranked(replaced(OLD, sentence="Проезд платный."), replaced(NEW, sentence="Проезд подорожал.")) == (
        [1, 0],
        [0],
    )


def test_an_index_that_knows_no_units_lacks_none():
    minutes = replaced(NEW, sentence="Проезд занимает 45 минут.")

    assert ranked(OLD, minutes, up_to_date=False) == ([1, 0], [0])


def test_where_passages_were_read_only_these_are_newer_reports():
    newest = replaced(NEW, score=-0.5)
    between = (JUNE, "Проезд стоит 42 рубля.", ONE_MATTER, 1.0)

    assert ranked(OLD, between, newest, read=[0, 1]) == ([1, 0, 2], [0])


def test_only_the_best_few_are_looked_at():
    others = [replaced(OLD, vector=ANOTHER, score=1.0)] * 7

    assert ranked(OLD, *others[:6], NEW)[0][0] == 7
    assert ranked(OLD, *others, NEW)[0][0] == 0


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        (HOW_MUCH, "Проезд стоит 40 рублей.", False),
        (HOW_MUCH, "Проезд занимает 40 минут.", True),
        (HOW_MUCH, "Проезд платный.", True),
        ("Сколько автобусов купили?", "Купили 40 автобусов.", False),
        ("Сколько автобусов купили?", "Купили автобусы.", True),
        ("Когда откроют проезд?", "Проезд откроют 1 мая.", False),
        ("Когда откроют проезд?", "Проезд откроют скоро.", True),
        ("Кто открыл проезд?", "Проезд открыли.", False),
        ("Почему закрыли проезд?", "Проезд закрыли.", False),
        ("Что открыли?", "Проезд.", False),
    ],
)
def test_whether_the_best_sentence_lacks_what_no_answer_does_without(question, sentence, lacks):
    passages = [(1, MAY, (sentence, "Ещё 3 процента 5 мая.")), (2, MAY, ("За 40 рублей 3 мая.",))]
    generation = generation_of(passages, np.eye(3, dtype=np.float32))
    features = extract_features(generation, parse(question, TODAY), np.ones(3, np.float32))
    evidence, scores = np.array([2, 1, 3], np.float32), np.array([1, 0], np.float32)

    assert lacks_what_is_wanted(features, Ranked(evidence, scores, np.zeros(2, np.float32), 0.0)) is lacks


# Over a real index

RECORDS = [
    ("a", "2024-05-01", "Трамвай в Ильме: сколько стоит билет", "Билет на трамвай в Ильме стоит 40 рублей."),
    ("b", "2024-07-01", "Трамвай в Ильме: сколько стоит билет", "Билет на трамвай в Ильме стоит 45 рублей."),
]


def ask(library, corpus, question, *changed):
    records = [dict(zip(("id", "date", "title", "text"), record, strict=True)) for record in changed or RECORDS]
    corpus.write_lines("news.jsonl", records)
    library.index()
    return library.ask(question, now=datetime(2024, 9, 10, 12))  # noqa: DTZ001 - as articles have it


def told(answer):
    """Which articles are cited, and of each whether it tells what was before."""
    return [(citation.article_id, citation.earlier) for citation in answer.citations]


def test_the_newer_article_is_cited_first_and_then_what_was_before(library, corpus):
    answer = ask(library, corpus, "Сколько стоит билет на трамвай в Ильме?")

    assert told(answer) == [("b", False), ("a", True)]
    assert answer.citations[0].excerpt == "Билет на трамвай в Ильме стоит 45 рублей."


def test_where_an_earlier_time_is_asked_for_nothing_later_counts(library, corpus):
    answer = ask(library, corpus, "Сколько стоил билет на трамвай в Ильме в мае?")

    assert told(answer) == [("a", False)]


def test_a_newer_article_without_a_price_is_not_put_first(library, corpus):
    later = (*RECORDS[1][:3], "Билет на трамвай в Ильме стоит очень дорого.")

    assert told(ask(library, corpus, "Сколько стоит билет на трамвай в Ильме?", RECORDS[0], later))[0] == ("a", False)


def test_articles_without_a_date_are_left_as_they_come(library, corpus):
    undated = [(article_id, None, title, text) for article_id, _, title, text in RECORDS]
    answer = ask(library, corpus, "Сколько стоит билет на трамвай в Ильме?", *undated)

    assert cited(answer) == ["a", "b"]
    assert [citation.earlier for citation in answer.citations] == [False, False]
