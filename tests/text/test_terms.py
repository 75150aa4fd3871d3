"""What counts as the same word."""

import unicodedata

import pytest

from retrieval.text.terms import question_terms, terms_of
from retrieval.text.vocabulary import STOP_WORDS


def terms_asked(question):
    return [term.term for term in question_terms(question)]


@pytest.mark.parametrize(
    "forms",
    [
        ("подписали", "подписал", "подписаны"),
        ("город", "города", "городу", "городом", "ГОРОДАМИ"),
        ("ёлка", "елка", "Ёлки", "ЕЛКУ"),
        ("се\u0308\u0301л", "сел"),
        ("за\u0301мок", "замок", "замо\u0301к", "за\u0300мок"),
        ("signed", "signs", "Signing"),
        ("vaccine", "vaccines", "VACCINE"),
        ("café", "cafe\u0301", "CAFÉ"),
    ],
)
def test_forms_of_one_word_are_one_term(forms):
    assert len({tuple(terms_of(form)) for form in forms}) == 1


def test_different_words_are_different_terms():
    assert len({*terms_of("мост река завод bridge river plant 2023 2024")}) == 8


def test_terms_keep_order_repetitions_and_function_words():
    assert terms_of("Мост и ещё мост") == ["мост", "и", "ещ", "мост"]


@pytest.mark.parametrize("text", ["", " \n", "…!?", "🙂🙂", "\u0301\u0301", "___"])
def test_a_text_without_a_word_has_no_terms(text):
    assert terms_of(text) == []
    assert question_terms(text) == []


def test_numbers_and_words_are_told_apart_by_what_is_no_letter():
    assert terms_of("3,2 млрд Су-57 COVID-19 snake_case") == [
        "3",
        "2",
        "млрд",
        "су",
        "57",
        "covid",
        "19",
        "snake",
        "case",
    ]


def test_letters_that_are_written_as_letter_and_mark_are_the_same():
    text = "Йод и ёж: мой чай — café"

    assert terms_of(unicodedata.normalize("NFD", text)) == terms_of(text)
    assert terms_asked(unicodedata.normalize("NFD", text)) == terms_asked(text)


def test_a_question_is_about_its_distinct_words_but_not_its_function_words():
    assert terms_asked("Сколько стоил мост через Ильму, и кто мост строил?") == ["сто", "мост", "ильм", "стро"]
    assert terms_asked("Who has built the bridge?") == ["built", "bridg"]


def test_a_question_of_function_words_alone_is_about_all_of_them():
    assert terms_asked("Кто где когда?") == terms_of("кто где когда")


def test_function_words_are_written_as_terms_are_before_stemming():
    assert all(word == word.lower().replace("ё", "е") for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Кто руководит медиагруппой Россия сегодня?", ["руковод", "медиагрупп", "росс", "сегодн"]),
        ("Кто руководит «Россией сегодня»?", ["руковод", "росс", "сегодн"]),
        ("Кто снял фильм «Вчера»?", ["снял", "фильм", "вчер"]),
        ("Что сегодня решили в России?", ["реш", "росс"]),
        ("Кого «вчерашние новости» назвали вчера?", ["вчерашн", "новост", "назва"]),
    ],
)
def test_a_day_that_is_part_of_a_name_is_searched_for(question, terms):
    assert terms_asked(question) == terms
