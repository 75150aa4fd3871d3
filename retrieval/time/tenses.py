"""Where on the time line a text is: tenses of its verbs, in Russian by the dictionary, in English by their forms."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.dictionaries import russian_readings
from retrieval.text.vocabulary import ARTICLES, DEMONSTRATIVES, POSSESSIVES, PREPOSITIONS
from retrieval.time.days import Tense
from retrieval.time.verbs import CONDITIONAL, ENGLISH_FUTURE, ENGLISH_PAST, LEAVING_OPEN, PLANNED, SAYING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_]+(?:['’](?:ll|s\b))?")
_ENDS_CLAUSE = re.compile(r"[,;:()]|\s[—–-]\s|[.!?…]\s")
_ASKS_WHAT_IS_KNOWN = re.compile(r"\b(?:is|are) (?:known|said|reported|written|new)\b|\bесть\b", re.IGNORECASE)
_LIKELY = 0.5
_SHORTEST_REGULAR = 5
"""Letters: "need" and "red" are no past."""
_NEAR = 2
"""Words between "will" and what it belongs to, or between "to be" and its participle."""
_MODIFIED = ARTICLES | DEMONSTRATIVES | POSSESSIVES | PREPOSITIONS
"""A participle behind one of these belongs to a noun: "the disputed bridge"."""
_FEW_WORDS = 2
_FEW_FIRST_WORDS = 5


class Verb(NamedTuple):
    """A word that tells a tense, or leaves it open: ``text[start:end]``."""

    start: int
    end: int
    tense: Tense


def _verbs_in(text: str) -> Iterator[Verb]:
    """The words of a text that tell a tense, in order."""
    before, last, last_tense = "", -_NEAR - 2, Tense.PAST
    for number, match in enumerate(_WORD.finditer(text)):
        word = match[0].lower().replace("ё", "е").replace("’", "'")
        tense = _tense(word)
        if word == "be" and before == "to":  # "talks to be held on Friday"
            tense = Tense.UNTOLD
        is_participle = word.endswith("ed") and before in _MODIFIED
        belongs = number - last <= _NEAR + 1 and (
            tense is Tense.PAST or (tense is Tense.UNTOLD and last_tense is Tense.FUTURE)
        )
        if tense is not None and not is_participle and not belongs:
            if tense is not Tense.PAST:
                last, last_tense = number, tense
            yield Verb(match.start(), match.end(), tense)
        before = word


@lru_cache(maxsize=50_000)
def _tense(word: str) -> Tense | None:
    """The tense that a word tells; UNTOLD where it leaves that open, None where it tells none."""
    if word in ENGLISH_FUTURE or word in PLANNED or word.endswith("'ll"):
        return Tense.FUTURE
    if word in CONDITIONAL or word in LEAVING_OPEN:
        return Tense.UNTOLD
    if word.isascii():
        is_regular = word.endswith("ed") and len(word) >= _SHORTEST_REGULAR and not word.endswith("eed")
        return Tense.PAST if is_regular or word in ENGLISH_PAST else None
    return _russian_tense(word)


def _russian_tense(word: str) -> Tense | None:
    """Infinitives and the present leave open when something happens: «решили открыть в пятницу»."""
    shares = dict.fromkeys(("past", "futr", "open"), 0.0)
    for reading in russian_readings(word):
        if reading.tag.POS in {"VERB", "PRTS"} and reading.tag.tense in shares:
            shares[reading.tag.tense] += reading.score
        elif reading.tag.POS == "INFN" or (reading.tag.POS == "VERB" and reading.tag.tense == "pres"):
            shares["open"] += reading.score
    likeliest = max(shares, key=lambda name: shares[name])
    if shares[likeliest] < _LIKELY:
        return None
    return {"past": Tense.PAST, "futr": Tense.FUTURE, "open": Tense.UNTOLD}[likeliest]


class Tenses:
    """The tenses of a text; its verbs are looked for when they are first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _verbs(self) -> list[Verb]:
        return list(_verbs_in(self._text))

    def near(self, place: int) -> Tense:
        """What is told where an expression begins, or else anywhere: the future if any verb says so."""
        told = self.at(place)
        if told is not Tense.UNTOLD:
            return told
        tenses = {verb.tense for verb in self._verbs}
        return next((tense for tense in (Tense.FUTURE, Tense.PAST) if tense in tenses), Tense.UNTOLD)

    def are_present(self) -> bool:
        """Whether there are verbs, and all are in the present; what outlets do, "says", tells of what was."""
        if _ASKS_WHAT_IS_KNOWN.search(self._text):
            return False
        verbs = [verb for verb in self._verbs if self._text[verb.start : verb.end].lower() not in SAYING]
        return bool(verbs) and all(verb.tense is Tense.UNTOLD for verb in verbs)

    def at(self, place: int) -> Tense:
        """What is told where an expression begins.

        That is what the nearest verb before it in its clause tells, or else the first behind it there. A clause of a
        few words and no verb ("On Friday, …") is in the tense of the clause that it begins, or in that of the text if
        all its verbs agree.
        """
        ends = [match.start() for match in _ENDS_CLAUSE.finditer(self._text)]
        start = max((end + 1 for end in ends if end < place), default=0)
        end = min((end for end in ends if end >= place), default=len(self._text))
        inside = [verb for verb in self._verbs if start <= verb.start < end]
        if inside:
            before = [verb for verb in inside if verb.start < place]
            return before[-1].tense if before else inside[0].tense
        words = len(_WORD.findall(self._text[start:end]))
        if words > (_FEW_WORDS if start else _FEW_FIRST_WORDS):
            return Tense.UNTOLD
        return self.of_all() if start else self._of_next_clause(end, [*ends, len(self._text)])

    def _of_next_clause(self, start: int, ends: list[int]) -> Tense:
        end = min((end for end in ends if end > start), default=start)
        return next((verb.tense for verb in self._verbs if start <= verb.start < end), self.of_all())

    def of_all(self) -> Tense:
        """What all verbs of the text tell, if they agree."""
        told = {verb.tense for verb in self._verbs}
        return told.pop() if len(told) == 1 else Tense.UNTOLD
