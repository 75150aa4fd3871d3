"""Whether something stands inside one of many places of a text, however many there are."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable


class Places:
    """Where some patterns match in a text."""

    def __init__(self, text: str, patterns: Iterable[re.Pattern[str]]) -> None:
        # Matches of one pattern follow each other, so that of each only one can hold what is asked for.
        found = ([match.span() for match in pattern.finditer(text)] for pattern in patterns)
        self._of_patterns = [(spans, [start for start, _ in spans]) for spans in found if spans]

    def hold(self, start: int, end: int) -> bool:
        """Whether ``text[start:end]`` lies within one match."""
        for spans, starts in self._of_patterns:
            before = bisect_right(starts, start)
            if before and end <= spans[before - 1][1]:
                return True
        return False
