"""Which revisions count: every query about a generation or an article begins with one of these selections.

No other module of the store joins a generation to its revisions, so no query can forget those that were retracted.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from retrieval.store.tables import generation_revisions, retracted_revisions, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.roles import ColumnsClauseRole

_Value = TypeVar("_Value")
_VALUES_AT_ONCE = 500
"""Values in one ``IN (...)``: well below what any database refuses."""
LISTED = generation_revisions.c.revision_id
"""The revisions that a generation lists; for `listed`."""
ORIGIN = generation_revisions.c.origin
"""Which of the operator's sources a revision of a generation was read from; for all but `readable`."""
_RETRACTED = revisions.c.id.in_(sa.select(retracted_revisions.c.revision_id))
_LISTED = revisions.join(generation_revisions, generation_revisions.c.revision_id == revisions.c.id)


def live(generation: int, *columns: ColumnsClauseRole) -> sa.Select[Any]:
    """Select columns of what may be read of a generation: the revisions that it lists and that are not retracted."""
    return built_from(generation, *columns).where(~_RETRACTED)


def hidden(generation: int, *columns: ColumnsClauseRole) -> sa.Select[Any]:
    """Select columns of the revisions that a generation lists and nobody may read any more."""
    return built_from(generation, *columns).where(_RETRACTED)


def built_from(generation: int, *columns: ColumnsClauseRole) -> sa.Select[Any]:
    """Select columns of all revisions that a generation was built from, retracted ones among them.

    For what must agree with its index, whose rows stay, and for building it; never for what is shown.
    """
    return sa.select(*columns).select_from(_LISTED).where(generation_revisions.c.generation_id == generation)


def listed(generation: int, *columns: ColumnsClauseRole) -> sa.Select[Any]:
    """Select columns of the list of a generation alone, retracted revisions among them: no revision is looked up."""
    return sa.select(*columns).where(generation_revisions.c.generation_id == generation)


def readable(*columns: ColumnsClauseRole) -> sa.Select[Any]:
    """Select columns of the revisions that are not retracted, whichever generation lists them."""
    return sa.select(*columns).select_from(revisions).where(~_RETRACTED)


def whole(connection: Connection, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    """All rows that a query finds, as the driver gives them: for texts and whole numbers, which it gives as they are.

    SQLAlchemy makes a row of its own of each, which takes as long as to read it.
    """
    with closing(connection.execute(query)) as result:
        assert result.cursor is not None  # noqa: S101 - it is there until the result is closed
        return list(result.cursor.fetchall())


def in_portions(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Values, as many at a time as one query may name."""
    for start in range(0, len(values), _VALUES_AT_ONCE):
        yield values[start : start + _VALUES_AT_ONCE]
