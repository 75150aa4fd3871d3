"""Forms of Russian words: what they can be in a sentence, their cases and genders."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from retrieval.text.dictionaries import russian_readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEAST_SCORE = 0.04
"""Readings of a word that are less likely are left out."""
_PERSONAL = frozenset(("Name", "Surn", "Patr"))
_CASES = {"gen2": "gent", "acc2": "accs", "loc2": "loct"}


class Form(NamedTuple):
    """One reading of a word."""

    is_noun: bool
    is_adjective: bool
    """Participles and ordinals among them."""
    is_animate: bool
    names_person: bool
    """A first name, a surname or a patronymic."""
    case: str
    """OpenCorpora's name of it, e.g. ``nomn``; empty where the word has none."""
    genders: frozenset[str]
    """``masc``, ``femn``, ``neut``, ``plur``: those that it can have in this reading."""

    def agrees(self, other: Form) -> bool:
        """Whether this and another form may belong to one phrase."""
        return self.case == other.case and not self.genders.isdisjoint(other.genders)


@lru_cache(maxsize=10_000)
def forms(word: str) -> tuple[Form, ...]:
    """The likely readings of a Russian word in any case of letters, the likeliest first; none of any other."""
    return tuple(_form(parse) for parse in _parses(word) if parse.tag.POS in {"NOUN", "ADJF", "PRTF"})


def nominative(name: Sequence[str]) -> list[str]:
    """The words of somebody's name in the nominative; as they are where they may stand in it, or do not agree."""
    readings = [[parse for parse in _parses(word) if _names_person(parse)] for word in name]
    for first in sorted(readings[0], key=lambda parse: parse.tag.case != "nomn") if readings else ():
        agreeing = [_first_agreeing(parses, first) for parses in readings]
        found = [parse.inflect({"nomn"}) for parse in agreeing if parse]
        if len(found) == len(name) and all(found):
            return [_written_as(word, parse.word) for word, parse in zip(name, found, strict=True)]
    return list(name)


def is_noun(word: str) -> bool:
    """Whether a Russian word is most likely a noun."""
    readings = forms(word)
    return bool(readings) and readings[0].is_noun


@lru_cache(maxsize=10_000)
def dictionary_forms(word: str) -> frozenset[str]:
    """The nominatives of what a Russian word in small letters may be a form of, in the singular and in the plural."""
    found = {parse.normal_form for parse in _parses(word)}
    plurals = (parse.inflect({"nomn", "plur"}) for parse in _parses(word) if parse.tag.POS in {"NOUN", "ADJF", "PRTF"})
    return frozenset(found.union(plural.word for plural in plurals if plural))


@lru_cache(maxsize=10_000)
def lemmas(word: str) -> frozenset[str]:
    """What a Russian word may be a form of; a surname tells a man's from a woman's and from a family's.

    Only a word with a capital is read as somebody's name. In small letters, with «ё» as «е».
    """
    return _lemmas(_readings_as_written(word))


@lru_cache(maxsize=10_000)
def lemmas_as_named(word: str) -> frozenset[str]:
    """The same of a word that stands by itself: a name that may be in the nominative is, «Валентина» no «Валентин»."""
    readings = _readings_as_written(word)
    return _lemmas([parse for parse in readings if _names_person(parse) and parse.tag.case == "nomn"] or readings)


def begins_phrase(word: str, following: str) -> bool:
    """Whether `word` may be an adjective or the like of the noun `following`: «второй» before «день»."""
    return any(
        form.is_adjective and form.agrees(noun) for form in forms(word) for noun in forms(following) if noun.is_noun
    )


def genders_of_person(name: Iterable[str]) -> frozenset[str]:
    """What a person of this name can be, ``masc`` or ``femn``; empty where the name does not tell."""
    of_words = [
        frozenset.union(*(form.genders for form in personal))
        for word in name
        if (personal := [form for form in forms(word) if form.names_person])
    ]
    if not of_words:
        return frozenset()
    return (frozenset.intersection(*of_words) or frozenset.union(*of_words)) - {"plur"}


def _readings_as_written(word: str) -> list[Any]:
    is_name = word[:1].isupper()
    return [parse for parse in _parses(word) if not _names_person(parse) or (is_name and not _is_of_namesakes(parse))]


def _is_of_namesakes(parse: Any) -> bool:
    """Whether it is a first name in the plural: several of the name «Валентина» look as one of the name «Валентин»."""
    return "Name" in parse.tag and parse.tag.number == "plur"


def _lemmas(readings: Iterable[Any]) -> frozenset[str]:
    return frozenset(
        parse.normal_form.replace("ё", "е") + _mark_of_surname(parse, _form(parse).genders) for parse in readings
    )


def _mark_of_surname(parse: Any, genders: frozenset[str]) -> str:
    return f" {' '.join(sorted(genders))}" if "Surn" in parse.tag else ""


def _first_agreeing(parses: Iterable[Any], first: Any) -> Any | None:
    form = _form(first)
    return next((parse for parse in parses if _form(parse).agrees(form)), None)


def _written_as(word: str, nominative_form: str) -> str:
    return nominative_form.capitalize() if word[:1].isupper() else nominative_form


def _form(parse: Any) -> Form:
    tag = parse.tag
    if tag.number == "plur":
        genders = frozenset(("plur",))
    elif "ms-f" in tag or "GNdr" in tag:
        genders = frozenset(("masc", "femn"))
    else:
        genders = frozenset((tag.gender,)) if tag.gender else frozenset()
    case = tag.case or ""
    return Form(
        is_noun=tag.POS == "NOUN",
        is_adjective=tag.POS in {"ADJF", "PRTF"},
        is_animate=tag.animacy == "anim",
        names_person=_names_person(parse),
        case=_CASES.get(case, case),
        genders=genders,
    )


def _names_person(parse: Any) -> bool:
    return not _PERSONAL.isdisjoint(parse.tag.grammemes)


def _parses(word: str) -> list[Any]:
    return [parse for parse in russian_readings(word.lower()) if parse.score >= _LEAST_SCORE]
