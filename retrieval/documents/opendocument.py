"""ODT, the texts of LibreOffice; its XML is plain enough for lxml alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retrieval.documents.archives import open_archive, parse_part, title_in
from retrieval.documents.extracted import Extracted, UnreadableDocumentError
from retrieval.told import told

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_UNSEEN = frozenset(
    {f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_TEXT}ruby-text", f"{_OFFICE}annotation", f"{_OFFICE}forms"}
)
"""What was deleted, notes and comments."""
_SIGNS = {f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_SPACES = f"{_TEXT}s"


def read_odt(path: Path) -> Extracted:
    """Return the text of a document."""
    with open_archive(path, content="content.xml") as archive:
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise UnreadableDocumentError(told("is encrypted; save it without a password"))
        title = title_in(archive, "meta.xml")
        content = parse_part(archive, "content.xml")
    body = content.find(f".//{_OFFICE}text")
    paragraphs = ("".join(_pieces(part)).strip() for part in _paragraphs(body)) if body is not None else ()
    return Extracted(title, "\n\n".join(filter(None, paragraphs)))


def _paragraphs(element: Any) -> Iterator[Any]:
    for part in element:
        if part.tag in _PARAGRAPHS:
            yield part
        elif part.tag not in _UNSEEN:
            yield from _paragraphs(part)


def _pieces(element: Any) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        if part.tag == _SPACES:
            yield " "
        elif part.tag in _SIGNS:
            yield _SIGNS[part.tag]
        elif part.tag not in _UNSEEN and isinstance(part.tag, str):
            yield from _pieces(part)
        yield part.tail or ""
