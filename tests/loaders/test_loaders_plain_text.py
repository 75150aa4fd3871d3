"""Plain text: title, date, text, outlet."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders.plain_text import Outlet, PlainTextLoader, parse_article, parse_outlet_line
from retrieval.loaders.text_files import UnusableFileError
from retrieval.types import Article, LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
MOMENT = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001

ARTICLE = """\
Путин поздравил Ким Чен Ына с годовщиной КНДР

Сен 9, 2024 / 12:36

Президент России направил телеграмму. Об этом сообщило агентство 9 сентября.

Путин поздравил Ким Чен Ына с годовщиной КНДР

«Примите мои поздравления», — сказал он.

По материалам: iz.ru"""

ARTICLE_TEXT = """\
Президент России направил телеграмму. Об этом сообщило агентство 9 сентября.

Путин поздравил Ким Чен Ына с годовщиной КНДР

«Примите мои поздравления», — сказал он."""


def parse(text):
    return parse_article(text, article_id="a", timezone=MOSCOW)


def load(path):
    return list(PlainTextLoader(MOSCOW)(path, article_id="folder/a"))


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_an_article_is_taken_apart(tmp_path, line_break, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes(ARTICLE.replace("\n", line_break).encode(encoding))

    article = Article(
        id="folder/a",
        title="Путин поздравил Ким Чен Ына с годовщиной КНДР",
        text=ARTICLE_TEXT,
        published_at=MOMENT,
        source="iz.ru",
        url=None,
    )
    assert load(path) == [LoadedArticle(article, str(path), None)]


def test_without_date_and_outlet_everything_below_the_title_is_text():
    assert parse("\n\n  A title \n\n First.\n\nSecond. \n\n") == Article(
        id="a", title="A title", text="First.\n\nSecond."
    )


def test_a_date_further_down_is_text():
    article = parse("Title\n\nFirst.\n\nSecond.\n\n9 сентября 2024\n\nThird.")

    assert article.published_at is None
    assert article.text == "First.\n\nSecond.\n\n9 сентября 2024\n\nThird."


def test_a_byline_before_the_date_is_not_text():
    article = parse("Title\nИван Петров\n9 сентября 2024, 12:36\nText.\n\nMore.")

    assert (article.published_at, article.text) == (MOMENT, "Text.\n\nMore.")


def test_a_paragraph_before_the_date_is_not_lost():
    paragraph = "A whole paragraph. " * 11
    article = parse(f"Title\n{paragraph}\n9 сентября 2024, 12:36\nText.")

    assert (article.published_at, article.text) == (MOMENT, f"{paragraph}\n9 сентября 2024, 12:36\nText.")


def test_a_date_below_the_only_paragraph_is_not_text():
    article = parse("Title\n\nThe only paragraph.\n\n9 сентября 2024, 12:36\n\nSource: example.com")

    assert (article.published_at, article.text, article.source) == (MOMENT, "The only paragraph.", "example.com")


def test_the_first_line_is_the_title_even_where_it_is_a_date():
    article = parse("9 мая 1945\n\nПобеда.")

    assert (article.title, article.published_at, article.text) == ("9 мая 1945", None, "Победа.")


def test_only_line_feeds_end_a_line():
    assert parse("Title\n\nA\u2028B\x0bC\x85D").text == "A\u2028B\x0bC\x85D"


def test_an_outlet_line_in_the_middle_is_text():
    article = parse("Title\n\nSource: example.com\n\nText.")

    assert (article.source, article.text) == (None, "Source: example.com\n\nText.")


def test_an_outlet_with_an_address_gives_both():
    article = parse("Title\n\nText.\n\nИсточник: https://www.iz.ru/1/news\n")

    assert (article.source, article.url, article.text) == ("iz.ru", "https://www.iz.ru/1/news", "Text.")


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("По материалам: iz.ru", Outlet("iz.ru", None)),
        ("  ПО МАТЕРИАЛАМ:  www.iz.ru. ", Outlet("iz.ru", None)),
        ("По материалам iz.ru", Outlet("iz.ru", None)),
        ("По материалам РИА Новости", Outlet("РИА Новости", None)),
        ("Источник: ТАСС", Outlet("ТАСС", None)),
        ("Источник: РИА Новости (https://ria.ru/1.html)", Outlet("РИА Новости", "https://ria.ru/1.html")),
        ("Источник: iz.ru https://iz.ru/1", Outlet("iz.ru", "https://iz.ru/1")),
        ("Source: https://www.example.com:8080/a?b=1.", Outlet("example.com", "https://www.example.com:8080/a?b=1")),
        ("Based on: iz.ru/123", Outlet("iz.ru", None)),
        ("based on: Associated Press", Outlet("Associated Press", None)),
        ("По материалам дела, он виновен.", None),
        ("По материалам следствия", None),
        ("Источник: он сказал, что никакого ответа на вопрос не будет дано.", None),
        ("Источник:", None),
        ("Based on: https://[broken", None),
        ("Sources: Reuters", None),
        ("A source: Reuters", None),
        ("Source: " + "x" * 600, None),
    ],
)
def test_outlet_lines(line, outlet):
    assert parse_outlet_line(line) == outlet


@pytest.mark.parametrize("text", ["Title", "Title\n\n \n", "Title\n9 сентября 2024", "Title\n\nSource: iz.ru"])
def test_a_title_alone_is_a_problem(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")

    reason = "has a title but no text; the first line is the title, put the text below it"
    assert load(path) == [LoadProblem(str(path), None, reason)]


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_a_problem(tmp_path, data):
    path = tmp_path / "a.txt"
    path.write_bytes(data)

    reason = "is empty; expected a title line, a date line and the text below them"
    assert load(path) == [LoadProblem(str(path), None, reason)]


def test_a_picture_with_the_ending_of_a_text_is_a_problem(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")

    reason = "is a PNG picture, not text; save it as plain text in UTF-8"
    assert load(path) == [LoadProblem(str(path), None, reason)]


def test_a_file_that_vanished_is_a_problem(tmp_path):
    path = tmp_path / "a.txt"

    assert load(path) == [LoadProblem(str(path), None, "cannot be read: No such file or directory")]


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", " ", "9 сентября 2024", "Сен 9, 2024 / 12:36", "Source: iz.ru", "По материалам: ", "x" * 300]),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
@settings(max_examples=500, deadline=None)
def test_the_text_is_a_slice_of_the_file(text):
    try:
        article = parse(text)
    except UnusableFileError:
        return

    below_title = text.index(article.title) + len(article.title)
    assert article.text in text[below_title:]
    assert article.text == article.text.strip() != ""
    assert article.title == article.title.strip() != ""
    assert "\n" not in article.title
