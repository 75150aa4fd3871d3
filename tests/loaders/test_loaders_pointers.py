"""Lines that only point elsewhere are told from sentences of articles."""

import pytest

from retrieval.loaders.markup_text import text_of_markup
from retrieval.loaders.pointers import without_pointers
from retrieval.text.pointers import is_pointer


@pytest.mark.parametrize(
    "line",
    [
        "Читайте также: Мост через Талку закрыли на ремонт",
        "ЧИТАЙТЕ ТАКЖЕ",
        "Смотрите ещё — Зоопарк показал медвежат",
        "Материалы по теме:",
        "См. также: Мост",
        "Read also: Bridge closed for repairs",
        "Related: The bridge that nobody wanted",
        "Related stories",
        "You may also like",
        "Фото: А. С. Петров / ТАСС",
        "Фото и видео: пресс-служба мэрии",
        "Photo: J. Smith/Reuters",
        "Photo by John Smith",
        "© РИА Новости / Иван Петров",
        "Подписывайтесь на наш Telegram-канал!",
        "Читайте нас в Дзене",
        "Subscribe to our newsletter",
        "Автор: Иван Петров",
        "By John Smith",
    ],
)
def test_pointers(line):
    assert is_pointer(line)
    assert without_pointers(f"Раз.\n\n{line}\n\nДва.\n{line}") == "Раз.\n\nДва."


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Related topics include floods and fires.",
        "По теме выступил министр транспорта.",
        "Фото моста появилось в сети в среду.",
        "Фото: министр осмотрел мост. Он приехал на нём домой.",
        "Видео показали в канале мэрии.",
        "Подписывайтесь на газету в любом отделении почты.",
        "Подписывайтесь на канал. Мост открыли в среду.",
        "Читайте книги, сказал он.",
        "By Monday the river had risen by two metres.",
        "Текст закона опубликован.",
        "Read more slowly, she told him.",
        "Читайте также: " + "мост " * 100,
    ],
)
def test_sentences(line):
    assert not is_pointer(line)


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Читайте также <a>Мост закрыли</a></p>",
        "<p><b>Читайте также:</b></p><ul><li><a>Раз</a></li><li><a>Два</a></li></ul>",
        "<h3>Related</h3><p><a>One</a>, <a>two</a></p>",
        "<div><p>По теме</p><a>Раз</a><a>Два</a></div>",
        "<figcaption>Фото: ТАСС</figcaption>",
        "<aside>Read more: <a>Bridge</a></aside>",
    ],
)
def test_blocks_of_pointers_are_left_out_with_their_links(markup):
    text = f"<p>Мост открыли.</p>{markup}<p>Его строили <a>четыре</a> года.</p>"

    assert text_of_markup(text, pointers=False) == "Мост открыли.\n\nЕго строили четыре года."
    assert text_of_markup(text) != text_of_markup(text, pointers=False)
