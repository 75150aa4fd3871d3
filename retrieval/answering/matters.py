"""Whether two citations tell of one matter: its names and places, the years and months that it is about."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from retrieval.text.abbreviations import Abbreviations
from retrieval.text.morphology import forms
from retrieval.text.named_days import named_days
from retrieval.text.terms import term_of, terms_of, words_of
from retrieval.text.vocabulary import MONTHS, NOUN_ENDINGS, RELATIVE_DAYS, RUSSIAN_MONTHS, STOP_WORDS, WEEKDAYS, any_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

    from retrieval.question.parsing import Question
    from retrieval.text.named_days import NamedDay
    from retrieval.types import Citation

_NAME = re.compile(r"(?<=[\w,»”\") ] )[«„“\"(]?([А-ЯЁA-Z][\w’'-]+)")
_PLACE = re.compile(
    r"\b(?:в|во|на|под|близ|около|из|in|at|near|off|from)\s+(?:the\s+)?([А-ЯЁA-Z][\w’'-]{2,})", re.UNICODE
)
_STREET = re.compile(
    r"\b(?:улиц\w+|проспект\w*|переул\w+|бульвар\w*|шоссе|площад[ьи])\s+([А-ЯЁ][\w-]+)|"
    r"\b([А-ЯЁ][\w-]+)\s+(?:улиц|проспект|переул|бульвар|шоссе|площад|набережн)|"
    r"\b([A-Z][\w’'-]+)\s+(?:Street|Road|Avenue|Lane|Square|Way)\b"
)
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?![\d.,]\d)(?!\s*(?:руб|доллар|человек))")
_QUARTER = re.compile(
    r"\b(?:(?:перв|втор|трет|четв[её]рт)\w+\s+(?:квартал|полугоди)\w*|(?:first|second|third|fourth)[\s-](?:quarter|half)|"
    rf"{any_of(RUSSIAN_MONTHS)}\s*[–—-]\s*{any_of(RUSSIAN_MONTHS)}\b)",
    re.IGNORECASE,
)
_SPANS = any_of(
    (
        *("сутк", "ноч", "недел", "выходн", "месяц", "квартал", "сезон", "полугод", "полгод", "год", "лет", "зим"),
        *("весн", "осен", "январ", "феврал", "март", "апрел", "июн", "июл", "август", "сентябр", "октябр", "ноябр"),
        "декабр",
    )
)
_FOR_SO_LONG = re.compile(
    r"\b(?:за|с\s+начала|(?:in|over|during|for|within)\s+the)\s+(?:[^\W\d_]+(?:ие|ий|ую|ый|ее|ое)\s+|past\s+|last\s+|first\s+)?"
    rf"(?:({_SPANS}){any_of(NOUN_ENDINGS)}?|(день|дня|ма[йя]|24 hours|"
    r"day|night|weekend|week|month|quarter|season|year|summer|winter|spring|autumn))\b",
    re.IGNORECASE,
)
_A_DAY = frozenset(("сутк", "день", "24 hours", "day"))
"""Spans for which a number is never that of all."""
_EVENTS = frozenset(("дтп", "чп", "чс"))
"""Acronyms that are no names, though written as such."""
_CLAUSE_END = re.compile(r",(?!\d)|[;:]")
_NEAR, _NEAR_DAY = timedelta(days=12), timedelta(days=45)
"""A month, or a day, so near to the publication is when it happens, not what a number is about."""
_OF_ONE_EVENT = timedelta(days=3)
"""How far apart reports may be of which only names tell that they are of one event."""
_SHORTEST_COMMON = 4
"""Letters that words of one root have in common at their beginning: «откроют», «открытие»."""
_LEAST_SHARED, _LEAST_SHARED_EVIDENCE = 0.15, 0.25
"""Share of the terms of the shorter one of two citations, titles included, that the other one has."""
_LEAST_ABOUT, _LEAST_ABOUT_FURTHER = 0.5, 0.6
"""Share of the question's words that say what it is about which a citation has."""


