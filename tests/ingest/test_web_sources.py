"""Feeds, sitemaps and pages as sources: what becomes of them, and what stays when they change, fail or go."""

import gzip
import itertools
import json
import sqlite3
from dataclasses import replace
from datetime import datetime

import pytest
from hashing_model import hashing_library, settings_for
from web_documents import ATOM, BROKEN_RSS, JSON_FEED, RDF, page, rss, rss_item, sitemap, sitemap_index
from web_loading import MOSCOW, load_address
from web_server import HTML, XML, Served, WebServer

from bot.maintenance import LiveProgress
from retrieval.errors import NothingToIndexError, StoppedError
from retrieval.loaders import SourceError
from retrieval.loaders.feeds import read_feed
from retrieval.types import Article, ArticleCounts, LoadProblem

NOON = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001 - all of Citebot's times are naive

BRIDGE = "Мост через Ильму открыли в сентябре после четырёх лет работ на обоих берегах реки."
LENGTH = "Его длина составляет 840 метров без подходов, а стоимость выросла на треть."
MISSING = "answers 404 Not Found; check the address"
COMET = "The comet passed Saturn late on Monday, and astronomers filmed its tail for eleven hours."


@pytest.fixture
def server():
    with WebServer() as server:
        yield server


@pytest.fixture
def load(tmp_path):
    """Load an address as one run does: the articles, the problems."""

    def load(address, **options):
        return load_address(tmp_path / "fetched", address, **options)

    return load


@pytest.fixture
def make_library(home):
    """Make libraries on one home, whose runs go to the network without pauses."""

    def make(*sources, **settings):
        settings = {"fetch_delay": 0, "fetch_private_addresses": True, **settings}
        return hashing_library(settings_for(home, *sources, **settings))

    return make


def refusal(load, address):
    with pytest.raises(SourceError) as caught:
        load(address)
    assert (caught.value.problem.source, caught.value.problem.line) == (address, None)
    return caught.value.problem.reason


def titles(articles):
    return [article.title for article in articles]


# Feeds


def test_rss(server, load):
    address = server.serve(
        "/rss.xml",
        rss(
            rss_item("one", f"<p>{BRIDGE}</p><p>{LENGTH}</p><script>alert(1)</script>", link="https://www.a.example/1"),
            rss_item("two", "Коротко.", more=f"<yandex:full-text>{COMET}</yandex:full-text>", date=""),
            rss_item("three", "Short.", more=f"<content:encoded><![CDATA[<div>{COMET}</div>]]></content:encoded>"),
        ),
        XML,
    )
    name, outlet = server.host + "/rss.xml", "Новости области"

    articles, problems = load(address)

    assert articles == [
        Article(f"{name}#one", "One", f"{BRIDGE}\n\n{LENGTH}", NOON, outlet, "https://www.a.example/1"),
        Article(f"{name}#three", "Three", COMET, NOON, outlet),
        Article(f"{name}#two", "Two", COMET, None, outlet),
    ]
    assert problems == []


def test_atom(server, load):
    articles, problems = load(server.serve("/atom", ATOM, "application/atom+xml"))
    name = server.host + "/atom"

    assert articles == [
        Article(
            f"{name}#tag:vesti.example,2024:1",
            "Comet & Saturn",
            "The comet passed Saturn.\n\nIts tail was filmed.",
            NOON,
            "Vesti",
            "https://www.vesti.example/news/1",
        ),
        Article(
            f"{name}#tag:vesti.example,2024:2",
            "Harvest",
            "Farmers brought in the harvest.",
            datetime(2024, 9, 8, 9),  # noqa: DTZ001
            "Vesti",
            "https://other.example/2",
        ),
    ]
    assert problems == []


def test_rdf(server, load):
    articles, _ = load(server.serve("/rdf", RDF, "text/xml"))

    assert articles == [
        Article(
            f"{server.host}/rdf#https://rdf.example/7",
            "Tram",
            "A tram line was opened.",
            NOON,
            "RDF",
            "https://rdf.example/7",
        )
    ]


