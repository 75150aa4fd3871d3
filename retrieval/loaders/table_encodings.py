"""The encoding of a text file of any length, found out without holding it."""

import codecs
import re
from pathlib import Path

from retrieval.loaders.text_files import UnusableFileError, decode_text, format_name
from retrieval.told import told

_CHUNK = 250_000
_AROUND = 30_000
"""Bytes on both sides of one that is not UTF-8 that are looked at."""
_BESIDES_UTF8 = ("cp1251", "koi8-r", "koi8-u", "cp866", "mac-cyrillic", "cp1252", "iso8859-5")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LONE_SURROGATE = re.compile(r"[\udc80-\udcff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\udc80-\udcff]")
_SOUND_FOR_BROKEN = 4
"""Letters of UTF-8 that outweigh one byte that is none: the file is UTF-8 and has broken places."""


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


MARK_BROKEN = "citebot_mark_broken"
"""How `open` calls what puts half of a surrogate pair in the place of bytes that are broken. Python's own
``surrogateescape`` does so in UTF-8 alone, and fails in UTF-16."""
codecs.register_error(MARK_BROKEN, _marked)


def encoding_of(path: Path) -> str:
    """Return the name of the encoding of `path`, for `open`; of a file with a few broken bytes still ``utf-8-sig``.

    Raises:
        OSError: the file cannot be read.
        UnusableFileError: it is no text.

    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if not before:
                if chunk.startswith(_UTF16_MARKS):
                    return "utf-16"
                _require_text(chunk)
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                middle = len(before) + error.start
                return _of_broken((before + chunk)[max(0, middle - _AROUND) : middle + _AROUND])
            before = chunk[-_AROUND:]
    return "utf-8-sig"


def _require_text(beginning: bytes) -> None:
    if name := format_name(beginning):
        raise UnusableFileError(told("is {name}, not a text file; save it as CSV in UTF-8", name=name))
    if beginning.count(b"\x00") > max(2, len(beginning) // 1000):
        raise UnusableFileError(told("is binary, not text; save it as CSV in UTF-8"))


def _of_broken(sample: bytes) -> str:
    """Return the encoding of a file, of which `sample` is not UTF-8 everywhere."""
    text = sample.decode("utf-8", "surrogateescape")
    if len(_BEYOND_ASCII.findall(text)) > _SOUND_FOR_BROKEN * len(_LONE_SURROGATE.findall(text)):
        return "utf-8-sig"
    decoded = decode_text(sample)
    for encoding in _BESIDES_UTF8:
        if sample.decode(encoding, "replace") == decoded:
            return encoding
    raise UnusableFileError(told("is neither UTF-8 nor UTF-16 nor Windows-1251 text; save it as CSV in UTF-8"))
