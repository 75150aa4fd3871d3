"""What is stored about people, carried over with a home into another place."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.people.database import open_engine, open_engine_to_read, transaction
from bot.people.tables import exchanges, metadata
from retrieval.errors import NotEmptyError
from retrieval.store.copying import copy_rows
from retrieval.store.engines import seeing_one_moment, shown
from retrieval.told import told


@dataclass(frozen=True, slots=True)
class PeoplePlace:
    """Where a home has what is stored about people."""

    home: Path
    database_url: str | None


def require_no_people(target: PeoplePlace) -> None:
    """Refuse a place where something is stored about people.

    Raises:
        NotEmptyError: there is.
        PeopleError: the place cannot be read.

    """
    engine = open_engine_to_read(target.home, target.database_url)
    if engine is None:
        return
    try:
        with transaction(engine) as connection:
            _require_none(connection, target)
    finally:
        engine.dispose()


def _require_none(connection: Connection, target: PeoplePlace) -> None:
    if any(connection.execute(sa.select(table).limit(1)).first() for table in metadata.sorted_tables):
        url = connection.engine.url
        message = told(
            "{place} holds questions of people already: name an empty database or a folder without them",
            place=target.home / "people.sqlite" if connection.dialect.name == "sqlite" else shown(url),
        )
        raise NotEmptyError(message)


def copy_people(source: PeoplePlace, target: PeoplePlace) -> int:
    """Copy it, in one transaction; return how many questions there were. None is made where no bot ever ran.

    Raises:
        NotEmptyError: something was stored at the target meanwhile.
        PeopleError: one of the two cannot be read or written.

    """
    reading_engine = open_engine_to_read(source.home, source.database_url)
    if reading_engine is None:
        return 0
    try:
        writing_engine = open_engine(target.home, target.database_url)
        try:
            with transaction(seeing_one_moment(reading_engine)) as reading, transaction(writing_engine) as writing:
                _require_none(writing, target)  # a bot may have begun there meanwhile
                copy_rows(reading, writing, metadata.sorted_tables)
                return writing.execute(sa.select(sa.func.count()).select_from(exchanges)).scalar_one()
        finally:
            writing_engine.dispose()
    finally:
        reading_engine.dispose()
