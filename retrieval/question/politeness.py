"""Greetings, thanks and the like around a question -> the question alone."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from retrieval.text import phrases
from retrieval.text.lexicon import key_of
from retrieval.text.vocabulary import ENGLISH_AUXILIARIES, OPENINGS, PREPOSITIONS, QUESTION_WORDS, WHETHER, any_of

if TYPE_CHECKING:
    from retrieval.text.phrases import Phrase

_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile("[a-z]")
_MARKS = " ,!?.:;…—–)(-"
_JOINING = " '’-"
"""What may stand between the words of a phrase."""
_MAY_JOIN = frozenset(("что", "чего", "чем", "чему", "как", "what", "how"))
"""Words that ask or join a clause: «Интересно, что мост открыли»."""
_SAYING = ("сказа", "говор", "переда", "say", "said", "gave", "give", "with")
"""What words begin with after which thanks are what somebody said."""
_BETWEEN_COMMAS = re.compile(rf",\s*{any_of(' '.join(phrase) for phrase in phrases.COURTESIES)}\s*,", re.IGNORECASE)
_VOT = re.compile(r"(?<!\s)\s+вот\b", re.IGNORECASE)
_REQUESTS = phrases.COURTESIES | phrases.REQUESTS
_LEADS = _REQUESTS | phrases.WISHES
_THANKS = phrases.THANKS | phrases.GRATITUDE


def without_politeness(text: str) -> str:
    """The text without what is said around a question; the text itself where nothing else is said.

    `text` stands on one line, with single spaces. What stands between quotation marks is not touched.
    """
    typed = _BETWEEN_COMMAS.sub("", text)
    body, asks = typed, False
    while (shorter := _shortened(body)) != body:
        asks = asks or (body.startswith(shorter) and "?" in body[len(shorter) :])
        body = shorter
    if not _WORD.search(body):
        return text
    return f"{body}?" if asks else body


def _shortened(body: str) -> str:
    """The text without one thing that is said before or behind the question, if there is any."""
    words = _Words(body)
    if count := words.leading():
        return body[words.ends[count - 1] :].lstrip(_MARKS)
    if count := words.trailing():
        return body[: words.starts[-count]].rstrip(_MARKS)
    if len(words.keys) > 1 and words.keys[0] in OPENINGS and words.keys[1] == "вот" and words.ask(2):
        return _VOT.sub("", body, count=1)
    return body


class _Words:
    """The words of a text by their keys, and where each of them starts and ends."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self._text = text
        self.keys = tuple(key_of(match[0]) for match in found)
        self.starts = [match.start() for match in found]
        self.ends = [match.end() for match in found]

    def leading(self) -> int:
        """How many words at the beginning are said before the question."""
        if self._gap(0).strip(_MARKS):
            return 0
        if count := self._phrase(_REQUESTS, 0):
            return count
        if count := self._phrase(_THANKS, 0):
            return count if self._gap(count).lstrip()[:1] in ",!?.;…" and self._gap(count).strip() else 0
        if count := self._phrase(phrases.GREETINGS, 0):
            paused = self._gap(count).strip() or count == len(self.keys)
            return count if paused or self._phrase(_LEADS, count) or self._lead_to_asking(count) else 0
        count = self._phrase(phrases.WISHES, 0)
        return count if count and self._lead_to_asking(count) else 0

    def trailing(self) -> int:
        """How many words at the end are said behind the question."""
        for listed in (phrases.COURTESIES, phrases.REQUESTS, _THANKS, phrases.CALLS_BEHIND):
            count = self._phrase_at_the_end(listed)
            if not count or self._gap(len(self.keys)).strip(_MARKS):
                continue
            place = len(self.keys) - count
            gap = self._gap(place).lstrip('»”")')
            if place and gap and (gap.strip() or self._is_loose(listed, place)):
                return count
        return 0

    def ask(self, place: int, *, without: frozenset[str] = frozenset()) -> bool:
        """Whether a question begins at a place."""
        keys = self.keys[place : place + 4]
        if keys[:1] and (keys[0] in ENGLISH_AUXILIARIES or keys[1:2] == (WHETHER,)):
            return True
        before = next((at for at, key in enumerate(keys) if key not in PREPOSITIONS | OPENINGS), len(keys))
        asking = keys[before : before + 1]
        return bool(asking) and asking[0] in QUESTION_WORDS - without and self._gap(place + before + 1)[:1] != "-"

    def _lead_to_asking(self, place: int) -> bool:
        while count := self._phrase(_LEADS, place):
            place += count
        return self.ask(place, without=frozenset() if "?" in self._text else _MAY_JOIN)

    def _is_loose(self, listed: frozenset[Phrase], place: int) -> bool:
        """Whether a phrase of a list may end a text at a place without a mark before it."""
        if listed is phrases.COURTESIES:
            return True
        if listed is phrases.REQUESTS:
            return not _LATIN.match(self.keys[place])
        return listed is _THANKS and not self.keys[place - 1].startswith(_SAYING)

    def _phrase(self, listed: frozenset[Phrase], place: int) -> int:
        """How many words the longest phrase of a list has that begins at a place; 0 where none does."""
        most = min(_longest(listed), len(self.keys) - place)
        return next((length for length in range(most, 0, -1) if self._is_phrase(listed, place, length)), 0)

    def _phrase_at_the_end(self, listed: frozenset[Phrase]) -> int:
        most = min(_longest(listed), len(self.keys))
        return next(
            (length for length in range(most, 0, -1) if self._is_phrase(listed, len(self.keys) - length, length)), 0
        )

    def _is_phrase(self, listed: frozenset[Phrase], place: int, length: int) -> bool:
        return self.keys[place : place + length] in listed and not any(
            self._gap(inside).strip(_JOINING) for inside in range(place + 1, place + length)
        )

    def _gap(self, place: int) -> str:
        """What stands before the word of a place, or behind the last one."""
        start = self.ends[place - 1] if place else 0
        return self._text[start : self.starts[place] if place < len(self.starts) else len(self._text)]


@cache
def _longest(listed: frozenset[Phrase]) -> int:
    return max(map(len, listed))
