"""Sitemaps: the addresses of pages, and nothing of the pictures, films and translations that are listed with them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from retrieval.loaders.sitemaps import SitemapEntry, read_sitemap

MOSCOW = ZoneInfo("Europe/Moscow")
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PICTURE = "<image:image><image:loc>https://a.example/i.jpg</image:loc><image:title>Зоопарк</image:title></image:image>"
FILM = (
    "<video:video><video:publication_date>2019-05-09</video:publication_date><video:title>Салют</video:title>"
    "</video:video>"
)
NEWS = (
    "<news:news><news:publication><news:name>Вести</news:name></news:publication><news:title>Мост</news:title>"
    "<news:publication_date>2024-09-09</news:publication_date></news:news>"
)
DAY = datetime(2024, 9, 9)  # noqa: DTZ001
LINK = "https://a.example/1"


def read(data):
    return read_sitemap(data if isinstance(data, bytes) else data.encode(), timezone=MOSCOW).entries


@pytest.mark.parametrize(
    "space", [SPACE, "", 'xmlns="https://weird.example"', f'{SPACE} xmlns:image="https://i.example"']
)
@pytest.mark.parametrize("broken", ["", "&nbsp;", "<b>"])
def test_what_is_listed_with_a_page_is_not_the_page(space, broken):
    own = f"<loc>{LINK}?a=1&b=2</loc>"
    urls = [
        f"<url>{PICTURE}{FILM}{own}</url>",
        f"<url>{own}{FILM}{PICTURE}<image:loc>https://a.example/j.jpg</image:loc></url>",
    ]
    for url in urls:
        assert read(f"<urlset {space}>{url}{broken}</urlset>") == (SitemapEntry(f"{LINK}?a=1&b=2", None, None),)


@pytest.mark.parametrize("news", [f"{FILM}{NEWS}{PICTURE}", f"{PICTURE}{NEWS}{FILM}"])
def test_title_and_date_are_those_of_the_news(news):
    assert read(f"<urlset {SPACE}><url><loc>{LINK}</loc>{news}</url></urlset>") == (
        SitemapEntry(LINK, DAY, "2024-09-09", "Мост", DAY),
    )


def test_elements_with_a_prefix():
    data = f'<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:url><s:loc>{LINK}</s:loc></s:url></s:urlset>'

    assert read(data) == (SitemapEntry(LINK, None, None),)


@pytest.mark.parametrize(("written", "moment"), [("1970-01-01", None), ("2024", None), ("1725829200", DAY)])
def test_dates_are_whole_or_none(written, moment):
    assert read(f"<urlset {SPACE}><url><loc>{LINK}</loc><lastmod>{written}</lastmod></url></urlset>") == (
        SitemapEntry(LINK, moment, written),
    )


@pytest.mark.parametrize(
    ("encoding", "declared"), [("cp1251", "UTF-8"), ("utf-8", "windows-1251"), ("utf-16", "utf-8")]
)
def test_encodings_are_told_by_the_bytes(encoding, declared):
    news = NEWS.replace("Мост", "Мост через Талку открыли в среду")
    data = f'\n<?xml version="1.0" encoding="{declared}"?><urlset {SPACE}><url><loc>{LINK}</loc>{news}</url></urlset>'

    assert [entry.title for entry in read(data.encode(encoding))] == ["Мост через Талку открыли в среду"]
