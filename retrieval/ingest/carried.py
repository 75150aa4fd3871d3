"""What an earlier generation has found of its articles, by the rows that these have in a new one."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from retrieval.index.hashing import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Part = TypeVar("Part")

KEYS = "keys"
GONE = -1


class Carried:
    """The notes of an earlier generation; those of none, and what an earlier version did not note, are not there."""

    def __init__(self, notes: Mapping[str, NDArray[Any]], keys: NDArray[np.int64]) -> None:
        """`keys` are those of the articles of the new generation, by rows."""
        self._notes = notes
        self.keys = keys

    def __contains__(self, name: str) -> bool:
        return KEYS in self._notes and name in self._notes

    def __getitem__(self, name: str) -> NDArray[Any]:
        """What is noted under a name."""
        return self._notes[name]

    def part(
        self, prefix: str, kind: type[Part], lacking: Mapping[str, NDArray[Any]] = MappingProxyType({})
    ) -> Part | None:
        """What `noted` made of a dataclass of arrays; None where it is not whole, as of an earlier version.

        `lacking` are those without which it is whole all the same, as they are then.
        """
        names = {each.name: f"{prefix}_{each.name}" for each in fields(kind)}  # type: ignore[arg-type]  # it is one
        if not all(name in self or field in lacking for field, name in names.items()):
            return None
        return kind(**{field: self._notes[name] if name in self else lacking[field] for field, name in names.items()})

    @cached_property
    def now(self) -> NDArray[np.int64]:
        """The row of each article that the earlier one had; `GONE` where it is not there any more."""
        if KEYS not in self._notes:
            return np.zeros(0, dtype=np.int64)
        by_key = np.argsort(self.keys, kind="stable")
        found = places_of(self._notes[KEYS], self.keys[by_key])
        return np.where(found >= 0, by_key[found] if len(by_key) else GONE, GONE)

    @cached_property
    def before(self) -> NDArray[np.int64]:
        """The row that each article had; `GONE` where it is new."""
        found = np.full(len(self.keys), GONE, dtype=np.int64)
        if KEYS in self._notes:
            here = np.flatnonzero(self.now >= 0)
            found[self.now[here]] = here
        return found

    @property
    def fresh(self) -> NDArray[np.bool_]:
        """Which articles the earlier one had not."""
        return self.before < 0

    def rows(self, name: str) -> NDArray[np.int64]:
        """Rows of articles that are noted of articles, as they are now; `GONE` of what is new or leads to what is gone.

        They are noted by article, shape (earlier articles,).
        """
        found = np.full(len(self.keys), GONE, dtype=np.int64)
        here = np.flatnonzero(self.before >= 0)
        found[here] = self.now[self._notes[name][self.before[here]]]
        return found


def noted(prefix: str, part: Any) -> dict[str, NDArray[Any]]:
    """The arrays of a dataclass, to be kept for the next generation: numbers in half the bytes where they fit."""
    return {f"{prefix}_{each.name}": _short(getattr(part, each.name)) for each in fields(part)}


def _short(array: NDArray[Any]) -> NDArray[Any]:
    half, most = _HALVES.get(array.dtype.str[1:], (None, 0))
    return array.astype(half) if half and array.max(initial=0) <= most else array


_HALVES = {"i8": ("i4", 2**31 - 1), "u4": ("u2", 2**16 - 1)}
"""Of unsigned numbers of 64 bits there are none but hashes."""
