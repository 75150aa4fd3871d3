"""Answers as text for a terminal; nothing else decides how they look there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from bot.rendering.by_article import by_article, earlier_label
from bot.rendering.differing import differing
from bot.rendering.markup import web_address
from bot.rendering.messages import nearest_label
from bot.rendering.remarks import event_day, restriction
from bot.rendering.retold import retold
from bot.terminal.language import language
from bot.terminal.speaking import harmless, plain_line
from bot.terminal.styled import put
from bot.texts import texts_for
from retrieval.types import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from rich.console import Console

    from bot.texts import Texts
    from retrieval.types import Answer, Citation

_FURTHER = "  "
"""What further lines of an excerpt begin with; a source has twice as much before it."""


def print_answer(console: Console, answer: Answer) -> None:
    """Print an answer in the language of its question: excerpts with the evidence marked, then their source.

    The excerpts of one article stand together.
    A question that leant on the conversation is shown first as it was understood.
    """
    asked = answer.canonical or answer.question  # what was meant, where another keyboard was on
    texts = texts_for(None if any(map(str.isalpha, asked)) else language(), asked)
    if answer.understood:
        understood = texts.say("understood", question=plain_line(answer.understood))
        put(console, understood, style="dim")
    if bounds := restriction(answer, texts):
        put(console, plain_line(bounds), style="dim")
    for part in _answer(answer, texts):
        put(console, part)
    console.print()


def _answer(answer: Answer, texts: Texts) -> Iterator[Text]:
    if answer.message:
        yield Text("\n".join(map(harmless, answer.message.split("\n"))))
    elif answer.certainty is Certainty.NONE:
        yield Text(texts.say("not-found"), style="yellow")
    elif answer.certainty is Certainty.UNSURE:
        yield Text(texts.say("unsure"), style="yellow")
    yield from (Text(plain_line(line), style="italic") for line in differing(answer, texts))
    for group in by_article(answer.citations):
        label = earlier_label(group, answer.as_of, texts)
        if label:
            yield Text(label, style="italic")
        for citation in group:
            yield _excerpt(citation)
            if day := event_day(citation, texts):
                yield Text(f"    ({day})", style="dim italic")
        yield _source(group[0], texts)
    if answer.answered and answer.as_of:
        yield Text(texts.say("as-of", date=texts.written_date(answer.as_of)), style="dim")
    yield from _nearest(answer, texts)


def _excerpt(citation: Citation) -> Text:
    label = f"[{citation.number}] "
    excerpt = Text.assemble((label, "bold cyan"), harmless(citation.excerpt))
    offset = len(label)
    start, end = citation.highlight
    excerpt.stylize("bold", offset + start, offset + end)
    if citation.answer_span:
        start, end = citation.answer_span
        excerpt.stylize("underline", offset + start, offset + end)
    return _set_apart(excerpt)


def _set_apart(excerpt: Text) -> Text:
    """Indent the further lines of an excerpt, so that none looks like a source, a number or a word of the bot's."""
    first, *others = excerpt.split("\n", allow_blank=True)
    indented = (
        Text(_FURTHER) + line[len(line.plain) - len(line.plain.lstrip()) :] if line.plain.strip() else Text()
        for line in others
    )
    return Text("\n").join([first, *indented])


def _source(citation: Citation, texts: Texts) -> Text:
    return Text("    " + _joined([described(citation, texts), retold(citation, texts)]), style="dim")


def described(citation: Citation, texts: Texts) -> str:
    """Return where an excerpt comes from, on one line: headline, outlet, date and address."""
    date = _date(citation.published_at, texts)
    return _joined([citation.title or citation.article_id, citation.source, date, web_address(citation.url)])


def _nearest(answer: Answer, texts: Texts) -> Iterator[Text]:
    if answer.nearest:
        yield Text(nearest_label(answer, texts), style="dim")
    for article in answer.nearest:
        described = (article.title or article.article_id, _date(article.published_at, texts))
        yield Text("  • " + _joined(described))


def _joined(parts: Iterable[str | None]) -> str:
    return plain_line(" · ".join(part for part in parts if part))


def _date(moment: datetime | None, texts: Texts) -> str:
    return texts.written_date(moment) if moment else ""
