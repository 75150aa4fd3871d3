"""Stories as text for a terminal: one day by day, and the main ones of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from bot.rendering.markup import web_address
from bot.rendering.retold import retold
from bot.terminal.speaking import plain_line
from bot.terminal.styled import put
from bot.texts import texts_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from bot.texts import Texts
    from retrieval.types import Citation, Digest, Timeline


def print_timeline(console: Console, timeline: Timeline) -> None:
    """Print each day with what happened and where it stands, or that nothing was found."""
    texts = texts_for(None, timeline.question)
    for line in _lines(timeline, texts):
        put(console, line)


def print_digest(console: Console, digest: Digest, texts: Texts) -> None:
    """Print the main stories of a day and where they stand, or that nothing was published."""
    if not digest.citations:
        put(console, Text(texts.say("digest-empty"), style="yellow"))
    for citation in digest.citations:
        for line in _cited(citation, texts):
            put(console, line)


def _lines(timeline: Timeline, texts: Texts) -> Iterator[Text]:
    if not timeline.days:
        yield Text(texts.say("no-timeline"), style="yellow")
    for day in timeline.days:
        yield Text(texts.written_date(day.date), style="bold")
        yield from _cited(day.citation, texts)


def _cited(citation: Citation, texts: Texts) -> Iterator[Text]:
    named = (
        citation.title or citation.article_id,
        citation.source,
        web_address(citation.url),
        retold(citation, texts),
    )
    yield Text.assemble((f"[{citation.number}] ", "bold cyan"), plain_line(citation.excerpt))
    yield Text("    " + plain_line(" · ".join(part for part in named if part)), style="dim")
