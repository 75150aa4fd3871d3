"""Headlines and names of outlets within lines of the bot's: none begins a line of its own or turns one round.

What articles call themselves is anybody's. Excerpts are shown to the letter; they stand apart, in quotations.
"""

import re
import unicodedata

from retrieval.text.one_line import on_one_line

LONGEST_QUESTION = 200
"""Characters of a question in a line that names it."""

_TURNING = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What turns the order of characters (https://unicode.org/reports/tr9/), and controls, which nobody sees."""
_FIRST_TO_TURN = "\u0590"
"""The first of the letters that are written from right to left."""
_ISOLATED, _END_OF_ISOLATED = "\u2068", "\u2069"


def within_a_line(text: str, longest: int | None = None) -> str:
    """Return what an article is called, or an outlet, as a part of a line; what stands beside it stays where it is.

    The whole of it has at most `longest` characters.
    """
    shown = on_one_line(_TURNING.sub("", text))
    turns = _turns(shown)
    if longest is not None:
        shown = shortened(shown, longest - len(_ISOLATED + _END_OF_ISOLATED) * turns)
    return f"{_ISOLATED}{shown}{_END_OF_ISOLATED}" if turns else shown


def shortened(text: str, longest: int) -> str:
    """Return the beginning of a text that is longer."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _turns(text: str) -> bool:
    if all(character < _FIRST_TO_TURN for character in text):
        return False
    return any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in text)
