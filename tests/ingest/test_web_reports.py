"""What people reported of programs that read feeds, sitemaps and pages: the cases of ``tests/data/cases``."""

import json
from datetime import datetime

import pytest
from places import DATA
from web_documents import page, rss, rss_item, sitemap
from web_loading import MOSCOW, load_address
from web_server import HTML, XML, WebServer

from retrieval.loaders.html_pages import HtmlLoader
from retrieval.types import LoadNotice, LoadProblem

CASES = DATA / "cases"
BRIDGE = (
    "Мост через реку Талку открыли в среду в полдень, по нему сразу пошли автобусы. Строили его четыре года, он "
    "обошёлся городу в 3,2 млрд рублей."
)
LIBRARY = (
    "Городская библиотека Талска переехала в бывший вокзал на улице Садовой. В новом читальном зале 120 мест, он "
    "открыт до девяти вечера."
)
TRAM = "Трамвай № 3 в Талске с понедельника идёт через Заречье, интервал сократили до восьми минут."
FULL_TEXT = (
    "Мост через реку Талку открыли в среду в полдень. Первым по нему проехал водитель скорой помощи Тимур Ахметов. "
    "Подрядчиком была компания «Речмост», она закончила работы на 74 дня раньше срока."
)
PLACE = "http://127.0.0.1:8765"
"""Where the cases were served when they were written."""


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001 - all of Citebot's times are naive


@pytest.fixture
def server():
    with WebServer() as server:
        yield server


@pytest.fixture
def load(server, tmp_path):
    """Serve a folder of cases, with the content types that stand beside them, and load one of its files."""

    def load(case, name, **options):
        folder = CASES / case
        for path in folder.iterdir():
            kind = folder / f"{path.name}.ct"
            body = path.read_bytes().replace(PLACE.encode(), server.root.encode())
            server.serve(f"/{case}/{path.name}", body, kind.read_text().strip() if kind.exists() else XML)
        return load_address(tmp_path / "fetched", f"{server.root}/{case}/{name}", **options)

    return load


def told(articles):
    return {article.title: article.text for article in articles}


def test_one_broken_byte_costs_one_character(load, server):
    articles, problems = load("01-feed-one-broken-byte", "feed.xml")

    assert [article.text for article in articles] == [LIBRARY.replace("вечера", "вече\ufffd"), BRIDGE]
    assert problems == [
        LoadNotice(
            f"{server.root}/01-feed-one-broken-byte/feed.xml",
            None,
            "has 1 broken character (\ufffd) in its text; save it anew as UTF-8",
        )
    ]


@pytest.mark.parametrize("name", ["says-cp1251-is-utf8", "says-utf8-is-cp1251", "says-cp-1251", "says-utf16-is-utf8"])
def test_a_declaration_that_is_wrong_or_misspelt_is_not_believed(load, name):
    articles, problems = load("03-feed-declaration-lies", f"{name}.xml")

    assert told(articles) == {"Мост через Талку открыли": BRIDGE, "Библиотека получила новое здание": LIBRARY}
    assert problems == []


@pytest.mark.parametrize("name", ["same-guid", "same-link-no-guid", "only-descriptions"])
def test_entries_that_share_their_id_or_have_none_are_all_kept(load, name):
    articles, problems = load("04-feed-guid-not-unique", f"{name}.xml")

    assert [article.text for article in articles] == [TRAM, LIBRARY, BRIDGE]
    assert len({article.id for article in articles}) == 3
    assert problems == []


@pytest.mark.parametrize("name", ["rbc", "turbo", "mailru", "rambler", "yandex-other-prefix"])
def test_the_full_text_is_read_where_outlets_put_it(load, name):
    articles, problems = load("05-feed-full-text-of-russian-outlets", f"{name}.xml")

    assert (told(articles), problems) == ({"Мост через Талку открыли": FULL_TEXT}, [])


def test_the_link_of_a_related_article_is_not_the_entrys(load):
    articles, _ = load("06-feed-related-link-taken-for-own", "feed.xml")
    atom, _ = load("06-feed-related-link-taken-for-own", "atom-enclosure-without-href.xml")

    assert [article.url for article in articles] == ["https://talsk.example/n/2", "https://talsk.example/n/1"]
    assert [article.url for article in atom] == ["https://talsk.example/n/1"]


def test_a_caption_is_not_the_entrys_text(load):
    articles, _ = load("08-feed-caption-taken-for-text", "feed.xml")

    assert told(articles) == {"Мост через Талку открыли": BRIDGE}


