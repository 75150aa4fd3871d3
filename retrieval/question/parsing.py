"""A question as it was typed -> what it says, found out once; everything that answers it takes this."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from retrieval.question.asking import asks_for_newest, asks_for_now, asks_for_words, defined_by, is_question, wanted_by
from retrieval.question.bounds import Bounded, bounds_of
from retrieval.question.news import asked_about
from retrieval.question.wording import in_full, question_words
from retrieval.text.terms import composed, is_cyrillic, question_terms
from retrieval.text.whole import whole
from retrieval.types import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.question.outlets import OutletNames
    from retrieval.question.wording import QuestionWord
    from retrieval.text.kinds import Clue
    from retrieval.text.terms import QuestionTerm

_DAYS_AROUND = timedelta(3)
"""How far from a time what happened is still told, where nothing is told of that time itself."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a question says, alone or with what the conversation adds to it."""

    text: str
    """As it was typed, or as the conversation completes it."""
    topic: str
    """What the conversation adds to `text`, which leans on it; empty where it stands by itself."""
    matter: str
    """Text and topic without what restricts them to a time or an outlet, and of news without what asks for them."""
    wider: str
    """The same with the words of its time, which are searched for where nothing of that time answers."""
    bounds: Bounded
    """To what it restricts its answer, relative to the day on which it is asked."""
    wants_news: bool
    """Whether it asks for what there is about its matter, or for all there is where that is empty, the newest first."""
    words: tuple[QuestionWord, ...]
    """The words of `text`, in order, but those that restrict it."""
    terms: tuple[QuestionTerm, ...]
    """What is searched for by words: distinct, of `matter`."""
    wants: Clue
    """The kind of thing that it asks for; none where it does not tell."""
    asks_for_words: bool
    """Whether some words of a sentence can be the answer, and not yes or no."""
    is_question: bool
    """Whether it asks at all, other than a headline, which names what it looks for."""
    is_cyrillic: bool
    defines: str
    """The name of which it wants to know who or what that is; empty where it wants none."""
    asks_for_newest: bool
    """Whether it is about something that changes, so that of several reports the newest counts."""
    asks_for_now: bool
    """Whether it says that it wants what is so now."""
    outlet_names: OutletNames | None = None
    """What the outlets are called that it could name; None where none was looked for."""

    @property
    def full(self) -> str:
        """Text and topic as one question, as it is shown to whoever asked."""
        return in_full(self.text, self.topic)

    @property
    def searched(self) -> str:
        """What is embedded, and read beside passages: its matter, with words whole."""
        return whole(self.matter)

    @property
    def is_about_all(self) -> bool:
        """Whether it asks for all there is of a time, of an outlet or at all: it has nothing to search for."""
        return self.wants_news and not self.matter

    def as_text(self) -> Question:
        """The same as a text that restricts nothing and asks for nothing, such as a piece of news that is passed on."""
        full = composed(self.full)
        terms = tuple(question_terms(full))
        return replace(self, bounds=Bounded(), wants_news=False, matter=full, wider=full, terms=terms)

    def widened(self) -> Iterator[Question]:
        """The question with fewer bounds, for where nothing within them answers: of any outlet, then of any time."""
        if self.bounds.outlet and self.bounds.period:
            yield replace(self, bounds=replace(self.bounds, outlets=None))
        if self.bounds.period and self.is_about_all:
            yield replace(self, bounds=replace(self.bounds, period=_wider(self.bounds.period), outlets=None))
        elif self.bounds:
            terms = _terms_of(self.wider, self.full, is_topic=self.wants_news)
            yield replace(self, bounds=replace(self.bounds, period=None, outlets=None), matter=self.wider, terms=terms)


def _terms_of(matter: str, question: str, *, is_topic: bool) -> tuple[QuestionTerm, ...]:
    """The terms of what a question is about; a topic that stands inside of it begins with a capital only as a name."""
    is_inside = is_topic and not question.casefold().startswith(matter.casefold())
    return tuple(question_terms(matter, is_inside=is_inside))


def _wider(period: Period) -> Period:
    """A period and some days around it."""
    first = period.first - min(_DAYS_AROUND, period.first - date.min)
    return Period(first, period.last + min(_DAYS_AROUND, date.max - period.last))


def parse(text: str, today: date, *, topic: str = "", outlet_names: OutletNames | None = None) -> Question:
    """Find out what a question says; `today` is the day that "yesterday" is relative to.

    Outlets are looked for where their names are given.
    """
    full = composed(in_full(text, topic))
    bounds, rest, _ = bounds_of(composed(text), today, outlet_names)
    around, matter, wider = bounds_of(full, today, outlet_names) if topic else (bounds, rest, _)
    bounds = bounds.or_else(around)
    news = None if topic else asked_about(matter, bounded=bool(bounds))
    matter, wider = (matter, wider) if news is None else (news, news)
    wants = wanted_by(matter)
    return Question(
        text=text,
        topic=topic,
        matter=matter,
        wider=wider,
        bounds=bounds,
        wants_news=news is not None,
        words=tuple(question_words(rest)),
        terms=_terms_of(matter, full, is_topic=news is not None),
        wants=wants,
        asks_for_words=asks_for_words(rest),
        is_question=is_question(full) and news is None,
        is_cyrillic=is_cyrillic(full),
        defines=defined_by(rest),
        asks_for_newest=asks_for_newest(full, wants, bounds.period, today),
        asks_for_now=asks_for_now(full) or news is not None,
        outlet_names=outlet_names,
    )
