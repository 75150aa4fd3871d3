"""Whether sentences suit a question by their wording, with passages made by hand."""

from datetime import date

import pytest

from retrieval.question.parsing import parse
from retrieval.ranking.suitability import SUITS, UNSUITABLE, UNTOLD, suitability
from retrieval.types import ArticleHeader, Passage, Span

TODAY = date(2024, 9, 10)


def passage(*sentences, start=0):
    spans, at = [], start
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    header = ArticleHeader("a", "A", None, None, None, "ru")
    return Passage(1, header, start, at - 1, " ".join(sentences), tuple(spans))


def suits(question, sentence):
    return suitability(parse(question, TODAY), passage(sentence))[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "Палеонтолог Иван Петров нашёл кость.",
        "Об этом рассказал палеонтолог Иван Петров.",
        "Иван Петров — хоккеист.",
        "Петров это тренер.",
        "Кость нашёл Петров, палеонтолог из Ильмы.",
        "В музее палеонтолог «Петров» нашёл кость.",
    ],
)
def test_a_sentence_that_puts_a_word_beside_a_name_suits_who_that_is(sentence):
    assert suits("Кто такой Иван Петров?", sentence) == SUITS


@pytest.mark.parametrize(
    "sentence",
    [
        "Иван Петров нашёл кость.",
        "Вчера Петров ушёл.",
        "Об этом заявил Иван Петров.",
        "Это для Петрова.",
        "Кость нашёл Петров, но не сразу.",
        "Палеонтолог нашёл кость.",
        "Петров",
    ],
)
def test_a_sentence_that_says_no_more_than_the_name_tells_nothing(sentence):
    assert suits("Кто такой Иван Петров?", sentence) == UNTOLD


@pytest.mark.parametrize(
    ("sentence", "suitable"),
    [
        ("The historian Ada Lind left.", SUITS),
        ("Ada Lind is a historian.", SUITS),
        ("Ada Lind, a historian, left.", SUITS),
        ("Ada Lind left.", UNTOLD),
        ("The letter surprised Ada Lind.", UNTOLD),
        ("Ada Lind, who left, was silent.", UNTOLD),
    ],
)
def test_who_somebody_is_in_english(sentence, suitable):
    assert suits("Who is Ada Lind?", sentence) == suitable


@pytest.mark.parametrize(
    "sentence",
    [
        "Прежний мэр открыл мост.",
        "Бывшего мэра видели на мосту.",
        "Экс-мэр открыл мост.",
        "Мэр уходит в отставку.",
        "Орлова ушла с поста мэра.",
        "Мэр покинул должность.",
        "The former mayor opened it.",
        "The mayor stepped down.",
        "The mayor quit.",
    ],
)
def test_who_was_in_office_once_is_not_who_is(sentence):
    assert suits("Кто мэр Ильмы?", sentence) == UNSUITABLE
    assert suits("Кто был мэром Ильмы раньше?", sentence) == UNTOLD
    assert suits("Где мэр Ильмы?", sentence) == UNTOLD


@pytest.mark.parametrize("sentence", ["Мэр Ильмы открыл мост.", "Мэр ушёл домой.", "The mayor quite liked it."])
def test_who_is_in_office_may_be(sentence):
    assert suits("Кто мэр Ильмы?", sentence) == UNTOLD


def test_every_sentence_of_a_passage_is_told_apart_wherever_it_stands_in_its_article():
    found = suitability(
        parse("Кто такой Петров?", TODAY), passage("Ферма старая.", "Петров — фермер.", "И 9 кур.", start=700)
    )

    assert found == (UNTOLD, SUITS, UNTOLD)


@pytest.mark.parametrize("question", ["Когда открыли мост?", "Что сказал мэр?", "300 коров", ""])
def test_other_questions_are_suited_by_every_wording_alike(question):
    assert suitability(parse(question, TODAY), passage("Бывший мэр Петров держит 300 коров.", "Да.")) == (0.0, 0.0)
