"""How often a person has done something in the last minute, counted by all bots on one PostgreSQL together."""

import sqlalchemy as sa

from bot.people.database import transaction
from bot.people.store import PeopleStore

_COUNT = sa.text("""
    INSERT INTO person_rate AS known (bot, kind, person_id, moments, until)
    VALUES (:bot, :kind, :person, ARRAY[clock_timestamp()], clock_timestamp() + interval '60 seconds')
    ON CONFLICT (bot, kind, person_id) DO UPDATE SET
        until = excluded.until,
        moments = excluded.moments || ARRAY(
            SELECT at FROM unnest(known.moments) AS at WHERE at > clock_timestamp() - interval '60 seconds'
        )
    WHERE :per_minute > (
        SELECT count(*) FROM unnest(known.moments) AS at WHERE at > clock_timestamp() - interval '60 seconds'
    )
    RETURNING true
""")


def count_if_allowed(store: PeopleStore, bot: int, kind: str, person: int, per_minute: int) -> bool:
    """Tell whether a person may do something now, at most so often in any sixty seconds; counts it if so.

    Raises `PeopleError`.
    """
    values = {"bot": bot, "kind": kind, "person": person, "per_minute": per_minute}
    with transaction(store.engine) as connection:
        return connection.execute(_COUNT, values).scalar() is not None
