"""Words as a reader sees them: without what is invisible inside them, or was put there by a typesetter.

Texts are stored and cited as they came. Whatever compares or reads words looks at them as they are here: a soft hyphen
or a zero-width space does not part a word, nor does a hyphen at the end of a line, and a Latin «o» among Cyrillic
letters is one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INVISIBLE = "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069"
_LETTER = r"[^\W\d_]"
_HIDDEN = re.compile(
    rf"(?<={_LETTER})[{_INVISIBLE}]{{0,8}}[-\u2010\u00ad][{_INVISIBLE}]{{0,8}}[ \t]*\r?\n[ \t]*(?=[a-zа-яё])|"
    rf"[{_INVISIBLE}]|(?<={_LETTER})\u200d(?={_LETTER})"
)
"""A joiner between letters only: between pictures it makes one of them. A line ends inside a word only where it goes
on in small letters."""
_MAY_HIDE = re.compile(rf"[{_INVISIBLE}\u200d]")
_MAY_END_A_LINE = re.compile(r"[-\u2010][ \t]*\r?\n")
"""What `_HIDDEN` cannot do without, several times as quick to look for: every text is looked at, few hold any."""
_MIXED = re.compile(r"[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z]")
_LETTERS = re.compile(r"[A-Za-zА-Яа-яЁё]+")
_LATIN = "aceopxyABCEHKMOPTXi"
_CYRILLIC = "асеорхуАВСЕНКМОРТХі"
_SCRIPTS = (
    (str.maketrans(_LATIN[:-1], _CYRILLIC[:-1]), re.compile("[A-Za-z]")),
    (str.maketrans(_CYRILLIC, _LATIN), re.compile("[А-Яа-яЁё]")),
)
"""For each script how letters of the other that look like its own are written in it, and what the others are."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A text with its words whole, and where each character stands in the text as it is stored."""

    text: str
    places: Sequence[int]
    """Shape (characters + 1,), the last one being the length of the stored text."""

    def stored(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the stored text; at its end nothing invisible is taken along."""
        return (self.places[start], self.places[end - 1] + 1) if start < end else (self.places[start],) * 2


def whole(text: str) -> str:
    """The text with its words whole; the very same where there is nothing to mend."""
    if _may_hide(text):
        text = _HIDDEN.sub("", text)
    return _LETTERS.sub(_in_one_script, text) if _MIXED.search(text) else text


def whole_with_places(text: str) -> Whole:
    """As `whole`, with the place of each character in `text`."""
    places = [*_kept(text), len(text)] if _may_hide(text) else range(len(text) + 1)
    return Whole(whole(text), places)


def _may_hide(text: str) -> bool:
    return _MAY_HIDE.search(text) is not None or ("\n" in text and _MAY_END_A_LINE.search(text) is not None)


def _kept(text: str) -> Iterator[int]:
    start = 0
    for match in _HIDDEN.finditer(text):
        yield from range(start, match.start())
        start = match.end()
    yield from range(start, len(text))


def _in_one_script(word: re.Match[str]) -> str:
    """A word whose letters of the other script all look like letters of its own, with these."""
    for own_letters, others in _SCRIPTS:
        mended = word[0].translate(own_letters)
        if not others.search(mended):
            return mended
    return word[0]
