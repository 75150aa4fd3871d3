"""Exports of Telegram channels: messages as articles, one by one, and one line for what is no export."""

import json
import tracemalloc
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders import load_source
from retrieval.loaders.telegram_export import TelegramExportLoader
from retrieval.types import Article, LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
HEADLINE = "Мост через Ильму открыли на год раньше срока"
PARAGRAPH = "Новый мост через Ильму открыли для машин в понедельник. Его длина составляет 840 метров."
MESSAGE = {"id": 7, "type": "message", "date": "2024-09-09T10:36:00", "date_unixtime": "1725874560", "text": PARAGRAPH}


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001


def export(*messages, **others):
    channel = {"name": "Новости Ильмы", "type": "public_channel", "id": 1234567890, **others}
    return {**channel, "messages": list(messages)}


def load(tmp_path, content):
    path = tmp_path / "result.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
    return list(TelegramExportLoader(MOSCOW)(path, article_id=""))


def article_of(tmp_path, **fields):
    [record] = load(tmp_path, export({**MESSAGE, **fields}))
    assert record.origin == str(tmp_path / "result.json")
    assert record.line is None
    return record.article


def problem(tmp_path, reason, number=None):
    return LoadProblem(str(tmp_path / "result.json"), number, reason)


def test_messages_are_articles_and_the_rest_is_passed_over(tmp_path):
    records = load(
        tmp_path,
        export(
            {"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "actor": "Новости", "action": "create_channel"},
            {
                "id": 7,
                "type": "message",
                "date": "2024-09-09T10:36:00",
                "date_unixtime": "1725874560",
                "edited": "2024-09-09T11:00:00",
                "edited_unixtime": "1725876000",
                "from": "Новости Ильмы",
                "from_id": "channel1234567890",
                "photo": "photos/photo_1.jpg",
                "width": 1280,
                "reactions": [{"type": "emoji", "count": 3, "emoji": "👍", "recent": [{"date": "2024"}]}],
                "text": [
                    {"type": "bold", "text": f"{HEADLINE}\n\n"},
                    "Новый мост открыли в понедельник, ",
                    {"type": "text_link", "text": "сообщили", "href": "https://ilma.example/most"},
                    " в мэрии.\n",
                    {"type": "hashtag", "text": "#мост"},
                ],
                "text_entities": [{"type": "plain", "text": "not this"}],
            },
            {**MESSAGE, "id": 8, "text": "Фото: вид на мост с левого берега", "photo": "photos/photo_2.jpg"},
            {**MESSAGE, "id": 9, "text": ""},
            {**MESSAGE, "id": 10, "forwarded_from": "Другой канал"},
        ),
    )

    assert [record.article for record in records] == [
        Article(
            id="1234567890/7",
            title=HEADLINE,
            text=f"{HEADLINE}\n\nНовый мост открыли в понедельник, сообщили в мэрии.\n#мост",
            published_at=moment(2024, 9, 9, 12, 36),
            source="Новости Ильмы",
        ),
        Article(
            id="1234567890/10",
            title="Новый мост через Ильму открыли для машин в понедельник…",
            text=PARAGRAPH,
            published_at=moment(2024, 9, 9, 12, 36),
            source="Новости Ильмы",
        ),
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"{HEADLINE}\n{PARAGRAPH}", HEADLINE),
        (f"\n\n  {HEADLINE}  \n\n{PARAGRAPH}", HEADLINE),
        ([{"type": "bold", "text": HEADLINE}, f". {PARAGRAPH}"], HEADLINE),
        (["\n", {"type": "bold", "text": f"{HEADLINE}\nИ ещё строка"}, f"\n{PARAGRAPH}"], HEADLINE),
        ([{"type": "bold", "text": "Ильма."}, f" {HEADLINE}\n{PARAGRAPH}"], f"Ильма. {HEADLINE}"),
        (
            [{"type": "italic", "text": HEADLINE}, f". {PARAGRAPH}"],
            f"{HEADLINE}. Новый мост через Ильму открыли для машин в…",
        ),
        (f"{PARAGRAPH} {PARAGRAPH}\n{PARAGRAPH}", f"{PARAGRAPH} Новый мост…"),
        (f"{HEADLINE}, сообщили в мэрии", "Мост через Ильму открыли на год раньше…"),
        (
            [{"type": "bold", "text": f"{HEADLINE}!!!{HEADLINE}"}],
            "Мост через Ильму открыли на год раньше срока!!!Мост через…",
        ),
        ("Я" * 60, "Я" * 40 + "…"),
    ],
)
def test_the_title_is_the_bold_beginning_or_the_first_line_cut_between_words(tmp_path, text, title):
    assert article_of(tmp_path, text=text).title == title