def is_about(
    citation: Citation,
    question: Question,
    ignored: AbstractSet[str],
    *,
    of_event: bool,
    is_marked: bool,
    is_further: bool = False,
    around: str = "",
) -> bool:
    """Whether title and excerpt have most of a question's words but `ignored` ones, and its names.

    Names may stand in the text `around` it as well, and reports `of_event` may leave one to the rest of the article
    where they name no place. Where the reader marked the value, the names count among the words; what is no citation
    but `is_further` must have nearly all words where it is not marked.
    """
    held = set(terms_of(f"{citation.title} {citation.excerpt}"))
    words = [word for word in question.words if word.is_content and word.term not in ignored]
    if not all(_has_number(citation, word.key) for word in words if word.key.isdecimal()):
        return False
    words = [word for word in words if not word.key.isdecimal() and word.key not in MONTHS]
    names = [word.term for word in words if word.is_name and word.key not in _EVENTS]
    others = [word.term for word in words if word.term not in names and not _is_adjective(word.key)]
    known = held | set(terms_of(around))
    if not all(_is_named(known, term) for term in names) and not (of_event and not _named(_PLACE, citation)):
        return False
    if is_further and not is_marked:
        others = [word.term for word in words if word.term not in names]
        return sum(_has(held, term) for term in others) >= _LEAST_ABOUT_FURTHER * len(others)
    counted = [*names, *others] if is_marked else others
    return sum(_has(held, term) for term in counted) >= _LEAST_ABOUT * len(counted)


def holds_names(text: str, question: Question) -> bool:
    """Whether a text has the names of a question, in which nothing need be looked for where it has not."""
    held = set(terms_of(text))
    return all(_is_named(held, word.term) for word in question.words if word.is_name and word.key not in _EVENTS)


def _has_number(citation: Citation, number: str) -> bool:
    """Whether the evidence, or the title, has a number of the question, or that is the year of publication or a day."""
    published = citation.published_at
    if published and number in {str(published.year), *map(str, range(1, 32))}:
        return True
    return number in words_of(f"{citation.title} {_evidence(citation)}")


def _is_named(held: AbstractSet[str], name: str) -> bool:
    """Whether a name is held, or another way to write it: «Центробанк» for «ЦБ»."""
    [ways] = Abbreviations.of().others([name])
    return _has(held, name) or any(way <= held for way in ways)


def is_of_asked_time(citation: Citation, question: Question) -> bool:
    """Whether a citation was published in or soon after the months and days that a question names, if any."""
    if citation.published_at is None:
        return False
    published = citation.published_at.date()
    return all(
        day.first - published <= timedelta(1) and published - day.last <= _NEAR
        for day in named_days(question.full, published)
    )


def _is_adjective(word: str) -> bool:
    readings = forms(word)
    return bool(readings) and readings[0].is_adjective


def is_one_matter(one: Citation, other: Citation, *, by_evidence: bool) -> bool:
    """Whether two citations may tell of one matter: nothing that they name keeps them apart, and enough is common.

    Told `by_evidence` alone, the titles do not count: «ставка по вкладам» stands in an article on the key rate.
    """
    least = _LEAST_SHARED_EVIDENCE if by_evidence else _LEAST_SHARED
    titles = ("", "") if by_evidence else (one.title, other.title)
    shared = _share(*(_terms(title, each) for title, each in zip(titles, (one, other), strict=True)))
    return shared >= least and not _are_apart(one, other)


def are_of_one_time(one: tuple[Citation, int], other: tuple[Citation, int]) -> bool:
    """Whether no year, quarter or month sets one apart from the other: each a citation, and where its value ends.

    What is named in another clause behind the value is not its time: «до 21 %, превзойдя уровень 2022 года».
    """
    months, others = _months(*one), _months(*other)
    spans, other_spans = _spans(*one), _spans(*other)
    if spans != other_spans and ((spans and other_spans) or _A_DAY & (spans | other_spans)):
        return False
    return _periods(*one) == _periods(*other) and not (months and others and months.isdisjoint(others))


def _are_apart(one: Citation, other: Citation) -> bool:
    """Whether they name streets, and none in common; the same of places, which may be told as names, and of names."""
    streets, other_streets = _streets(one), _streets(other)
    if _are_disjoint(streets, other_streets):
        return True
    places, other_places = _named(_PLACE, one), _named(_PLACE, other)
    names, other_names = _named(_NAME, one) | places, _named(_NAME, other) | other_places
    if places and other_places and _are_disjoint(places, other_names) and _are_disjoint(other_places, names):
        return True
    return _are_disjoint(names, other_names)


