"""Files in JSON: told apart by what they hold, lists of articles in bounded memory."""

import json
import tracemalloc
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders.json_files import JsonFileLoader
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
MOMENT = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001
TEXT = "Мост через Ильму открыли в сентябре. Его длина составляет 840 метров."
RECORD = {
    "id": 7,
    "title": "Мост",
    "date": "2024-09-09T09:36:00Z",
    "source": "ilma.example",
    "url": "https://ilma.example/most",
    "lang": "ru",
    "text": TEXT,
}
ARTICLE = Article("7", "Мост", TEXT, MOMENT, "ilma.example", "https://ilma.example/most", "ru")
EXAMPLE = "2024-09-09T12:36:00+03:00"
EXPECTED = 'expected a list of articles such as [{"id": "1", "title": "…", "date": "…", "text": "…"}]'


def load(tmp_path, content, name="news.json"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return list(JsonFileLoader(MOSCOW)(path, article_id="news"))


def told(tmp_path, content):
    records = load(tmp_path, content)
    return [(one.line, one.reason) if isinstance(one, LoadProblem) else one.article.id for one in records]


def test_a_list_of_articles_is_read_in_order(tmp_path):
    path = str(tmp_path / "news.json")

    assert load(tmp_path, [RECORD, {"id": "a", "text": " One\ntwo "}]) == [
        LoadedArticle(ARTICLE, path, 1),
        LoadedArticle(Article("a", "", " One\ntwo "), path, 2),
    ]
    assert load(tmp_path, []) == []


@pytest.mark.parametrize(
    "record",
    [
        {"ID": "7", "Headline": "Мост", "publishedAt": 1725874560, "publisher": {"name": "ilma.example"},
         "link": RECORD["url"], "language": "ru-RU", "content": TEXT, "description": "Short", "tags": ["a"]},
        {"ид": 7, "заголовок": "Мост", "дата": "9 сентября 2024, 12:36", "издание": "ilma.example",
         "ссылка": RECORD["url"], "язык": "ru", "текст": f"<p>{TEXT}</p>"},
        {"id": 7, "title": {"rendered": "Мост"}, "date": "2024-09-09T12:36:00", "site": "ilma.example",
         "link": RECORD["url"], "lang": "ru", "content": {"rendered": f"\n<p>{TEXT}</p>\n", "protected": False}},
    ],
)  # fmt: skip
def test_fields_have_names_of_many_programs(tmp_path, record):
    assert [one.article for one in load(tmp_path, [record])] == [ARTICLE]


@pytest.mark.parametrize(
    "content",
    [
        {"status": "ok", "totalResults": 1, "articles": [RECORD]},
        {"version": 1, "data": [RECORD], "text": "not this"},
        {"Новости": [RECORD]},
        b"\xef\xbb\xbf" + json.dumps([RECORD]).encode(),
    ],
)
def test_a_list_may_stand_in_an_object(tmp_path, content):
    assert [one.article for one in load(tmp_path, content)] == [ARTICLE]


def test_an_object_with_a_text_is_one_article(tmp_path):
    assert load(tmp_path, RECORD) == [LoadedArticle(ARTICLE, str(tmp_path / "news.json"))]
    [record] = load(tmp_path, {"title": "Мост", "body": TEXT})
    assert record.article.id == "news"


def test_json_lines_under_another_name_are_read_as_such(tmp_path):
    lines = "".join(json.dumps(one) + "\n" for one in (RECORD, {"id": "8"}, {**RECORD, "id": "9"}))

    assert told(tmp_path, lines.encode()) == [
        "7",
        (2, '"text" is missing; every record needs the text of its article'),
        "9",
    ]


def test_an_export_of_telegram_is_told_by_what_it_holds(tmp_path):
    message = {"id": 5, "type": "message", "date_unixtime": "1725874560", "text": TEXT}
    export = {"name": "Ильма", "type": "public_channel", "id": 77, "messages": [message, {**message, "id": 6}]}

    assert told(tmp_path, export) == ["77/5", "77/6"]


def test_a_feed_is_told_by_what_it_holds(tmp_path):
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "https://ilma.example/1", "title": "Мост", "content_text": TEXT,
             "date_published": "2024-09-09T12:36:00+03:00"},
            {"id": "2", "title": "Photo"},
        ],
    }  # fmt: skip
    path = str(tmp_path / "news.json")
    slashes = json.dumps(feed).replace("/", "\\/").encode()

    expected = [
        LoadedArticle(Article("news#1", "Мост", TEXT, MOMENT, "ilma.example", "https://ilma.example/1"), path, 1),
        LoadNotice(path, None, "1 of 2 entries have no text and are passed over"),
    ]
    assert load(tmp_path, feed) == expected
    assert load(tmp_path, slashes) == expected
    assert load(tmp_path, dict(reversed(feed.items()))) == expected


