"""HTML pages: the article and nothing else, in whatever encoding, and one line for a page that holds none."""

import json
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import DATA

from retrieval.loaders.html_pages import HtmlLoader, PageError, article_from_page
from retrieval.loaders.page_text import ELEMENT_LIMIT, PAGE_LIMIT
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
PAGES = DATA / "pages"
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_page_that_declares_no_encoding(encoding):
    assert read(page().encode(encoding)) == Article(id="a", title=RATE, text=RATE_TEXT)


@pytest.mark.parametrize(
    ("encoding", "charset", "declared"),
    [
        ("koi8-r", "KOI8-R", ""),
        ("koi8-r", None, "koi8-r"),
        ("koi8-r", "koi8-r", "windows-1251"),
        ("cp1251", "utf-8", "windows-1251"),
        ("cp1251", "unknown", "windows-1251"),
        ("cp1251", "unicode_escape", "cp1251"),
        ("utf-8", "windows-1251", "windows-1251"),
        ("utf-8", None, "iso-8859-1"),
    ],
)
def test_the_encoding_is_the_one_that_fits(encoding, charset, declared):
    head = f'<meta charset="{declared}">' if declared else ""

    assert read(page(head=head).encode(encoding), charset=charset).text == RATE_TEXT


def test_an_xhtml_page_that_declares_its_encoding():
    data = ('<?xml version="1.0" encoding="windows-1251"?>\n' + page()).encode("cp1251")

    assert read(data) == Article(id="a", title=RATE, text=RATE_TEXT)


def test_broken_bytes_outside_the_article_do_not_matter():
    data = page(head="<script>var broken = 'XX';</script>").encode().replace(b"XX", b"\xff\xfe")

    assert read(data).text == RATE_TEXT


def test_a_broken_byte_in_the_article_costs_one_character(tmp_path):
    data = page().encode().replace("годовых".encode(), b"\xff" + "годовых".encode())
    path = tmp_path / "a.html"
    path.write_bytes(b"<!-- -->\n" + data)
    article, problem = HtmlLoader(MOSCOW)(path, article_id="a")

    assert article.article.text == RATE_TEXT.replace("годовых", "\ufffdгодовых")
    assert problem == LoadNotice(str(path), 2, "has 1 broken character (\ufffd) in its text; save it anew as UTF-8")


def test_a_page_of_broken_bytes_is_one_line():
    text = "Le café a été fermé à Paris, où est né Molière. " * 5

    assert refusal(page(title="Eté", paragraphs=text).encode("latin-1").replace(b"<html>", b"<html>\x81")) == (
        "has characters that its encoding does not have; save the page as UTF-8"
    )


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (
            '<meta property="article:published_time" content="2024-09-09T12:36:00+03:00">',
            "",
            moment(2024, 9, 9, 12, 36),
        ),
        ('<meta name="pubdate" content="Mon, 09 Sep 2024 09:36:00 GMT">', "", moment(2024, 9, 9, 12, 36)),
        ('<meta property="og:updated_time" content="2024-09-09T12:36:00+03:00">', "", None),
        ('<meta property="article:modified_time" content="2024-09-09">', "", None),
        (
            '<meta property="article:published_time" content="soon">',
            '<time datetime="2024-09-08">x</time>',
            moment(2024, 9, 8),
        ),
        ("", '<time datetime="2024-09-09T12:36">сегодня</time>', moment(2024, 9, 9, 12, 36)),
        ("", '<time datetime="2024-09-09">x</time><time datetime="2024-09-08">y</time>', None),
        ("", '<time datetime="2024-09-09" pubdate>x</time><time datetime="2024-09-08">y</time>', moment(2024, 9, 9)),
        ("", '<span itemprop="datePublished">9 сентября 2024</span>', moment(2024, 9, 9)),
        ("", '<div class="Article-Date">9 сентября 2024, 12:36</div>', moment(2024, 9, 9, 12, 36)),
        ("", '<div class="date">9 сентября 2024</div><div class="date">8 сентября 2024</div>', None),
        ("", '<div class="update">Обновлено 9 сентября 2024</div>', None),
        ("", "<p>Это было 9 сентября 2024 года.</p>", None),
        ('<link rel="canonical" href="https://a.example/2024/09/09/rate">', "© 2024", None),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-09-09"</script>',
            "",
            None,
        ),
        (
            (
                '<script type="application/ld+json">[{"@type": "WebPage", "datePublished": "2020", "mainEntity": '
                '{"@type": "ReportageNewsArticle", "datePublished": "2024-09-09T12:36+03:00"}}]</script>'
            ),
            "",
            moment(2024, 9, 9, 12, 36),
        ),
    ],
)
def test_a_date_is_the_publication_or_none(head, body, expected):
    assert read(page(head=head, body=body)).published_at == expected


