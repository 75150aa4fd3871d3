"""The lines that say on what the cited reports differ: "The number has risen:" and each value with who said it when."""

from collections.abc import Sequence
from datetime import datetime, time

from bot.rendering.lines import within_a_line
from bot.texts import Texts
from retrieval.answering.trends import trend
from retrieval.types import Answer, Citation, Difference


def differing(answer: Answer, texts: Texts) -> list[str]:
    """Return a line for each difference between the citations, and one for each of its values below it."""
    lines: list[str] = []
    for difference in answer.differences:
        lines.append(texts.say("reports-differ", how=trend(difference, answer.citations).value))
        lines.extend(_values(difference, answer.citations, texts))
    return lines


def within(differences: Sequence[Difference], citations: Sequence[Citation]) -> tuple[Difference, ...]:
    """Return the differences as far as they are between some citations: those that still have two values."""
    excerpts = {citation.number: citation.excerpt for citation in citations}
    found = []
    for difference in differences:
        values = tuple(value for value in difference.values if value.citation in excerpts)
        if len({excerpts[value.citation][slice(*value.span)] for value in values}) > 1:
            found.append(Difference(tuple(value.citation for value in values), values))
    return tuple(found)


def _values(difference: Difference, citations: Sequence[Citation], texts: Texts) -> list[str]:
    by_number = {citation.number: citation for citation in citations}
    cited = [by_number[value.citation] for value in difference.values]
    days = [citation.published_at.date() for citation in cited if citation.published_at]
    lines = []
    for citation, value in zip(cited, difference.values, strict=True):
        moment = citation.published_at
        when = _when(moment, texts, with_time=days.count(moment.date()) > 1) if moment else ""
        said, source = within_a_line(citation.excerpt[slice(*value.span)]), within_a_line(citation.source or "")
        lines.append("• " + " · ".join(filter(None, (said, source, when))))
    return lines


def _when(moment: datetime, texts: Texts, *, with_time: bool) -> str:
    day = texts.written_date(moment)
    return f"{day}, {moment:%H:%M}" if with_time and moment.time() != time() else day