def test_a_json_feed(server, load):
    articles, problems = load(server.serve("/feed.json", JSON_FEED, "application/feed+json"))
    name = server.host + "/feed.json"

    assert articles == [
        Article(f"{name}#17", "Мост", "Мост открыли.\n\nОн длинный.", NOON, "JSON", "https://json.example/17"),
        Article(f"{name}#18", "Plain", "One.\n\nTwo.", None, "JSON"),
    ]
    assert problems == []


@pytest.mark.parametrize("kind", [XML, "text/xml", "text/xml; charset=windows-1251", "text/html; charset=utf-8"])
@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-16"])
def test_what_a_feed_says_of_its_encoding_is_believed(server, load, charset, kind):
    articles, _ = load(server.serve("/rss", rss(rss_item("one", BRIDGE), charset=charset), kind))

    assert [article.text for article in articles] == [BRIDGE]


def test_an_encoding_that_only_the_server_names(server, load):
    feed = rss(rss_item("one", BRIDGE)).decode().replace(' encoding="utf-8"', "").encode("cp1251")
    articles, _ = load(server.serve("/rss", feed, "text/xml; charset=windows-1251"))

    assert [article.text for article in articles] == [BRIDGE]


def test_an_encoding_that_nobody_names(server, load):
    for charset in ("utf-8", "cp1251"):
        feed = rss(rss_item("one", BRIDGE)).decode().replace(' encoding="utf-8"', "").encode(charset)
        assert load(server.serve("/rss", feed, XML))[0][0].text == BRIDGE


def test_broken_xml_is_read_as_far_as_it_goes(server, load):
    articles, problems = load(server.serve("/rss", BROKEN_RSS, XML))

    assert [(article.title, article.text) for article in articles] == [
        ("Мост & трамвай", "Мост открыли вчера & сразу закрыли"),
        ("Second", "The second one."),
    ]
    assert problems == []


def test_an_entry_stays_the_same_article_when_its_text_and_link_change(server, load):
    before, _ = load(server.serve("/rss", rss(rss_item("one", BRIDGE, link="http://a.example/1")), XML))
    after, _ = load(server.serve("/rss", rss(rss_item("one", COMET, link="http://a.example/2")), XML))

    assert after == [replace(before[0], text=COMET, url="http://a.example/2")]


@pytest.mark.parametrize(
    ("named", "key"),
    [
        ("<guid>12345</guid><link>/news/1</link>", "12345"),
        ("<guid>12345</guid>", "12345"),
        ('<guid isPermaLink="false">12345</guid><link>/news/1</link>', "12345"),
        ("<link>/news/1</link>", "/news/1"),
        ("<guid>https://www.a.example/1</guid>", "https://www.a.example/1"),
    ],
)
def test_an_id_stays_wherever_the_feed_is_served_from(named, key):
    item = f"<item><title>One</title>{named}<description>{BRIDGE}</description></item>"
    places = "http://a.example/rss", "https://a.example/rss", "https://cdn.example/feeds/a.xml"
    entries = [read_feed(rss(item), address=place, charset=None, timezone=MOSCOW)[0] for place in places]

    assert [entry.key for entry in entries] == [key] * 3


def test_relative_links_are_relative_to_where_the_feed_was_served(server, load):
    server.serve("/old", status=301, headers={"Location": "/feeds/rss"})
    links = "/news/1", "2", "//b.example/3", "http://["
    items = [rss_item(f"{number}", BRIDGE + link, link=link) for number, link in enumerate(links)]
    server.serve("/feeds/rss", rss(*items), XML)
    with_base = ATOM.replace("https://www.vesti.example/", "/base/").replace('"/news/1"', '"1"')

    assert [article.url for article in load(server.root + "/feeds/rss")[0]] == [
        f"{server.root}/news/1",
        f"{server.root}/feeds/2",
        "http://b.example/3",
        "http://[",
    ]
    assert load(server.serve("/atom", with_base, XML))[0][0].url == f"{server.root}/base/1"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "utf-16"])
