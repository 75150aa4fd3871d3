"""What the database of people holds, and what is done to it, whichever database it is."""

import sqlalchemy as sa

from bot.people.database import transaction


def everything_stored(store, home):
    """What the files of SQLite hold, or all rows of all tables of PostgreSQL."""
    if store.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in home.iterdir())
    with transaction(store.engine) as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [connection.execute(sa.text(f"SELECT t::text FROM {table} t")).all() for table in tables]  # noqa: S608
    return str(rows).encode()


def execute(store, *statements):
    with transaction(store.engine) as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
