"""PDF with text; the only importer of pdfminer."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from retrieval.documents.extracted import Extracted, UnreadableDocumentError
from retrieval.told import told

_UNKNOWN_SIGN = re.compile(r"\(cid:\d+\)")
_MOST_UNKNOWN = 0.05
_FEWEST_LETTERS = 20
"""Letters of the shortest text; a scan may have a page number or a stamp that is text."""
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_SENTENCE_END = re.compile(r"[.!?…:;»\"”)\]]$")
_DATE_LINE = re.compile(r"\D{0,25}\d{1,2}[ ./-].{1,30}\d{4}.{0,20}")
_DATE_LENGTH = 50
_RUNNING = 3
"""Pages on which the same line stands that is a running title."""


def read_pdf(path: Path) -> Extracted:
    """Return the text of a document: lines joined to paragraphs, without running titles and page numbers.

    Raises:
        UnreadableDocumentError: it is encrypted, damaged, or holds no text that can be read.

    """
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTTextContainer
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException

    try:
        with path.open("rb") as stream:
            title = _title(stream)
        pages = [[_lines(box) for box in page if isinstance(box, LTTextContainer)] for page in extract_pages(str(path))]
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableDocumentError(told("is encrypted; save it without a password")) from error
    except PSException as error:
        raise UnreadableDocumentError(told("is damaged or no PDF; save it anew")) from error
    text = "\n\n".join(_joined(_without_running(pages)))
    unknown = len(_UNKNOWN_SIGN.findall(text))
    letters = sum(map(str.isalpha, _UNKNOWN_SIGN.sub("", text)))
    if unknown > _MOST_UNKNOWN * (letters + unknown):
        raise UnreadableDocumentError(told("does not tell which letters its signs are; recognise its text (OCR) first"))
    if letters < _FEWEST_LETTERS:
        raise UnreadableDocumentError(told("holds no text: a scan? Recognise its text (OCR) first"))
    return Extracted(title, _UNKNOWN_SIGN.sub("", text))


def _title(stream: Any) -> str:
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    properties = [resolve1(one) for one in PDFDocument(PDFParser(stream)).info]
    titles = [resolve1(one.get("Title")) for one in properties if isinstance(one, dict)]
    return next((decode_text(title) for title in titles if isinstance(title, bytes) and title), "")


def _lines(box: Any) -> list[str]:
    return [" ".join(line.split()) for line in box.get_text().splitlines() if line.strip()]


def _without_running(pages: Sequence[Sequence[list[str]]]) -> Iterator[list[str]]:
    """Yield the boxes of all pages but those of page numbers and of what stands on many pages."""
    seen = Counter(text for page in pages for text in {" ".join(box) for box in page})
    for page in pages:
        for box in page:
            text = " ".join(box)
            if text and not text.strip("-–— ").isdigit() and seen[text] < _RUNNING:
                yield box


def _joined(boxes: Iterator[list[str]]) -> list[str]:
    """Return the paragraphs: the lines of a box are one, and so are boxes parted in the middle of a sentence."""
    paragraphs: list[str] = []
    is_open = False
    for box in boxes:
        for line in box:
            if len(line) <= _DATE_LENGTH and _DATE_LINE.fullmatch(line):
                paragraphs.append(line)
                is_open = False
            elif is_open:
                paragraphs[-1] = _with_line(paragraphs[-1], line)
            else:
                continues = bool(paragraphs) and line[0].islower() and not _SENTENCE_END.search(paragraphs[-1])
                paragraphs[-1:] = [_with_line(paragraphs[-1], line)] if continues else [*paragraphs[-1:], line]
                is_open = True
        is_open = False
    return paragraphs


def _with_line(paragraph: str, line: str) -> str:
    if _BROKEN_WORD.search(paragraph) and line[0].islower():
        return paragraph[:-1] + line
    return f"{paragraph} {line}"
