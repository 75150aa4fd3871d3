"""Where cited articles give different numbers, or days, for the same thing.

A false alarm is worse than none, so what is compared must be of one kind (unit, what is counted, what has become of the
people), told of one matter (names, places, time), and what the question asks for. What may be one number after rounding
is no difference, nor is what is said of different years, or of a part, or of before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.answering.matters import (
    are_of_one_event,
    are_of_one_time,
    holds_names,
    is_about,
    is_of_asked_time,
    is_one_matter,
)
from retrieval.answering.told_values import (
    Asked,
    count_one,
    differ,
    is_forecast,
    is_marked,
    is_told_plainly,
    numbers_of_state,
    sentences_told,
    value_like,
    value_told,
    values_before,
)
from retrieval.text.amounts import Amount
from retrieval.text.kinds import Clue
from retrieval.text.named_days import NamedDay
from retrieval.types import Difference, DifferingValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.answering.told_values import Value
    from retrieval.question.parsing import Question
    from retrieval.types import Citation

_NO_TEXTS: Mapping[str, str] = {}
_OVERDUE = timedelta(days=60)
"""How long after the day on which something was to be another day may be told for it."""
_OF_PEOPLE, _OF_THINGS, _OF_WHAT_CHANGES = timedelta(days=21), timedelta(days=45), timedelta(days=800)
"""How far apart reports may be that tell of one event, of people or of things; of a price, a share, a plan."""


@dataclass(frozen=True, slots=True)
class _Report:
    citation: Citation
    value: Value
    is_about: bool
    """Whether it has the words of the question; without them it counts beside one of the same event that has."""


def differences(
    citations: Sequence[Citation], question: Question, texts: Mapping[str, str] = _NO_TEXTS
) -> tuple[Difference, ...]:
    """On what the cited articles differ that the question asks for, or that is told of the same people.

    `texts` holds, by the ids of articles, more of them than what is cited: a name may stand there.
    """
    return tuple(
        Difference(
            citations=tuple(report.citation.number for report in reports),
            values=tuple(
                DifferingValue(report.citation.number, (report.value.start, report.value.end)) for report in reports
            ),
        )
        for asked, reports in _differing(citations, question, texts, len(citations))
        if not (asked.state and _is_outdated(reports, citations, asked))
    )


def with_further(
    citations: Sequence[Citation],
    further: Iterable[Citation],
    question: Question,
    limit: int,
    texts: Mapping[str, str] = _NO_TEXTS,
) -> tuple[Citation, ...]:
    """The citations, and up to `limit` those `further` ones that tell another value than any cited article.

    For them the last citations give way that tell no such value themselves, for the newest value also the one that
    tells the oldest; the first one stays.
    """
    if not citations:
        return ()
    count = len(citations)
    known = {article for article, text in texts.items() if holds_names(text, question)}
    further = (each for each in further if not texts or each.article_id in known)
    numbered = [*citations, *(replace(each, number=number) for number, each in enumerate(further, count + 1))]
    kept: set[int] = {1}
    added: list[Citation] = []
    outdated: list[int] = []
    for _, reports in _differing(numbered, question, texts, count):
        told = [report for report in reports if report.citation.number <= count]
        kept |= {report.citation.number for report in told}
        for report in sorted(reports, key=lambda report: report.citation.number):
            if told and report not in told and all(differ(report.value, other.value) for other in told):
                told.append(report)
                added.append(report.citation)
        if reports[0].citation in added:  # found last, it is what has come to be known
            added.sort(key=lambda each: each is not reports[0].citation)
            outdated = [report.citation.number for report in reversed(reports) if 1 < report.citation.number <= count]
    shown = [_told_within(citation, added) for citation in citations]
    kept |= {citation.number for citation in citations if any(_holds(citation, each) for each in added)}
    added = [_beside(each, citations) for each in added if not any(_holds(other, each) for other in citations)]
    if added and len(kept) >= limit:
        kept -= set(outdated[: len(kept) - limit + 1])
    added = added[: max(limit - len(kept), 0)]
    room = limit - len(added)
    others = [citation.number for citation in citations if citation.number not in kept]
    kept |= set(others[: max(room - len(kept), 0)])
    chosen = [*(citation for citation in shown if citation.number in kept), *added]
    return tuple(replace(citation, number=number) for number, citation in enumerate(chosen, 1))


def _told_within(citation: Citation, further: Iterable[Citation]) -> Citation:
    """The citation with that sentence of its excerpt as its evidence that tells a value, where a further one has it."""
    each = next((each for each in further if _holds(citation, each)), None)
    if each is None:
        return citation
    moved = _moved(each, citation.excerpt, citation.start, citation.end)
    return replace(citation, highlight=moved.highlight, answer_span=moved.answer_span)


def _beside(further: Citation, citations: Iterable[Citation]) -> Citation:
    """A further citation without what stands before its evidence, where another excerpt shows some of that already."""
    start, end = further.highlight
    if any(other.article_id == further.article_id and further.start < other.end for other in citations):
        return _moved(further, further.excerpt[start:end], further.start + start, further.start + end)
    return further


def _holds(citation: Citation, further: Citation) -> bool:
    """Whether the excerpt of a citation holds the evidence of a further one."""
    start, end = (further.start + place for place in further.highlight)
    return citation.article_id == further.article_id and citation.start <= start < end <= citation.end


def _moved(citation: Citation, excerpt: str, start: int, end: int) -> Citation:
    """A citation with another excerpt of its article that holds its evidence as well."""
    by = citation.start - start
    low, high = citation.highlight
    span = citation.answer_span
    return replace(
        citation,
        excerpt=excerpt,
        start=start,
        end=end,
        highlight=(low + by, high + by),
        answer_span=(span[0] + by, span[1] + by) if span else None,
    )


def _differing(
    citations: Sequence[Citation], question: Question, texts: Mapping[str, str], cited: int
) -> Iterator[tuple[Asked, list[_Report]]]:
    """What is asked, with the reports that differ in it, the newest first; those behind the `cited` tell it plainly."""
    for asked in Asked.by(question):
        found = list(_reports(citations, question, asked, texts, cited))
        reports = _comparable(found, list(_said_before(found, citations, question, asked)), asked)
        if len(reports) > 1:
            yield asked, sorted(reports, key=lambda report: _moment(report.citation), reverse=True)


def _is_outdated(reports: Sequence[_Report], citations: Iterable[Citation], asked: Asked) -> bool:
    """Whether a later report of the event, which could not be compared, tells another number than the newest one."""
    newest = reports[0]
    return any(
        isinstance(newest.value, Amount) and count_one(amount, newest.value, asked) and differ(amount, newest.value)
        for citation in citations
        if _moment(citation)[0] > _moment(newest.citation)[0] and _is_of_their_event(citation, reports, asked)
        for amount in numbers_of_state(citation, asked)
    )


def _is_of_their_event(citation: Citation, reports: Iterable[_Report], asked: Asked) -> bool:
    return any(
        _are_near(citation, report.citation, asked)
        and (are_of_one_event(citation, report.citation) or is_one_matter(citation, report.citation, by_evidence=False))
        for report in reports
    )


def _moment(citation: Citation) -> tuple[str, int]:
    """What orders citations by time, any year's; those without one are the earliest, of equals the last cited."""
    return (citation.published_at.isoformat() if citation.published_at else "", -citation.number)


