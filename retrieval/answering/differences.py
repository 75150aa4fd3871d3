"""Where cited articles give different numbers, or days, for the same thing.

A false alarm is worse than none, so what is compared must be of one kind (unit, what is counted, what has become of the
people), told of one matter (names, places, time), and what the question asks for. What may be one number after rounding
is no difference, nor is what is said of different years, or of a part, or of before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.answering.matters import are_of_one_time, is_about, is_of_asked_time, is_one_matter
from retrieval.answering.told_values import Asked, count_one, differ, is_forecast, sentences_told, value_told
from retrieval.text.amounts import Amount
from retrieval.text.kinds import Clue
from retrieval.text.named_days import NamedDay
from retrieval.types import Difference, DifferingValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.answering.told_values import Value
    from retrieval.question.parsing import Question
    from retrieval.types import Citation

_OF_PEOPLE, _OF_THINGS, _OF_WHAT_CHANGES = timedelta(days=21), timedelta(days=45), timedelta(days=800)
"""How far apart reports may be that tell of one event, of people or of things; of a price, a share, a plan."""


@dataclass(frozen=True, slots=True)
class _Report:
    citation: Citation
    value: Value


def differences(citations: Sequence[Citation], question: Question) -> tuple[Difference, ...]:
    """On what the cited articles differ that the question asks for, or that is told of the same people."""
    found = []
    for asked in Asked.by(question):
        reports = _comparable(list(_reports(citations, question, asked)), asked)
        if len(reports) > 1:
            reports.sort(key=lambda report: _moment(report.citation), reverse=True)
            found.append(
                Difference(
                    citations=tuple(report.citation.number for report in reports),
                    values=tuple(
                        DifferingValue(report.citation.number, (report.value.start, report.value.end))
                        for report in reports
                    ),
                )
            )
    return tuple(found)


def _moment(citation: Citation) -> tuple[float, int]:
    return (citation.published_at.timestamp() if citation.published_at else 0.0, -citation.number)


def _reports(citations: Sequence[Citation], question: Question, asked: Asked) -> Iterator[_Report]:
    """What each article says of what is asked, from the first of its excerpts that says it."""
    told: set[str] = set()
    for citation in citations:
        if citation.article_id in told or not is_of_asked_time(citation, question):
            continue
        for each in sentences_told(citation, asked):
            value = value_told(each, asked)
            counted = value.things if isinstance(value, Amount) else frozenset()
            if value and is_about(each, question, asked.puts | counted, of_event=bool(asked.state)):
                told.add(citation.article_id)
                yield _Report(each, value)
                break


def _comparable(reports: Sequence[_Report], asked: Asked) -> list[_Report]:
    """The first report and those that tell of the same; none where all may give one number."""
    if not reports:
        return []
    first = reports[0]
    same = [first, *(other for other in reports[1:] if _tell_of_one(first, other, asked))]
    return same if any(differ(one.value, other.value) for one in same for other in same) else []


def _tell_of_one(one: _Report, other: _Report, asked: Asked) -> bool:
    by_evidence = not asked.state and (asked.wants_day or bool(asked.counted & ~Clue.PEOPLE))
    if not is_one_matter(one.citation, other.citation, by_evidence=by_evidence) or not _are_near(
        one.citation, other.citation, asked
    ):
        return False
    if isinstance(one.value, NamedDay) or isinstance(other.value, NamedDay):
        return isinstance(one.value, NamedDay) and isinstance(other.value, NamedDay)
    return (
        count_one(one.value, other.value, asked)
        and are_of_one_time((one.citation, one.value.end), (other.citation, other.value.end))
        and is_forecast(one.citation) == is_forecast(other.citation)
    )


def _are_near(one: Citation, other: Citation, asked: Asked) -> bool:
    """Whether no more time is between two reports than they may be of one event."""
    if one.published_at is None or other.published_at is None:
        return False
    changing = asked.wants_day or asked.counted & (Clue.MONEY | Clue.PERCENT)
    most = _OF_PEOPLE if asked.state else _OF_WHAT_CHANGES if changing else _OF_THINGS
    return abs(one.published_at - other.published_at) <= most
