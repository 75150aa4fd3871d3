"""HTML pages: the article and nothing else, in whatever encoding, and one line for a page that holds none."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retrieval.loaders.html_pages import PageError, article_from_page
from retrieval.types import Article

MOSCOW = ZoneInfo("Europe/Moscow")
PAGES = Path(__file__).parent / "data" / "pages"
RATE = "ЦБ сохранил ключевую ставку"
RATE_TEXT = (
    "Центральный банк в пятницу сохранил ключевую ставку на уровне 21 процента годовых, хотя большинство аналитиков "
    "ожидали, что она вырастет.\n\n"
    "Следующее заседание совета директоров пройдёт 14 февраля. Банк считает, что инфляция замедлится к весне до 9 "
    "процентов."
)


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001


def read(page, **others):
    data = page.encode() if isinstance(page, str) else page
    return article_from_page(data, **{"article_id": "a", "url": None, "timezone": MOSCOW, **others})


def recorded(name):
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


def page(*, head="", body="", paragraphs=RATE_TEXT, title=RATE):
    """A page with one article, and whatever else is asked for."""
    blocks = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs.split("\n\n"))
    return (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}{blocks}</article></body>"
    )


def refusal(data, **others):
    with pytest.raises(PageError) as caught:
        read(data, **others)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_page_with_linked_data():
    assert read(recorded("json_ld")) == Article(
        id="a",
        title="Мост через Ильму открыли на год раньше срока",
        text=(
            "Новый мост через Ильму открыли для машин в понедельник, на год раньше срока. Его длина составляет 840 "
            "метров без подходов, а строили его четыре года.\n\n"
            "Первым по мосту проехал Рашид Бикбулатов, водитель автобуса № 118. По его словам, дорога до больницы "
            "занимает теперь двенадцать минут вместо сорока.\n\n"
            "## Что будет дальше\n\n"
            "Платы за проезд взимать не будут. Паром, который ходил между берегами с 1962 года, остановят 1 октября."
            "\n\n- Автобус № 118 пойдёт по мосту 16 сентября;\n\n- движение грузовиков откроют весной."
        ),
        published_at=moment(2024, 9, 9, 12, 36),
        source="Новости Ильмы",
        url="https://www.ilma-news.example/2024/09/09/most/",
        language="ru",
    )


def test_a_page_with_open_graph():
    assert read(recorded("open_graph")) == Article(
        id="a",
        title="Town library opens a reading garden",
        text=(
            "The town library in Elmwick opened a reading garden on Monday. It has 36 seats and is open until nine in "
            "the evening from May to September.\n\n"
            "The garden cost 58,000 pounds, most of it given by readers. “We counted every brick,” said the "
            "librarian, Joan Marsh.\n\n"
            "Year | Visitors\n\n2022 | 41,000\n\n2023 | 48,500\n\n"
            "A second garden is planned at the branch in Harrowmere, where the old boiler house will be pulled down "
            "next spring."
        ),
        published_at=moment(2024, 5, 14, 12, 30),
        source="Elmwick News",
        url="https://elmwick-news.example/library-garden",
        language="en",
    )


def test_a_page_with_microdata_in_the_encoding_that_it_declares():
    assert read(recorded("microdata").encode("cp1251")) == Article(
        id="a", title=RATE, text=RATE_TEXT, published_at=moment(2024, 12, 20, 13, 30)
    )


def test_a_page_without_any_markup_is_dated_by_the_line_of_its_date():
    assert read(recorded("no_markup")) == Article(
        id="a",
        title="Снегопад остановил автобусы",
        text=(
            "Снегопад остановил в Северогорске все пригородные автобусы. За ночь выпало 34 сантиметра снега, это "
            "треть месячной нормы, сообщили в мэрии.\n\n"
            "На улицы вывели 62 машины, но расчистить успели только проспекты. Школы во вторник закрыты."
        ),
        published_at=moment(2024, 2, 4, 18, 5),
    )
