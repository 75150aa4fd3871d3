"""What a question wants to know in numbers or days, and what a citation says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from retrieval.answering.told_days import is_named, told_days
from retrieval.question.unmarked import is_keywords
from retrieval.text.amounts import Amount, amounts_in
from retrieval.text.kinds import COUNTED, Clue
from retrieval.text.named_days import NamedDay
from retrieval.text.number_words import MONEY, OF_AMOUNTS, OF_DAYS, OF_SIZES, SAID_OF, SIZES, TIME
from retrieval.text.quantities import unit_of
from retrieval.text.roles import clause_at, roles_at, roles_in, states_in
from retrieval.text.splitting import sentences_of
from retrieval.text.terms import term_of, terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.question.parsing import Question
    from retrieval.types import Citation

Value: TypeAlias = Amount | NamedDay

_BY_HOW_MUCH = re.compile(
    r"\b(?:на\s+сколько|насколько|на\s+какую|by\s+how\s+much|how\s+much\s+(?:more|less))\b", re.IGNORECASE
)
_PEOPLE = frozenset(terms_of("человек людей люди народу people person persons"))
"""Terms of words that say nothing of the people but that they are counted."""
_PUT_OTHERWISE = frozenset(
    (
        *("человек", "люди", "людей", "людям", "народу", "народа", "рублей", "рубля", "число", "количество", "сумма"),
        *("размер", "уровень", "составляет", "составил", "people", "person", "persons", "roubles", "number", "amount"),
        *("sum", "level", "total", "дело", "деле", "делу", "case", "оказалось"),
        *("оказались", "оказался", "осталось", "остались"),
    )
)
_WHAT_HAPPENED = re.compile(
    r"\bчто (?:[а-я]+ )?(?:известно|произошло|случилось|происходит|нового|там)\b|\bподробности\b|"
    r"\bwhat(?:'s| is| do we| has)? (?:happened|happening|known|know|new)\b|\b(?:news|latest|новости)\b",
    re.IGNORECASE,
)
_TOLD_UNASKED = ("dead", "injured", "missing")
"""What is compared where a question asks for no number and names none of it: «что известно о взрыве?»."""
_OTHER_KINDS = tuple(
    tuple(frozenset(terms_of(words)) for words in kinds)
    for kinds in (
        (
            "билет билеты билета билетов проезд проезда поездка поездку поездки ticket tickets fare fares ride rides",
            "проездной проездного проездные pass passes",
            "абонемент абонемента абонементы membership memberships",
        ),
        ("взрослый взрослых adult adults", "детский детских child children", "льготный", "школьный", "студенческий"),
        ("вклад вкладам вкладов deposit deposits", "ипотека ипотеке mortgage mortgages", "кредит кредиту", "ключевая"),
    )
)
"""Terms by kinds of a thing, of which one kind says that another is not meant."""
_PURSES = frozenset(terms_of("фонд бюджет дефицит профицит резерв fund budget deficit surplus reserve"))
"""What money is kept in; what one holds is no price of what it is spent on."""
_SPENT_ON = re.compile(
    r"\b(?:на|on|for)\s+(?:the\s+|a\s+)?(?:[^\W\d_]+(?:ый|ую|ое|ий|ые|ой)\s+)?([^\W\d_]+)", re.IGNORECASE
)
_WORKS = frozenset(
    (
        *("нее", "него", "них", "это", "эти", "строительство", "возведение", "проект", "работы", "ремонт", "стройку"),
        *("реконструкцию", "it", "them", "this", "building", "construction", "work", "project"),
    )
)
"""What stands for the thing that money is spent on."""
_WHOM = re.compile(r"\b(?:сколько|how many)\s+([^\W\d_]+)", re.IGNORECASE)
"""Whom a question counts; a report may say that so many people are."""
_PRICE = frozenset(("cost", "spending"))
"""What a sum of money may be that is asked for without saying what it is."""
_NONE = Clue(0)
_TOLL = re.compile(r"\b(?:death toll|casualt)", re.IGNORECASE)
_AMOUNTS = {
    **dict.fromkeys(("cost", "spending", "pay", "damage", "fine", "profit", "debt"), Clue.MONEY),
    **dict.fromkeys(("rate", "inflation", "unemployment", "turnout"), Clue.PERCENT),
}
"""What is counted where a question names it and does not say that it wants a number: "what is the ticket price"."""
_UNITS = (
    (Clue.MONEY, MONEY),
    (Clue.PERCENT, frozenset(("percent",))),
    (Clue.DURATION, TIME),
    (Clue.MEASURE, SIZES),
)
"""What the kinds of things that are counted are measured in."""
_MOST_TIMES = 30
"""How many times one number may be another that is of the same thing."""
_FORECAST = re.compile(
    r"\b(?:ожида|планир|прогноз|рассчит|вместим|вмеща|expect|plan|forecast|predict|project|target|capacity|designed)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in the citations."""

    wants_day: bool
    state: str
    """What has become of the people that are counted."""
    counted: Clue
    """The kind of thing that is counted."""
    is_change: bool
    terms: frozenset[str]
    """What the question is about; empty where it asks for no number."""
    roles: frozenset[str]
    """What of the thing it asks for: its cost, its length, its opening."""
    puts: frozenset[str]
    """Terms of the question that say how it asks; a report may put them otherwise."""

    @property
    def about(self) -> frozenset[str]:
        """Terms of what the question is about, and not of how it asks."""
        return self.terms - self.puts

    @property
    def is_unsure(self) -> bool:
        """Whether a value counts only where a reader marked it, or the sentence says what it tells of the thing."""
        return self.wants_day or bool(self.counted & Clue.DURATION)

    @classmethod
    def by(cls, question: Question) -> Iterator[Asked]:
        """Yield what a question lets citations be compared in; nothing where they cannot be."""
        text = question.full
        content = [word for word in question.words if word.is_content]
        terms = frozenset(word.term for word in content)
        puts = frozenset(word.term for word in content if _says_how(word.key))
        roles, states = roles_in(text), states_in(text)
        state = states[0] if len(states) == 1 else ""
        if state and (whom := _WHOM.search(text)):
            puts |= {term_of(whom[1].lower().replace("ё", "е"))}
        amount = next((counted for role, counted in _AMOUNTS.items() if role in roles), _NONE)
        if question.wants & Clue.DATE:
            yield cls(True, "", _NONE, False, terms, roles, puts)
        elif question.wants & Clue.NUMBER or _TOLL.search(text) or (not question.wants and amount):
            counted = (question.wants & COUNTED) or amount
            yield cls(False, state, _NONE if state else counted, bool(_BY_HOW_MUCH.search(text)), terms, roles, puts)
        elif not question.wants and (_WHAT_HAPPENED.search(text) or is_keywords(text.rstrip("?"))):
            for state in states or _TOLD_UNASKED:
                yield cls(False, state, _NONE, False, frozenset(), frozenset(), puts)


