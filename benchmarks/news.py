"""Measure what readers of news ask: times, days told of, the latest, outlets, numbers that differ, reprints.

    python benchmarks/news.py --homes FOLDER [--data FOLDER] [--half seen|unseen|more] [--misses]

The articles and the questions are those of tests/data/news, or of another folder of tests/data such as differing, all
invented; the index is kept below --homes. Each question is asked by itself, at its own moment. It prints how many
passed of how many asked, by kind and language; --misses names every question that did not pass, and why. What
passes stands at each judge below.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from retrieval.evaluation.figures import holds_answer
from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer, Certainty, Citation, Order, Timeline

NEWS = Path(__file__).parent.parent / "tests" / "data" / "news"
TIMELINE = "timeline"
MONTHS = (
    "января|january",
    "февраля|february",
    "марта|march",
    "апреля|april",
    "мая|may",
    "июня|june",
    "июля|july",
    "августа|august",
    "сентября|september",
    "октября|october",
    "ноября|november",
    "декабря|december",
)


class NewsQuestion(BaseModel):
    """A question as a reader types it, and what is right."""

    model_config = ConfigDict(frozen=True)

    id: str
    lang: str
    kind: str
    question: str
    now: datetime
    """The moment of asking."""
    answerable: bool
    """False where nothing in the period, or of the outlet, answers."""
    article_ids: tuple[str, ...]
    """Right for citation 1, any of them; of the latest the first that must be cited, in order; of what is wholly about
    a time all that must be cited, in any order.
    """
    answers: tuple[str, ...]
    """Any of them stands in the excerpt of citation 1; none for the latest and for what is wholly about a time."""
    period: tuple[date | None, date] | None
    """First and last day that the question names; no first day where it only says until when."""
    slack: int
    """By how many days either end may differ, since the words are vague: "in early July"."""
    outlet: str | None
    event_day: date | None
    """The day of the event, where the article names it relative to its publication."""
    values: tuple[str, ...] | None
    """What the reports give, one a report, the newest first."""
    once: tuple[str, ...] | None
    """Articles of one event: any stands for the others, and only one may be cited."""
    note: str

    def is_right(self, citation: Citation) -> bool:
        """Whether an excerpt is of a right article and holds an answer."""
        return citation.article_id in self.article_ids and holds_answer(citation.excerpt, self.answers)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=NEWS)
    parser.add_argument("--half", choices=("seen", "unseen", "more"), default="seen")
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    data = arguments.data
    library = Library(RetrievalSettings(home=arguments.homes / data.name, sources=(str(data / "articles.jsonl"),)))
    library.index()
    lines = (data / f"questions_{arguments.half}.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [NewsQuestion.model_validate_json(line) for line in lines]
    answers = [answered(library, question) for question in questions]
    faults = [fault(question, answer) for question, answer in zip(questions, answers, strict=True)]
    print(*table(questions, faults), sep="\n")
    if arguments.misses:
        print(*misses(questions, answers, faults), sep="\n")


def answered(library: Library, question: NewsQuestion) -> Answer | Timeline:
    """What the library says to a question."""
    if question.kind == TIMELINE:
        return library.timeline(question.question, now=question.now)
    return library.ask(question.question, now=question.now)


def fault(question: NewsQuestion, answer: Answer | Timeline) -> str | None:
    """Why an answer does not pass; None where it does."""
    return of_a_story(question, answer) if isinstance(answer, Timeline) else JUDGES[question.kind](question, answer)


def of_a_story(question: NewsQuestion, timeline: Timeline) -> str | None:
    """Exactly the expected articles are cited, or others that tell the same event; one a day, the oldest first."""
    dates = [day.date for day in timeline.days]
    if any(later <= earlier for earlier, later in pairwise(dates)):
        return "days not in order"
    cited = [day.citation.article_id for day in timeline.days]
    if len(cited) != len(question.article_ids):
        return "other days"
    expected = zip(question.article_ids, cited, strict=True)
    return None if all(name in _equals(question, article) for name, article in expected) else "other articles"


def of_a_time(question: NewsQuestion, answer: Answer) -> str | None:
    """Citation 1 is right, all are of the period, and the period is understood; or nothing is said to be in it.

    A question that is wholly about a time names no answers: all its articles must be cited, or folded as reprints.
    """
    if not question.answerable:
        return _silent_or_widened(answer)
    if answer.widened or not answer.citations:
        return "nothing in the period"
    if not _period_is_right(question, answer):
        return "other period"
    if not all(_is_of_the_period(question, citation) for citation in answer.citations):
        return "cites another time"
    if question.answers:
        return _first_is_wrong(question, answer)
    told = {name for citation in answer.citations for name in _names(question, citation)}
    return None if told.issuperset(question.article_ids) else "leaves out events"


def of_an_event_day(question: NewsQuestion, answer: Answer) -> str | None:
    """Citation 1 is right and bears the day of the event where the text names it by publication."""
    if wrong := _first_is_wrong(question, answer):
        return wrong
    return None if question.event_day in {None, answer.citations[0].event_day} else "other event day"


def of_the_latest(question: NewsQuestion, answer: Answer) -> str | None:
    """Newest first: exactly the expected articles lead, and days never rise; what nothing is about is not sure."""
    if not question.answerable:
        return "answered for sure" if answer.answered else None
    if answer.order is not Order.NEWEST:
        return "not ordered by time"
    days = [citation.published_at.date() for citation in answer.citations if citation.published_at]
    if any(later > earlier for earlier, later in pairwise(days)):
        return "days rise"
    leading = answer.citations[: len(question.article_ids)]
    if len(leading) < len(question.article_ids):
        return "too few"
    expected = zip(question.article_ids, leading, strict=True)
    return None if all(name in _equals(question, cited.article_id) for name, cited in expected) else "other articles"


def of_an_outlet(question: NewsQuestion, answer: Answer) -> str | None:
    """All citations are of the outlet and citation 1 is right; or nothing of it is said to be there."""
    if not question.answerable:
        return _silent_or_widened(answer)
    if any(citation.source != question.outlet for citation in answer.citations):
        return "cites another outlet"
    return _first_is_wrong(question, answer)


def of_differences(question: NewsQuestion, answer: Answer) -> str | None:
    """One difference marks all values."""
    excerpts = {citation.number: citation.excerpt for citation in answer.citations}
    for difference in answer.differences:
        spans = [(excerpts[value.citation], value.span) for value in difference.values]
        if all(any(_marks(value, *span) for span in spans) for value in question.values or ()):
            return None
    return "other differences" if answer.differences else "no differences"


def of_no_difference(_: NewsQuestion, answer: Answer) -> str | None:
    """Nothing is said to differ."""
    return "false alarm" if answer.differences else None


def of_reprints(question: NewsQuestion, answer: Answer) -> str | None:
    """The event is cited from one article alone."""
    cited = {citation.article_id for citation in answer.citations}.intersection(question.once or ())
    return None if len(cited) == 1 else f"cites {len(cited)} of it"


def as_ever(question: NewsQuestion, answer: Answer) -> str | None:
    """Citation 1 is right; what nothing answers is not answered for sure."""
    if question.answerable:
        return _first_is_wrong(question, answer)
    return "answered for sure" if answer.answered else None


JUDGES: dict[str, Callable[[NewsQuestion, Answer], str | None]] = {
    "window": of_a_time,
    "event_day": of_an_event_day,
    "latest": of_the_latest,
    "outlet": of_an_outlet,
    "differences": of_differences,
    "no_difference": of_no_difference,
    "reprints": of_reprints,
    "plain": as_ever,
}


def _silent_or_widened(answer: Answer) -> str | None:
    return None if answer.widened or answer.certainty is Certainty.NONE else "answers from elsewhere"


def _first_is_wrong(question: NewsQuestion, answer: Answer) -> str | None:
    if not answer.citations:
        return "refused"
    return None if question.is_right(answer.citations[0]) else "wrong citation"


def _period_is_right(question: NewsQuestion, answer: Answer) -> bool:
    if question.period is None or answer.period is None:
        return question.period is None and answer.period is None
    first, last = question.period
    apart = [abs(answer.period.last - last)] + ([abs(answer.period.first - first)] if first else [])
    return max(apart).days <= question.slack


def _is_of_the_period(question: NewsQuestion, citation: Citation) -> bool:
    """Whether an excerpt was published in the period or tells of a day in it; right articles do."""
    if question.period is None or citation.article_id in question.article_ids:
        return True
    first, last = question.period
    slack = timedelta(question.slack)
    days = [*days_named(citation), *([citation.event_day] if citation.event_day else [])]
    if citation.published_at:
        days.append(citation.published_at.date())
    return any((first is None or first - slack <= day) and day <= last + slack for day in days)


def days_named(citation: Citation) -> Iterator[date]:
    """Days that an excerpt names by number and month, taken to be of the year of its publication."""
    if citation.published_at is None:
        return
    for month, names in enumerate(MONTHS, start=1):
        named = rf"\b(?:(\d\d?) (?:{names})|(?:{names}) (\d\d?))\b"
        for before, after in re.findall(named, citation.excerpt, re.IGNORECASE):
            try:
                yield date(citation.published_at.year, month, int(before or after))
            except ValueError:
                continue


def _equals(question: NewsQuestion, article: str) -> tuple[str, ...]:
    """The article and those that tell the same event."""
    return question.once if question.once and article in question.once else (article,)


def _names(question: NewsQuestion, citation: Citation) -> Iterator[str]:
    """The articles that a citation stands for."""
    for article in (citation.article_id, *(version.article_id for version in citation.reprints)):
        yield from _equals(question, article)


def _marks(value: str, excerpt: str, span: tuple[int, int]) -> bool:
    """Whether a span of an excerpt overlaps a value in it."""
    found = re.finditer(rf"(?<![\w,.]){re.escape(value)}(?!\w)", excerpt, re.IGNORECASE)
    return any(match.start() < span[1] and span[0] < match.end() for match in found)


def table(questions: Sequence[NewsQuestion], faults: Sequence[str | None]) -> list[str]:
    """Passed of asked, by kind and language, as a table."""
    languages = ("all", *sorted({question.lang for question in questions}, reverse=True))
    rows = [f"| kind | {' | '.join(languages)} |", "|---" * (len(languages) + 1) + "|"]
    judged = list(zip(questions, faults, strict=True))
    for kind in (*JUDGES, TIMELINE, "all"):
        of_kind = [(one.lang, bad) for one, bad in judged if kind in {one.kind, "all"}]
        counts = [[bad is None for lang, bad in of_kind if wanted in {lang, "all"}] for wanted in languages]
        rows.append(f"| {kind} | " + " | ".join(f"{sum(passed)}/{len(passed)}" for passed in counts) + " |")
    return rows


def citations_of(answer: Answer | Timeline) -> tuple[Citation, ...]:
    """What is cited, in order."""
    return tuple(day.citation for day in answer.days) if isinstance(answer, Timeline) else answer.citations


def misses(
    questions: Sequence[NewsQuestion], answers: Sequence[Answer | Timeline], faults: Sequence[str | None]
) -> list[str]:
    """A line for each question that did not pass."""
    lines = []
    for question, answer, bad in zip(questions, answers, faults, strict=True):
        if bad:
            cited = [citation.article_id for citation in citations_of(answer)]
            named = None if isinstance(answer, Timeline) else answer.period
            period = [str(named.first), str(named.last)] if named else None
            told = [question.id, bad, question.question, question.article_ids or question.once, cited, period]
            lines.append(json.dumps(told, ensure_ascii=False))
    return lines


if __name__ == "__main__":
    main()
