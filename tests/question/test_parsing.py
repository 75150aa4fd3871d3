"""A question parsed once: what every field says, alone and with a topic."""

from datetime import date

import pytest

from retrieval.question.parsing import parse
from retrieval.text.kinds import Clue
from retrieval.types import Period

TODAY = date(2024, 9, 10)


def test_a_question_that_stands_by_itself():
    question = parse("Сколько человек вчера видели мост «Ильма»?", TODAY)

    assert question.full == question.text == "Сколько человек вчера видели мост «Ильма»?"
    assert question.topic == ""
    assert [word.key for word in question.words] == ["сколько", "человек", "видели", "мост", "ильма"]
    assert [(term.term, term.is_name) for term in question.terms] == [
        ("человек", False),
        ("видел", False),
        ("мост", False),
        ("ильм", True),
    ]
    assert question.wants == Clue.NUMBER | Clue.PEOPLE
    assert question.asks_for_words
    assert question.is_question
    assert question.bounds.period == Period(date(2024, 9, 9), date(2024, 9, 9), "вчера")
    assert question.is_cyrillic
    assert question.defines == ""
    assert not question.asks_for_newest  # it names a day that is over


def test_a_headline():
    question = parse("Treaty signed in Vestmar", TODAY)

    assert question.wants == Clue(0)
    assert not question.asks_for_words
    assert not question.is_question
    assert question.bounds.period is None
    assert not question.is_cyrillic


def test_a_topic_is_searched_for_and_says_what_is_asked_only_where_the_text_does_not():
    question = parse("почему", TODAY, topic="был ли вчера открыт мост")

    assert question.full == "почему (был ли вчера открыт мост)?"
    assert [word.key for word in question.words] == ["почему"]
    assert [term.term for term in question.terms] == ["откр", "мост"]
    assert question.wants == Clue.REASON
    assert question.asks_for_words  # «ли» stands in the topic
    assert question.bounds.period == Period(date(2024, 9, 9), date(2024, 9, 9), "вчера")


def test_who_or_what_is_asked_for_is_told_by_the_text_and_what_changes_by_the_topic_too():
    question = parse("а кто это такая орлова", TODAY, topic="мэр Ильмы")

    assert question.defines == "орлова"
    assert question.asks_for_newest
    assert not parse("а кто это такая орлова", TODAY, topic="мэр Ильмы в 2020 году").asks_for_newest


def test_brackets_that_a_reader_typed_are_part_of_the_question():
    question = parse("Правда ли, что мост открыли (и когда)?", TODAY)

    assert question.topic == ""
    assert question.full == "Правда ли, что мост открыли (и когда)?"
    assert [word.key for word in question.words][-2:] == ["и", "когда"]


@pytest.mark.parametrize(
    "question", ["Что вче\u00adра открыл мэр?", "Что вчера\u0301 от\u200bкрыл мэр?", "Что вче-\nра открыл мэр?"]
)
def test_marks_inside_words_change_nothing(question):
    plain, marked = parse("Что вчера открыл мэр?", TODAY), parse(question, TODAY)

    assert (marked.bounds, marked.terms, marked.wants) == (plain.bounds, plain.terms, plain.wants)
    assert marked.bounds.period == Period(date(2024, 9, 9), date(2024, 9, 9), "вчера")