@pytest.mark.parametrize(
    ("head", "url", "expected"),
    [
        ("", None, (None, None)),
        ("", "https://www.a.example/1", ("a.example", "https://www.a.example/1")),
        ('<link rel="canonical" href="/2">', "https://a.example/1?from=rss", ("a.example", "https://a.example/2")),
        ('<link rel="canonical" href="/2">', None, (None, None)),
        (
            '<link rel="canonical" href="https://a.example/">',
            "https://a.example/1",
            ("a.example", "https://a.example/1"),
        ),
        ('<link rel="canonical" href="javascript:x()">', "https://a.example/1", ("a.example", "https://a.example/1")),
        ('<link rel="canonical" href="http://[x">', None, (None, None)),
        ('<meta property="og:url" content="https://a.example/3">', None, ("a.example", "https://a.example/3")),
        (
            '<meta property="og:site_name" content=" Вести  недели ">',
            "https://a.example/1",
            ("Вести недели", "https://a.example/1"),
        ),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "publisher": {"name": "ТАСС"}}</script>',
            "https://a.example/1",
            ("ТАСС", "https://a.example/1"),
        ),
    ],
)
def test_outlet_and_address(head, url, expected):
    article = read(page(head=head), url=url)

    assert (article.source, article.url) == expected


OWN = {
    "@type": "NewsArticle",
    "headline": f"{RATE} на уровне 21%",
    "datePublished": "2024-12-20T13:30:00+03:00",
    "publisher": {"name": "Вести"},
}
OTHER = {
    "@type": "NewsArticle",
    "headline": "Зоопарк показал медвежат",
    "url": "https://a.example/2",
    "datePublished": "2020-01-02",
    "publisher": {"name": "Другие"},
}


def linked(*written, kind="application/ld+json"):
    blocks = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in written]
    return "".join(f'<script type="{kind}">{block}</script>' for block in blocks)


def dated(head):
    article = read(page(head=head), url="https://a.example/1")
    return article.published_at, article.source


@pytest.mark.parametrize(
    "head",
    [
        linked(OWN),
        linked(OTHER, OWN),
        linked([OTHER, OWN]),
        linked({"@graph": [{"@type": "WebPage"}, OTHER, OWN]}),
        linked({"@type": "WebPage", "mainEntity": OWN}),
        linked(
            {**OWN, "headline": "Другими словами", "mainEntityOfPage": {"@id": "http://www.a.example/1/?from=rss"}},
            OTHER,
        ),
        linked({**OWN, "headline": ""}),
        linked({**OWN, "@type": "NEWSARTICLE"}, kind="Application/LD+JSON; charset=utf-8"),
        linked({**OWN, "@type": ["Thing", "https://schema.org/NewsArticle"]}),
        linked({**OWN, "datePublished": ["2024-12-20T13:30:00+03:00"]}),
        linked({**OWN, "datePublished": 1734690600}),
        linked({**OWN, "publisher": [{"@type": "Organization", "name": "Вести"}]}),
        linked(json.dumps(OWN) + ";"),
        linked(f"<![CDATA[{json.dumps(OWN)}]]>"),
        linked(f"//<![CDATA[\n{json.dumps(OWN)}\n//]]>"),
        linked(f"/* <![CDATA[ */{json.dumps(OWN)}/* ]]> */"),
        linked(f"<!-- {json.dumps(OWN)} -->"),
        linked(json.dumps(OWN).replace("}}", ",},}")),
        linked(json.dumps({**OWN, "a": "x,}//y"}).replace('"headline"', '/* it */ "headline"') + " // end"),
        linked("/* it */" + json.dumps(OWN)[:-1] + ", // end\n}"),
        linked(json.dumps(OWN).replace('"', "&quot;")),
        linked(json.dumps(OWN, ensure_ascii=False).replace("сохранил ", "сохранил\n")),
    ],
    ids=range(22),
)
def test_linked_data_are_read_as_they_are_found(head):
    assert dated(head) == (moment(2024, 12, 20, 13, 30), "Вести")


