"""What dictionaries say of words, letters without a name among them."""

from datetime import date

import pytest

from retrieval.question.parsing import parse
from retrieval.text.dictionaries import is_predicate, is_proper_name, is_word, russian_readings

NAMELESS = ("\U00017000", "\U00018d08", "a\U00017001")
"""Tangut: for Python its letters have no names."""


@pytest.mark.parametrize("word", NAMELESS)
def test_letters_without_a_name_are_no_word_and_no_fault(word):
    assert russian_readings(word) == []
    assert (is_predicate(word), is_proper_name(word), is_word(word)) == (False, False, False)
    assert parse(f"Что такое {word}?", date(2024, 9, 10)).text == f"Что такое {word}?"


def test_words_are_read_the_likeliest_first():
    assert [(reading.normal_form, reading.tag.POS) for reading in russian_readings("решила")] == [("решить", "VERB")]
    assert (is_predicate("открыт"), is_proper_name("москва"), is_word("москва")) == (True, True, True)
