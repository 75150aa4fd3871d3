"""Files that hold several articles: all of them are indexed, whatever the format."""

import json

import pytest

TOPICS = (
    ("Мост", "Мост через Ильму открыли в сентябре, его длина составляет 840 метров без подходов."),
    ("Урожай", "Аграрии собрали 120 тонн пшеницы с поля, урожай оказался выше прошлогоднего на треть."),
    ("Трамвай", "Новый трамвай вышел на линию до вокзала, билет стоит 42 рубля при оплате картой."),
)
QUESTIONS = ("Какова длина моста через Ильму?", "Сколько тонн пшеницы собрали?", "Сколько стоит билет на трамвай?")


def telegram_json(folder):
    messages = [
        {"id": number, "type": "message", "date_unixtime": "1725874560", "text": f"{title}\n\n{text}"}
        for number, (title, text) in enumerate(TOPICS, start=1)
    ]
    export = {"name": "Ильма", "type": "public_channel", "id": 77, "messages": messages}
    (folder / "result.json").write_text(json.dumps(export, ensure_ascii=False), encoding="utf-8")


def json_lines(folder):
    lines = [
        json.dumps({"id": number, "title": title, "text": text}) + "\n"
        for number, (title, text) in enumerate(TOPICS, start=1)
    ]
    (folder / "news.jsonl").write_text("".join(lines), encoding="utf-8")


def telegram_pages(folder):
    message = (
        '<div class="message default clearfix" id="message{}"><div class="body"><div class="pull_right date details" '
        'title="09.09.2024 12:36:00 UTC+03:00">12:36</div><div class="text"><strong>{}</strong><br><br>{}</div>'
        "</div></div>"
    )
    page = (
        "<html><head><title>Exported Data</title></head><body><div class='page_wrap'>"
        "<div class='page_header'>Ильма</div>"
        "<div class='page_body chat_page'><div class='history'>{}</div></div></div></body></html>"
    )
    messages = [message.format(number, *topic) for number, topic in enumerate(TOPICS, start=1)]
    (folder / "messages.html").write_text(page.format("".join(messages[:2])), encoding="utf-8")
    (folder / "messages2.html").write_text(page.format(messages[2]), encoding="utf-8")


def json_list(folder):
    records = [{"title": title, "text": text} for title, text in TOPICS]
    (folder / "news.json").write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def json_feed(folder):
    items = [{"id": number, "title": title, "content_text": text} for number, (title, text) in enumerate(TOPICS)]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Ильма", "items": items}
    (folder / "feed.json").write_text(json.dumps(feed), encoding="utf-8")


def feed(folder):
    items = [f"<item><guid>{title}</guid><title>{title}</title><description>{text}</description></item>"
             for title, text in TOPICS]  # fmt: skip
    content = f"<rss version='2.0'><channel><title>Ильма</title>{''.join(items)}</channel></rss>"
    (folder / "feed.xml").write_text(content, encoding="utf-8")


def wordpress_export(folder):
    item = (
        "<item><title>{}</title><content:encoded><![CDATA[<p>{}</p>]]></content:encoded><wp:post_id>{}</wp:post_id>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
    )
    items = [item.format(*topic, number) for number, topic in enumerate(TOPICS)]
    content = (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
        "xmlns:wp='http://wordpress.org/export/1.2/'><channel><link>https://ilma.example</link>"
        f"{''.join(items)}</channel></rss>"
    )
    (folder / "ilma.xml").write_text(content, encoding="utf-8")


def table(folder):
    rows = [f'"{title}";"{text}"' for title, text in TOPICS]
    (folder / "news.csv").write_text("\n".join(["Заголовок;Текст", *rows]), encoding="cp1251")


@pytest.mark.parametrize(
    "write",
    [telegram_json, telegram_pages, json_lines, json_list, json_feed, feed, wordpress_export, table],
)
def test_every_article_of_a_file_is_indexed_and_cited(library, corpus, write):
    write(corpus.folder)

    report = library.index()

    assert (report.articles.added, report.articles.skipped, report.problems) == (3, 0, ())
    titles = [library.ask(question, limit=1).citations[0].title for question in QUESTIONS]
    assert titles == [title for title, _ in TOPICS]
    again = library.index()
    assert (again.articles.added, again.articles.unchanged, again.articles.removed) == (0, 3, 0)


def test_a_file_named_beside_its_folder_is_read_once(library, corpus):
    telegram_json(corpus.folder)
    path = corpus.folder / "result.json"
    export = json.loads(path.read_text(encoding="utf-8"))
    export["messages"] += [{**export["messages"][0], "id": None}, {**export["messages"][0], "id": "x"}]
    path.write_text(json.dumps(export), encoding="utf-8")

    report = library.index([str(corpus.folder), str(path)])

    assert (report.articles.added, report.articles.skipped) == (3, 2)
    assert [problem.reason[:9] for problem in report.problems] == ["message 4", "message 5"]