@pytest.mark.parametrize(
    "head",
    [
        linked(OTHER),
        linked({**OTHER, "url": ""}),
        linked({"@type": "ItemList", "itemListElement": [OTHER]}),
        linked({**OWN, "headline": "", "publisher": {}}, {**OTHER, "headline": "", "url": ""}),
        linked({"@type": "NewsArticle", "datePublished": "1970-01-01T01:00:00+01:00"}),
        linked({"@type": "NewsArticle", "datePublished": "0001-01-01T00:00:00Z"}),
        linked({"@type": "NewsArticle", "datePublished": "2024"}),
        '<meta name="article:published_time" content="1970-01-01">',
        f'<meta property="og:site_name" content="{RATE}"><meta name="application-name" content="{RATE}">',
        linked({"@type": "NewsArticle", "publisher": {"name": RATE}}),
    ],
    ids=range(10),
)
def test_nothing_is_believed_rather_than_something_wrong(head):
    assert dated(head) == (None, "a.example")


def test_linked_data_of_another_article_give_no_title():
    assert read(page(head=linked(OTHER))).title == RATE


@pytest.mark.parametrize(
    ("title", "source"),
    [
        (f"{RATE} | vesti.example", "vesti.example"),
        ("Мост А.С.Пушкина", None),
        ("Рост на 3.5", None),
        ("Vesti.Ru", None),
    ],
)
def test_without_an_address_only_a_host_is_an_outlet(title, source):
    assert read(page().replace(f"<title>{RATE}", f"<title>{title}")).source == source


@pytest.mark.parametrize(
    ("body", "after", "expected"),
    [
        (
            '<meta itemprop="datePublished" content="2024-09-09">',
            '</article><i itemprop="datePublished" content="2020-01-01">x</i>',
            moment(2024, 9, 9),
        ),
        (
            "",
            '</article><i itemprop="datePublished">2020-01-01</i><i itemprop="datePublished">2021-01-01</i>',
            None,
        ),
    ],
)
def test_a_marked_date_of_another_article_is_not_taken(body, after, expected):
    assert read(page(body=body).replace("</article>", after)).published_at == expected


@pytest.mark.parametrize(
    ("lang", "expected"), [("ru-RU", "ru"), ("uk", "uk"), ("en", None), ("de", "de"), ("", None), ("russian", None)]
)
def test_the_declared_language_is_believed_unless_the_letters_contradict(lang, expected):
    assert read(page().replace("<html>", f'<html lang="{lang}">')).language == expected


@pytest.mark.parametrize(
    ("title", "head", "expected"),
    [
        (RATE, '<meta property="og:title" content="Ставка осталась прежней">', "Ставка осталась прежней"),
        (
            RATE,
            f'<meta property="og:title" content="{RATE} — Вести"><meta property="og:site_name" content="Вести">',
            RATE,
        ),
        (
            "",
            '<meta property="og:title" content="Ставка | Вести"><meta property="og:site_name" content="Вести">',
            "Ставка",
        ),
        (
            "Вести",
            '<meta property="og:title" content="Вести с полей"><meta property="og:site_name" content="Вести">',
            "Вести с полей",
        ),
        ("«R&amp;D» &lt;b&gt;", "", "«R&D» <b>"),
    ],
)
def test_the_title_is_the_headline_without_the_name_of_the_site(title, head, expected):
    assert read(page(title=title, head=head)).title == expected


NO_ARTICLE = "it may be a list of headlines, or made by a script"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "is a PNG picture, not a page"),
        (b"%PDF-1.7", "is a PDF document, not a page"),
        (b"\x1f\x8b\x08\x00", "is a gzip archive, not a page"),
        (b"<html>\x00\x01\x02", "is binary, not a page"),
        (b"<html><body></body></html>", f"holds no article: no text found; {NO_ARTICLE}"),
        (
            b"<html><body><div id='root'></div><script>start()</script></body></html>",
            f"holds no article: no text found; {NO_ARTICLE}",
        ),
        (
            b"<html><body><noscript>You need to enable JavaScript to run this app.</noscript><div></div></body></html>",
            f"holds no article: only 46 characters of text found; {NO_ARTICLE}",
        ),
        (b"x" * (PAGE_LIMIT + 1), "is longer than 5,000,000 bytes, which no page of one article is"),
        (page(body="<div>" * 5000), "is nested too deeply"),
        (page(body="<b>" * 5000), "is nested too deeply"),
        (page(body="<p>a</p>" * ELEMENT_LIMIT), "has 20,008 elements; a page may have 20,000"),
        (page(body=f"<p {'a=1 b ' * 501}>"), "has an element of more than 1,000 attributes"),
        (
            page(body=f"<p {' '.join(f'a{n}' for n in range(100_000))}>"),
            "has an element of more than 1,000 attributes",
        ),
        (page(body="<!--<script>--><p " + "a " * 1001 + "></script>"), "has an element of more than 1,000 attributes"),
        (page(body=f"<p a='>' b\" {'/c' * 700_000}>"), "has an element of more than 1,000 attributes"),
    ],
    ids=range(17),
)
def test_a_page_without_an_article_is_one_line(data, reason):
    assert refusal(data) == reason