def test_references_to_what_xml_does_not_allow_cost_nothing(server, load, charset):
    wrong = "&#xD800;&#xdfff;&#55357;&#0;&#x1F;&#xFFFE;&#x110000;&#99999999999999999999;"
    escaped = wrong.replace("&", "&amp;")  # for the parser of the HTML inside
    items = (
        f"<item><title>On{wrong}e</title><guid>1{wrong}</guid><description>{wrong}{BRIDGE}&#x2026;</description></item>"
        f"<item><title>Two</title><guid>2</guid><description><![CDATA[{COMET}{wrong}]]></description></item>"
        f"<item><title>Three</title><guid>3</guid><description>{LENGTH}{escaped}</description></item>"
    )
    articles, problems = load(server.serve("/rss", rss(items, charset=charset), XML))

    assert [article.text for article in articles[:2]] == [f"{BRIDGE}…", COMET]
    assert articles[2].text.startswith(LENGTH)
    assert (titles(articles), problems) == (["One", "Two", "Three"], [])
    assert all(article.text.encode() for article in articles)


def test_the_same_id_in_two_feeds_is_two_articles(server, load):
    feed = rss(rss_item("one", BRIDGE))

    assert load(server.serve("/a", feed, XML))[0][0].id != load(server.serve("/b", feed, XML))[0][0].id


def test_an_entry_that_is_there_twice_counts_once_and_the_newest_wins(server, load):
    items = [
        rss_item("one", BRIDGE, date="Sun, 08 Sep 2024 12:36:00 +0300"),
        rss_item("one", COMET, date="Mon, 09 Sep 2024 12:36:00 +0300"),
    ]
    articles, problems = load(server.serve("/rss", rss(*items), XML))

    assert [(article.text, article.published_at) for article in articles] == [(COMET, NOON)]
    assert problems == []


def test_entries_without_a_text_are_one_problem(server, load):
    address = server.serve("/rss", rss(rss_item("one"), rss_item("two", BRIDGE), rss_item("three")), XML)
    articles, problems = load(address)

    assert titles(articles) == ["Two"]
    assert problems == [LoadProblem(address, None, "2 of 3 entries have no text; set CITEBOT_FETCH_LINKED_PAGES=true")]


def test_an_empty_feed_is_a_problem(server, load):
    assert refusal(load, server.serve("/rss", rss(), XML)) == (
        "is a feed without entries; what was read from it before stays"
    )


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"%PDF-1.7", "application/pdf", "serves application/pdf, where a feed, a sitemap or an HTML page is expected"),
        (b"<a/>", XML, "serves application/xml, where a feed, a sitemap or an HTML page is expected"),
        (b"", XML, "serves application/xml, where a feed, a sitemap or an HTML page is expected"),
        (b"<rss><a>", "text/plain", "is a feed without entries"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 3}', "application/json", "holds no JSON feed"),
        (b"<rss>" + b"<a " * 200_000, XML, "is no sound feed: too many tags, or tags that do not end"),
        (b"<rss>" + b"<a>" * 300_000, XML, "is no sound feed: too many tags, or tags that do not end"),
        (b"<rss>" + b" " * 5_000_000, XML, "is a feed of 5,000,005 bytes, where 5,000,000 are read"),
        (b"<urlset" + b"<url>" * 100_000, XML, "is a sitemap without pages of its own host"),
        (b"<urlset>" + b"<url/>" * 2_000_001, XML, "is no sound sitemap: more than 2,000,000 tags"),
        (b"<html><script>draw()</script></html>", HTML, "holds no article"),
        (gzip.compress(bytes(60_000_000)), "application/gzip", "is longer than 50,000,000 bytes"),
    ],
    ids=range(12),
)
def test_what_is_none_of_these_is_one_problem(server, load, body, kind, told):
    assert refusal(load, server.serve("/x", body, kind)).startswith(told)


