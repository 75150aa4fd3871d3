"""RTF; the only importer of striprtf."""

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.documents.extracted import Extracted, UnreadableDocumentError
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Callable

_BEGINNING = b"{\\rtf"
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_TITLE = re.compile(r"\{\\title\b ?((?:[^{}]|\{[^{}]{0,200}\}){0,2000})\}")


def read_rtf(path: Path) -> Extracted:
    """Return the text of a document."""
    from striprtf import striprtf

    plain: Callable[..., str] = striprtf.rtf_to_text
    data = path.read_bytes()
    if not data.startswith(_BEGINNING):
        raise UnreadableDocumentError(told("is not RTF; give it the ending of what it is"))
    encoding = _encoding(data)
    written = data.decode(encoding, errors="replace")
    title = _TITLE.search(written[:100_000])
    head = f"{{\\rtf1\\ansi\\ansicpg{encoding.removeprefix('cp')} "
    return Extracted(
        plain(f"{head}{title[1]}}}", encoding=encoding, errors="replace") if title else "",
        re.sub(r"\n+", "\n\n", plain(written, encoding=encoding, errors="replace")),
    )


def _encoding(data: bytes) -> str:
    found = _CODE_PAGE.search(data[:10_000])
    name = f"cp{found[1].decode()}" if found else "cp1252"
    try:
        return "utf-8" if name == "cp65001" else codecs.lookup(name).name
    except LookupError:
        return "cp1252"