@pytest.mark.parametrize(
    ("letters", "count"),
    [(39, 0), (40, 1)],
)
def test_a_short_message_is_a_caption(tmp_path, letters, count):
    assert len(load(tmp_path, export({**MESSAGE, "text": "я! " * letters}))) == count


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"date_unixtime": "1725874560"}, moment(2024, 9, 9, 12, 36)),
        ({"date_unixtime": 1725874560}, moment(2024, 9, 9, 12, 36)),
        ({"date_unixtime": None}, moment(2024, 9, 9, 10, 36)),
        ({"date_unixtime": "9" * 30}, moment(2024, 9, 9, 10, 36)),
        ({"date_unixtime": "soon", "date": "later"}, None),
        ({"date_unixtime": None, "date": None}, None),
    ],
)
def test_the_moment_is_that_of_sending_in_the_time_zone_of_the_settings(tmp_path, fields, expected):
    assert article_of(tmp_path, **fields).published_at == expected


@pytest.mark.parametrize(("name", "source"), [("ТАСС\n", "ТАСС"), ("", None), (None, None), (7, None)])
def test_the_channel_is_the_outlet(tmp_path, name, source):
    [record] = load(tmp_path, export(MESSAGE, name=name, type="private_channel"))

    assert (record.article.source, record.article.id) == (source, "1234567890/7")


NO_EXPORT = "is no export of Telegram Desktop; open a channel, and export its history as JSON"
NO_JSON = "is not whole and valid JSON after message 0; export the channel again"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, NO_EXPORT),
        ([], NO_EXPORT),
        (7, NO_EXPORT),
        ({"result": "ok"}, NO_EXPORT),
        ({"messages": [MESSAGE]}, NO_EXPORT),
        (export(MESSAGE, id="7"), NO_EXPORT),
        (export(MESSAGE, type=None), NO_EXPORT),
        (
            {"about": "Here is the data you requested.", "chats": {"list": [export(MESSAGE)]}},
            "is the export of a whole account; open one channel, and export its history as JSON",
        ),
        (
            export(MESSAGE, type="personal_chat"),
            "is the export of a chat ('personal_chat'), not of a channel; remove it",
        ),
        (
            export({**MESSAGE, "x": [[[[[]]]]], "y": json.loads("[" * 40 + "]" * 40)}),
            "is nested too deeply for an export of a channel",
        ),
        (b'{"messages":' + b"[" * 1_000_000, NO_EXPORT),
        (b'{"a":' * 1_000_000, "is nested too deeply for an export of a channel"),
        (b"", NO_JSON),
        (b"<html>", NO_JSON),
        (b"\xff\xfe{\x00}\x00", NO_JSON),
        (b'{"name": "\xff"}', NO_JSON),
        (b'{"id": ' + b"9" * 5000 + b"}", NO_JSON),
    ],
    ids=range(17),
)
def test_what_is_no_export_of_a_channel_is_one_line(tmp_path, content, reason):
    assert load(tmp_path, content) == [problem(tmp_path, reason)]


def test_an_empty_channel_holds_nothing(tmp_path):
    assert load(tmp_path, export()) == []


