"""What was found in a document."""

from dataclasses import dataclass

XML_LIMIT = 50_000_000
"""Bytes of the longest XML within a document that is read."""


class UnreadableDocumentError(ValueError):
    """Why nothing can be read from a document: one line that says what was found and how to mend it."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a document."""

    title: str
    """As its properties say; may be empty."""
    text: str
    """Paragraphs parted by an empty line, or HTML."""
    is_markup: bool = False
