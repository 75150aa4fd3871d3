"""Markup without what only points elsewhere (`retrieval.text.pointers`), with the links that follow it."""

import re
from typing import Any

from retrieval.text.pointers import LONGEST_POINTER, POINTER_LEAD, is_pointer

_LEAD_ALONE = re.compile(rf"{POINTER_LEAD}\s*[:—–→»>-]*", re.IGNORECASE)
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol")
_BLOCKS = ("p", "div", "li", "figcaption", "aside", "blockquote", "section", *_HEADINGS, *_LISTS, "table", "article")


def without_pointers(text: str) -> str:
    """Return a text without the lines that are pointers."""
    paragraphs = (
        "\n".join(line for line in paragraph.split("\n") if not is_pointer(line)) for paragraph in text.split("\n\n")
    )
    return "\n\n".join(filter(None, paragraphs))


def drop_pointers(tree: Any) -> None:
    """Take out of a tree of HTML the blocks that are pointers, with the links that follow "Read also"."""
    pointers = [block for block in tree.iter(*_BLOCKS) if next(block.iterdescendants(*_BLOCKS), None) is None]
    for block in pointers:
        text = " ".join(block.text_content()[: 2 * LONGEST_POINTER].split())
        if _LEAD_ALONE.fullmatch(text):
            for following in _links_after(block):
                following.drop_tree()
        elif not is_pointer(text) and not _points_by_link(block, text):
            continue
        if block.getparent() is not None:
            block.drop_tree()


def _points_by_link(block: Any, text: str) -> bool:
    """Tell a block of the words "read also" and links."""
    if len(text) > LONGEST_POINTER or not re.match(POINTER_LEAD, text, re.IGNORECASE):
        return False
    outside = "".join(block.xpath(".//text()[not(ancestor::a)]"))
    return _LEAD_ALONE.fullmatch(" ".join(outside.split())) is not None


def _links_after(block: Any) -> list[Any]:
    """Return the elements after a block that hold nothing but links."""
    found = []
    for following in block.itersiblings():
        if not isinstance(following.tag, str) or not _is_links(following) or (following.tail or "").strip():
            break
        found.append(following)
    return found


def _is_links(element: Any) -> bool:
    if element.tag not in {"a", *_BLOCKS} or element.tag in _HEADINGS:
        return False
    links = [element] if element.tag == "a" else element.xpath(".//a")
    outside = "" if element.tag == "a" else "".join(element.xpath(".//text()[not(ancestor::a)]"))
    return bool(links) and not outside.strip(" \t\r\n•·—–-|,;")