def test_a_file_that_breaks_off_gives_what_was_read_and_is_not_known_to_be_whole(tmp_path):
    whole = json.dumps(export(*({**MESSAGE, "id": number} for number in range(2000))), ensure_ascii=False).encode()
    *articles, last = load(tmp_path, whole[: len(whole) * 3 // 4])

    assert [record.article.id for record in articles] == [f"1234567890/{number}" for number in range(len(articles))]
    assert len(articles) == 1500
    assert last == problem(
        tmp_path, f"is not whole and valid JSON after message {len(articles)}; export the channel again"
    )


def test_a_broken_message_costs_no_other(tmp_path):
    first, *problems, last = load(
        tmp_path,
        export(
            MESSAGE,
            {**MESSAGE, "id": None},
            {**MESSAGE, "text": PARAGRAPH + "\x00"},
            {**MESSAGE, "text": {"unknown": "form"}},
            "no message",
            {**MESSAGE, "id": 8},
        ),
    )

    assert (first.article.id, last.article.id) == ("1234567890/7", "1234567890/8")
    assert problems == [
        problem(tmp_path, 'message 2 of the file has no whole number as "id"; export the channel again', 2),
        problem(tmp_path, "message 3 of the file holds a NUL character (\\u0000); remove it", 3),
    ]


def test_a_broken_first_message_does_not_make_a_file_unreadable(tmp_path):
    load(tmp_path, export({**MESSAGE, "id": None}, MESSAGE))

    first, second = load_source(str(tmp_path / "result.json"), timezone=MOSCOW)

    assert (first.line, second.article.id) == (1, "1234567890/7")


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path):
    assert list(TelegramExportLoader(MOSCOW)(tmp_path / "result.json", article_id="")) == [
        problem(tmp_path, "cannot be read after message 0: No such file or directory")
    ]


def test_a_large_export_is_never_held_whole(tmp_path):
    path = tmp_path / "result.json"
    head, tail = json.dumps(export("MESSAGES")).split('"MESSAGES"')
    with path.open("w", encoding="utf-8") as stream:
        stream.write(head)
        for number in range(4000):
            stream.write("," * bool(number) + json.dumps({**MESSAGE, "id": number, "text": PARAGRAPH * 10}))
        stream.write(tail)
    assert path.stat().st_size > 15_000_000

    tracemalloc.start()
    try:
        count = sum(1 for _ in TelegramExportLoader(MOSCOW)(path, article_id=""))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 4000
    assert peak < 2_000_000


def test_a_file_of_that_name_is_found_in_folders_and_alone(tmp_path):
    folder = tmp_path / "channels" / "ilma"
    folder.mkdir(parents=True)
    load(folder, export(MESSAGE))
    expected = [LoadedArticle(article_of(folder), str(folder / "result.json"), changed_at=1725874560)]

    assert list(load_source(str(tmp_path), timezone=MOSCOW)) == expected
    assert list(load_source(str(folder / "result.json"), timezone=MOSCOW)) == expected


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=60)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["id", "type", "text", "name", "messages", "date", "chats"]), inner, max_size=5
        ),
    ),
    max_leaves=20,
)
EXPORTS = st.lists(
    st.fixed_dictionaries({"type": st.just("message"), "id": JSON, "text": JSON, "date": JSON, "date_unixtime": JSON})
).map(lambda messages: export(*messages))


@given(
    st.one_of(JSON, EXPORTS).map(json.dumps).map(str.encode) | st.binary(max_size=200),
    st.integers(min_value=0, max_value=3000),
)
@settings(max_examples=200, deadline=None)
def test_any_file_gives_articles_and_problems(tmp_path_factory, content, cut):
    records = load(tmp_path_factory.getbasetemp(), content[:cut])

    for record in records:
        if isinstance(record, LoadProblem):
            assert (record.line is None) == (not record.reason.startswith("message"))
            assert "\n" not in record.reason
        else:
            assert record.article.text.strip()
            assert record.article.title != record.article.text
