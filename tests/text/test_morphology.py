"""Forms of Russian words, with the real dictionary."""

import pytest

from retrieval.text.morphology import begins_phrase, forms, genders_of_person, is_noun, nominative


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Виталию Грушину", "Виталий Грушин"),
        ("Айгуль Сафиной", "Айгуль Сафина"),
        ("Льва Толстого", "Лев Толстой"),
        ("Анна Тихвинская", "Анна Тихвинская"),
        ("Александра Иванова", "Александра Иванова"),  # a woman, or of a man
        ("Константином Бережным", "Константином Бережным"),  # the dictionary has no such surname
        ("Callum Brightwater", "Callum Brightwater"),
    ],
)
def test_a_name_is_put_into_the_nominative(name, expected):
    assert nominative(name.split()) == expected.split()


@pytest.mark.parametrize(
    ("name", "genders"),
    [
        ("Анна Тихвинская", {"femn"}),
        ("Игнат Лопарёв", {"masc"}),
        ("Дмитрия Колесова", {"masc"}),
        ("Терещенко", {"masc", "femn"}),
        ("Callum Brightwater", set()),
        ("Рельсовый город", set()),
    ],
)
def test_a_name_tells_the_gender_of_a_person(name, genders):
    assert genders_of_person(name.split()) == genders


def test_forms_of_one_phrase_agree():
    assert begins_phrase("второй", "день")
    assert begins_phrase("Приозёрном", "крае")
    assert not begins_phrase("второй", "мосты")
    assert not begins_phrase("день", "второй")
    assert not begins_phrase("second", "day")


def test_only_nouns_and_adjectives_of_russian_have_forms():
    assert {form.case for form in forms("директор")} == {"nomn"}
    assert all(form.is_animate and form.genders == {"masc"} for form in forms("директор"))
    assert forms("победил") == forms("director") == forms("") == ()
    assert is_noun("рост")
    assert not is_noun("новый")
