"""What a button says when it is pressed: at most 64 bytes that hold all there is to know, also after a restart."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from retrieval.articles import KEY_LENGTH

LONGEST_DATA = 64
"""Bytes that Telegram takes."""


class Action(StrEnum):
    """What a button does."""

    PAGE = "p"
    """Shows page `number` of the answer of `exchange`."""
    AROUND = "c"
    """Shows the text around citation `number` of the answer of `exchange`; `key` tells the excerpt that was shown."""
    ARTICLE = "a"
    """Shows page `number` of the article `key` in place; from there one goes back to the answer of `exchange`."""
    OPEN = "o"
    """Shows the article `key` in a message of its own."""
    USEFUL = "g"
    """Says that the answer of `exchange` was useful."""
    USELESS = "b"
    """Says that the answer of `exchange` was not."""
    EXAMPLE = "e"
    """Asks the example question about the article `key`."""
    LANGUAGE = "l"
    """Chooses the language `key`."""


# Anybody can send anything; numbers that no database takes do not come further than this.
_DATA = re.compile(rf"([{''.join(Action)}]):(\d{{1,15}}):(\d{{1,9}}):([A-Za-z0-9_-]{{0,{KEY_LENGTH}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed, or may be."""

    action: Action
    exchange: int = 0
    number: int = 0
    key: str = ""

    def data(self) -> str:
        """Return what Telegram keeps with the button."""
        return f"{self.action}:{self.exchange}:{self.number}:{self.key}"

    @classmethod
    def read(cls, data: str | None) -> Self | None:
        """Return the press that `data` stands for; None for what no button of this bot says."""
        match = _DATA.fullmatch(data or "")
        return cls(Action(match[1]), int(match[2]), int(match[3]), match[4]) if match else None