def test_dates_of_entries_are_unix_times_or_none_where_they_are_half(load):
    articles, _ = load("09-feed-epoch-date", "feed.xml")

    assert {article.title: article.published_at for article in articles} == {
        "Библиотека получила новое здание": moment(2024, 9, 10, 23, 26, 40),
        "Мост через Талку открыли": moment(2024, 9, 9, 12, 36),
        "Трамвай № 3 сменил маршрут": None,
    }


@pytest.mark.parametrize("name", ["feed", "control-plain"])
def test_a_json_feed_with_escaped_slashes(load, name):
    articles, problems = load("10-json-feed-escaped-slashes", f"{name}.json")

    assert [(article.title, article.url) for article in articles] == [
        ("Мост через Талку открыли", "https://talsk.example/n/1")
    ]
    assert problems == []


def test_pictures_and_films_of_a_sitemap_are_no_pages(load):
    case = "12-sitemap-image-loc-taken-for-page"
    articles, problems = load(case, "sitemap.xml")
    control, _ = load(case, "control.xml")

    assert [article.title for article in articles] == ["Библиотека получила новое здание", "Мост через Талку открыли"]
    assert told(articles) == told(control)
    assert problems == []
    for name in ("sitemap-cdn.xml", "sitemap-news-image-title.xml"):
        articles, problems = load(case, name)
        assert [(article.title, article.published_at) for article in articles] == [
            ("Мост через Талку открыли", moment(2024, 9, 1, 12))
        ]
        assert problems == []


def test_a_headline_with_a_dot_is_no_outlet():
    pages = sorted((CASES / "13-headline-taken-for-outlet/pages").iterdir())
    articles = [record.article for path in pages for record in HtmlLoader(MOSCOW)(path, article_id=path.stem)]

    assert [article.source for article in articles] == ["talsk.example"] * 6


SOMETHING_ELSE = (
    "holds something else than its feed or sitemap says, perhaps a captcha or a consent; "
    "it is not read now and asked for again in the next run"
)


def test_a_captcha_does_not_take_the_place_of_an_article(load, server):
    case = "22-linked-page-is-a-wall"
    articles, problems = load(case, "feed.xml", linked_pages=True)

    assert told(articles) == {
        "Мост через Талку открыли": "Мост через реку Талку открыли в среду, первым проехал Тимур Ахметов.",
        "Библиотека переехала": "Библиотека Талска переехала в бывший вокзал, в зале 120 мест.",
        "Трамвай сменил маршрут": "Трамвай № 3 в Талске с понедельника идёт через Заречье.",
    }
    assert problems == [
        LoadProblem(f"{server.root}/{case}/captcha.html", None, f"{SOMETHING_ELSE} (2 more of its pages likewise)")
    ]


# Their siblings


@pytest.fixture
def serve_feed(server, tmp_path):
    """Load a feed of one entry with a link, and what the link serves."""

    def load(body, *, title="Мост через Талку открыли", text=BRIDGE, date="2024-09-09", **served):
        server.serve("/1", body, **served)
        entry = rss_item("1", text, title=title, link=f"{server.root}/1", date=date)
        address = server.serve("/rss", rss(entry), XML)
        articles, problems = load_address(tmp_path / "fetched", address, linked_pages=True)
        return [article.text for article in articles], [problem.reason for problem in problems]

    return load


WALL = page("Вы не робот?", "Нам очень жаль, но запросы с вашего устройства похожи на автоматические. " * 2)
WHOLE = page("Мост через Талку открыли", BRIDGE, "Первым проехал Тимур Ахметов.")
WHOLE_TEXT = f"{BRIDGE}\n\nПервым проехал Тимур Ахметов."


def test_a_page_that_was_a_wall_is_asked_for_again(server, serve_feed):
    assert serve_feed(WALL) == ([BRIDGE], [SOMETHING_ELSE])
    assert serve_feed(WHOLE) == ([WHOLE_TEXT], [])
    assert serve_feed(WALL) == ([WHOLE_TEXT], [])
    assert server.asked()["/1"] == 2


def test_a_wall_does_not_take_the_place_of_what_was_read_before(serve_feed):
    serve_feed(WHOLE)

    assert serve_feed(WALL, date="2024-09-10") == ([WHOLE_TEXT], [SOMETHING_ELSE])
    assert serve_feed(WALL, date="2024-09-10") == ([WHOLE_TEXT], [SOMETHING_ELSE])


def test_a_stub_under_the_headline_is_not_the_article(serve_feed):
    stub = page(
        "Мост через Талку открыли", "Этот материал доступен только по подписке. Оформите её, чтобы читать. " * 2
    )

    assert serve_feed(stub) == ([BRIDGE], [SOMETHING_ELSE])
    assert serve_feed(stub, text="") == ([], [SOMETHING_ELSE])


