"""Whether a sentence can be understood by itself, or means by «он», "this" or "there" what was named before it.

Told by rules of form, without parsing: a word that points back needs an antecedent before it in its own sentence. That
is a noun that agrees with it (Russian), or a noun phrase that stands in no prepositional phrase (English).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.dictionaries import is_word
from retrieval.text.morphology import forms
from retrieval.text.terms import composed
from retrieval.text.vocabulary import (
    ARTICLES,
    BEFORE_AN_ENGLISH_CLAUSE,
    DEMONSTRATIVES,
    FOR_SUCH_REASONS,
    GENDERS,
    MONTHS,
    OPENINGS,
    POINTING_ADVERBS,
    PREPOSITIONS,
    RELATIVE_DAYS,
    STOP_WORDS,
    SUBJECT_PRONOUNS,
    SUCH,
    WEEKDAYS,
    any_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_QUOTED = re.compile(r"[«„“][^«»„“”]*[»”]|\"[^\"]*\"")
_LONGEST_NAME = 4
"""Words between quotation marks; more are what somebody says."""
_ANY_NAME = "Xq"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[,:;]")
_ENDS_CLAUSE = frozenset((",", ":", ";", "и", "а", "но", "что", "как"))
_PERSONAL = frozenset().union(*GENDERS.values()) - {"таких", "такие"}
_OF_SOMEBODY = frozenset(("его", "ее", "их"))
_OPEN = DEMONSTRATIVES | SUCH | POINTING_ADVERBS | FOR_SUCH_REASONS
"""Words that point back where they begin a sentence; further on they may mean what stands in it."""
_TIMES = MONTHS | WEEKDAYS | RELATIVE_DAYS
_PRESENT = (
    r"(?:год[ауе]?|месяц[ае]?|недел[яиюе]|квартал[ае]?|сезон[ае]?|утро[ма]?|утра|вечер(?:ом|а)?|ночью|день|дня|"
    r"зим[аыоуе]й?|весн[аыоуе]й?|лет[оа]м?|осень[ю]?|осени|раз|"
    r"year|month|week|weekend|morning|afternoon|evening|season|summer|winter|spring|autumn|fall|quarter|time)s?\b"
)
_NO_POINTERS = re.compile(
    # «В этом году», "this week": the time of writing. «В этот день» is the day that was named.
    rf"\b(?:этого|этом|этой|эту|этим|этих|this|these)\s+{_PRESENT}|"
    r"\b(?:при этом|вместе с тем|тем (?:временем|не менее|более|самым)|между тем|к тому же|кроме т?эт?ого|"
    r"в том числе|то(?:т|го|му|м)? (?:что|как)|как это|что это за)\b|"
    # «Те, кто», "those who": what follows tells.
    r"\b(?:тот|та|те|тех|тем|того|тому|то|такой|такие|такая|those|that|such)(?:,\s*(?:кто|что|котор\w+|где|чтобы)\b|"
    r"\s+(?:who|which|that|as)\b)|"
    # "There is", "it is expected that", "it took": they mean nothing.
    r"\bthere\s+(?:is|are|was|were|will|would|has|have|had|may|might|could|can|should|must|seems?|remains?)\b|"
    r"\bit\s+(?:(?:is|was|will be|has been|remains?|becomes|became)\s+"
    r"(?:\w+\s+){1,3}?(?:that|who|why|how|whether|when)|"
    r"(?:is|was|remains)\s+(?:un)?(?:clear|likely|known|possible|necessary|important|difficult|hard|easy)|"
    r"(?:took|takes|take|emerged|turned out|turns out|seems?|appears?|rained|snowed|will rain|will snow))\b",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"\b(he|she|it|they|that|there|this)['’](?:s|re|ve|d|ll)\b", re.IGNORECASE)
_SPEAKER = re.compile(
    rf"(?:[,!?…»”\"]\s*[—–-]|[,!?]?[»”\"])\s*(?:\w+\s+){{0,2}}{any_of(SUBJECT_PRONOUNS)}\b", re.IGNORECASE
)
"""«…», — сказал он: who is quoted is not named in what is said."""


class _Word(NamedTuple):
    text: str
    key: str


@lru_cache(maxsize=20_000)
def points_back(sentence: str) -> bool:
    """Whether a sentence hinges on a word that means what is named in none of its own words before it."""
    if _SPEAKER.search(sentence) and _names_nobody(_QUOTED.sub(" ", sentence)):
        return True
    told = _CONTRACTED.sub(r"\1 is", _QUOTED.sub(_name_or_speech, composed(sentence)))
    told = _NO_POINTERS.sub(" ", told)
    words = [_Word(word, word.lower().replace("ё", "е")) for word in _WORD.findall(told)]
    place = next((place for place, word in enumerate(words) if _is_pointer(words, place, word.key)), None)
    return place is not None and not _has_antecedent(words[:place], words[place].key)


def _name_or_speech(quoted: re.Match[str]) -> str:
    return f" {_ANY_NAME} " if len(quoted[0].split()) <= _LONGEST_NAME else " "


def _names_nobody(text: str) -> bool:
    """Whether what stands around a quotation has no name but at the beginning of the sentence."""
    return re.search(r"(?<=[\w,—–-] )[А-ЯЁA-Z]", text) is None


def _is_pointer(words: Sequence[_Word], place: int, key: str) -> bool:
    if key in _PERSONAL:
        return True
    is_first = all(word.key in PREPOSITIONS or word.key in OPENINGS for word in words[:place])
    return is_first and key in _OPEN


def _has_antecedent(before: Sequence[_Word], pointer: str) -> bool:
    if not before:
        return False
    if re.search("[а-я]", pointer):
        return _has_russian_antecedent(before, pointer)
    return any(_is_english_antecedent(before, place) for place in range(len(before)))


def _has_russian_antecedent(before: Sequence[_Word], pointer: str) -> bool:
    """A noun that agrees in gender and number, of another clause where the pointer is a subject."""
    if pointer in SUBJECT_PRONOUNS and not any(word.key in _ENDS_CLAUSE for word in before):
        return False
    candidates = before[:-1] if pointer in _OF_SOMEBODY else before  # «срок его полномочий»
    wanted = {gender for gender, pronouns in GENDERS.items() if pointer in pronouns}
    return any(_agrees(word, wanted) for word in candidates)


def _agrees(word: _Word, wanted: set[str]) -> bool:
    if word.key in _TIMES or word.key in STOP_WORDS or word.key in _ENDS_CLAUSE:
        return False
    readings = forms(word.key)
    if not readings:
        return word.text[0].isupper() and not is_word(word.key)  # a name that the dictionary does not hold
    # «32 пассажира» are several, though the form is that of one.
    return any(form.genders & wanted or ("plur" in wanted and form.case == "gent") for form in readings if form.is_noun)


def _is_english_antecedent(words: Sequence[_Word], place: int) -> bool:
    word, previous = words[place], words[place - 1].key if place else ""
    if word.key in _TIMES or previous in PREPOSITIONS or previous in BEFORE_AN_ENGLISH_CLAUSE:
        return False
    if word.key in ARTICLES:
        return place + 1 < len(words)
    is_name = word.text[0].isupper() and word.key not in STOP_WORDS and word.key not in PREPOSITIONS
    return is_name and not (place == 0 and _opens_otherwise(word))


def _opens_otherwise(word: _Word) -> bool:
    """Whether an English sentence that begins with this word does not begin with a noun: "Although", "Later"."""
    return word.key in BEFORE_AN_ENGLISH_CLAUSE or word.key.endswith(("ly", "ing"))
