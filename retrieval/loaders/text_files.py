"""Bytes of a text file -> text, whatever common encoding it is in; what is not text is refused, never guessed at."""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from retrieval.told import Told, system_reason, told
from retrieval.types import LoadNotice

TEXT_FILE_LIMIT = 20_000_000
"""Bytes of the longest plain text file that is read."""

_CODE_PAGE_SAMPLE = 200_000
"""Characters that are enough to tell Windows-1251 from anything else."""

BROKEN = "\ufffd"
"""What stands for bytes that mean nothing in the encoding of their text."""

_SOUND_CHARACTERS = 2
"""Characters beyond ASCII that are sound in UTF-8 for each that is broken. In Windows-1251 one in a hundred is."""
_LETTERS_TO_BROKEN = 100
_ASCII_TO_BROKEN = 500
"""Characters of a text in ASCII for each byte beyond it that is given up. In Western languages one in fifty is."""

_OTHER_FORMATS = {
    b"%PDF-": told("a PDF document"),
    b"{\\rtf": told("an RTF document"),
    b"PK\x03\x04": told("a ZIP archive or an office document"),
    b"\xd0\xcf\x11\xe0": told("an old office document"),
    b"\x1f\x8b": told("a gzip archive"),
    b"\x89PNG": told("a PNG picture"),
    b"\xff\xd8\xff": told("a JPEG picture"),
    b"GIF8": told("a GIF picture"),
}

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LETTER = re.compile(r"[^\W\d_]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_LETTER_BEYOND_ASCII = re.compile(r"[^\W\d_\x00-\x7f]")
# What Russian, Ukrainian and Belarusian texts are made of. Capitals that other Cyrillic code pages have in place of
# frequent small letters are left out on purpose.
_EXPECTED_LETTER = re.compile(r"[А-Яа-яЁёіїєґў]")
_EXPECTED_SIGN = re.compile(r"[\u00a0«»„“”‘’–—…№•°§©]")
_SMALL_BEFORE_CAPITAL = re.compile(r"[а-яё](?=[А-ЯЁ])")
_CAPITAL_BEFORE_SMALL = re.compile(r"[А-ЯЁ](?=[а-яё])")
_MIXED_ALPHABETS = re.compile(r"[A-Za-z](?=[А-Яа-яЁё])|[А-Яа-яЁё](?=[A-Za-z])")


class UnusableFileError(ValueError):
    """Why a file gives no article: one line that says what was found and how to mend it."""


def read_text_file(path: Path) -> str:
    r"""Return the text of `path` with ``\n`` as its only line break and without a byte order mark.

    Raises:
        OSError: the file cannot be opened or read.
        UnusableFileError: it is too large, or it is not text.

    """
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        # A file may grow between the question for its size and the reading of it.
        data = b"" if size > TEXT_FILE_LIMIT else stream.read(TEXT_FILE_LIMIT + 1)
    size = max(size, len(data))
    if size > TEXT_FILE_LIMIT:
        raise UnusableFileError(
            told(
                "is {size:,} bytes long and one article may have {text_file_limit:,}; split it, or store its "
                "articles as JSON Lines",
                size=size,
                text_file_limit=TEXT_FILE_LIMIT,
            )
        )
    text = decode_text(data).removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_text(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with a byte order mark, or Windows-1251 where the result is plausible Cyrillic text.

    Single bytes that are broken in UTF-8 become U+FFFD each, which `broken_characters` tells.

    Raises:
        UnusableFileError: none of them fits, or what comes out is not text.

    """
    if name := format_name(data):
        raise UnusableFileError(told("is {name}, not text; save it as plain text in UTF-8", name=name))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _decode(data, "utf-16")
    else:
        text = decode_legible(data)
        if text is None:
            windows = _decode(data, "cp1251")
            plausible = windows is not None and is_plausible_cyrillic(windows[:_CODE_PAGE_SAMPLE])
            text = windows if plausible else _decode_nearly_ascii(data)
    if text is None:
        raise UnusableFileError(
            told("is neither UTF-8 nor UTF-16 nor Windows-1251 text; save it as plain text in UTF-8")
        )
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > max(2, len(text) // 1000):
        raise UnusableFileError(told("is binary, not text; save it as plain text in UTF-8, or give it another ending"))
    return text


def decode_nearly_utf_8(data: bytes) -> str | None:
    """Decode what is UTF-8, also where single bytes of it are broken, each of which becomes U+FFFD.

    Other encodings do not come out so: hardly two bytes of theirs in a row are a character of UTF-8 by chance.
    """
    text = _decode(data, "utf-8-sig")
    if text is not None:
        return text
    text = data.decode("utf-8-sig", "replace")
    broken = text.count(BROKEN)
    return text if len(_BEYOND_ASCII.findall(text)) - broken >= _SOUND_CHARACTERS * broken else None


def decode_legible(data: bytes, *, or_ascii: bool = False) -> str | None:
    """Decode UTF-8 of which single bytes at most are broken; with `or_ascii` also ASCII with single other bytes."""
    text = decode_nearly_utf_8(data)
    if text is None and or_ascii:
        text = _decode_nearly_ascii(data)
    return text if text is not None and is_legible(text) else None


def _decode_nearly_ascii(data: bytes) -> str | None:
    """Decode what is ASCII but for single bytes, whose encoding nobody can tell: each becomes U+FFFD."""
    text = data.decode("utf-8-sig", "replace")
    return text if text.count(BROKEN) * _ASCII_TO_BROKEN <= len(text) else None


def broken_characters(text: str) -> str | None:
    """Say how many characters of a text are broken, in one line that goes after its place; None where none is."""
    number = text.count(BROKEN)
    if not number:
        return None
    return told(
        "has {count} broken character ({sign}) in its text; save it anew as UTF-8",
        "has {count} broken characters ({sign}) in its text; save it anew as UTF-8",
        count=number,
        sign=BROKEN,
    )


def tell_broken(path: Path, text: str, *, line: int | None = None) -> Iterator[LoadNotice]:
    """Yield one notice where a text has broken characters, with the `line` of its record or that of the first."""
    if reason := broken_characters(text):
        yield LoadNotice(str(path), line or text.count("\n", 0, text.index(BROKEN)) + 1, reason)


def broken_line(data: bytes) -> int:
    """Return the number of the first line of `data` that is not UTF-8; 1 where there is none."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def is_legible(text: str) -> bool:
    """Return whether a text has no more than single characters that are broken."""
    return text.count(BROKEN) <= 1 + len(text) // _LETTERS_TO_BROKEN


def format_name(data: bytes) -> str | None:
    """Return what `data` is, e.g. "a PNG picture", where its first bytes tell that it is no text."""
    return next((name for magic, name in _OTHER_FORMATS.items() if data.startswith(magic)), None)


def unstorable_character(text: str) -> str | None:
    """Name the first character of `text` that no database and no message takes; None where all are fine."""
    if "\x00" in text:
        return told("a NUL character (\\u0000)")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return told("half of a surrogate pair (\\u{code:04x}), which is no character", code=ord(text[error.start]))
    return None


def is_storable_name(name: str) -> bool:
    """Return whether a file name can be an article's id: no control characters, no bytes outside UTF-8."""
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in name)


def printable_name(name: str) -> str:
    """Return `name` with everything that would break a one-line message replaced by ``?``."""
    return "".join(map(_printable, name))


def _printable(character: str) -> str:
    return character if is_storable_name(character) and len(f"{character}.".splitlines()) == 1 else "?"


def one_line_reason(error: OSError) -> str:
    """Say in a few words why the operating system refused, without the path that the message names anyway."""
    reason = system_reason(error)
    return reason if isinstance(reason, Told) else reason.splitlines()[0]


def _decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def is_plausible_cyrillic(text: str) -> bool:
    """Tell Windows-1251 text from other bytes, all but one of which that code page can decode as well.

    Random bytes fail every one of the tests; KOI8-R fails on its swapped case, CP866 on its rare characters, Western
    code pages on Cyrillic letters inside Latin words.
    """
    beyond_ascii = len(_BEYOND_ASCII.findall(text))
    expected_letters = len(_EXPECTED_LETTER.findall(text))
    other_letters = len(_LETTER_BEYOND_ASCII.findall(text)) - expected_letters
    visible = sum(map(len, text.split()))
    return (
        expected_letters + len(_EXPECTED_SIGN.findall(text)) >= 0.9 * beyond_ascii
        and other_letters <= expected_letters // 20
        and len(_LETTER.findall(text)) >= 0.5 * visible
        and len(_SMALL_BEFORE_CAPITAL.findall(text)) <= 1 + len(_CAPITAL_BEFORE_SMALL.findall(text)) // 4
        and len(_MIXED_ALPHABETS.findall(text)) <= len(_CYRILLIC.findall(text)) // 4
    )