def _reports(
    citations: Sequence[Citation], question: Question, asked: Asked, texts: Mapping[str, str], cited: int
) -> Iterator[_Report]:
    """What each article says of what is asked, from the first of its excerpts that says it.

    What the reader marked counts in the excerpt that it ranked first.
    """
    told: set[str] = set()
    seen: set[str] = set()
    for citation in citations:
        if citation.article_id in told or not is_of_asked_time(citation, question):
            continue
        read = replace(citation, answer_span=None) if citation.article_id in seen else citation
        seen.add(citation.article_id)
        for each in sentences_told(read, asked):
            value = value_told(each, asked)
            if value is None or (citation.number > cited and not is_told_plainly(each, value, asked)):
                continue
            counted = value.things if isinstance(value, Amount) else frozenset()
            marked = is_marked(each, value)
            about = is_about(
                each,
                question,
                asked.puts | counted,
                of_event=bool(asked.state),
                is_marked=marked,
                is_further=citation.number > cited,
                around=texts.get(citation.article_id, ""),
            )
            if about or (asked.state and marked):
                told.add(citation.article_id)
                yield _Report(each, value, about)
                break


def _said_before(
    reports: Sequence[_Report], citations: Sequence[Citation], question: Question, asked: Asked
) -> Iterator[_Report]:
    """What other articles said before of what the first report says that it was to be: «не в мае, а в июне»."""
    first = next((report for report in reports if report.is_about), None)
    if first is None:
        return
    was = values_before(first.citation, asked)
    told = {report.citation.article_id for report in reports}
    for citation in citations if was else ():
        if citation.article_id in told or _moment(citation) >= _moment(first.citation):
            continue
        value = value_like(citation, was, asked)
        if value and is_about(citation, question, asked.puts, of_event=False, is_marked=True):
            told.add(citation.article_id)
            yield _Report(citation, value, is_about=True)


