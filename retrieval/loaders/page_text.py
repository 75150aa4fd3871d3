"""Bytes of a page -> its tree of elements, within bounds that a hostile page cannot leave."""

import re
from typing import TYPE_CHECKING

from retrieval.loaders.encodings import decode_markup
from retrieval.loaders.text_files import format_name
from retrieval.loaders.xml_text import without_impossible_references
from retrieval.told import told

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PAGE_LIMIT = 5_000_000
"""Bytes of the longest page that is read."""

ELEMENT_LIMIT = 20_000
"""Elements of the largest page that is read; for ten times as many, extraction takes minutes."""

ATTRIBUTE_LIMIT = 1_000
"""Attributes of one element; the time that the parser takes for them grows with their square."""

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]+)|<\?xml[^>]{0,100}?encoding=[\"']([\w.-]+)", re.IGNORECASE
)
_DECLARATION_PLACE = 10_000
"""Bytes at the beginning of a page among which its encoding is declared."""

_ATTRIBUTE = re.compile(r"""[\s/]*+=?+[^\s/>=]++(?>\s*+=\s*+(?>"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+)?+""")
_START_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|"
    r"<(?:(?P<raw>script|style|title|textarea)(?=[\s/>])|[a-z][^\s/>]*+)"
    rf"(?P<attributes>(?>{_ATTRIBUTE.pattern})*+)"
    r"(?(raw).*?(?:</(?P=raw)|\Z))",
    re.IGNORECASE | re.DOTALL,
)
"""A comment; or a start tag, with all up to the end tag where an element cannot hold others."""


class PageError(ValueError):
    """Why there is no article in a page: one line that says what was found."""


def parse_page(page: bytes, *, charset: str | None) -> "HtmlElement":
    """Return the root of a page; `charset` is what its sender called the encoding, if that is known.

    Raises:
        PageError: it is too large or too deep, or no HTML at all.

    """
    from lxml import etree, html

    if len(page) > PAGE_LIMIT:
        raise PageError(
            told("is longer than {page_limit:,} bytes, which no page of one article is", page_limit=PAGE_LIMIT)
        )
    text = without_impossible_references(_decode(page, charset))
    if not text.strip():
        raise PageError(told("is empty"))
    if _most_attributes(text) > ATTRIBUTE_LIMIT:
        raise PageError(
            told("has an element of more than {attribute_limit:,} attributes", attribute_limit=ATTRIBUTE_LIMIT)
        )
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise PageError(told("is not HTML")) from error
    if any("Excessive depth" in entry.message for entry in parser.error_log):
        raise PageError(told("is nested too deeply"))
    elements = sum(1 for _ in tree.iter())
    if elements > ELEMENT_LIMIT:
        raise PageError(
            told(
                "has {elements:,} elements; a page may have {element_limit:,}",
                elements=elements,
                element_limit=ELEMENT_LIMIT,
            )
        )
    return tree


def _decode(page: bytes, charset: str | None) -> str:
    """Decode a page: what is UTF-8 is that whatever it says of itself; otherwise its sender knows, then the page.

    Bytes that the encoding has no character for become U+FFFD: scripts and advertisements are often broken where the
    article is not.
    """
    if name := format_name(page):
        raise PageError(told("is {name}, not a page", name=name))
    declared = _DECLARED.search(page[:_DECLARATION_PLACE])
    named = (declared[1] or declared[2]).decode("ascii", "replace") if declared else None
    text = decode_markup(page, names=(charset, named))
    if "\x00" in text:
        raise PageError(told("is binary, not a page"))
    return text.removeprefix("\ufeff")


def _most_attributes(text: str) -> int:
    """Count the attributes of the element that has most, before a parser is given them."""
    # An attribute takes two characters at least, so most elements need no counting.
    long = (tag["attributes"] for tag in _START_TAG.finditer(text) if len(tag["attributes"] or "") > ATTRIBUTE_LIMIT)
    return max((sum(1 for _ in _ATTRIBUTE.finditer(attributes)) for attributes in long), default=0)
