"""Whom or what a pronoun can mean: names that were answered with, questions that were asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.question.asking import wanted_by
from retrieval.text.dictionaries import is_proper_name
from retrieval.text.kinds import Clue
from retrieval.text.morphology import forms, genders_of_person, nominative
from retrieval.text.terms import composed, is_cyrillic
from retrieval.text.vocabulary import GENDERS, WHO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.question.wording import QuestionWord

_MOST_WORDS = 5
"""An answer of more words is no name."""
_NAME_WORD = r"[A-ZА-ЯЁ][\w’'-]*"
_NAME = re.compile(rf"«[^«»]+»|“[^“”]+”|\"[^\"]+\"|{_NAME_WORD}(?:\s+{_NAME_WORD})*")
_WORD = re.compile(r"[^\W_]+")
_BEFORE_SOMEBODY = frozenset(("такой", "такая", "такие", "is", "are", "was", "were"))
_QUOTES = ("«", "“", '"')


def name_in(answer: str, question: str) -> str:
    """Whom or what an answer to a question names, as it is called by itself; empty where it names nothing.

    To «кто» and "which company" that is a name within the answer, to other questions the answer as a whole.
    """
    answer = composed(answer).strip()
    names = [match[0] for match in _NAME.finditer(answer)]
    if not names or len(answer.split()) > _MOST_WORDS:
        return ""
    name = max(names, key=len)
    wanted = wanted_by(question)
    if not (wanted & (Clue.PERSON | Clue.NAME) or (not wanted and name == answer)):
        return ""
    if names_person(name):
        return " ".join(nominative(name.split()))
    return answer if is_cyrillic(name) and answer.startswith(name) else name


def genders_of(words: Sequence[QuestionWord]) -> frozenset[str]:
    """What the pronouns among these words can mean: ``masc``, ``femn``, ``neut``, ``plur``; empty where none tells."""
    told = [frozenset(gender for gender, pronouns in GENDERS.items() if word.key in pronouns) for word in words]
    return next((genders for genders in told if genders), frozenset())


def can_mean(genders: frozenset[str], name: str) -> bool:
    """Whether a pronoun of these genders can mean what is called so; it can where either does not tell."""
    if name[:1] in _QUOTES:  # «ей» may mean the company
        return True
    words = _WORD.findall(name)
    known = genders_of_person(words) or _genders(words[:1], nouns_alone=False)
    return not genders or not known or not genders.isdisjoint(known)


def names_person(name: str) -> bool:
    """Whether a Russian name is that of a person."""
    return name[:1] not in _QUOTES and any(form.names_person for word in _WORD.findall(name) for form in forms(word))


def asks_about_person(words: Sequence[QuestionWord]) -> bool:
    """Whether a question is about somebody: «кто такой Ньютон?», «кто мэр Парижа?», "who was Newton?"."""
    if any(word.is_name and names_person(word.key) for word in words):
        return True
    if len(words) < len(("who", "is", "he")) or words[0].key not in WHO:
        return False
    return words[1].key in _BEFORE_SOMEBODY or any(form.is_noun and form.is_animate for form in forms(words[1].key))


def speaks_of(genders: frozenset[str], words: Sequence[QuestionWord]) -> bool:
    """Whether a pronoun of these genders means something that a question names; in English it can mean a person."""
    nouns = [_genders([word.key]) for word in words if word.is_content and not (word.is_name and _is_place(word.key))]
    if not any(nouns):
        return asks_about_person(words) and not genders.isdisjoint(("masc", "femn"))
    return any(not genders.isdisjoint(noun) for noun in nouns)


def _is_place(key: str) -> bool:
    """Whether a Russian name is that of a place, which is seldom meant by a pronoun."""
    return is_proper_name(key) and not names_person(key)


def _genders(words: Sequence[str], *, nouns_alone: bool = True) -> frozenset[str]:
    found = [form.genders for word in words for form in forms(word) if form.is_noun or not nouns_alone]
    return frozenset.union(*found) if found else frozenset()