def _comparable(reports: Sequence[_Report], before: Sequence[_Report], asked: Asked) -> list[_Report]:
    """The first report and those that tell of the same; none where all may give one number."""
    first = next((report for report in reports if report.is_about), None)
    if first is None:
        return []
    same = [first, *(other for other in reports if other is not first and _tell_of_one(first, other, asked)), *before]
    return same if any(differ(one.value, other.value) for one in same for other in same) else []


def _tell_of_one(one: _Report, other: _Report, asked: Asked) -> bool:
    if not other.is_about and not are_of_one_event(one.citation, other.citation):
        return False
    are_marked = all(is_marked(report.citation, report.value) for report in (one, other))
    by_evidence = not (asked.state or are_marked) and (
        asked.wants_day or bool(asked.counted & ~(Clue.PEOPLE | Clue.MONEY))
    )
    counts_things = not (asked.wants_day or asked.counted & ~Clue.PEOPLE)
    if not _are_near(one.citation, other.citation, asked):
        return False
    if not is_one_matter(one.citation, other.citation, by_evidence=by_evidence) and not (
        counts_things and are_of_one_event(one.citation, other.citation)
    ):
        return False
    if isinstance(one.value, NamedDay) or isinstance(other.value, NamedDay):
        return _are_of_one_plan(*sorted((one, other), key=lambda report: _moment(report.citation)))
    return (
        count_one(one.value, other.value, asked)
        and are_of_one_time((one.citation, one.value.end), (other.citation, other.value.end))
        and ("cost" in asked.roles or is_forecast(one.citation) == is_forecast(other.citation))
    )


def _are_of_one_plan(earlier: _Report, later: _Report) -> bool:
    """Whether two days may be of one thing: it is not to come any more once it has been, nor long after it was due."""
    if not isinstance(earlier.value, NamedDay) or not isinstance(later.value, NamedDay):
        return False
    if earlier.citation.published_at is None or later.citation.published_at is None:
        return False
    asked_on, told_on = earlier.citation.published_at.date(), later.citation.published_at.date()
    if later.value.last <= told_on:
        return earlier.value.last <= asked_on  # what was planned before is no other report of it
    return earlier.value.last > asked_on and told_on - earlier.value.last <= _OVERDUE


def _are_near(one: Citation, other: Citation, asked: Asked) -> bool:
    """Whether no more time is between two reports than they may be of one event."""
    if one.published_at is None or other.published_at is None:
        return False
    changing = asked.wants_day or asked.counted & (Clue.MONEY | Clue.PERCENT)
    most = _OF_PEOPLE if asked.state else _OF_WHAT_CHANGES if changing else _OF_THINGS
    return abs(one.published_at - other.published_at) <= most
