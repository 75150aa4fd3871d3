"""What a page of HTML holds, and what must hold of every page: whole, self-contained, accessible."""

import re
from html.parser import HTMLParser
from importlib import resources

VOID = {"meta", "br", "link", "img", "hr", "input"}
LOADING = {"script", "link", "img", "iframe", "object", "embed", "video", "audio", "base", "form"}
AGAINST = {
    "ink": ("page", "card"), "soft": ("page", "card"), "bad": ("card",), "good": ("card",), "mark-ink": ("mark",),
}  # fmt: skip
"""Colours of text by the colours on which they stand."""
MARKS_AGAINST = dict.fromkeys(("sure", "unsure", "refused", "half"), ("card", "track"))
"""Likewise those of bars."""


class Page(HTMLParser):
    """Checks that tags close in order; collects tags, addresses and visible text."""

    def __init__(self, page):
        super().__init__()
        self.source = page
        self.open_tags, self.tags, self.addresses, self.words, self.headings = [], [], [], [], []
        self.language = None
        self.table_headers, self.tables = [], []
        self.feed(page)
        self.close()
        assert self.open_tags == []
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "xlink:href", "action"}]
        if tag == "html":
            self.language = given.get("lang")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self.tables.append({"headers": 0, "captions": 0, "unscoped": 0})
        elif tag == "caption":
            self.tables[-1]["captions"] += 1
        elif tag == "th":
            self.tables[-1]["headers"] += 1
            self.tables[-1]["unscoped"] += given.get("scope") is None
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open_tags.pop()

    def handle_endtag(self, tag):
        assert self.open_tags.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open_tags:
            self.words.append(data)


def check_page(page, language):
    """Make sure that a page needs nothing else, and that those who do not see it can find their way."""
    assert LOADING.isdisjoint(page.tags)
    assert all(address.startswith("#") for address in page.addresses)
    assert set(re.findall(r"url\((.)", page.source)) <= {"#"}
    assert "@import" not in page.source
    assert page.language == language
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1 or page.headings == [1]
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), page.headings
    for table in page.tables:
        assert (table["captions"], table["unscoped"]) == (1, 0)
        assert table["headers"] > 1


def styles():
    return resources.files("bot.report").joinpath("templates", "styles.css").read_text(encoding="utf-8")


def colours():
    """The colours of the light and of the dark scheme, by name."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", styles(), flags=re.DOTALL)
    )
    return light, dark


def contrast(one, other):
    """The contrast of two colours as https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio says."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
