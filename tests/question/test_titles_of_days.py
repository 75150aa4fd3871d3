"""English words for days that are titles, and digests of a time with harmless words."""

from datetime import date

import pytest
from corpus_words import words_of

from retrieval.question.canonical import canonical
from retrieval.question.news import asked_about
from retrieval.time.questions import period_of

TODAY = date(2024, 9, 10)


@pytest.mark.parametrize(
    "text",
    [
        "Что будет?",
        "Что запланировано?",
        "Что там было?",
        "Что такого интересного случилось в городе?",
        "What interesting things happened?",
        "What happened in the world?",
        "What is planned?",
    ],
)
def test_harmless_words_name_nothing(text):
    assert asked_about(text, bounded=True) == ""


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Что случилось в Заречье?", "Заречье"),
        ("What happened in Elmwick?", "Elmwick"),
        ("Что случилось с мостом?", None),
    ],
)
def test_within_a_time_a_place_is_a_topic(text, topic):
    assert asked_about(text, bounded=True) == topic
    assert asked_about(text, bounded=False) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Who wrote Yesterday?", None),
        ("who sang Tomorrow in May?", "in May"),
        ("Who wrote yesterday?", "yesterday"),
        ("What did they decide Yesterday evening?", "yesterday evening"),
        ("Что Вчера решила дума?", "вчера"),
    ],
)
def test_a_title_is_no_time(typed, words):
    found = period_of(canonical(typed, words_of("They decided yesterday.", "Дума решила вчера.")).text, TODAY)

    assert (found and found.period.words) == words
