"""Feeds, sitemaps and pages as outlets serve them, written for the tests."""

import json

RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:yandex="http://news.yandex.ru">
<channel><title>Новости области</title><link>https://www.oblast.example/</link><description>Лента</description>
{items}
</channel></rss>
"""


def rss_item(key, text="", *, title=None, link=None, date="Mon, 09 Sep 2024 12:36:00 +0300", more=""):
    """One item; `text` is HTML."""
    link = f"<link>{link}</link>" if link else ""
    return (
        f'<item><title>{title or key.title()}</title><guid isPermaLink="false">{key}</guid>{link}'
        f"<pubDate>{date}</pubDate><description><![CDATA[{text}]]></description>{more}</item>"
    )


def rss(*items, charset="utf-8"):
    """A feed of `rss_item`s, as bytes."""
    return RSS.format(items="\n".join(items), charset=charset).encode(charset)


ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.vesti.example/">
<title>Vesti</title><id>tag:vesti.example,2024:feed</id><updated>2024-09-10T08:00:00Z</updated>
<entry><title type="html">Comet &amp;amp; Saturn</title><id>tag:vesti.example,2024:1</id><link href="/news/1"/>
<published>2024-09-09T09:36:00Z</published><updated>2024-09-10T08:00:00Z</updated>
<summary>Short.</summary>
<content type="html">&lt;p&gt;The comet passed Saturn.&lt;/p&gt;&lt;p&gt;Its tail was filmed.&lt;/p&gt;</content>
</entry>
<entry><title>Harvest</title><id>tag:vesti.example,2024:2</id><link href="https://other.example/2"/>
<updated>2024-09-08T09:00:00+03:00</updated><summary>Farmers brought in the harvest.</summary></entry>
</feed>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://rdf.example/"><title>RDF</title><link>https://rdf.example/</link></channel>
<item rdf:about="https://rdf.example/7"><title>Tram</title><link>https://rdf.example/7</link>
<description>A tram line was opened.</description><dc:date>2024-09-09T12:36:00+03:00</dc:date></item>
</rdf:RDF>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "JSON",
        "items": [
            {
                "id": 17,
                "url": "https://json.example/17",
                "title": "Мост",
                "content_html": "<p>Мост открыли.</p><p>Он длинный.</p>",
                "date_published": "2024-09-09T12:36:00+03:00",
            },
            {"id": "18", "title": "Plain", "content_text": "One.\n\nTwo.", "summary": "S."},
            "no object",
        ],
    }
)

BROKEN_RSS = """

<rss version="2.0"><channel><title>Broken</title>
<item><title>Мост & трамвай</title><guid>b1</guid><link>https://broken.example/1</link>
<description>Мост открыли&nbsp;вчера & <b>сразу закрыли</description></item>
<item><title>Second</title><guid>b2</guid><description>The second one.</description></item>
"""

PAGE = """<!doctype html><html lang="ru"><head><title>{title} — Вестник</title>
<meta property="og:site_name" content="Вестник"><meta property="article:published_time" content="{date}">
</head><body><nav><a href="/">Главная</a></nav><article><h1>{title}</h1>{paragraphs}</article></body></html>"""


def page(title, *paragraphs, date="2024-09-09T12:36:00+03:00"):
    """An article's page."""
    return PAGE.format(title=title, date=date, paragraphs="".join(f"<p>{text}</p>" for text in paragraphs))


def sitemap(*entries):
    """A sitemap of ``(address, lastmod or None)`` or of whole ``<url>`` elements."""
    urls = "".join(one if isinstance(one, str) else _entry("url", *one) for one in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    )


def sitemap_index(*entries):
    """A sitemap index of ``(address, lastmod or None)``."""
    parts = "".join(_entry("sitemap", *one) for one in entries)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'


def _entry(name, address, lastmod):
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<{name}><loc>{address}</loc>{changed}</{name}>"
