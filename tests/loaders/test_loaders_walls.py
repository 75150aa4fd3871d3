"""Pages that stand in an article's place: refused where their titles say so, and asked for again."""

import pytest

from retrieval.loaders.walls import WallError, require_no_wall


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Access denied",
        "404 Not Found",
        "404",
        "Page not found – Talsk News",
        "Страница не найдена — Талск онлайн",
        "Ошибка 404. Страница не найдена",
        "Доступ ограничен",
        "Вы не робот?",
        "Проверка браузера…",
    ],
)
def test_a_short_page_under_the_title_of_a_wall_is_refused(title):
    with pytest.raises(WallError) as caught:
        require_no_wall(["talsk.example", title], "Подождите немного.")

    assert str(caught.value) == (f"holds no article: it says «{title}»; check the address in a browser, or try later")


@pytest.mark.parametrize(
    ("titles", "length"),
    [
        (["Доступ ограничен"], 1_000),
        (["Доступ ограничен из-за ремонта моста"], 300),
        (["Just a moment: how the bridge was saved"], 1_000),
        (["404 дома остались без света"], 300),
        (["Страница не найдена: как архив потерял письма"], 1_000),
        ([], 300),
    ],
)
def test_articles_are_no_walls(titles, length):
    require_no_wall(titles, "а" * length)
