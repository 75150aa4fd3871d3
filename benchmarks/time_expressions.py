"""Measure how well expressions of time are understood, on a published corpus of them; prints a row for each file.

    python benchmarks/time_expressions.py CORPUS.hs... [--show]

A corpus is a file such as Duckling/Time/RU/Corpus.hs of https://github.com/facebook/duckling (BSD licence), which is
read where it lies and is no part of this project. Its expressions are relative to Tuesday 12 February 2013, 4:30. Only
days are compared; expressions of a time of the clock alone, and names of holidays, are counted and not tried.
--show prints every expression that was not read as there.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from retrieval.time.questions import period_of
from retrieval.types import Period

TODAY = date(2013, 2, 12)
EXAMPLE = re.compile(
    r"examples\s+\((?P<kind>datetime\w*)\s+(?P<direction>Before|After)?\s*(?P<dates>\(.*?\))\s*"
    r"(?P<grain>Second|Minute|Hour|Day|Week|Month|Quarter|Year)\b[^\[]*\[(?P<phrases>.*?)\n\s*\]",
    re.DOTALL,
)
DATE = re.compile(r"\((-?\d+), *(\d+), *(\d+), *(\d+), *(\d+), *(\d+)\)")
PHRASE = re.compile(r'"((?:[^"\\]|\\.)*)"')
GRAINS = {"Day": 1, "Week": 7, "Month": 31, "Quarter": 92, "Year": 366}
CLOCK = re.compile(
    r"\d[:h]\d|\d ?[ap]\.? ?m?\b|\d\s*[чh]\b|\b(?:noon|midnight|midday|o'?clock|полдень|полночь|час\w*|утра|вечера|"
    r"ночи|seconds?|секунд\w*|minutes?|минут\w*|hours?|mins|now|ATM|ASAP|GMT|CET)\b",
    re.IGNORECASE,
)
DAY = re.compile(
    r"day|week|yester|tomorrow|tonight|tonite|this|last|the 15|дн[яейи]|вчера|сегодня|завтра|выходн|субб", re.IGNORECASE
)
CONVENTIONS = re.compile(
    r"\b(?:next|upcoming|следующие) (?:\d|two|three|few|дв[ае]|три)|(?:month|месяца)s? (?:ago|назад)|"
    r"\b(?:winter|summer|season|зима)|\b(?:first|last) week of|week-?end|выходные|эта неделя|\Aк ",
    re.IGNORECASE,
)
"""What is understood otherwise here on purpose: "three months ago" is that month, seasons are three whole months,
weekends begin on Saturday, weeks of a month are seven days from its first or to its last; «эта неделя» has no Sunday
there. "Next two weeks" begin tomorrow, and «к третьему марта» is until then."""
COLUMNS = ("exact", "by convention", "wrong", "not understood")


@dataclass(frozen=True)
class Expression:
    """An expression of the corpus and the days that it names there."""

    words: str
    first: date
    last: date
    is_holiday: bool
    has_clock: bool

    @property
    def is_past(self) -> bool:
        """Whether it begins no later than today."""
        return self.first <= TODAY


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="print the expressions that were read otherwise")
    arguments = parser.parse_args()
    print("| corpus | expressions | number | " + " | ".join(COLUMNS) + " |")
    print("|---" * (3 + len(COLUMNS)) + "|")
    for corpus in arguments.corpora:
        for name, chosen in groups(list(expressions(corpus.read_text(encoding="utf-8")))).items():
            outcomes = [(outcome(each), each) for each in chosen]
            counts = Counter(result for result, _ in outcomes)
            cells = " | ".join(str(counts[column]) for column in COLUMNS)
            print(f"| {corpus.parent.name}/{corpus.name} | {name} | {len(chosen)} | {cells} |")
            if arguments.show:
                show(outcomes)


def show(outcomes: list[tuple[str, Expression]]) -> None:
    """Print each expression that was not read as in the corpus, with both readings."""
    for result, each in outcomes:
        if result != "exact":
            read = read_as(each)
            print(f"{result}: {each.words} [{each.first}..{each.last}]", f"{read.first}..{read.last}" if read else "")


def groups(found: list[Expression]) -> dict[str, list[Expression]]:
    """The expressions by where they lie in time."""
    tried = [each for each in found if not each.has_clock and not each.is_holiday]
    return {
        "past": [each for each in tried if each.is_past],
        "future": [each for each in tried if not each.is_past],
        "holidays in the past": [each for each in found if each.is_holiday and each.is_past],
        "clock": [each for each in found if each.has_clock and not each.is_holiday],
    }


def outcome(expression: Expression) -> str:
    """How an expression was read: one of the columns."""
    read = read_as(expression)
    if read is None:
        return "not understood"
    if (read.first, read.last) == (expression.first, expression.last):
        return "exact"
    bare = not expression.is_past and read.last <= TODAY
    return "by convention" if bare or CONVENTIONS.search(expression.words) else "wrong"


def read_as(expression: Expression) -> Period | None:
    """The period that the expression names as a question."""
    found = period_of(expression.words, TODAY)
    return found.period if found else None


def expressions(corpus: str) -> Iterator[Expression]:
    """The expressions of a corpus that name days of our era, without those that are open to one side."""
    corpus = re.sub(r"--[^\n]*", "", corpus)
    for example in EXAMPLE.finditer(corpus):
        moments = [tuple(int(part) for part in match) for match in DATE.findall(example["dates"])]
        if example["direction"] or not moments or moments[0][0] < 1:
            continue
        first, last = days_of(moments, example["grain"])
        for words in PHRASE.findall(example["phrases"]):
            has_clock = example["grain"] in {"Minute", "Second"} or bool(CLOCK.search(words))
            yield Expression(words, first, last, "Holiday" in example["kind"], has_clock or is_hour(words, example))


def is_hour(words: str, example: re.Match[str]) -> bool:
    """Whether it names an hour, or a time of the day, without any day."""
    return example["grain"] == "Hour" and not DAY.search(words)


def days_of(moments: list[tuple[int, ...]], grain: str) -> tuple[date, date]:
    """The first and the last day; the second moment of an interval, where there is one, is the end of it."""
    first = date(moments[0][0], max(moments[0][1], 1), max(moments[0][2], 1))
    if len(moments) > 1:
        year, month, day, *clock = moments[1]
        end = date(year, max(month, 1), max(day, 1))
        return first, max(first, end if any(clock) else end - timedelta(1))
    if grain in {"Day", "Hour", "Minute", "Second"}:
        return first, first
    behind = first + timedelta(GRAINS[grain])
    return first, (behind if grain == "Week" else behind.replace(day=1)) - timedelta(1)


if __name__ == "__main__":
    main()