def _says_how(key: str) -> bool:
    """Whether a word says what is wanted and not what that is about: «погибших», «стоит», «сколько рублей»."""
    counts = unit_of(key) & ~Clue.MONEY
    return bool(key in _PUT_OTHERWISE or counts or states_in(key) or roles_in(key))


def value_told(citation: Citation, asked: Asked) -> Value | None:
    """What the sentence that answers says of what is asked; None where it says nothing or several things."""
    start, end = citation.highlight
    sentence = citation.excerpt[start:end]
    values: list[Value] = list(_values(sentence, citation, asked))
    marked: list[Value] = []
    if citation.answer_span:
        low, high = (place - start for place in citation.answer_span)
        marked = [value for value in values if value.start < high and low < value.end]
    fitting = [value for value in values if _is_meant(sentence, value, asked, is_marked=value in marked)]
    if any(value in marked for value in fitting):
        fitting = [value for value in fitting if value in marked]
    fitting = _most_about(sentence, fitting, asked)
    if not fitting or any(differ(value, fitting[0]) for value in fitting):
        return None
    value = fitting[0]
    return replace(value, start=value.start + start, end=value.end + start)


def is_marked(citation: Citation, value: Value) -> bool:
    """Whether the reader takes a value for the answer, or for a part of it."""
    return citation.answer_span is not None and (
        value.start < citation.answer_span[1] and citation.answer_span[0] < value.end
    )