def test_a_redirect_to_the_front_page_is_not_the_article(server, serve_feed):
    server.serve("/", page("Главное", BRIDGE, LIBRARY, TRAM))

    assert serve_feed("", status=302, headers={"Location": "/"}) == (
        [BRIDGE],
        ["leads to the front page of its site; it is not read now and asked for again in the next run"],
    )


def test_a_page_of_which_nothing_is_known_tells_a_wall_by_its_title(server, tmp_path):
    link = server.serve("/1", WALL)
    address = server.serve("/s", sitemap(f"<url><loc>{link}</loc><lastmod>2024-09-09</lastmod></url>"), XML)
    told = "holds no article: it says «Вы не робот?»; check the address in a browser, or try later"

    assert load_address(tmp_path, address) == ([], [LoadProblem(link, None, told)])

    server.serve("/1", WHOLE)
    [article], problems = load_address(tmp_path, address)
    assert (article.text, problems) == (WHOLE_TEXT, [])


def test_a_page_of_a_news_sitemap_must_be_what_it_announces(server, tmp_path):
    link = server.serve("/1", WALL)
    news = "<news:news><news:title>Мост через Талку открыли</news:title></news:news>"
    address = server.serve("/s", sitemap(f"<url><loc>{link}</loc>{news}</url>"), XML)

    assert load_address(tmp_path, address) == ([], [LoadProblem(link, None, SOMETHING_ELSE)])


def test_a_broken_byte_of_a_page_costs_one_character(server, tmp_path):
    body = page("Мост", BRIDGE, LIBRARY).encode().replace("вокзал".encode(), "вокза".encode() + b"\xd0")
    address = server.serve("/1", body, HTML)
    articles, problems = load_address(tmp_path, address)

    broken = LIBRARY.replace("вокзал", "вокза\ufffd")
    assert [article.text for article in articles] == [f"{BRIDGE}\n\n{broken}"]
    assert problems == [LoadNotice(address, 3, "has 1 broken character (\ufffd) in its text; save it anew as UTF-8")]


def test_an_entry_that_cannot_be_read_is_no_broken_character(server, tmp_path):
    body = rss(rss_item("1", f"{BRIDGE}#"), rss_item("2", "#" * 200)).replace(b"#", b"\xd0")
    address = server.serve("/rss", body, XML)
    articles, problems = load_address(tmp_path, address)

    assert [article.text for article in articles] == [f"{BRIDGE}\ufffd"]
    assert problems == [
        LoadNotice(address, None, "has 1 broken character (\ufffd) in its text; save it anew as UTF-8"),
        LoadProblem(
            address,
            None,
            "1 of 2 entries are in an encoding that cannot be told; check the address in a browser",
        ),
    ]


def test_a_feed_after_the_warnings_of_a_server(server, tmp_path):
    body = b"<br />\n<b>Warning</b>: date() in /srv/rss.php<br />\n" + rss(rss_item("1", BRIDGE))
    articles, _ = load_address(tmp_path, server.serve("/rss", body, "text/html"))

    assert [article.text for article in articles] == [BRIDGE]


@pytest.mark.parametrize("version", ["https:\\/\\/jsonfeed.org\\/version\\/1", "https://jsonfeed.org/version/1.1"])
def test_a_json_feed_with_numbers_for_dates_and_a_broken_byte(server, tmp_path, version):
    feed = json.dumps({"items": [{"id": 1, "content_text": BRIDGE, "date_published": 1725874560}]}, ensure_ascii=False)
    body = feed.replace("{", f'{{"version": "{version}", ', 1).encode().replace("рублей".encode(), b"\xd1")
    articles, problems = load_address(tmp_path, server.serve("/feed", body, "application/json"))

    assert [(article.text, article.published_at) for article in articles] == [
        (BRIDGE.replace("рублей", "\ufffd"), moment(2024, 9, 9, 12, 36))
    ]
    assert len(problems) == 1


def test_pointers_to_other_articles_are_no_text(server, tmp_path):
    more = (
        "<p>Читайте также: <a href='/2'>Зоопарк показал медвежат</a></p><p>Фото: А. Петров / ТАСС</p>"
        "<h3>По теме</h3><ul><li><a href='/3'>Каток открыли</a></li></ul><p>Подписывайтесь на наш Telegram-канал!</p>"
    )
    in_feed = server.serve("/rss", rss(rss_item("1", f"<p>{BRIDGE}</p>{more}<p>{TRAM}</p>")), XML)
    alone = server.serve("/1", page("Мост", BRIDGE, TRAM).replace("</p><p>", f"</p>{more}<p>"), HTML)

    for address in (in_feed, alone):
        articles, _ = load_address(tmp_path, address)
        assert [article.text for article in articles] == [f"{BRIDGE}\n\n{TRAM}"]