@pytest.mark.parametrize(
    "body",
    [
        "<img src='data:image/png;base64," + "iVBORw0KGgo" * 50_000 + "'>",
        "<div data-state='" + '{"a": 1, "b": [1, 2, 3]} ' * 20_000 + "'></div>",
        "<script>for (i=0;i<n;i++) { x = '" + "word " * 20_000 + "' }</script>",
        "<!-- " + "<p a" * 200_000 + " -->",
        ("<p " + "a " * 999 + ">") * 50,
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        "<p>" + "&lt;" * 100_000 + "</p>",
        "<table>" * 50,
    ],
    ids=range(8),
)
def test_heavy_pages_are_read(body):
    assert RATE_TEXT.partition("\n")[0] in read(page(body=body)).text


def test_files_are_loaded(tmp_path):
    good, empty, gone, large = (tmp_path / f"{name}.html" for name in ("good", "empty", "gone", "large"))
    good.write_text(page(), encoding="utf-8")
    empty.touch()
    with large.open("wb") as stream:
        stream.truncate(10**12)  # a hole, which takes no room

    def load(path):
        return list(HtmlLoader(MOSCOW)(path, article_id="folder/a"))

    assert load(good) == [LoadedArticle(Article(id="folder/a", title=RATE, text=RATE_TEXT), str(good), None)]
    assert load(empty) == [LoadProblem(str(empty), None, "is empty")]
    assert load(gone) == [LoadProblem(str(gone), None, "cannot be read: No such file or directory")]
    assert load(large) == [
        LoadProblem(str(large), None, "is longer than 5,000,000 bytes, which no page of one article is")
    ]


def test_reading_says_nothing_on_its_own(capfd):
    for data in (recorded("json_ld"), page(body="<b>" * 5000), "<html>", "<p>x"):
        with suppress(PageError):
            read(data)

    assert capfd.readouterr() == ("", "")


TAGS = st.sampled_from(
    [
        *("<html>", "<head>", "<title>", "<body>", "<p>", "</p>", "<h1>", "<article>", "<table><tr><td>", "<ul><li>"),
        *("<!--", "</script>", "<time datetime='", "<script type='application/ld+json'>", "<meta charset=", "'>"),
        *('{"@type": "NewsArticle", "datePublished": 7, "publisher": [1]}', "<meta property='og:title' content='"),
        *("<link rel='canonical' href='http://[", "&#0;", "&#xd800;", "<?xml ", "<!DOCTYPE ", RATE_TEXT),
    ]
)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(TAGS | st.text(max_size=20), max_size=20).map(lambda parts: "".join(parts).encode(errors="replace")),
    ),
    st.sampled_from([None, "", "utf-8", "windows-1251", "idna", "hex", "\x00"]),
)
@example(b"<html><!DOCTYPE", None)
@settings(max_examples=150, deadline=None)
def test_any_page_is_an_article_or_one_line(data, charset):
    try:
        article = read(data, charset=charset, url="https://a.example/1")
    except PageError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return

    assert article.text.strip()
    assert "\n" not in article.title
    f"{article.title}{article.text}{article.source}{article.url}".encode()


def test_references_to_characters_of_windows_are_these():
    article = read(page(title="Мост &#151; это", paragraphs=f"&#147;Мост&#148; открыт.\n\n{RATE_TEXT}"))

    assert (article.title, article.text.partition("\n")[0]) == ("Мост — это", "“Мост” открыт.")


def test_long_runs_of_spaces_in_linked_data_cost_no_time():
    head = linked(json.dumps(OWN).replace("{", "{" + " " * 1_000_000, 1))

    assert dated(head) == (moment(2024, 12, 20, 13, 30), "Вести")
