"""Bytes of a feed, a sitemap or a page -> text: what they are goes before what is said of them.

What is UTF-8 is that whatever it is called, also with single bytes broken; else whoever names an encoding is believed
unless what comes out is nonsense where Windows-1251 gives Russian. A byte that means nothing costs one character,
which becomes U+FFFD.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from retrieval.loaders.text_files import decode_nearly_utf_8, is_plausible_cyrillic

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TEXT_ENCODING = re.compile(
    r"utf-8|utf-16(-[lb]e)?|cp(125\d|866|932|949)|iso8859-\d+|koi8-[ru]|mac-cyrillic|"
    r"gbk|gb2312|gb18030|big5|shift_jis|euc_jp|euc_kr"
)
"""Python's names of what feeds and pages are in. Others that it knows, such as ``unicode_escape``, never are."""
_CODE_PAGE = re.compile(r"(?:x-)?(?:cp|win|windows)[-_ ]?(125\d|866)", re.IGNORECASE)
"""A code page however it is spelled, e.g. ``cp-1251``."""
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""What browsers take for encodings that pages name carelessly (the WHATWG encoding standard)."""
_CYRILLIC_ENCODINGS = {"cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic"}
_OFTEN_WRONG = _CYRILLIC_ENCODINGS | {"cp1250", "cp1252", "cp1254", "iso8859-2", "iso8859-9", "iso8859-15"}
"""What servers and programs name where they have Windows-1251, since it is what they name of everything."""

_SAMPLE = 200_000
"""Characters that are enough to tell what a text is."""
_HEAD = 200
_TAG = re.compile(r"<[^<>]*>")
_WORD_BEYOND_ASCII = re.compile(r"(?<!\w)(?a:\w)*[^\W\d_\x00-\x7f]\w*")
_RUSSIAN_WORD = re.compile(r"[А-Яа-яЁёіїєґўІЇЄҐЎ]{4,}")


def decode_markup(data: bytes, *, names: Iterable[str | None]) -> str:
    """Return the text of a document; `names` are what its encoding is called, the surest first."""
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None) or _unmarked_utf_16(data)
    if marked:
        return data.decode(marked, "replace")
    text = decode_nearly_utf_8(data)
    if text is None:
        encodings = dict.fromkeys(encoding for name in names if (encoding := encoding_named(name)))
        text = _decode_as_named(data, [encoding for encoding in encodings if not encoding.startswith("utf-")])
    return text


def encoding_named(name: str | None) -> str | None:
    """Return Python's name of an encoding that a feed or a page may be in."""
    name = (name or "").strip(" \"';")
    page = _CODE_PAGE.fullmatch(name)
    try:
        known = codecs.lookup(f"cp{page[1]}" if page else name).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(known, known if _TEXT_ENCODING.fullmatch(known) else None)


def _unmarked_utf_16(data: bytes) -> str | None:
    """Tell UTF-16 by its zeros: of markup every other byte is one."""
    head = data[:_HEAD]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[first::2].count(0), head[1 - first :: 2].count(0)
        if zeros > len(head) // 4 and others == 0:
            return encoding
    return None


def _decode_as_named(data: bytes, encodings: Sequence[str]) -> str:
    fitting = [(encoding, text) for encoding in encodings if (text := _fitting(data, encoding)) is not None]
    if not fitting:
        windows, koi8 = _fitting(data, "cp1251"), data.decode("koi8-r")
        if windows is not None and is_plausible_cyrillic(_sample(windows)):
            return windows
        if _reads_as_russian(koi8):
            return koi8
        return data.decode(encodings[0] if encodings else "utf-8", "replace")
    named, text = fitting[0]
    if named not in _OFTEN_WRONG or _reads_as_russian(text):
        return text
    others = [other for encoding, other in fitting[1:] if encoding in _CYRILLIC_ENCODINGS]
    others += filter(None, (_fitting(data, "cp1251"), data.decode("koi8-r")))
    return next((other for other in others if _reads_as_russian(other)), text)


def _fitting(data: bytes, encoding: str) -> str | None:
    """Decode where all but single bytes have a meaning."""
    text = data.decode(encoding, "replace")
    beyond_ascii = len(data) - len(data.translate(None, bytes(range(0x80, 0x100))))
    return text if text.count("\ufffd") <= max(1, beyond_ascii // 100) else None


def _reads_as_russian(text: str) -> bool:
    """Tell whether the words that are beyond ASCII are Russian: no code page makes them so by chance."""
    sample = _sample(text)
    words = _WORD_BEYOND_ASCII.findall(sample)
    russian = sum(len(word) for word in words if _RUSSIAN_WORD.fullmatch(word))
    return russian * 2 >= sum(map(len, words)) and is_plausible_cyrillic(sample)


def _sample(text: str) -> str:
    return _TAG.sub(" ", text[: 2 * _SAMPLE])[:_SAMPLE]
