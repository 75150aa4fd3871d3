"""Feeds and sitemaps as they are served -> a tree of elements, well-formed or not.

libxml2 reads what is well-formed (https://lxml.de/parsing.html). What is not is balanced first: where an end tag is
missing, libxml2 itself would take the next entry for a part of the one before.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from html.entities import html5
from typing import Any

from lxml import etree
from lxml.html import defs

from retrieval.loaders.encodings import decode_markup

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION_PLACE = 1_000
"""Bytes at the beginning of a document among which its encoding is declared; spaces may stand before."""

_PROLOGUE = re.compile(r"<\?xml\b[^>]*>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_PROLOGUE_PLACE = 100_000
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|rdf|feed|channel|urlset|sitemapindex)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_DIGITS = 8
"""Digits of a reference after which it is beyond all characters in any case."""
_ALLOWED = (range(9, 11), range(13, 14), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
"""The characters of XML (https://www.w3.org/TR/xml/#charsets)."""
_OF_WINDOWS = range(0x80, 0xA0)
"""What are control characters is meant as those of Windows-1252 (the HTML standard, section 13.2.5.80)."""
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(?:(#\w+|\w+);)?", re.DOTALL)
_OF_XML = {"amp", "lt", "gt", "quot", "apos"}

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<[?!][^<>]*>|"
    r"<(?P<end>/?)(?P<name>[A-Za-z_][\w.:-]*)"
    r"(?P<attributes>(?>[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+|[^<>]*)>|<",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"(?<![\w.:-])([A-Za-z_][\w.:-]*+)\s*+=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_ENTRIES = {"item", "entry"}
_TEXTS = {"title", "description", "summary", "content", "encoded", "full-text", "fulltext"}
"""Elements that hold text: tags in them, of HTML, are a part of it."""
_NEVER_IN_TEXT = _ENTRIES | {"guid", "pubdate", "encoded"}
_NEVER_IN_TITLE = _NEVER_IN_TEXT | {"link", "description", "summary", "content"}


def read_markup(data: bytes, *, charset: str | None) -> str:
    """Return the text of an XML document, without its declaration and with nothing in it that XML has not.

    Args:
        data: the document.
        charset: as its sender calls its encoding; what it declares itself goes first.

    """
    declared = _DECLARED.search(data[:_DECLARATION_PLACE])
    text = decode_markup(data, names=(declared[1].decode("ascii") if declared else None, charset))
    text = text.removeprefix("\ufeff")
    text = _PROLOGUE.sub("", text[:_PROLOGUE_PLACE]) + text[_PROLOGUE_PLACE:]
    # Libraries stop at a reference to what is no character, and at names that HTML has and XML has not.
    text = _NOT_ALLOWED.sub("", without_impossible_references(text))
    # Programs on servers write their warnings before everything else.
    root = _ROOT.search(text, 0, _PROLOGUE_PLACE)
    return _NAMED.sub(_known, text[root.start() if root else max(text.find("<"), 0) :])


def without_impossible_references(text: str) -> str:
    """Leave out references to what is no character, such as ``&#xD800;``, and write what ``&#151;`` means."""
    return _REFERENCE.sub(_possible, text)


def parse_markup(text: str) -> Any:
    """Return the root element of `text`, a document as `read_markup` gives it; None where there is none."""
    try:
        return etree.fromstring(text.encode(), parser=_parser(recover=False))
    except etree.XMLSyntaxError:
        return recover_markup(_balanced(text))


def recover_markup(text: str) -> Any:
    """Return the root element as far as libxml2 can read the document; None where it cannot."""
    try:
        return etree.fromstring(text.encode(), parser=_parser(recover=True))
    except etree.XMLSyntaxError:
        return None


def _parser(*, recover: bool) -> Any:
    # No entity is looked up and nothing is loaded; libxml2 itself bounds depth and the length of texts.
    return etree.XMLParser(
        recover=recover, encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True
    )


def _possible(reference: re.Match[str]) -> str:
    hexadecimal, decimal = reference.groups()
    digits = (hexadecimal or decimal).lstrip("0")[:_DIGITS] or "0"
    character = int(digits, 16 if hexadecimal else 10)
    if character in _OF_WINDOWS:
        return bytes([character]).decode("cp1252", "ignore")
    return reference[0].rstrip(";") + ";" if any(character in allowed for allowed in _ALLOWED) else ""


def _known(found: re.Match[str]) -> str:
    """Write a reference so that XML knows it, and an ampersand that begins none as itself."""
    name = found[1]
    if found[0][0] != "&" or (name and (name in _OF_XML or name[0] == "#")):
        return found[0]
    return escape(html5[f"{name};"]) if f"{name};" in html5 else f"&amp;{found[0][1:]}"


def local_name(name: str) -> str:
    """Return the name of a tag without its prefix, in lower case."""
    return name.rpartition(":")[2].lower()


def split_name(name: Any) -> tuple[str, str]:
    """Return the namespace of an element's or attribute's name, and its name there with a prefix declared nowhere.

    What is a comment has neither. `lxml.etree.QName` fails on such prefixes.
    """
    if not isinstance(name, str):
        return "?", ""
    space, _, local = name.rpartition("}")
    return space.removeprefix("{"), local


class _Balance:
    """Open elements, and what was written so far."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._open: list[str] = []
        self._names: Counter[str] = Counter()

    def is_part_of_text(self, name: str, *, is_end: bool) -> bool:
        """Tell whether a tag is HTML inside a text rather than markup of the document."""
        if not self._is_in_text():
            return False
        if is_end:
            is_misspelt = name.lower() not in defs.tags
            return not (is_misspelt or self._names[name]) or (local_name(name) in _TEXTS and name != self._open[-1])
        is_title = local_name(self._open[-1]) == "title"
        return local_name(name) not in (_NEVER_IN_TITLE if is_title else _NEVER_IN_TEXT)

    def begin(self, name: str, attributes: str, *, is_empty: bool) -> None:
        if self._is_in_text():
            self.end(self._open[-1])
        if self._open and self._open[-1] == name and local_name(name) in _ENTRIES:
            self.end(name)
        values: dict[str, str] = {}
        for attribute, *quoted in _ATTRIBUTE.findall(attributes):
            # References in it are written already.
            values.setdefault(attribute, "".join(quoted).replace('"', "&quot;"))
        written = [f"<{name}", *(f'{attribute}="{value}"' for attribute, value in values.items())]
        self.written.append(" ".join(written) + ("/>" if is_empty else ">"))
        if not is_empty:
            self._open.append(name)
            self._names[name] += 1

    def end(self, name: str) -> None:
        """Close the element of this name and all that were left open in it; an end without a beginning is none."""
        while self._names[name]:
            closed = self._open.pop()
            self._names[closed] -= 1
            self.written.append(f"</{closed}>")
            if closed == name:
                return

    def _is_in_text(self) -> bool:
        innermost = self._open[-1] if self._open else ""
        return local_name(innermost) in _TEXTS and not innermost.startswith("media:")

    def end_all(self) -> None:
        while self._open:
            self.end(self._open[-1])


def _balanced(text: str) -> str:
    """Return a document whose every tag ends, in place of one where tags do not."""
    balance, position = _Balance(), 0
    for token in _TOKEN.finditer(text):
        balance.written.append(text[position : token.start()].replace("]]>", "]]&gt;"))
        position = token.end()
        _write(balance, token)
    balance.written.append(text[position:].replace("]]>", "]]&gt;"))
    balance.end_all()
    return "".join(balance.written)


def _write(balance: _Balance, token: re.Match[str]) -> None:
    name = token["name"]
    if token["data"] is not None:
        balance.written.append(escape(token["data"], quote=False))
    elif token[0] == "<" or (name and balance.is_part_of_text(name, is_end=bool(token["end"]))):
        balance.written.append(escape(token[0], quote=False) if token[0] == "<" else _as_text(token[0]))
    elif name and token["end"]:
        balance.end(name)
    elif name:
        balance.begin(name, token["attributes"], is_empty=token["attributes"].rstrip().endswith("/"))


def _as_text(tag: str) -> str:
    # References in it are written already.
    return tag.replace("<", "&lt;").replace(">", "&gt;")
