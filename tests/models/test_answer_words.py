"""The borders of an answer within its sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.models.answer_words import whole_words


@pytest.mark.parametrize(
    ("text", "pointed_at", "shown"),
    [
        ("Погибли 7, ранены 12.", " 7,", "7"),
        ("Было -15 градусов.", " -15", "-15"),
        ("Ставка – 21 %.", "– 21 %.", "21 %"),
        ("Пришёл Иванов (Москва).", " Иванов (Москва).", "Иванов (Москва)"),
        ("Построила компания «Ромашка».", " компания «Ромашка».", "компания «Ромашка»"),
        ("Построила компания «Ромашка».", "«Ромашка", "Ромашка"),
        ("Построила «Ромашка».", "Ромашка»", "Ромашка"),
        ("He moved to the U.S. in May.", " U.S.", "U.S."),
        ("In 1999.", "1999.", "1999"),
        ("Сказал „да“ и ушёл…", "ушёл…", "ушёл"),
        ("Приехал Краснощеки\u0306 вчера.", "Краснощеки", "Краснощеки\u0306"),
        ("За\u0301мок закрыт.", "За", "За\u0301"),
        ("Флаг 👩🏽\u200d🚀 поднят.", "👩", "👩🏽\u200d🚀"),
        ("Флаг 👩🏽\u200d🚀 поднят.", "🚀", "👩🏽\u200d🚀"),
        ("...", "...", "..."),
        ("a", "", ""),
    ],
)
def test_borders(text, pointed_at, shown):
    start = text.index(pointed_at)
    found = whole_words(text, start, start + len(pointed_at))
    assert text[slice(*found)] == shown


@given(st.text(alphabet='аб ,.«»()"-7\u0301\u200d👩🏽', max_size=20), st.data())
def test_borders_stay_within_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = whole_words(text, start, end)
    assert 0 <= first <= last <= len(text)
    assert last > first or start == end
