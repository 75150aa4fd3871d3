"""Markdown -> blocks of plain text: what is to be read stays to the letter, marks of layout and pictures go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from retrieval.loaders.markdown_notes import add_marks_of_notes, without_hidden_notes
from retrieval.loaders.markup_text import text_of_markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BULLET = "- "


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A paragraph, a heading, an item of a list, a row of a table, or a piece of code."""

    text: str
    level: int = 0
    """1 to 6 of a heading; 0 of anything else."""

    @property
    def as_text(self) -> str:
        """The block as it stands in an article: a heading in Markdown's form, so that it can be told from text."""
        return f"{'#' * self.level} {self.text}" if self.level else self.text


def plain_blocks(markdown: str) -> list[MarkdownBlock]:
    """Return the blocks of a text in order; none is empty."""
    tokens = _parser().parse(without_hidden_notes(markdown))
    return [block for block in _Blocks().read(tokens) if block.text.strip()]


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    add_marks_of_notes(parser)
    return parser


class _Blocks:
    """Goes through the parser's tokens and remembers what the text that comes next stands in."""

    def __init__(self) -> None:
        self._level = 0
        self._marker = ""
        self._row: list[str] | None = None

    def read(self, tokens: Sequence["Token"]) -> Iterator[MarkdownBlock]:
        for token in tokens:
            self._enter(token)
            yield from self._blocks_of(token)

    def _enter(self, token: "Token") -> None:
        match token.type:
            case "heading_open":
                self._level = int(token.tag[1])
            case "heading_close":
                self._level = 0
            case "list_item_open":
                self._marker = f"{token.info}{token.markup} " if token.info else _BULLET
            case "list_item_close":
                self._marker = ""
            case "tr_open":
                self._row = []

    def _blocks_of(self, token: "Token") -> Iterator[MarkdownBlock]:
        match token.type:
            case "inline" if self._row is not None:
                self._row.append(_inline(token))
            case "inline" if text := _inline(token):
                yield MarkdownBlock(self._marker + text, self._level)
                self._marker = ""
            case "tr_close":
                yield MarkdownBlock(" | ".join(self._row or ()))
                self._row = None
            case "fence" | "code_block":
                yield MarkdownBlock(token.content.strip("\n"))
            case "html_block":
                yield from map(MarkdownBlock, text_of_markup(token.content).split("\n\n"))


def _inline(token: "Token") -> str:
    """Return the text of a paragraph on one line, but for breaks that its author set."""
    pieces = []
    for child in token.children or []:
        match child.type:
            case "text" | "code_inline":
                pieces.append(child.content)
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "html_inline" if child.content.lower().startswith("<br"):
                pieces.append("\n")
    return "".join(pieces).strip()
