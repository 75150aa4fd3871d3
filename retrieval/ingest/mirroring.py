"""Removals that look like an accident: a source that gave articles before and hardly any now loses none of them.

A share that is not mounted is an empty folder, and a broken export an empty file; both can be read without an error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.told import told
from retrieval.types import LoadProblem

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping

    from retrieval.store.queries import StoredRevision

_SEVERAL = 2
"""Articles from which on a source does not become empty by an ordinary removal."""
_MANY = 20
"""Articles from which on a source is expected to keep some of them from one run to the next."""
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A source that holds suspiciously little."""

    source: str
    """As the operator named it."""
    had: int
    """Articles that were published from it before."""
    has: int
    """Articles that were read from it now."""
    missing: tuple[str, ...]
    """Ids of those that no source holds now."""

    def problem(self) -> LoadProblem:
        """Tell what stays, and how to accept that it goes."""
        reason = told(
            "holds {has} articles and had {had}: the {missing_count} that are missing stay; if they are to go, "
            "run `citebot index --accept-removals`",
            has=self.has,
            had=self.had,
            missing_count=len(self.missing),
        )
        return LoadProblem(self.source, None, reason)


def is_under(origin: str, place: str) -> bool:
    """Whether what was read from `origin` was read from the source at `place`."""
    return origin == place or origin.startswith(place.rstrip("/") + "/")


def find_shrunk(
    sources: Mapping[str, str],
    before: Mapping[str, StoredRevision],
    now: Container[str],
    origins: Collection[str],
) -> list[Shrunk]:
    """Find the sources that hold nothing any more, or less than a tenth of twenty articles and more.

    `sources` gives the name of each source by its place, `before` the published revisions by the ids of their
    articles; `now` holds the ids that there are now, `origins` where each article was read, stored or not.
    """
    found = []
    # Each origin is looked at once, however many articles are from there.
    were, are = Counter(revision.origin for revision in before.values()), Counter(origins)
    for place, name in sources.items():
        had, has = (sum(count for origin, count in each.items() if is_under(origin, place)) for each in (were, are))
        if _is_suspicious(had, has):
            missing = tuple(
                article_id
                for article_id, revision in before.items()
                if article_id not in now and is_under(revision.origin, place)
            )
            if missing:
                found.append(Shrunk(name, had, has, missing))
    return found


def _is_suspicious(had: int, has: int) -> bool:
    return (had >= _SEVERAL and has == 0) or (had >= _MANY and has < _LEAST_SHARE * had)