def values_before(citation: Citation, asked: Asked) -> list[Value]:
    """What the sentence that answers says that it was, or was to be, before, in days or in money."""
    if not (asked.wants_day or asked.counted & Clue.MONEY):
        return []
    values = _values(citation.excerpt[slice(*citation.highlight)], citation, asked)
    return [value for value in values if value.is_aside and (isinstance(value, NamedDay) or value.unit in MONEY)]


def value_like(citation: Citation, others: Sequence[Value], asked: Asked) -> Value | None:
    """The value of the sentence that answers which is just one of some others."""
    start, end = citation.highlight
    values = [value for value in _values(citation.excerpt[start:end], citation, asked) if not value.is_aside]
    found = next((value for value in values if any(_are_same(value, other) for other in others)), None)
    return replace(found, start=found.start + start, end=found.end + start) if found else None


def _are_same(value: Value, other: Value) -> bool:
    if isinstance(value, NamedDay) and isinstance(other, NamedDay):
        return (value.first, value.last) == (other.first, other.last)
    return (
        isinstance(value, Amount)
        and isinstance(other, Amount)
        and (value.value, value.unit) == (other.value, other.unit)
    )


def is_told_plainly(citation: Citation, value: Value, asked: Asked) -> bool:
    """Whether the sentence itself says that a value is of what is asked for, in some word of the question."""
    sentence = citation.excerpt[slice(*citation.highlight)]
    if asked.state or is_marked(citation, value) or not asked.roles.isdisjoint(roles_in(sentence)):
        return True
    counted = value.things if isinstance(value, Amount) else frozenset()
    if _is_the_only_sum(citation, asked):
        return True
    return not (asked.about - counted).isdisjoint(terms_of(sentence))


def _is_the_only_sum(citation: Citation, asked: Asked) -> bool:
    """Whether an excerpt tells of one sum of money alone, and of what is asked for."""
    if not asked.counted & Clue.MONEY or asked.roles.isdisjoint(roles_in(f"{citation.title} {citation.excerpt}")):
        return False
    return sum(amount.unit in MONEY for amount in amounts_in(citation.excerpt)) == 1


def sentences_told(citation: Citation, asked: Asked) -> Iterator[Citation]:
    """The citation, then with each sentence of it alone as its evidence, where what is asked for is plain by itself.

    The evidence may be several sentences, of which one tells a number that has nothing to do with the other.
    """
    yield citation
    if not asked.state and (asked.is_unsure or asked.counted & ~Clue.PEOPLE):
        return
    end = 0
    for sentence in sentences_of(citation.excerpt):
        start = citation.excerpt.index(sentence, end)
        end = start + len(sentence)
        if (start, end) != citation.highlight:
            yield replace(citation, highlight=(start, end), answer_span=None)


def numbers_of_state(citation: Citation, asked: Asked) -> Iterator[Amount]:
    """The numbers of people of whom title and excerpt tell that what is asked for has become of them."""
    for sentence in [citation.title, *sentences_of(citation.excerpt)]:
        for amount in amounts_in(sentence):
            is_of_people = amount.unit == "people" or asked.state in states_in(clause_at(sentence, amount.start))
            if is_of_people and fits(amount, asked):
                yield amount


def _most_about(sentence: str, values: Sequence[Value], asked: Asked) -> list[Value]:
    """Those of several values before which most of what the question is about stands, behind the value before."""
    if len(values) <= 1:
        return list(values)
    starts = [0, *(value.end for value in values)]
    told = [sentence[start : value.end] for start, value in zip(starts, values, strict=False)]
    about = [len(asked.about.intersection(terms_of(text))) for text in told]
    return [value for value, count in zip(values, about, strict=True) if count == max(about)]


def _values(sentence: str, citation: Citation, asked: Asked) -> Iterable[Value]:
    if not asked.wants_day:
        return amounts_in(sentence)
    return told_days(sentence, citation.published_at.date()) if citation.published_at else ()


def _is_meant(sentence: str, value: Value, asked: Asked, *, is_marked: bool) -> bool:
    """Whether a value is what is asked for; one that is marked need not be told in the words of the question."""
    if isinstance(value, NamedDay):
        if value.is_aside or not (is_marked or is_named(sentence, value)):
            return False
    elif not fits(value, asked, is_marked=is_marked):
        return False
    return bool(asked.state) or _tells_role(sentence, value, asked, is_marked=is_marked)


