"""HTML as feeds carry it -> the paragraphs of its text."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

_MARKUP_LIMIT = 1_000_000
"""Characters of one entry's HTML that are looked at."""

_UNSEEN = {"script", "style", "template", "iframe", "object", "svg", "noscript", "head", "form", "button"}
_PARAGRAPHS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"\s*\n\s*\n\s*")
_PARAGRAPH, _LINE = "\n\n", "\n"


def text_of_markup(markup: str) -> str:
    """Return the text of a piece of HTML, its paragraphs parted by an empty line; of plain text the text itself."""
    clean = _CONTROL.sub("", markup[:_MARKUP_LIMIT])
    if not clean.strip():
        return ""
    try:
        root = html.document_fromstring(clean.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except etree.LxmlError:
        return ""
    paragraphs = _BREAKS.split("".join(_pieces(root)))
    return _PARAGRAPH.join(filter(None, map(_tidy, paragraphs)))


def line_of_markup(markup: str) -> str:
    """Return the text of a piece of HTML on one line, as a title."""
    return " ".join(text_of_markup(markup).split())


def tidy_plain_text(text: str) -> str:
    """Return plain text without control characters and with its paragraphs parted by one empty line."""
    paragraphs = _BREAKS.split(_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return _PARAGRAPH.join(filter(None, map(_tidy, paragraphs)))


def _pieces(root: Any) -> Iterator[str]:
    """Yield the text below `root` in order, with breaks round what stands on lines of its own."""
    unseen = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        name = element.tag
        if event == "start" and unseen is None:
            if name in _UNSEEN:
                unseen = element
                continue
            yield _LINE if name == "br" else _PARAGRAPH if name in _PARAGRAPHS else ""
            yield _flow(element.text)
        elif event != "start":
            if unseen is element:
                unseen = None
            if unseen is None:
                yield _PARAGRAPH if name in _PARAGRAPHS else ""
                yield _flow(element.tail)


def _flow(text: str | None) -> str:
    """Line breaks in HTML are but spaces."""
    return re.sub(r"\s+", " ", text or "")


def _tidy(paragraph: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in paragraph.splitlines())))
