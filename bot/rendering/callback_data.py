"""What a button says when it is pressed: at most 64 bytes that hold all there is to know, also after a restart."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from retrieval.articles import KEY_LENGTH, article_key
from retrieval.types import Citation

LONGEST_DATA = 64
"""Bytes that Telegram takes."""


class Action(StrEnum):
    """What a button does."""

    PAGE = "p"
    """Shows page `number` of the answer of `exchange`."""
    AROUND = "c"
    """Shows the text around citation `number` of the answer of `exchange`, and around those beside it of the same
    article; `key` tells the excerpt that was shown."""
    ARTICLE = "a"
    """Shows page `number` of the article `key` in place; from there one goes back to page `back` of the
    answer of `exchange`."""
    OPEN = "o"
    """Shows the article `key` in a message of its own."""
    USEFUL = "g"
    """Says that the answer of `exchange` was useful."""
    USELESS = "b"
    """Says that the answer of `exchange` was not."""
    EXAMPLE = "e"
    """Asks what stands on it, a question that the article `key` answers."""
    PERIOD = "t"
    """Asks the question of `exchange` of the days from `number` to `back`, both as `date.toordinal`."""
    OUTLET = "s"
    """Asks it of the outlet of citation `number` alone."""
    STORY = "h"
    """Tells in a message of its own how the story that the answer of `exchange` cites went on, day by day."""
    DAYS = "d"
    """Shows page `number` of that in place."""
    MISSED = "m"
    """Shows an operator the question of `exchange`, which was not answered well."""
    JUDGE = "j"
    """Says for an operator that the article `key` answers it, or without a key that none does."""
    FOLLOW = "f"
    """Tells whoever asked the question of `exchange` in private when there is something new about it."""
    UNFOLLOW = "u"
    """Ends that; `exchange` is the number of the follow."""
    ADD = "i"
    """Has an operator's offer of the number `exchange` taken in among the articles."""
    DECLINE = "n"
    """Says for an operator that it shall not be."""
    GIVEN = "k"
    """Shows an operator page `number` of what was given by hand, in place."""
    TAKE_BACK = "w"
    """Takes what was given by hand under the number `exchange` back."""
    LANGUAGE = "l"
    """Chooses the language `key`."""


# Anybody can send anything; numbers that no database takes do not come further than this.
_DATA = re.compile(
    rf"([{''.join(Action)}]):(\d{{1,15}}):(\d{{1,9}}):([A-Za-z0-9_-]{{0,{KEY_LENGTH}}})(?::(\d{{1,9}}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class CallbackData:
    """What a button says: all that is needed to act on it."""

    action: Action
    exchange: int = 0
    number: int = 0
    key: str = ""
    back: int = 0

    def packed(self) -> str:
        """Return what Telegram keeps with the button."""
        packed = f"{self.action}:{self.exchange}:{self.number}:{self.key}"
        return f"{packed}:{self.back}" if self.back else packed

    @classmethod
    def parse(cls, data: str | None) -> Self | None:
        """Return what `data` holds; None for what no button of this bot says."""
        match = _DATA.fullmatch(data or "")
        return cls(Action(match[1]), int(match[2]), int(match[3]), match[4], int(match[5] or 0)) if match else None


def excerpt_key(citation: Citation) -> str:
    """Return a key of 11 characters that tells the excerpt of a citation from every other of all articles."""
    return article_key(f"{citation.article_id}\0{citation.excerpt}")
