"""Exports of Telegram channels in HTML: read message by message, as those in JSON are."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from places import CASES

from retrieval.loaders import load_source
from retrieval.loaders.telegram_pages import EXPORT_PAGE_LIMIT
from retrieval.types import Article, LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
PARAGRAPH = "Новый мост через Ильму открыли для машин в понедельник. Его длина составляет 840 метров."
PAGE = """<!DOCTYPE html>
<html>
 <head>
  <meta charset="utf-8"/>
  <title>Exported Data</title>
  <meta content="width=device-width, initial-scale=1.0" name="viewport"/>
  <link href="css/style.css" rel="stylesheet"/>
 </head>
 <body onload="CheckLocation();">
  <div class="page_wrap">
   <div class="page_header"><div class="content"><div class="text bold">
Ильма сегодня
   </div></div></div>
   <div class="page_body chat_page"><div class="history">
   <a class="pagination block_link" href="messages.html">Previous messages</a>
{}
   </div></div>
  </div>
 </body>
</html>
"""
DATE = '<div class="pull_right date details" title="09.09.2024 12:36:00 UTC+03:00">12:36</div>'
NAME = '<div class="from_name">\nИльма сегодня \n</div>'


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001


def message(text, *, number="message7", date=DATE, name=NAME, joined=False, extra=""):
    classes = "message default clearfix joined" if joined else "message default clearfix"
    body = f'<div class="text">\n{text}\n       </div>' if text else ""
    return f'<div class="{classes}" id="{number}"><div class="body">{date}{name}{extra}{body}</div></div>'


def load(tmp_path, *messages, page=PAGE, name="messages2.html"):
    path = tmp_path / name
    path.write_text(page.format("\n".join(messages)), encoding="utf-8")
    return list(load_source(str(tmp_path), timezone=MOSCOW))


def article_of(tmp_path, *arguments, **options):
    [record] = load(tmp_path, message(*arguments, **options))
    assert (record.origin, record.line) == (str(tmp_path / "messages2.html"), None)
    return record.article


def problem_of(tmp_path, *messages, **options):
    [record] = load(tmp_path, *messages, **options)
    assert (record.source, record.line) == (str(tmp_path / "messages2.html"), None)
    return record.reason


def test_the_case_of_an_export_in_the_default_format():
    records = list(load_source(str(CASES / "11-telegram-html-export"), timezone=MOSCOW))

    assert [(one.article.id, one.article.title, one.article.published_at, one.article.source) for one in records] == [
        ("Талск онлайн/1", "Мост через Талку открыли", moment(2024, 9, 9, 12, 36), "Талск онлайн"),
        ("Талск онлайн/2", "Библиотека получила новое здание", moment(2024, 9, 10, 9, 10), "Талск онлайн"),
        ("Талск онлайн/3", "Суд арестовал директора завода «Прибор»", moment(2024, 9, 10, 11, 45), "Талск онлайн"),
    ]
    assert records[2].article.text == (
        "Суд арестовал директора завода «Прибор»\n\n"
        "Суд Талска арестовал директора завода «Прибор» Петра Шубина на два месяца. "
        "Его подозревают в хищении 41 млн рублей."
    )


def test_joined_forwarded_and_answering_messages_are_articles_and_what_the_service_says_is_not(tmp_path):
    forwarded = (
        '<div class="pull_left forwarded userpic_wrap"><div class="userpic">Т</div></div><div class="forwarded body">'
        '<div class="from_name">Другой канал <span class="date details" title="01.01.2020 00:00:00">01.01</span></div>'
        f'<div class="text">{PARAGRAPH}</div></div>'
    )
    reply = '<div class="reply_to details">In reply to <a href="#go_to_message7">this message</a></div>'
    photo = (
        '<div class="media_wrap clearfix"><a class="media block_link media_photo" href="photos/1.jpg">'
        '<div class="body"><div class="title bold">Photo</div><div class="status details">90.1 KB</div></div></a></div>'
    )
    records = load(
        tmp_path,
        f'<div class="message service" id="message-1"><div class="body details">{PARAGRAPH}</div></div>',
        message(PARAGRAPH),
        message(PARAGRAPH, number="message8", name="", joined=True),
        message("", number="message9", extra=forwarded),
        message(PARAGRAPH, number="message10", extra=reply + photo),
        message("Фото: вид на мост", number="message11", extra=photo),
    )

    assert [record.article for record in records] == [
        Article(
            id=f"Ильма сегодня/{number}",
            title="Новый мост через Ильму открыли для машин в понедельник…",
            text=PARAGRAPH,
            published_at=moment(2024, 9, 9, 12, 36),
            source="Ильма сегодня",
        )
        for number in (7, 8, 9, 10)
    ]


def test_marks_of_layout_go_and_breaks_stay(tmp_path):
    article = article_of(
        tmp_path,
        '<strong>Мост через </strong><a href="https://ilma.example"><strong>Ильму</strong></a><strong> открыт</strong>'
        '<br><br>Длина &#8212; <em>840</em> метров,\n <span class="spoiler hidden" onclick="ShowSpoiler(this)">'
        '<span aria-hidden="true">проезд</span></span> платный. '
        '<a href="" onclick="return ShowHashtag(&quot;мост&quot;)">#мост</a> '
        "<blockquote>Ждали этого сорок лет</blockquote>Подробнее",
    )

    assert article.title == "Мост через Ильму открыт"
    assert article.text == (
        "Мост через Ильму открыт\n\nДлина — 840 метров, проезд платный. #мост\nЖдали этого сорок лет\nПодробнее"
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("09.09.2024 12:36:00 UTC+03:00", moment(2024, 9, 9, 12, 36)),
        ("09.09.2024 12:36:00 UTC-05:00", moment(2024, 9, 9, 20, 36)),
        ("09.09.2021 12:36:00", moment(2021, 9, 9, 12, 36)),
        ("31.02.2024 12:36:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_moment_is_that_of_sending_in_the_time_zone_of_the_settings(tmp_path, written, expected):
    date = f'<div class="pull_right date details" title="{written}">12:36</div>'
    assert article_of(tmp_path, PARAGRAPH, date=date).published_at == expected


def test_what_is_no_export_of_a_channel_is_one_line(tmp_path):
    other = message(PARAGRAPH, name='<div class="from_name">Олег</div>')
    overview = PAGE.replace('class="history"', 'class="sections"').replace("page_body chat_page", "page_body")
    large = PAGE.replace("{}", "{}" + " " * EXPORT_PAGE_LIMIT)

    assert problem_of(tmp_path, message(PARAGRAPH), other) == (
        "holds messages of others than 'Ильма сегодня', so it is the export of a chat, not of a channel; remove it, "
        "or export the channel as machine-readable JSON"
    )
    assert problem_of(tmp_path, page=overview) == (
        "is an overview of an export of Telegram and holds no messages; remove it"
    )
    assert problem_of(tmp_path, page=large) == "is longer than 20,000,000 bytes; export the channel again as JSON"
    assert problem_of(tmp_path, page=PAGE.replace("Ильма сегодня", "")) == (
        "names no channel; export the channel again"
    )
    assert load(tmp_path) == []


def test_a_page_that_breaks_off_gives_its_whole_messages(tmp_path):
    start = PAGE.partition("{}")[0] + message(PARAGRAPH) + message(PARAGRAPH, number="message8")[:-30]

    article, problem = load(tmp_path, page=start)

    assert isinstance(article, LoadedArticle)
    assert article.article.id == "Ильма сегодня/7"
    assert problem == LoadProblem(
        str(tmp_path / "messages2.html"), None, "breaks off before its end; export the channel again"
    )


def test_a_message_without_a_number_costs_no_other(tmp_path):
    problem, article = load(tmp_path, message(PARAGRAPH, number=""), message(PARAGRAPH))

    assert (problem.line, problem.reason) == (
        1,
        f"the message {PARAGRAPH[:40]!r} has no number; export the channel again",
    )
    assert article.article.id == "Ильма сегодня/7"


def test_long_runs_of_spaces_cost_no_time(tmp_path):
    sentence = "Мост через реку Талку открыли в среду в полдень."
    article = article_of(tmp_path, f"{sentence}{' ' * 1_000_000}\n  Да.")

    assert article.text == f"{sentence} Да."
