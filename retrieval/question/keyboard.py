"""Words that were typed while the keyboard was set to the other alphabet: «rnj nfrjq» is «кто такой»."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ"
_ENGLISH = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~"
_TO_RUSSIAN = str.maketrans(_ENGLISH + "/?&@#$^", _RUSSIAN + '.,?"№;:')
_TO_ENGLISH = str.maketrans(_RUSSIAN + '.,?"№;:', _ENGLISH + "/?&@#$^")
_MARKS = "?!…)"
_MARKS_OR_LETTERS = ".,;:"


def retyped(chunk: str, *, russian: bool) -> Iterator[str]:
    """What the same keys write in the other alphabet, `russian` or not.

    `chunk` has no spaces. Marks behind it that are letters there give several readings, the fewest of them letters
    first.
    """
    table = _TO_RUSSIAN if russian else _TO_ENGLISH
    marked = chunk.rstrip(_MARKS)
    for end in range(len(marked.rstrip(_MARKS_OR_LETTERS)), len(marked) + 1):
        yield marked[:end].translate(table) + chunk[end:]
