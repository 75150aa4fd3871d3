"""Citations as reports of different articles, to be compared."""

from datetime import date, datetime

from retrieval.answering.differences import differences
from retrieval.answering.trends import trend
from retrieval.question.parsing import parse
from retrieval.types import Citation


def report(number, published, title, excerpt, *, source="iz.ru", answer=None):
    """A citation whose whole excerpt is its evidence."""
    answer_span = (excerpt.index(answer), excerpt.index(answer) + len(answer)) if answer else None
    moment = datetime.fromisoformat(published) if published else None
    length = len(excerpt)
    return Citation(
        number, f"a{number}", title, source, None, moment, excerpt, 0, length, (0, length), 0.5, answer_span
    )


def compared(question, *reports):
    """The values that differ, newest first, each with how they go on; empty where nothing differs."""
    citations = [report(number, *each) for number, each in enumerate(reports, start=1)]
    found = differences(citations, parse(question, date(2025, 1, 1)))
    by_number = {citation.number: citation for citation in citations}
    return [
        (by_number[value.citation].excerpt[slice(*value.span)], trend(difference, citations).value)
        for difference in found
        for value in difference.values
    ]
