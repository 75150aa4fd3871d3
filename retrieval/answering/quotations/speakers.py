"""Who says some words, as their article tells it: «…», — сказал Иванов; "…," said Mary Smith."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from retrieval.text.quoted_words import quoted_words
from retrieval.text.speech import SAYS
from retrieval.text.vocabulary import CAPITALS_OF_NO_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.answering.quotations.aligning import Aligned

_NAME = re.compile(
    r"(?<![\w-])[A-ZА-ЯЁ][\w'’-]*(?:(?:\.?\s|\.)(?:(?:de|van|von|der|bin|al|di|da|le|la)\s)?[A-ZА-ЯЁ][\w'’-]*){0,3}"
)
_CLAUSE_END = re.compile(r"[.!?…;:«»“”„\"]\s|[«»“”„\"]|\n|$")
_REACH = 110
"""Characters before and after a verb of saying in which whose words they are is named."""
_SHORTEST_NAME = 3
_SHORTEST_STEM = 2
_ENDINGS = frozenset(
    (
        *("", "'s", "а", "я", "у", "ю", "е", "и", "ы", "ь", "й", "ой", "ою", "ей", "ею", "ью", "ом", "ем", "ым", "им"),
        *("ый", "ий", "ого", "его", "ому", "ему", "ая", "яя", "ую", "юю", "ых", "их", "ыми", "ими", "ам", "ям", "ами"),
        *("ями", "ах", "ях", "ья", "ье", "ьи", "ьем"),
    )
)
"""What may stand behind a stem that forms of one name share: «Медведева» is «Медведев», and «Медведчук» is not."""
_LOST_VOWEL = re.compile(r"(?<=[^аеиоуыэюя])[ео](?=[^аеиоуыэюя]$)")
"""What a name loses before endings: «Кравец», «Кравца»."""


class Attribution(NamedTuple):
    """Whose words an article gives: the name as it stands there."""

    name: str
    distance: int
    """Characters from the words that are looked at."""


def named(speaker: str) -> tuple[str, ...]:
    """The words of a speaker's name, in the form in which they are compared; empty for one who has none: «мэр»."""
    return tuple(
        word.form
        for word in quoted_words(speaker)
        if speaker[word.start].isupper() and word.form not in CAPITALS_OF_NO_NAME and len(word.form) >= _SHORTEST_NAME
    )


def is_said_by(name: str, speaker: str) -> bool:
    """Whether two names may be of one person or body: a surname of either is a word of the other, in any case."""
    one, other = named(name), named(speaker)
    if not one or not other:
        return False
    return any(_is_one_name(one[-1], each) for each in other) or any(_is_one_name(other[-1], each) for each in one)


def is_mentioned(text: str, speaker: str) -> bool:
    """Whether a text names somebody, in any case."""
    wanted = named(speaker)[-1:]
    return any(_is_one_name(word.form, each) for word in quoted_words(text) for each in wanted)


def attributions(aligned: Aligned) -> list[Attribution]:
    """Who is named as the speaker around some words, the nearest first."""
    place = aligned.place
    start, end = place.words[aligned.at].start, place.words[aligned.end - 1].end
    first, last = place.sentence_of(aligned.at), place.sentence_of(aligned.end - 1)
    begins = place.sentences[max(first - 1, 0)].start
    ends = place.sentences[last].end
    # Where a sentence says itself that somebody said so, «— сказал он», the next one tells of somebody else.
    if not SAYS.search(place.text, end, ends):
        ends = place.sentences[min(last + 1, len(place.sentences) - 1)].end
    found = []
    for match in SAYS.finditer(place.text, begins, ends):
        if match.start() < end and match.end() > start:
            inside = place.text[start:end]
            if "«" not in inside and '"' not in inside and "“" not in inside:
                continue
        distance = max(start - match.end(), match.start() - end, 0)
        found += [Attribution(name, distance) for name in _names_at(place.text, match, begins, ends)]
    return sorted(found, key=lambda each: each.distance)


def _names_at(text: str, match: re.Match[str], begins: int, ends: int) -> Iterator[str]:
    """Names beside a verb of saying, in its clause."""
    stop = _CLAUSE_END.search(text, match.end(), ends)
    after = text[match.end() : min(stop.start() if stop else ends, match.end() + _REACH)]
    before = re.split(r"[.!?…;:«»“”„\"]\s|[«»“”„\"]|\n", text[max(begins, match.start() - _REACH) : match.start()])[-1]
    for piece in (after, before):
        for name in _NAME.finditer(piece):
            if named(name[0]):
                yield name[0]


def _is_one_name(one: str, other: str) -> bool:
    """Whether two words are forms of one name: a stem that both have, and of each no more than an ending."""
    return any(_share_a_stem(first, second) for first in _stems(one) for second in _stems(other))


def _stems(name: str) -> tuple[str, str]:
    return name, _LOST_VOWEL.sub("", name)


def _share_a_stem(one: str, other: str) -> bool:
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return any(one[end:] in _ENDINGS and other[end:] in _ENDINGS for end in range(_SHORTEST_STEM, shared + 1))
