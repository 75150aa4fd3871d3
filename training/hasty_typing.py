"""Questions as people type them in haste."""

import random
import re
from collections.abc import Callable

SHORTEST_FOR_A_SLIP = 7
_WORD = re.compile(r"[^\W\d_]+")


def in_small_letters(question: str) -> str:
    """Without capitals and without marks at its end."""
    return question.lower().rstrip("?!. ")


def without_mark(question: str) -> str:
    """Without marks at its end."""
    return question.rstrip("?!. ")


def without_dots(question: str) -> str:
    """With «е» for «ё»."""
    return question.replace("ё", "е").replace("Ё", "Е")


def with_an_exchange(question: str) -> str:
    """With two neighbouring letters changed inside its longest word in small letters."""
    return _with_slip(question, lambda word, place: word[:place] + word[place + 1] + word[place] + word[place + 2 :])


def with_a_letter_missing(question: str) -> str:
    """Without a letter inside its longest word in small letters."""
    return _with_slip(question, lambda word, place: word[:place] + word[place + 1 :])


def in_haste(question: str, chance: random.Random) -> str:
    """In some of these ways at once, and in one at least."""
    ways = [way for way in (with_an_exchange, without_dots, without_mark, str.lower) if chance.random() < 1 / 2]
    for way in ways or [in_small_letters]:
        question = way(question)
    return question


def _with_slip(question: str, slipped: Callable[[str, int], str]) -> str:
    words = [word for word in _WORD.finditer(question) if word[0].islower() and len(word[0]) >= SHORTEST_FOR_A_SLIP]
    longest = max(words, key=lambda word: len(word[0]), default=None)
    if longest is None:
        return question
    places = [place for place in range(1, len(longest[0]) - 3) if longest[0][place] != longest[0][place + 1]]
    if not places:  # «ааааааа»
        return question
    place = random.Random(question).choice(places)
    return question[: longest.start()] + slipped(longest[0], place) + question[longest.end() :]
