"""Words as they are seen: what is invisible, a hyphen at a line's end, a letter of the other script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.terms import terms_of
from retrieval.text.whole import whole, whole_with_places


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Пасе\u00adчники", "Пасечники"),
        ("тра\u200bулер", "траулер"),
        ("\ufeffМост", "Мост"),
        ("мо\u2060ст", "мост"),
        ("find\u200dings", "findings"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("обна-\nружили", "обнаружили"),
        ("обна-  \r\n  ружили", "обнаружили"),
        ("обна\u00ad\nружили", "обнаружили"),
        ("обна\u200b-\nружили", "обнаружили"),
        ("bro-\nken", "broken"),
        ("Санкт-\nПетербург", "Санкт-\nПетербург"),
        ("5-\nй", "5-\nй"),
        ("Мост -\nстарый", "Мост -\nстарый"),
        ("Мoсква", "Москва"),
        ("СCCР", "СССР"),
        ("Pоland", "Poland"),
        ("ТВ-шоу", "ТВ-шоу"),
        ("HTTP-сервер", "HTTP-сервер"),
        ("Яndex", "Яndex"),
        ("5\u00a0000 рублей", "5\u00a0000 рублей"),
        ("", ""),
    ],
)
def test_words_are_whole(text, seen):
    assert whole(text) == seen
    assert whole_with_places(text).text == seen


def test_a_clean_text_is_the_very_same():
    text = "Мост через Ильму открыли 9 сентября.\nBridges - and «more»."

    assert whole(text) is text


def test_places_lead_back_to_the_stored_text():
    stored = "В Заоз\u200bёрске обна-\nружили мoст"
    seen = whole_with_places(stored)
    start = seen.text.index("обнаружили")

    assert seen.text == "В Заозёрске обнаружили мост"
    first, last = seen.stored(start, start + len("обнаружили"))
    assert stored[first:last] == "обна-\nружили"
    assert stored[slice(*seen.stored(2, 11))] == "Заоз\u200bёрске"
    assert seen.stored(len(seen.text), len(seen.text)) == (len(stored), len(stored))
    assert seen.stored(0, 0) == (0, 0)


def test_terms_meet_however_a_word_is_broken():
    assert terms_of("Пасе\u00adчники обна-\nружили тра\u200bулер в Мoскве") == terms_of(
        "Пасечники обнаружили траулер в Москве"
    )


@given(st.text(st.sampled_from("аоabo \u00ad\u200b\u200d-\nБ1."), max_size=30))
def test_places_and_characters_go_together(stored):
    seen = whole_with_places(stored)

    assert len(seen.places) == len(seen.text) + 1
    assert seen.places[-1] == len(stored)
    assert list(seen.places) == sorted(seen.places)
    left_out = [stored[place] for place in range(len(stored)) if place not in set(seen.places[:-1])]
    assert set(left_out) <= set("\u00ad\u200b\u200d-\n ")
    assert len(seen.text) + len(left_out) == len(stored)


def test_long_runs_of_invisible_characters_cost_no_time():
    assert whole("a" + "\u00ad" * 300_000 + "b") == "ab"
    assert whole("a-" + "\u200b" * 300_000 + "b") == "a-b"