def _tells_role(sentence: str, value: Value, asked: Asked, *, is_marked: bool) -> bool:
    """Whether a value tells of the thing what is asked for, and not its width where its length is."""
    of_kind = OF_DAYS if asked.wants_day else OF_AMOUNTS
    if isinstance(value, Amount) and value.unit in MONEY:
        of_kind -= OF_SIZES
    wanted = asked.roles & of_kind
    told, around = roles_at(sentence, value.start, of_kind), roles_in(sentence) & of_kind
    is_of_a_purse = not (told or is_marked) and _is_of_a_purse(sentence, value, asked)
    if is_of_a_purse or _is_of_another(clause_at(sentence, value.start), asked):
        return False
    if "cost" in wanted and "spending" in told and _is_for_another(sentence, asked):
        return False
    if is_marked:
        wanted |= {other for role in wanted for other in SAID_OF.get(role, ())}
    elif asked.is_unsure and not wanted:
        return False
    if isinstance(value, NamedDay) and not is_named(sentence, value):
        return not wanted.isdisjoint(told)
    roles = told or (frozenset() if is_marked and not asked.wants_day else around)
    if not (wanted or is_marked) and told - _PRICE:
        return False
    return not wanted.isdisjoint(roles) if wanted and (roles or (asked.is_unsure and not is_marked)) else True


def _is_of_a_purse(sentence: str, value: Value, asked: Asked) -> bool:
    """Whether what stands before a value tells of a fund or a budget, and the question asks for none."""
    before = terms_of(sentence[: value.start])
    return bool(asked.counted & Clue.MONEY) and not _PURSES.isdisjoint(before) and _PURSES.isdisjoint(asked.terms)


def _is_for_another(sentence: str, asked: Asked) -> bool:
    """Whether money is spent on something else than what is asked for: «на подготовку площадки»."""
    found = [match[1].lower().replace("ё", "е") for match in _SPENT_ON.finditer(sentence)]
    return bool(found) and not any(word in _WORKS or term_of(word) in asked.terms for word in found)


def _is_of_another(clause: str, asked: Asked) -> bool:
    """Whether a clause tells of another ticket, or of other people's, than the question asks for."""
    for kinds in _OTHER_KINDS:
        if wanted := [kind for kind in kinds if kind & asked.terms]:
            told = [kind for kind in kinds if not kind.isdisjoint(terms_of(clause))]
            if told and not any(kind in wanted for kind in told):
                return True
    return False


def fits(amount: Amount, asked: Asked, *, is_marked: bool = False) -> bool:
    """Whether an amount is of the kind that is asked for."""
    if amount.is_aside or amount.is_change != asked.is_change:
        return False
    if asked.state:
        is_bare = not amount.unit and all(thing in asked.terms or states_in(thing) for thing in amount.things)
        return amount.state == asked.state and (amount.unit == "people" or is_bare)
    units = next((units for counted, units in _UNITS if asked.counted & counted), None)
    if units is not None:
        return amount.unit in units
    named = not asked.terms.isdisjoint(amount.things)
    if asked.counted & Clue.PEOPLE:
        generic = not asked.terms.isdisjoint(_PEOPLE)
        return amount.unit == "people" and (named or (generic and not amount.state))
    return (named and amount.unit in {"", "people", *SIZES}) or (is_marked and not (amount.things or amount.unit))


def count_one(amount: Amount, other: Amount, asked: Asked) -> bool:
    """Whether two amounts that fit count the same thing."""
    if amount.unit != other.unit and not asked.state:
        return False
    if amount.per != other.per and (amount.unit not in MONEY or (amount.per and other.per)):
        return False
    low, high = sorted((amount.value, other.value))
    return high <= _MOST_TIMES * low


def is_forecast(citation: Citation) -> bool:
    """Whether the sentence that answers tells what is expected."""
    return bool(_FORECAST.search(citation.excerpt[slice(*citation.highlight)]))


def differ(value: Value, other: Value) -> bool:
    """Whether two values cannot mean one number or day."""
    if isinstance(value, Amount) and isinstance(other, Amount):
        return not value.may_equal(other)
    if isinstance(value, NamedDay) and isinstance(other, NamedDay):
        return not value.may_equal(other)
    return False