def _are_disjoint(terms: AbstractSet[str], others: AbstractSet[str]) -> bool:
    return bool(terms and others) and not any(_has(others, term) for term in terms)


def are_of_one_event(one: Citation, other: Citation) -> bool:
    """Whether two reports of few days name a place or a person in common, and no other street."""
    if one.published_at is None or other.published_at is None or _are_apart(one, other):
        return False
    names, others = (_named(_NAME, each) | _named(_PLACE, each) for each in (one, other))
    is_near = abs(one.published_at - other.published_at) <= _OF_ONE_EVENT
    return is_near and bool(names) and not _are_disjoint(names, others)


def _named(pattern: re.Pattern[str], citation: Citation) -> set[str]:
    texts = (citation.title, citation.excerpt[: citation.highlight[1]])
    written = (match[1] for text in texts for match in pattern.finditer(text))
    names = (name.lower().replace("ё", "е") for name in written if not name.isupper())
    return {term_of(name) for name in names if name not in MONTHS | WEEKDAYS}


def _streets(citation: Citation) -> set[str]:
    text = f"{citation.title} {citation.excerpt[: citation.highlight[1]]}"
    return {term_of((match[1] or match[2] or match[3]).lower().replace("ё", "е")) for match in _STREET.finditer(text)}


def _terms(title: str, citation: Citation) -> set[str]:
    text = f"{title} {_evidence(citation)}"
    left_out = STOP_WORDS | MONTHS | WEEKDAYS | RELATIVE_DAYS
    return {term_of(word) for word in words_of(text) if word not in left_out and not word.isdecimal()}


def _share(terms: set[str], others: set[str]) -> float:
    fewer, more = sorted((terms, others), key=len)
    return sum(_has(more, term) for term in fewer) / len(fewer) if fewer else 0.0


def _has(terms: AbstractSet[str], term: str) -> bool:
    return term in terms or any(_of_one_root(term, other) for other in terms)


def _of_one_root(term: str, other: str) -> bool:
    common = 0
    for one, another in zip(term, other, strict=False):
        if one != another:
            break
        common += 1
    return common >= max(_SHORTEST_COMMON, 0.7 * min(len(term), len(other)), 0.5 * max(len(term), len(other)))


def _periods(citation: Citation, end: int) -> frozenset[str]:
    """The years, quarters and months that the evidence names besides the time of its publication."""
    text, published = _up_to(citation, end), citation.published_at
    years = {year for year in _YEAR.findall(text) if published is None or int(year) != published.year}
    quarters = {match[0].lower() for match in _QUARTER.finditer(text)}
    if published is None:
        return frozenset(years | quarters)
    day = published.date()
    months = {f"{each.first:%m}" for each in named_days(text, day) if not _is_near(each, day)}
    return frozenset(years | quarters | months)


def _is_near(named: NamedDay, published: date) -> bool:
    within = _NEAR_DAY if named.first == named.last else _NEAR
    return named.first - published <= within and published - named.last <= within


def _spans(citation: Citation, end: int) -> frozenset[str]:
    """The lengths of time for which the evidence says that a number is: «за сутки», «с начала сезона»."""
    return frozenset((match[1] or match[2]).lower() for match in _FOR_SO_LONG.finditer(_up_to(citation, end)))


def _months(citation: Citation, end: int) -> set[int]:
    """The months that the evidence names as such, and not a day of them."""
    if citation.published_at is None:
        return set()
    days = named_days(_up_to(citation, end), citation.published_at.date())
    return {day.first.month for day in days if day.first != day.last}


def _up_to(citation: Citation, end: int) -> str:
    """The evidence up to the end of the clause in which a value ends."""
    clause = _CLAUSE_END.search(citation.excerpt, end)
    last = min(citation.highlight[1], clause.start() if clause else citation.highlight[1])
    return citation.excerpt[citation.highlight[0] : last]


def _evidence(citation: Citation) -> str:
    return citation.excerpt[slice(*citation.highlight)]
