"""To what a question restricts its answer: a time, outlets; and the question without the words that say so.

«На прошлой неделе» is in no article: such words are neither searched for nor read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.question.casing import with_capitals
from retrieval.text.terms import is_cyrillic, words_of
from retrieval.text.vocabulary import (
    ENGLISH_MONTHS,
    MONTHS,
    MONTHS_OR_VERBS,
    NOW,
    OPENINGS,
    RELATIVE_DAYS,
    WEEKDAYS,
    any_of,
)
from retrieval.time.questions import period_of
from retrieval.types import NamedOutlet

if TYPE_CHECKING:
    from datetime import date

    from retrieval.question.outlets import OutletNames
    from retrieval.types import Period

_TIDYING = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"(?<!\s)\s+([,;:.!?)])"), r"\1"),
    (re.compile(r"[,;:]+([,;:.!?])"), r"\1"),
    (re.compile(r"^[\s,:;.)—–-]+|(?<![\s,:;(—–-])[\s,:;(—–-]+(?=[?!.]*$)"), ""),
)
_BEHIND = " ?!.…,;:—–-("
_WRITTEN_WITH_A_CAPITAL = ENGLISH_MONTHS | MONTHS_OR_VERBS | WEEKDAYS
_MONTH_OR_YEAR = re.compile(rf"\b(?:{any_of(MONTHS)}|\d{{4}})\b", re.IGNORECASE)
_BY = "по данным "
"""What stands before the name of an outlet in a question, where «а у ТАСС?» asks it alone."""
_IN = re.compile(r"(?:in|on|from|by|at)\s+")
_SET_OFF = re.compile(
    r"(?:по|согласно|со ссылкой|ссылаясь|если верить|according|as per|per|going by|citing)\s", re.IGNORECASE
)
"""What begins words that name an outlet beside any question."""
_NOW_ALONE = (NOW - RELATIVE_DAYS) | frozenset(("на", "данный", "момент", "right", "at", "the", "moment", "as", "of"))
_SAYS_NOW = re.compile(
    rf"(?<![ ,])[ ,]+(?:{any_of(NOW - RELATIVE_DAYS)}|на данный момент|right now|at the moment)$", re.IGNORECASE
)
_ONLY_MARKS = re.compile(r"[\W_]*")


@dataclass(frozen=True, slots=True)
class Bounded:
    """What an answer is restricted to."""

    period: Period | None = None
    outlets: tuple[str, ...] | None = None
    """The outlets as articles name them, none where they have no such outlet; None where any will do."""
    outlet: NamedOutlet | None = None
    """The same as it is told to whoever asked."""
    published: bool = False
    """Whether only what was published in the period counts, and not what tells of it."""
    passages: frozenset[int] | None = None
    """The ids of the passages, such as those of one article; None where any will do."""

    def __bool__(self) -> bool:
        return any(bound is not None for bound in (self.period, self.outlet, self.outlets, self.passages))

    @property
    def words(self) -> tuple[str, ...]:
        """What says so in the question."""
        return tuple(named.words for named in (self.period, self.outlet) if named and named.words)

    def or_else(self, other: Bounded) -> Bounded:
        """These bounds, and those of `other` where there is none of a kind."""
        period, source = (self if self.period else other), (self if self.outlets is not None else other)
        passages = other.passages if self.passages is None else self.passages
        return Bounded(period.period, source.outlets, source.outlet, period.published, passages)

    def meeting(self, other: Bounded) -> Bounded:
        """What both allow: nothing at all where they have no day or no outlet in common."""
        if not (self.period and other.period) and (self.outlets is None or other.outlets is None):
            return self.or_else(other)
        both = self.or_else(other)
        outlets = both.outlets
        if self.outlets is not None and other.outlets is not None:
            outlets = tuple(name for name in self.outlets if name in other.outlets)
        period = self.period or other.period
        if self.period and other.period:
            first, last = max(self.period.first, other.period.first), min(self.period.last, other.period.last)
            period = replace(other.period, first=first, last=last) if first <= last else other.period
            outlets = outlets if first <= last else ()
        return Bounded(period, outlets, both.outlet, published=self.published, passages=both.passages)


def bounds_of(text: str, today: date, names: OutletNames | None = None) -> tuple[Bounded, str, str]:
    """What a text restricts its answer to, the text without the words that say so, and as it is searched for outside.

    The texts are "" where no word is left. The last one has a month or a year still, which may stand in articles of
    another time.
    """
    wider, outlets, outlet = _without_outlets(text, names)
    period, rest = _without_period(wider, today)
    stands_in_articles = period is not None and _MONTH_OR_YEAR.search(period.words)
    return Bounded(period, outlets, outlet), rest, wider if stands_in_articles else rest


def restricts_alone(text: str, bounds: Bounded) -> bool:
    """Whether a text says nothing but to what an answer is restricted: «а вчера?», «по данным Известий?»."""
    for words in bounds.words:
        if words not in text:
            return False
        text = text.replace(words, " ", 1)
    return bool(bounds) and OPENINGS.issuperset(words_of(text))


def restricted(text: str, bounds: Bounded, today: date, names: OutletNames | None = None) -> str:
    """A question with other bounds, each in the place of its own of that kind, if it has any."""
    if bounds.outlets is not None:
        text, _, _ = _without_outlets(text, names)
    if bounds.period:
        text = _SAYS_NOW.sub("", _without_period(text, today)[1].rstrip(_BEHIND))
    words = [named.words for named in (bounds.period,) if named]
    words += [_inside_question(named) for named in (bounds.outlet,) if named]
    return with_capitals(" ".join([text.rstrip(_BEHIND), *map(_inside, words)]).strip() + "?")


def without(text: str, bounds: Bounded) -> str:
    """A text without the words that restrict it."""
    for words in bounds.words:
        text = text.replace(words, " ", 1)
    return text


def _inside_question(outlet: NamedOutlet) -> str:
    """What names an outlet beside any question, where «а у ТАСС?», "what does the Echo say?" need not."""
    words = outlet.words
    if words.startswith("у "):
        return _BY + words.removeprefix("у ")
    if _SET_OFF.match(words):
        return words
    if _IN.match(words):
        return _IN.sub("according to ", words, count=1)
    return (_BY if is_cyrillic(words) else "according to ") + outlet.name  # its name is in another case


def says_now(text: str) -> bool:
    """Whether a text only asks for what is so when it is asked: «а сейчас?», "and now?"."""
    words = [word for word in words_of(text) if word not in OPENINGS]
    return bool(words) and _NOW_ALONE.issuperset(words)


def as_of_now(text: str, now: str, today: date) -> str:
    """A question about what is so when it is asked, as `now` says, in place of the time that it names."""
    text = _SAYS_NOW.sub("", _without_period(text, today)[1].rstrip(_BEHIND) or text.rstrip(_BEHIND))
    words = " ".join(word for word in words_of(now) if word not in OPENINGS)
    return with_capitals(f"{text.rstrip(_BEHIND)} {words}?")


def _without_outlets(text: str, names: OutletNames | None) -> tuple[str, tuple[str, ...] | None, NamedOutlet | None]:
    found = names.found_in(text) if names else None
    if found is None:
        return text, None, None
    return found.rest, found.names, NamedOutlet(found.names[0] if found.names else found.called, found.words)


def _without_period(text: str, today: date) -> tuple[Period | None, str]:
    found = period_of(text, today)
    if found is None:
        return None, text
    rest = f"{text[: found.start]} {text[found.end :]}"
    if _ONLY_MARKS.fullmatch(rest):
        return found.period, ""
    for pattern, instead in _TIDYING:
        rest = pattern.sub(instead, rest)
    return found.period, with_capitals(rest)


def _inside(words: str) -> str:
    """Words that began a question as they stand inside one."""
    first = words_of(words)[:1]
    return words if first and first[0] in _WRITTEN_WITH_A_CAPITAL else words[:1].lower() + words[1:]
