"""HTML as feeds carry it -> the paragraphs of its text."""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree, html
from lxml.html import defs

from retrieval.loaders.pointers import drop_pointers
from retrieval.loaders.xml_text import without_impossible_references

_MARKUP_LIMIT = 20_000_000
"""Characters of one entry's HTML that are looked at: more than any source may have."""

_UNSEEN = {"script", "style", "template", "iframe", "object", "svg", "noscript", "head", "form", "button"}
_PARAGRAPHS = {
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "option", "p", "pre", "section",
    "summary", "table", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_END_TAG = re.compile(r"</\w+>|<(?:br|hr)\s*/?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&#?\w+;")
_TAG = re.compile(r"</?([A-Za-z]\w*)")
_NAME = re.compile(r"&([A-Za-z]\w*);")
_BREAKS = re.compile(r"\n\s*\n\s*")
_PARAGRAPH, _LINE, _CELL = "\n\n", "\n", " | "


def is_markup(text: str) -> bool:
    """Tell HTML from plain text that has ``<`` or ``&`` in it: it ends a tag or has a reference, and all are HTML's."""
    if not (_END_TAG.search(text) or _REFERENCE.search(text)):
        return False
    tags, names = _TAG.findall(text), _NAME.findall(text)
    return all(tag.lower() in defs.tags for tag in tags) and all(f"{name};" in html5 for name in names)


def text_of_markup(markup: str, *, pointers: bool = True) -> str:
    """Return the text of a piece of HTML, its paragraphs parted by an empty line; of plain text the text itself.

    Without `pointers`, blocks are left out that only point to something else (`retrieval.loaders.pointers`).
    """
    clean = _CONTROL.sub("", without_impossible_references(markup[:_MARKUP_LIMIT]))
    if not clean.strip():
        return ""
    try:
        root = html.document_fromstring(clean.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except etree.LxmlError:
        return ""
    if not pointers:
        drop_pointers(root)
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
            yield _CELL if name in _CELLS and _is_behind_cell(element) else _break_at(element)
            yield _flow(element.text)
        elif event != "start":
            if unseen is element:
                unseen = None
            if unseen is None:
                yield "" if name == "br" else _break_at(element)
                yield _flow(element.tail)


def _break_at(element: Any) -> str:
    if element.tag == "br":
        return _LINE
    if element.tag not in _PARAGRAPHS:
        return ""
    within = element.getparent()
    # Programs put the text of each cell into a paragraph of its own.
    return "" if within is not None and within.tag in _CELLS and len(within) == 1 and _is_beside(within) else _PARAGRAPH


def _is_beside(cell: Any) -> bool:
    """Whether a cell has others in its row: tables of one column are but a frame."""
    return _is_behind_cell(cell) or next(cell.itersiblings(*_CELLS), None) is not None


def _is_behind_cell(cell: Any) -> bool:
    return next(cell.itersiblings(*_CELLS, preceding=True), None) is not None


def _flow(text: str | None) -> str:
    """Line breaks in HTML are but spaces."""
    return re.sub(r"\s+", " ", text or "")


def _tidy(paragraph: str) -> str:
    return "\n".join(filter(None, (" ".join(line.split()) for line in paragraph.splitlines())))
