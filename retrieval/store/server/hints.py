"""How to mend what went wrong with a PostgreSQL, told by the code that its errors carry.

The codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from retrieval.told import told

_BY_CODE = (
    ("25006", told("it is a copy that can only be read: name the server that it is copied from in the command")),
    ("42501", told("let its owner grant this user the right to that")),
    ("42P01", told("run `citebot index` to bring its schema up to date")),
    ("42703", told("run `citebot index` to bring its schema up to date")),
    ("53300", told("let more connections in (max_connections), or try again later")),
    ("53", told("see to it that the server has room")),
    ("57014", told("try again, or let statements take longer there (statement_timeout)")),
    ("XX", told("if it is damaged, restore a backup")),
)
_NO_CONNECTION = told(
    "check that the server runs and lets you in, and what CITEBOT_DATABASE_URL says of host, port, user, password and "
    "database"
)
_CONNECTION = ("08", "28", "3D", "57P")
"""What the codes of errors begin with that end a connection or let none begin; without a code, nobody answered."""


def reason_of(cause: BaseException) -> str:
    """Return what the server said, or why none did, in one line and without what it repeats of the rows."""
    said = getattr(getattr(cause, "diag", None), "message_primary", None)
    # Further lines ask whether the server runs, or tell of its other addresses.
    return str(said or cause).strip().partition("\n")[0].strip()


def hint_for(cause: BaseException) -> str:
    """Say how to mend what psycopg raised; "" where there is nothing to say."""
    code = getattr(cause, "sqlstate", None) or ""
    if _ends_connections(cause, code):
        return _NO_CONNECTION
    return next((hint for begin, hint in _BY_CODE if code.startswith(begin)), "")


def _ends_connections(cause: BaseException, code: str) -> bool:
    from psycopg import OperationalError

    return isinstance(cause, OperationalError) and (not code or code.startswith(_CONNECTION))
