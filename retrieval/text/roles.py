"""What a sentence says of a number: whose it is, by clauses; what has become of people; what of a thing it tells."""

from __future__ import annotations

import re

from retrieval.text.number_words import ROLES, STATES
from retrieval.text.vocabulary import any_of

_CLAUSE = re.compile(
    r"[;:()—]|,(?!\d)| [–-] |\b(?:и|а|но|против|вместо|and|but|while|whereas|compared|"
    r"after|(?<!more )(?<!less )(?<!fewer )than)\b",
    re.IGNORECASE,
)
CHANGES = re.compile(
    r"\b(?:вырос|выраст|увелич|возрос|сократ|сокращ|сниз|сниж|подня|повы[сш]|достиг|упал|опуст|опуск|уменьш|подорож|"
    r"подешев|прибав|rose|rise|risen|raise|grew|grow|increas|fell|fall|drop|cut|climb|reach|declin|reduc|jump|lower)",
    re.IGNORECASE,
)
"""Verbs with which numbers change: «вырос до 40», "rose to 40"."""


def _beginning_with(stems: str) -> re.Pattern[str]:
    """What finds the words that begin with any of some stems; those of several words have a line between them."""
    return re.compile(rf"\b{any_of(stems.split())}".replace("_", r"\w*\s+"), re.IGNORECASE)


_STATES = tuple((state, _beginning_with(stems)) for state, stems in STATES.items())
_ROLES = tuple((role, _beginning_with(stems)) for role, stems in ROLES.items())


def states_in(text: str) -> list[str]:
    """What a text says that has become of people."""
    return [state for state, pattern in _STATES if pattern.search(text)]


def roles_in(text: str) -> frozenset[str]:
    """What a text tells of a thing: its cost, its length, its opening."""
    return frozenset(role for role, pattern in _ROLES if pattern.search(text))


def roles_at(text: str, place: int, kinds: frozenset[str]) -> frozenset[str]:
    """What the clause at a place tells of a thing, of some kinds: of several the one told next to that place."""
    clause = clause_at(text, place)
    roles = roles_in(clause) & kinds
    if len(roles) <= 1:
        return roles
    start = text.rindex(clause, 0, place + len(clause) + 1)
    found = (
        (abs(match.start() + start - place), role)
        for role, words in _ROLES
        if role in roles
        for match in words.finditer(clause)
    )
    return frozenset((min(found)[1],))


def clause_at(text: str, place: int) -> str:
    """The clause that stands at a place of a text."""
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, place)), default=0)
    end = next((match.start() for match in _CLAUSE.finditer(text, place)), len(text))
    return text[start:end]


def state_at(text: str, start: int, end: int) -> str:
    """What has become of those that are counted: told in the clause, or once in the whole text."""
    clause = clause_at(text, start)
    border = _CLAUSE.search(text, end)
    for part in (text[end : border.start() if border else len(text)], clause, text):
        states = states_in(part)
        if len(states) == 1:
            return states[0]
        if len(states) > 1 and part is not text:
            at = clause.find(text[start:end])
            return _nearest_state(clause, at)
    return ""


def _nearest_state(clause: str, at: int) -> str:
    """The state whose word stands nearest to a place."""
    places = [(abs(match.start() - at), state) for state, pattern in _STATES for match in pattern.finditer(clause)]
    return min(places)[1] if places else ""