def test_entities_are_neither_blown_up_nor_looked_up(server, load, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret")
    names = "abcdefghij"
    bomb = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    doctype = f'<!DOCTYPE rss [<!ENTITY a "ha">{bomb}<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    item = "<item><title>One</title><guid>1</guid><description>Text &j; and &file; end.</description></item>"
    feed = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel>{item}</channel></rss>'
    articles, _ = load(server.serve("/rss", feed, XML))
    loc = f"<loc>{server.root}/&file;</loc>"
    listed = f'<?xml version="1.0"?>{doctype}<urlset><url>{loc}<news>&j;</news></url></urlset>'
    load(server.serve("/sitemap", listed, XML))

    assert len(articles[0].text) < 100
    assert "secret" not in articles[0].text
    assert not any("secret" in path for path in server.asked())


# Pages that a feed links to


@pytest.fixture
def linked(server):
    """A feed of three short entries, with the pages of the first two."""
    server.serve("/1", page("Мост", BRIDGE, LENGTH))
    server.serve("/2", page("Comet", COMET, COMET.upper(), date="2024-09-01T00:00:00Z"))
    return server.serve("/rss", rss(*(rss_item(key, "Short.", link=f"{server.root}/{key}") for key in "123")), XML)


def test_linked_pages_are_read(server, load, linked):
    articles, problems = load(linked, linked_pages=True)

    name, outlet = server.host + "/rss", "Новости области"
    assert [replace(article, language=None) for article in articles] == [
        Article(f"{name}#1", "1", f"{BRIDGE}\n\n{LENGTH}", NOON, outlet, f"{server.root}/1"),
        Article(f"{name}#2", "2", f"{COMET}\n\n{COMET.upper()}", NOON, outlet, f"{server.root}/2"),
        Article(f"{name}#3", "3", "Short.", NOON, outlet, f"{server.root}/3"),
    ]
    assert problems == [LoadProblem(f"{server.root}/3", None, MISSING)]


def test_linked_pages_are_not_read_unasked(server, load, linked):
    articles, _ = load(linked)

    assert [article.text for article in articles] == ["Short."] * 3
    assert server.asked() == {"/rss": 1}


def test_a_page_that_is_known_is_not_asked_for_again(server, load, linked):
    first, _ = load(linked, linked_pages=True)
    second, _ = load(linked, linked_pages=True)

    assert first == second
    assert server.asked() == {"/rss": 2, "/1": 1, "/2": 1, "/3": 2}


def test_a_page_whose_entry_was_changed_is_asked_for_again(server, load):
    server.serve("/1", page("Мост", BRIDGE, LENGTH), etag='"1"')
    link = server.root + "/1"
    load(server.serve("/rss", rss(rss_item("1", link=link)), XML), linked_pages=True)
    changed = rss(rss_item("1", link=link, date="Tue, 10 Sep 2024 12:36:00 +0300"))
    for _ in range(2):
        articles, _ = load(server.serve("/rss", changed, XML), linked_pages=True)

    assert [article.text for article in articles] == [f"{BRIDGE}\n\n{LENGTH}"]
    assert server.statuses("/1") == [200, 304]


def test_what_is_kept_of_a_page_serves_while_it_fails(server, load, linked):
    load(linked, linked_pages=True)
    later = [rss_item(key, "Short.", link=f"{server.root}/{key}", date="2024-09-11") for key in "12"]
    server.serve("/rss", rss(*later), XML)
    server.serve("/1", status=404)
    articles, problems = load(linked, linked_pages=True)

    assert [article.text for article in articles] == [f"{BRIDGE}\n\n{LENGTH}", f"{COMET}\n\n{COMET.upper()}"]
    assert [problem.source for problem in problems] == [f"{server.root}/1"]


def test_a_run_asks_for_a_bounded_number_of_new_pages_and_the_newest_first(server, load):
    items = []
    for day in range(1, 8):
        server.serve(f"/{day}", page(f"Day {day}", f"{COMET} {day}"))
        items.append(rss_item(f"{day}", link=f"{server.root}/{day}", date=f"2024-09-0{day}"))
    address = server.serve("/rss", rss(*items), XML)

    runs = [titles(load(address, linked_pages=True, page_limit=3)[0]) for _ in range(3)]

    assert runs == [["7", "6", "5"], ["7", "6", "5", "4", "3", "2"], ["7", "6", "5", "4", "3", "2", "1"]]
    assert max(server.asked()[f"/{day}"] for day in range(1, 8)) == 1


def test_pages_that_fail_alike_are_one_problem(server, load):
    address = server.serve("/rss", rss(*(rss_item(key, "S.", link=f"{server.root}/{key}") for key in "123456")), XML)
    server.serve("/4", "<html><script>draw()</script></html>")
    server.serve("/5", page("Five", "Far too short."))
    server.serve("/6", page("Six", "Far too short, this one as well."))
    _, problems = load(address, linked_pages=True)

    assert problems[:2] == [
        LoadProblem(f"{server.root}/1", None, f"{MISSING} (2 more of its pages likewise)"),
        LoadProblem(
            f"{server.root}/4",
            None,
            "holds no article: no text found; it may be a list of headlines, or made by a script",
        ),
    ]
    assert [problem.source for problem in problems[2:]] == [f"{server.root}/5"]
    assert problems[2].reason.endswith("(1 more of its pages likewise)")


def test_a_feed_whose_title_is_no_name_has_the_host_for_its_outlet(server, load):
    items = rss_item("one", BRIDGE, link="https://www.a.example/1"), rss_item("two", COMET)
    feed = rss(*items).replace("Новости области".encode(), b"https://a.example/rss")

    assert [article.source for article in load(server.serve("/rss", feed, XML))[0]] == ["a.example", "127.0.0.1"]


def test_an_entry_that_names_its_outlet_has_it(server, load):
    feed = rss(rss_item("one", BRIDGE, more='<source url="https://b.example/rss">Вестник</source>'))

    assert [article.source for article in load(server.serve("/rss", feed, XML))[0]] == ["Вестник"]


def test_broken_characters_are_told_and_skip_nothing(server, make_library):
    def broken(text):
        return (text if isinstance(text, bytes) else text.encode()).replace(b"#", b"\xd0")

    for key in ("page", "linked", "listed"):
        server.serve(f"/{key}", broken(page(key.title(), f"{BRIDGE} {LENGTH} {key}.#")))
    gone = f"{server.root}/gone"
    feed = server.serve(
        "/rss",
        broken(
            rss(
                rss_item("a", f"{COMET}#"),
                rss_item("linked", link=f"{server.root}/linked"),
                rss_item("b", LENGTH, link=gone),
            )
        ),
        XML,
    )
    listed = server.serve("/sitemap.xml", sitemap((f"{server.root}/listed", "2024-09-09")), XML)
    library = make_library(f"{server.root}/page", feed, listed, fetch_linked_pages=True)

    for counts in (ArticleCounts(added=5, skipped=1), ArticleCounts(unchanged=5, skipped=1)):
        report = library.index()
        reason = "has 1 broken character (\ufffd) in its text; save it anew as UTF-8"
        assert report.articles == counts
        assert report.problems == (
            LoadProblem(f"{server.root}/page", 3, reason),
            LoadProblem(feed, None, reason),
            LoadProblem(f"{server.root}/linked", None, reason),
            LoadProblem(gone, None, MISSING),
            LoadProblem(f"{server.root}/listed", None, reason),
        )


# Sitemaps


def test_a_sitemap(server, load):
    for key in "123":
        server.serve(f"/{key}", page(f"Page {key}", f"{COMET} {key}"))
    listed = [(f"{server.root}/1", None), (f"{server.root}/2", "2024-09-08"), (f"{server.root}/3", "2024-09-09")]
    address = server.serve("/sitemap.xml", sitemap(*listed, ("https://other.example/4", "2024-09-10")), XML)

    articles, problems = load(address)

    assert [(article.id, article.title, article.url) for article in articles] == [
        (f"{server.host}/sitemap.xml#{server.host}/{key}", f"Page {key}", f"{server.root}/{key}") for key in "321"
    ]
    assert {article.source for article in articles} == {"Вестник"}
    assert problems == []


def test_pages_of_a_sitemap_are_asked_for_again_only_when_they_may_have_changed(server, load):
    for key in "12":
        server.serve(f"/{key}", page(f"Page {key}", f"{COMET} {key}"), etag='"1"')
    address = server.serve("/s", sitemap((f"{server.root}/1", None), (f"{server.root}/2", "2024-09-08")), XML)
    for _ in range(2):
        load(address)
    server.serve("/s", sitemap((f"{server.root}/1", None), (f"{server.root}/2", "2024-09-09")), XML)
    load(address)

    assert server.statuses("/1") == [200, 304, 304]
    assert server.statuses("/2") == [200, 304]


def test_of_a_sitemap_the_newest_pages_are_read(server, load):
    listed = []
    for day in range(1, 8):
        server.serve(f"/{day}", page(f"Day {day}", f"{COMET} {day}"))
        listed.append((f"{server.root}/{day}", f"2024-09-0{day}"))
    address = server.serve("/s", sitemap(*listed), XML)

    assert [titles(load(address, page_limit=2)[0]) for _ in range(2)] == [["Day 7", "Day 6"]] * 2
    assert server.asked() == {"/s": 2, "/7": 1, "/6": 1}


def test_a_sitemap_index_and_packed_sitemaps(server, load):
    for key in "12":
        server.serve(f"/{key}", page(f"Page {key}", f"{COMET} {key}"))
    first = server.serve("/a.xml.gz", gzip.compress(sitemap((f"{server.root}/1", "2024-09-01")).encode()), "x/gzip")
    second = server.serve("/b.xml", sitemap((f"{server.root}/2", "2024-09-02")), XML)
    nested = server.serve("/c.xml", sitemap_index((first, None)), XML)
    parts = [(first, "2024-09-01"), (second, "2024-09-02"), (nested, None), (server.root + "/gone.xml", None)]
    address = server.serve("/s", sitemap_index(*parts, ("https://other.example/s", None)), XML)

    articles, problems = load(address)

    assert titles(articles) == ["Page 2", "Page 1"]
    assert problems == [
        LoadProblem(nested, None, "is an index within an index, which is not followed; name it as a source of its own"),
        LoadProblem(
            server.root + "/gone.xml",
            None,
            MISSING,
        ),
    ]


def test_a_news_sitemap_gives_title_and_date(server, load):
    bare = page("Lead", COMET).replace('<meta property="article:published_time"', '<meta name="x"')
    link = server.serve("/1", bare)
    news = (
        f"<url><loc>{link}</loc><news:news><news:publication><news:name>Вестник</news:name></news:publication>"
        "<news:publication_date>2024-09-09T12:36:00+03:00</news:publication_date>"
        "<news:title>As announced</news:title></news:news></url>"
    )
    articles, _ = load(server.serve("/s", sitemap(news), XML))

    assert [(article.title, article.published_at) for article in articles] == [("As announced", NOON)]


# One page


def test_a_page(server, load):
    articles, problems = load(server.serve("/news/1.html", page("Мост", BRIDGE, LENGTH)))

    assert [replace(article, language=None) for article in articles] == [
        Article(
            f"{server.host}/news/1.html",
            "Мост",
            f"{BRIDGE}\n\n{LENGTH}",
            NOON,
            "Вестник",
            server.root + "/news/1.html",
        )
    ]
    assert problems == []


def test_a_page_about_feeds_is_a_page(server, load):
    about = "A JSON feed names https://jsonfeed.org/version/1.1 and an RSS feed begins with &lt;rss version=2.0>. " * 2
    articles, _ = load(server.serve("/about", page("Feeds", about)))

    assert titles(articles) == ["Feeds"]


# The index mirrors them


@pytest.fixture
def feed(server):
    """A feed of two articles that can be asked for conditionally."""
    return server.serve("/rss", rss(rss_item("bridge", BRIDGE), rss_item("comet", COMET)), XML, etag='"1"')


def test_a_second_run_embeds_nothing_and_is_sent_nothing(server, make_library, feed):
    first, second = make_library(feed).index(), make_library(feed).index()

    assert (first.articles, first.embedded) == (ArticleCounts(added=2), 2)
    assert (second.articles, second.embedded) == (ArticleCounts(unchanged=2), 0)
    assert second.generation == first.generation
    assert server.statuses("/rss") == [200, 304]


def test_what_vanishes_from_a_feed_stays_until_the_feed_is_no_source(server, make_library, feed, corpus):
    corpus.write("tram", "Новый трамвай вышел на линию до вокзала.")
    make_library(feed, corpus.folder).index()
    server.serve("/rss", rss(rss_item("third", "Аграрии собрали 120 тонн пшеницы с поля.")), XML)

    later = make_library(feed, corpus.folder).index()
    assert later.articles == ArticleCounts(added=1, unchanged=3)
    assert make_library(corpus.folder).index().articles == ArticleCounts(removed=3, unchanged=1)


def test_what_a_feed_no_longer_shows_comes_back_after_a_rollback(server, make_library, feed):
    make_library(feed).index()
    server.serve("/rss", rss(rss_item("third", "Аграрии собрали 120 тонн пшеницы с поля.")), XML)
    make_library(feed).index()
    make_library(feed).rollback()
    server.serve("/rss", rss(rss_item("fourth", "Новый трамвай вышел на линию до вокзала.")), XML)

    assert make_library(feed).index().articles == ArticleCounts(added=2, unchanged=2)


def test_a_changed_entry_keeps_its_id(server, make_library, feed):
    make_library(feed).index()
    server.serve("/rss", rss(rss_item("bridge", LENGTH), rss_item("comet", COMET)), XML)
    library = make_library(feed)

    assert library.index().articles == ArticleCounts(changed=1, unchanged=1)
    cited = library.ask(LENGTH, limit=1).citations[0]
    assert (cited.article_id, cited.excerpt) == (f"{server.host}/rss#bridge", LENGTH)


def test_an_address_that_fails_keeps_its_articles(server, make_library, feed, corpus):
    corpus.write("tram", "Новый трамвай вышел на линию до вокзала.")
    make_library(feed, corpus.folder).index()
    for failing in ({"status": 404}, {"body": "<rss><chan", "kind": "image/png"}, {"body": rss(), "kind": XML}):
        server.serve("/rss", **failing)
        report = make_library(feed, corpus.folder).index()

        assert report.articles == ArticleCounts(unchanged=3)
        assert [problem.source for problem in report.problems] == [feed]


def test_a_page_that_is_gone_keeps_its_article(server, make_library, feed):
    link = server.serve("/1", page("Трамвай", "Новый трамвай вышел на линию до вокзала. " * 3))
    make_library(link, feed).index()
    server.serve("/1", status=410)
    report = make_library(link, feed).index()

    assert report.articles == ArticleCounts(unchanged=3)
    assert report.problems == (LoadProblem(link, None, "answers 410 Gone; check the address"),)


def test_where_no_source_can_be_read_the_index_stays(server, make_library, feed):
    published = make_library(feed).index().generation
    server.serve("/rss", status=404)
    with pytest.raises(NothingToIndexError, match="404 Not Found"):
        make_library(feed).index()

    assert make_library(feed).status().generation == published


def test_private_addresses_are_refused_by_default(server, make_library, feed):
    with pytest.raises(NothingToIndexError, match="CITEBOT_FETCH_PRIVATE_ADDRESSES=true"):
        make_library(feed, fetch_private_addresses=False).index()

    assert server.requests == []


def test_no_password_is_stored_or_told(server, make_library, home, feed):
    secret = f"http://reader:s3cret@{server.host}"
    report = make_library(f"{secret}/rss", f"{secret}/gone").index()
    with pytest.raises(NothingToIndexError) as caught:
        make_library(f"{secret}/gone").index()

    assert report.articles == ArticleCounts(added=2)
    assert [problem.source for problem in report.problems] == [f"{server.root}/gone"]
    assert "s3cret" not in str(report) + str(caught.value)
    with sqlite3.connect(home / "citebot.sqlite") as connection:
        assert {row[0] for row in connection.execute("SELECT origin FROM generation_revision")} == {feed}
    connection.close()
    assert not any(b"s3cret" in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_settings_reach_the_run(server, make_library, linked):
    report = make_library(linked, fetch_linked_pages=True, fetch_pages=1).index()

    assert server.asked() == {"/rss": 1, "/1": 1}
    assert report.articles.added + report.articles.duplicates == 3


def test_what_is_fetched_is_shown(server, home, feed):
    from retrieval.progress import Progress

    told = []

    class Telling(Progress):
        def announce(self, message):
            told.append(message)

    settings = settings_for(home, feed, fetch_delay=0, fetch_private_addresses=True)
    hashing_library(settings, progress=Telling()).index()

    assert told == [f"fetching {feed}"]


def test_addresses_that_have_answered_rest_until_it_is_their_time(server, make_library, feed, corpus):
    library = make_library(feed, f"{server.root}/gone", corpus.folder)
    library.ask_addresses_anew()
    first = library.index()
    corpus.write("tram", "Новый трамвай вышел на линию до вокзала.")
    second = library.index()

    assert (first.articles, second.articles) == (ArticleCounts(added=2), ArticleCounts(added=1, unchanged=2))
    assert server.asked() == {"/rss": 1, "/gone": 2}
    assert second.problems == first.problems[:1]
    library.ask_addresses_anew()
    server.serve("/rss", rss(rss_item("bridge", LENGTH)), XML)
    assert library.index().articles == ArticleCounts(changed=1, unchanged=2)


def test_a_run_that_shall_end_does_not_wait_for_a_server(server, make_library, feed):
    progress = LiveProgress()
    later = Served(status=429, headers={"Retry-After": "50"})

    def ask_to_wait(handler):
        later(handler)
        progress.stop()

    server.paths["/rss"] = ask_to_wait
    with pytest.raises(StoppedError):
        make_library(feed).beside(progress).index()

    assert server.statuses("/rss") == [429], "50 seconds later it would have been asked again"


@pytest.mark.parametrize("secrets", [("reader:one@", "reader:two@"), ("reader:one@", "")])
def test_addresses_that_differ_in_their_credentials_only_are_told(server, make_library, feed, secrets):
    first, second = (f"http://{secret}{server.host}/rss" for secret in secrets)
    report = make_library(first, second, first).index()

    assert report.articles == ArticleCounts(added=2)
    assert [problem.source for problem in report.problems] == [feed]
    assert report.problems[0].reason.startswith("is named twice, with other credentials or tokens: only the first")
    assert make_library(second, first).index().articles == ArticleCounts(unchanged=2)


def test_addresses_that_differ_in_their_token_only_are_told(server, make_library):
    for name, text in (("one", BRIDGE), ("two", COMET)):
        server.serve(f"/rss?token={name}", rss(rss_item(name, text)), XML)
    server.serve("/rss?token=two&feed=2", rss(rss_item("two", COMET)), XML)
    first, second = f"{server.root}/rss?token=one", f"{server.root}/rss?token=two"
    report = make_library(first, second).index()

    assert report.articles == ArticleCounts(added=1)
    assert server.asked() == {"/rss?token=one": 1}
    assert [problem.source for problem in report.problems] == [f"{server.root}/rss?token=***"]
    mended = make_library(first, f"{second}&feed=2").index()
    assert (mended.articles, mended.problems) == (ArticleCounts(added=1, unchanged=1), ())


def test_one_address_written_in_several_ways_is_no_problem(make_library, feed):
    report = make_library(feed, f" {feed} ", f"{feed}#top").index()

    assert (report.articles, report.problems) == (ArticleCounts(added=2), ())


def test_json_of_a_report_names_the_address(server, make_library, feed):
    from dataclasses import asdict

    report = make_library(feed, server.root + "/gone").index()

    assert json.loads(json.dumps(asdict(report)))["problems"] == [
        {
            "source": server.root + "/gone",
            "line": None,
            "reason": MISSING,
        }
    ]
