"""What is found of a quote as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from bot.rendering.quoted import lines, of_excerpt, of_quote
from bot.terminal.printing import described
from bot.terminal.speaking import harmless, plain_line
from bot.terminal.styled import put
from bot.texts import texts_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from bot.texts import Texts
    from retrieval.types import QuoteCheck


def print_check(console: Console, check: QuoteCheck) -> None:
    """Print what is found, the quote with what is wrong struck out, and the articles with what they have instead.

    Where the terminal shows no styles, each is put between marks: ``[-6-]`` and ``{+5+}``.
    """
    texts = texts_for(None, check.text)
    for line in _lines(check, texts, plain=not console.is_terminal):
        put(console, line)


def _lines(check: QuoteCheck, texts: Texts, *, plain: bool) -> Iterator[Text]:
    yield from (Text(plain_line(line), style="bold") for line in lines(check, texts))
    if pieces := of_quote(check):
        quote = Text.assemble((texts.say("quote-given"), "dim"), " ")
        for piece in pieces:
            said = harmless(piece.text)
            quote.append(f"[-{said}-]" if piece.differs and plain else said, "strike red" if piece.differs else "")
        yield quote
    for citation in check.citations:
        excerpt = Text.assemble((f"[{citation.number}] ", "bold cyan"))
        for piece in of_excerpt(citation, check):
            style = " ".join(["bold"] * piece.is_evidence + ["underline green"] * piece.differs)
            said = harmless(piece.text)
            excerpt.append(f"{{+{said}+}}" if piece.differs and plain else said, style)
        yield excerpt
        yield Text("    " + described(citation, texts), style="dim")
    if check.nearest:
        yield Text(texts.say("nearest"), style="dim")
    for article in check.nearest:
        date = texts.written_date(article.published_at) if article.published_at else ""
        named = (article.title or article.article_id, date)
        yield Text("  • " + plain_line(" · ".join(part for part in named if part)))
