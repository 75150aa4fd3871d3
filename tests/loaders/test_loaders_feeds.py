"""Feeds: what is an entry's own, in whatever encoding and however broken, and what identifies it."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.fetching.errors import FetchError
from retrieval.loaders.feeds import read_feed, read_json_feed

MOSCOW = ZoneInfo("Europe/Moscow")
TEXT = "Мост через реку Талку открыли в среду в полдень, по нему сразу пошли автобусы."
CAPTION = "Очень длинная подпись к прошлогоднему снимку. " * 10
LINK = "https://a.example/1"
ITEM = f"<title>Мост</title><link>{LINK}</link><description>{TEXT}</description>"
SPACES = (
    'xmlns:m="http://search.yahoo.com/mrss/" xmlns:i="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:x="https://x.example/ns"'
)


def rss(*items, channel=""):
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {SPACES}><channel><title>Вести</title>{channel}{entries}</channel></rss>'


def read(data, *, charset=None):
    data = data.encode() if isinstance(data, str) else data
    return read_feed(data, address="https://h.example/rss", charset=charset, timezone=MOSCOW)


def only(data, **options):
    entries = read(data, **options)
    assert len(entries) == 1
    return entries[0]


@pytest.mark.parametrize(
    "foreign",
    [
        "<author><name>Бот</name><link>https://bad.example</link></author>",
        f"<gallery><photo><title>Зоопарк</title><link>https://bad.example</link><text>{CAPTION}</text></photo></gallery>",
        f"<x:gallery><item><title>Зоопарк</title><description>{CAPTION}</description></item></x:gallery>",
        f"<m:group><m:title>Зоопарк</m:title><m:description>{CAPTION}</m:description></m:group>",
        f"<m:content url='1.jpg'><m:title>Зоопарк</m:title><m:text>{CAPTION}</m:text></m:content>",
        f"<i:summary>{CAPTION}</i:summary><i:title>Зоопарк</i:title>",
        f"<x:title>Зоопарк</x:title><x:description>{CAPTION}</x:description><x:link>https://bad.example</x:link>",
        '<atom:link href="https://bad.example"/>',
        '<atom:link rel="enclosure">https://bad.example</atom:link>',
        '<source url="https://bad.example">Зоопарк</source>',
        '<enclosure url="https://bad.example" type="image/jpeg" length="1"/>',
    ],
    ids=range(11),
)
@pytest.mark.parametrize("broken", ["", "&nbsp;", "<b>", "<undeclared:x>1</undeclared:x>"])
@pytest.mark.parametrize("before", [True, False])
def test_what_is_nested_or_of_others_is_not_the_entrys(foreign, broken, before):
    entry = only(rss(f"{foreign}{ITEM}" if before else f"{ITEM}{foreign}", channel=broken))

    assert (entry.title, entry.link, entry.text, entry.key) == ("Мост", LINK, TEXT, LINK)


@pytest.mark.parametrize("broken", ["", "&nbsp;", "<b>", "<undeclared:x>1</undeclared:x>"])
def test_of_two_links_the_first_is_the_entrys(broken):
    entry = only(rss(f"{ITEM}<link>https://bad.example</link>", channel=broken))

    assert (entry.title, entry.link, entry.text, entry.key) == ("Мост", LINK, TEXT, LINK)


@pytest.mark.parametrize(
    "text",
    [
        f"<i:summary>{TEXT}</i:summary>",
        f"<m:group><m:content url='film.mp4'/><m:description>{TEXT}</m:description></m:group>",
        f"<atom:summary>{TEXT}</atom:summary>",
        f'<dc:description xmlns:dc="http://purl.org/dc/elements/1.1/">{TEXT}</dc:description>',
        f"<body xmlns='http://www.w3.org/1999/xhtml'><p>{TEXT}</p></body>",
        f"<description><p>{TEXT}</p></description>",
        f'<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/"><![CDATA[{TEXT}]]></c:encoded>',
        f"<content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded>",
        f'<t:content xmlns:t="https://turbo.yandex.ru/"><![CDATA[<h1>Мост</h1><p>{TEXT}</p>]]></t:content>',
        f"<description>Коротко.</description><x:full-text>{TEXT}</x:full-text>",
    ],
    ids=range(10),
)
def test_the_text_of_an_entry_is_where_it_has_one(text):
    assert only(rss(f"<title>Мост</title>{text}")).text == TEXT


def test_the_caption_of_a_picture_is_no_text_where_there_is_none_either():
    group = f'<m:group><m:content medium="image"/><m:description>{CAPTION}</m:description></m:group>'

    assert only(rss(f"<title>Мост</title>{group}")).text == ""


def test_the_page_of_an_atom_entry_is_its_alternate_and_its_source_is_another():
    entry = (
        "<source><id>S</id><title>Другие</title><link href='https://bad.example'/></source>"
        "<link rel='self' href='https://bad.example'/><link type='application/pdf' href='https://bad.example/pdf'/>"
        f"<link type='text/html' href='{LINK}'/><id>1</id><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        f"<b>Мост</b></div></title><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>{TEXT}</p></div>"
        "</content>"
    )
    found = only(
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><entry xmlns="http://www.w3.org/2005/Atom">{entry}</entry></a:feed>'
    )

    assert (found.key, found.title, found.link, found.text) == ("1", "Мост", LINK, TEXT)


@pytest.mark.parametrize(
    ("encoding", "declared", "charset"),
    [
        ("utf-8", "windows-1251", "windows-1251"),
        ("utf-8", "utf-16", None),
        ("utf-8-sig", "koi8-r", None),
        ("utf-16", "utf-8", None),
        ("utf-16-le", "utf-16", None),
        ("utf-16-be", "utf-8", None),
        ("cp1251", "utf-8", None),
        ("cp1251", "utf-8", "utf-8"),
        ("cp1251", "iso-8859-1", None),
        ("cp1251", "koi8-r", None),
        ("cp1251", "cp-1251", None),
        ("cp1251", "win-1251", "x-unknown"),
        ("cp1251", "", None),
        ("koi8-r", "koi8-r", "windows-1251"),
        ("koi8-r", "windows-1251", "koi8-r"),
        ("koi8-r", "", None),
        ("koi8-r", "windows-1251", None),
        ("koi8-r", "iso-8859-1", "windows-1251"),
        ("iso8859-5", "iso-8859-5", None),
    ],
)
@pytest.mark.parametrize("before", ["", "\n\n "])
def test_the_encoding_of_a_feed_is_the_one_that_fits(encoding, declared, charset, before):
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""

    assert only((before + declaration + rss(ITEM)).encode(encoding), charset=charset).text == TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le café a été fermé à Paris, où est né Molière.", "iso-8859-1"),
        ("Most přes řeku otevřeli ve středu, říká úřad.", "iso-8859-2"),
        ("Η γέφυρα άνοιξε την Τετάρτη και τα λεωφορεία πέρασαν.", "windows-1253"),
        ("橋は水曜日に開通し、バスが走り始めた。", "shift_jis"),
        ("大桥于周三开通，公交车开始运行。", "gb2312"),
        ("Міст через річку відкрили в середу, їхали автобуси.", "windows-1251"),
    ],
)
def test_other_languages_are_in_what_they_declare(text, encoding):
    feed = rss(f"<description>{text}</description>").replace("Вести", "Vesti")

    assert only(f'<?xml version="1.0" encoding="{encoding}"?>{feed}'.encode(encoding)).text == text


@pytest.mark.parametrize(("encoding", "charset"), [("utf-8", "windows-1251"), ("utf-8", None), ("cp1251", None)])
def test_a_broken_byte_costs_one_character(encoding, charset):
    declaration = f'<?xml version="1.0" encoding="{"windows-1251" if encoding == "cp1251" else encoding}"?>'
    letter = "к".encode(encoding)
    data = (declaration + rss(ITEM)).encode(encoding)
    broken = data.replace("реку".encode(encoding), "ре".encode(encoding) + b"\x98" + "у".encode(encoding))

    assert letter in data
    assert only(broken, charset=charset).text == TEXT.replace("реку", "ре\ufffdу")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<guid>1</guid>", "1"),
        ("<guid>https://h.example/</guid>", LINK),
        ("<guid></guid>", LINK),
        ("", LINK),
    ],
)
def test_the_front_page_identifies_no_entry(item, expected):
    assert only(rss(ITEM + item)).key == expected


@pytest.mark.parametrize(
    ("shared", "keys"),
    [
        ("<guid>g</guid><link>https://a.example/{0}</link><title>Новость</title>", ["https://a.example/{0}"]),
        ("<guid>g</guid><link>https://a.example/news</link><title>Новость {0}</title>", ["Новость {0}"]),
        ("<link>https://a.example/news</link><title>Новость</title>", None),
        ("<guid>g</guid>", None),
        ("<title>Новость</title>", None),
    ],
)
def test_what_several_entries_share_identifies_none_of_them(shared, keys):
    entries = read(rss(*(f"{shared.format(number)}<description>{TEXT} {number}</description>" for number in "123")))

    assert [entry.text for entry in entries] == [f"{TEXT} {number}" for number in "123"]
    assert len({entry.key for entry in entries}) == 3
    if keys:
        assert [entry.key for entry in entries] == [keys[0].format(number) for number in "123"]


def test_the_same_entry_twice_is_one():
    assert only(rss(ITEM, ITEM)).key == LINK


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<pubDate>Mon, 09 Sep 24 12:36:00 +0300</pubDate>", (2024, 9, 9, 12, 36)),
        ("<pubDate>1725874560000</pubDate>", (2024, 9, 9, 12, 36)),
        ("<pubDate>сегодня</pubDate>", None),
        ("<pubDate>2024</pubDate>", None),
        ("<pubDate>2024-09</pubDate>", None),
        ("<pubDate>Sep 2024</pubDate>", None),
        ("<pubDate>Monday</pubDate>", None),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", None),
        ("<pubDate>0001-01-01T00:00:00Z</pubDate>", None),
        ("<pubDate>Wed, 30 Nov -0001 00:00:00 +0000</pubDate>", None),
        ("<pubDate>12:15</pubDate><atom:updated>2024-09-09T12:36:00+03:00</atom:updated>", (2024, 9, 9, 12, 36)),
        ("<m:content><pubDate>2024-09-09</pubDate></m:content>", None),
    ],
)
def test_a_date_is_whole_or_none(written, expected):
    moment = datetime(*expected) if expected else None  # noqa: DTZ001

    assert only(rss(ITEM + written)).published_at == moment


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<title>Раз<link>https://a.example/1</link><description>Два</description>", ("Раз", "Два")),
        ("<title>Раз</title><description><p>Два<br>три</description>", ("Раз", "Два\nтри")),
        ("<title>Раз</title><description>5 < 6 & <3</description>", ("Раз", "5 < 6 & <3")),
        ("<title>Раз</title><description><![CDATA[Два", ("Раз", None)),
        ("<title a=1 b='2' b='3'>Раз</title><description/>", ("Раз", "")),
        ("<title>Раз</titel><description>Два</description>", ("Раз", "Два")),
    ],
)
def test_markup_that_does_not_end_costs_no_other_entry(item, expected):
    entries = read(f"<rss><channel><item><title>До</title></item><item>{item}</item><item>{ITEM}</item>")
    found = {entry.title: entry.text for entry in entries}

    assert "До" in found
    assert expected[0] in found
    if expected[1] is not None:
        assert (found[expected[0]], found["Мост"]) == (expected[1], TEXT)


def test_an_ampersand_in_a_link_is_its_own():
    assert only(rss(ITEM.replace("/1", "/?a=1&b=2&copy=3"))).link == "https://a.example/?a=1&b=2&copy=3"


@pytest.mark.parametrize(
    "data",
    ["<item>" + "<a>" * 90 + "</b>" * 50_000, "<a b='" * 90 + "x" * 500_000, "<!--" * 50, "<item><![CDATA[" * 99],
    ids=range(4),
)
@pytest.mark.timeout(10)
def test_hostile_feeds_take_no_time(data):
    read("<rss><channel>" + data)


PIECES = st.sampled_from(
    [
        *("<rss>", "<channel>", "<item>", "</item>", "<entry>", "<title>", "</title>", "<description>", "<link href='"),
        *(
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "&nbsp;",
            "&#0;",
            "&",
            "<m:group>",
            "</m:group>",
            "<x:y z=",
            ">",
            "<?xml ",
        ),
        *("<guid>", "</guid>", "<content type='xhtml'>", "<atom:link/>", "<!DOCTYPE x [", "]>", TEXT, "\x00", "\ufffe"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join), st.sampled_from(["utf-8", "utf-16", "cp1251"]))
@settings(max_examples=300, deadline=None)
def test_any_feed_is_entries_or_one_line(data, encoding):
    try:
        entries = read(f"<rss>{data}".encode(encoding, "replace"))
    except FetchError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return

    assert len({entry.key for entry in entries}) == len(entries)
    assert all(f"{entry.title}{entry.text}{entry.key}{entry.link}".encode() for entry in entries)


def titled(title):
    return rss(ITEM).replace("<title>Вести</title>", title)


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("<title>\n Lenta.ru :\u00a0 Новости </title>", "Lenta.ru : Новости"),
        ("<title><![CDATA[Дом &amp; сад]]></title>", "Дом & сад"),
        ("<title>РИА Новости — RSS</title>", "РИА Новости — RSS"),
        ("<title>Фонтанка.ру</title>", "Фонтанка.ру"),
        ("<image><title>Картинка</title></image><m:title>Кино</m:title><title>Вести</title>", "Вести"),
        (f"<title>{'я' * 80}</title>", "я" * 80),
        (f"<title>{'я' * 81}</title>", None),
        ("<title> </title>", None),
        ("<image><title>Картинка</title></image>", None),
        ("<title>https://iz.example/rss</title>", None),
        ("<title>Лента http://iz.example</title>", None),
        ("<title>WWW.iz.example</title>", None),
        ("<title>Iz.Example/rss.xml</title>", None),
        ("<title>iz.example</title>", None),
        ("<title>известия.рф</title>", None),
        ("<title>Изве\ufffdтия</title>", None),
    ],
)
def test_the_title_of_a_feed_is_the_outlet_where_it_is_a_name(title, outlet):
    assert only(titled(title)).outlet == outlet
    assert only(titled(title).replace("</channel></rss>", "")).outlet == outlet


@pytest.mark.parametrize("title", ["<title type='html'>Вести &amp;amp; Ко</title>", "<title>Вести &amp; Ко</title>"])
def test_the_title_of_an_atom_feed_is_the_outlet(title):
    entry = f"<entry><title>Мост</title><summary>{TEXT}</summary></entry>"

    for feed in (f"{title}{entry}", f"{entry}{title}"):
        assert only(f"<feed xmlns='http://www.w3.org/2005/Atom'>{feed}</feed>").outlet == "Вести & Ко"


@pytest.mark.parametrize(
    ("title", "outlet"),
    [(" Вести\nТалска ", "Вести Талска"), ("https://a.example", None), (None, None), ("Вести\x00\ud800", "Вести")],
)
def test_the_title_of_a_json_feed_is_the_outlet(title, outlet):
    feed = {"title": title, "items": [{"id": "1", "content_text": TEXT}]}

    assert read_json_feed(json.dumps(feed).encode(), timezone=MOSCOW)[0].outlet == outlet


@pytest.mark.parametrize(
    ("source", "outlet"),
    [
        ('<source url="https://talsk.example/rss">Вестник Талска</source>', "Вестник Талска"),
        ('<source url="https://www.talsk.example/rss"></source>', "talsk.example"),
        ("<source>https://talsk.example/rss</source>", "talsk.example"),
        ("<source></source>", "Вести"),
        ("<atom:source><atom:id>1</atom:id><atom:title>Вестник</atom:title></atom:source>", "Вестник"),
        ("<atom:source><atom:id>1</atom:id></atom:source>", "Вести"),
        ("<x:source>Чужое</x:source><author><source>Чужое</source></author>", "Вести"),
    ],
)
def test_an_entry_that_was_taken_from_another_feed_has_its_outlet(source, outlet):
    assert only(rss(f"{ITEM}{source}")).outlet == outlet


@pytest.mark.parametrize("escaped", [False, True])
def test_references_to_characters_of_windows_are_these(escaped):
    amp = "&amp;" if escaped else "&"
    found = only(
        rss(f"<title>Мост {amp}#151; это</title><description>{amp}#147;Мост{amp}#x94;{amp}#129;</description>")
    )

    assert (found.title, found.text) == ("Мост — это", "“Мост”")


def test_long_runs_of_spaces_cost_no_time():
    found = only(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><summary>a{" " * 1_000_000}b</summary></entry></feed>'
    )

    assert found.text == "a b"
