"""What kinds of things a sentence holds: numbers, dates, names, places, reasons.

«Сколько» wants a number, "when" wants a date, «кто» wants a name: a sentence about the right subject without any such
thing seldom answers.
"""

from __future__ import annotations

import re

from retrieval.text.kinds import Clue
from retrieval.text.quantities import units_in
from retrieval.text.vocabulary import (
    CARDINALS,
    COUNTED_STEMS,
    COUNTED_UNITS,
    ENGLISH_MONTHS,
    MONTHS_OR_VERBS,
    POINTING_ADVERBS,
    PRONOUNS,
    RELATIVE_DAYS,
    RUSSIAN_MONTHS,
    WEEKDAYS,
    any_of,
)
from retrieval.text.whole import whole

_NUMBER = (
    r"\d",
    rf"\b{any_of(CARDINALS)}\b",
    rf"\b{any_of(COUNTED_STEMS)}{any_of(COUNTED_UNITS)}",  # «трехлетний», «двухдневный»
    r"\bone\b(?! of\b| another\b)",
)
_MONTH_ADJECTIVES = r"\b(?:январ|феврал|март|апрел|май|июн|июл|август|сентябр|октябр|ноябр|декабр)ь?ск"
_BEFORE_A_MONTH = r"(?:in|on|of|since|by|until|till|from|to|early|late|mid|last|this|next|during|between|through)"
_EITHER_MONTH = any_of(word.capitalize() for word in MONTHS_OR_VERBS)
_DATE = (
    r"\b(?:1\d|20)\d\d\b",
    r"\b\d{1,2}:\d\d\b",
    r"\b[XVI]+\s*(?:в\.|век)|\bcentur(?:y|ies)\b",
    rf"\b{any_of(RUSSIAN_MONTHS | WEEKDAYS | RELATIVE_DAYS)}\b|{_MONTH_ADJECTIVES}|\b(?:в|на) среду\b",
    # English months are written with a capital; "March" and "May" need a day or a preposition beside them as well.
    rf"(?-i:\b(?:{any_of(word.capitalize() for word in ENGLISH_MONTHS)}\b|(?:Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\.))",
    rf"\b(?:{_BEFORE_A_MONTH}|\d{{1,2}}(?:st|nd|rd|th)?)[ -](?-i:{_EITHER_MONTH})\b|(?-i:\b{_EITHER_MONTH}) \d",
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_IN_SENTENCE = {
    Clue.NUMBER: _any(*_NUMBER),
    Clue.DATE: _any(*_DATE),
    Clue.NAME: re.compile(r"(?<=[\w,»”\")] )[«„“\"(]?[А-ЯЁA-Z][\w’'-]+|[«„“\"][А-ЯЁA-Z]"),
    Clue.PLACE: re.compile(
        r"\b(?:в|во|на|из|под|близ|у|около|до|при|in|at|near|from|to|on|of)\s(?:[а-яёa-z]+\s)?[А-ЯЁA-Z]\w+"
    ),
    Clue.REASON: _any(
        r"\b(?:потому|поскольку|из-за|благодаря|вследствие|в результате|чтобы|поэтому|так как|причин|вызва|привел)",
        r"\b(?:because|since|due to|owing|in order|so that|reason|caus|result|therefore)",
    ),
    Clue.PERSON: re.compile(
        r"[А-ЯЁA-Z][а-яёa-z’'-]+ (?:[А-ЯЁA-Z]\. ?){0,2}[А-ЯЁA-Z][а-яёa-z’'-]+|"
        r"[А-ЯЁA-Z]\. ?(?:[А-ЯЁA-Z]\. ?)?[А-ЯЁA-Z][а-яёa-z]+"
    ),
    Clue.ASKING: re.compile(r"\?[»”\")]*$"),
    Clue.POINTING_BACK: _any(rf"\A{any_of(PRONOUNS | POINTING_ADVERBS | {'тот', 'та', 'те', 'такой'})}\b"),
}


def clues_in(sentence: str) -> Clue:
    """What kinds of things a sentence holds."""
    found, sentence = Clue(0), whole(sentence)
    for clue, pattern in _IN_SENTENCE.items():
        if pattern.search(sentence):
            found |= clue
    return found | units_in(sentence) if Clue.NUMBER in found else found
