"""The layout of a generation: rows of passages and sentences, and what is noted of each."""

from dataclasses import replace
from datetime import date, datetime

import numpy as np

from retrieval.index.layout import Layout, LayoutBuilder
from retrieval.store.queries import PassageText
from retrieval.text.kinds import Clue
from retrieval.types import Period, Span

PASSAGES = [
    PassageText(
        id=31,
        title="Мост",
        published_at=datetime(2024, 9, 9, 23, 59),  # noqa: DTZ001 - as articles have it
        text="Мост открыли. Его длина 840 метров?",
        sentences=(Span(0, 13), Span(14, 35)),
    ),
    PassageText(id=7, title="Мост", published_at=None, text="So it was said.", sentences=(Span(0, 15),)),
    PassageText(id=8, title="", published_at=None, text="—", sentences=(Span(0, 1),)),
]


def built(passages):
    builder = LayoutBuilder()
    assert list(builder.noting(passages)) == passages
    return builder.build()


def test_what_is_noted_of_passages_and_sentences():
    layout = built(PASSAGES)

    assert layout.passage_ids.tolist() == [31, 7, 8], "in the order in which they pass by"
    assert layout.first_sentences.tolist() == [0, 2, 3, 4]
    assert layout.days.tolist() == [date(2024, 9, 9).toordinal(), 0, 0]
    assert layout.cyrillic.tolist() == [True, False, False], "by the text, whatever the title is"
    assert layout.lengths.tolist() == [13, 21, 15, 1]
    assert layout.clues.tolist() == [0, Clue.NUMBER | Clue.ASKING | Clue.POINTING_BACK | Clue.MEASURE, 0, 0]


def test_which_passage_of_its_article_each_one_is():
    of_two = [replace(passage, revision=revision) for passage, revision in zip(PASSAGES, (5, 5, 6), strict=True)]

    layout = built(of_two)

    assert layout.numbers.tolist() == [0, 1, 0]
    assert layout.numbers_of(np.array([1, 2])).tolist() == [1, 0]


def test_where_passages_are_not_numbered_each_is_taken_for_the_first():
    layout = replace(built(PASSAGES), numbers=np.zeros(0, dtype=np.int32))

    assert layout.numbers_of(np.array([1, 2])).tolist() == [0, 0]


def test_passages_are_noted_as_they_are_taken_and_not_before():
    builder = LayoutBuilder()
    waiting = iter(PASSAGES)
    passing = builder.noting(waiting)
    next(passing)
    next(passing)

    assert list(waiting) == PASSAGES[2:]
    assert builder.build().passage_ids.tolist() == [31, 7]


def test_events_are_found_by_their_passages_and_passages_by_their_events():
    layout = replace(built(PASSAGES), events=np.array([2, 0, 2], dtype=np.int32))

    assert layout.events_of([7, 8]) == {8: 2}
    assert layout.reporting([2]) == {31: 2, 8: 2}
    assert layout.reporting([]) == {}


def test_threads_are_found_by_their_passages():
    layout = replace(built(PASSAGES), threads=np.array([2, 0, 2], dtype=np.int32))

    assert layout.threads_of([7, 8]) == {8: 2}


def test_where_events_were_not_looked_for_there_are_none():
    assert built(PASSAGES).threads_of([31]) == {}
    assert built(PASSAGES).events_of([31]) == {}
    assert built(PASSAGES).reporting([1]) == {}


def test_without_passages_there_are_no_sentences():
    layout = built([])

    assert layout.first_sentences.tolist() == [0]
    assert [len(layout.passage_ids), len(layout.days), len(layout.clues), len(layout.lengths)] == [0, 0, 0, 0]


def test_what_is_saved_is_what_is_loaded(tmp_path):
    layout = built(PASSAGES)
    layout.save(tmp_path / "layout.npz")
    loaded = Layout.load(tmp_path / "layout.npz")

    for name, kind in (
        ("passage_ids", np.int64),
        ("first_sentences", np.int64),
        ("days", np.int32),
        ("cyrillic", np.bool_),
        ("clues", np.uint16),
        ("lengths", np.uint16),
    ):
        assert getattr(loaded, name).tolist() == getattr(layout, name).tolist()
        assert getattr(loaded, name).dtype == kind


def test_days_and_outlets_are_noted():
    passages = [
        PassageText(
            id=1,
            title="Пожар",
            published_at=datetime(2024, 9, 9, 12, 0),  # noqa: DTZ001 - as articles have it
            text="Склад сгорел 16 августа. Причина неизвестна.",
            sentences=(Span(0, 24), Span(25, 44)),
            source="iz.ru",
        ),
        PassageText(id=2, title="", published_at=None, text="Вчера.", sentences=(Span(0, 6),), source=None),
    ]
    layout = built(passages)
    day = Period(date(2024, 8, 16), date(2024, 8, 16))

    assert layout.telling_of(day).tolist() == [0]
    assert layout.telling_of(Period(date(2024, 8, 17), date(2024, 9, 30))).tolist() == []
    assert layout.passages_of(layout.telling_of(day)).tolist() == [0]
    assert layout.published_in(Period(date(2024, 9, 9), date(2024, 9, 9))).tolist() == [True, False]
    assert layout.of_outlets(["iz.ru"]).tolist() == [True, False]
    assert layout.of_outlets(["tass.ru"]).tolist() == [False, False]


def test_a_layout_of_an_older_version_knows_neither_days_nor_outlets(tmp_path):
    layout = built(PASSAGES)
    names = ("passage_ids", "first_sentences", "days", "cyrillic", "clues", "lengths")
    np.savez(tmp_path / "layout.npz", **{name: getattr(layout, name) for name in names})
    older = Layout.load(tmp_path / "layout.npz")

    assert older.telling_of(Period(date.min, date.max)).tolist() == []
    assert older.of_outlets([""]).tolist() == [False, False, False]


def test_a_layout_of_an_older_version_holds_its_eight_bits_in_sixteen(tmp_path):
    layout = built(PASSAGES)
    eight_bits = np.array([0, 255, 128, 1], dtype=np.uint8)
    replace(layout, clues=eight_bits).save(tmp_path / "layout.npz")

    clues = Layout.load(tmp_path / "layout.npz").clues

    assert (clues.tolist(), clues.dtype) == ([0, 255, 128, 1], np.uint16)
    assert (clues & np.uint16(Clue.MEASURE)).tolist() == [0, 0, 0, 0]
    assert int(Clue.MEASURE) > np.iinfo(np.uint8).max, "which eight bits cannot hold"