def test_a_broken_article_costs_no_other_and_is_named_with_its_number(tmp_path):
    found = told(
        tmp_path,
        [
            "text",
            {"id": 2},
            {"id": 3, "text": ["a"]},
            {"id": 4, "text": TEXT, "date": "вчера"},
            {"id": 5, "text": "a\0"},
            {"id": True, "text": TEXT},
            RECORD,
        ],
    )

    assert found == [
        (1, f"article 1 of the file: is no object; {EXPECTED}"),
        (2, 'article 2 of the file: "text" is empty; every record needs the text of its article'),
        (3, 'article 3 of the file: "text" is a list; expected a text'),
        (
            4,
            f"article 4 of the file: \"date\": 'вчера' is not a date; expected one such as {EXAMPLE}, or nothing",
        ),
        (5, 'article 5 of the file: "text" holds a NUL character (\\u0000); remove it'),
        (6, 'article 6 of the file: "id" is true or false; expected a text'),
        "7",
    ]


BROKEN = "is not whole and valid JSON in UTF-8 after article {}; make the file again"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [(None, BROKEN.format(0))]),
        (b"<html>", [(None, BROKEN.format(0))]),
        (json.dumps([RECORD, RECORD]).encode()[:-20], ["7", (None, BROKEN.format(1))]),
        ('[{"id": 1, "text": "Мост"}]'.encode("cp1251"), [(None, BROKEN.format(0))]),
        (b"7", [(None, f"holds nothing that is known; {EXPECTED}")]),
        (b"{}", [(None, f"holds nothing that is known; {EXPECTED}")]),
        (b'{"name": "x", "dependencies": {}}',
         [(None, f"holds an object with the fields name, dependencies; {EXPECTED}")]),
        (b"[" * 100_000, [(None, "is nested too deeply for articles")]),
        (b'{"a":' * 100_000, [(None, "is nested too deeply for articles")]),
    ],
    ids=range(9),
)  # fmt: skip
def test_what_holds_no_articles_is_one_line(tmp_path, content, expected):
    assert told(tmp_path, content) == expected


def test_what_is_too_long_is_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.loaders.json_streams.PIECE_LIMIT", 200_000)

    assert told(tmp_path, [RECORD, {**RECORD, "text": "a" * 400_000}]) == [
        "7",
        (None, "holds a text of more than 200,000 bytes, too long for one article"),
    ]
    assert told(tmp_path, [RECORD, {**RECORD, "tags": ["a" * 1000] * 300}]) == [
        "7",
        (None, "holds a record of more than 200,000 characters, too long for one article"),
    ]


def test_a_large_list_is_never_held_whole(tmp_path):
    path = tmp_path / "a.json"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("[")
        for number in range(8_000):
            stream.write("," * bool(number) + json.dumps({**RECORD, "id": number, "text": TEXT * 10}))
        stream.write("]")
    assert path.stat().st_size > 20_000_000

    tracemalloc.start()
    try:
        count = sum(isinstance(one, LoadedArticle) for one in JsonFileLoader(MOSCOW)(path, article_id="a"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 8_000
    assert peak < 2_000_000


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=60)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["id", "text", "title", "date", "items", "articles", "messages", "version", "url"]),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@given(JSON.map(json.dumps).map(str.encode) | st.binary(max_size=200), st.integers(min_value=0, max_value=3000))
@settings(max_examples=150, deadline=None)
def test_any_file_gives_articles_and_problems(tmp_path_factory, content, cut):
    for record in load(tmp_path_factory.getbasetemp(), content[:cut]):
        if isinstance(record, LoadProblem):
            assert "\n" not in record.reason
        else:
            assert record.article.text.strip()
