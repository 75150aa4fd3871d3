"""What is told where a PostgreSQL cannot be used: one line that says what is wrong and how to mend it."""

import builtins
import sys
from types import SimpleNamespace

import pytest
from hashing_model import hashing_library, settings_for

from retrieval.errors import DatabaseError
from retrieval.store.database import Database
from retrieval.store.server.requirements import require_fit


def message_of(work, *arguments):
    with pytest.raises(DatabaseError) as told:
        work(*arguments)
    message = str(told.value)
    assert "\n" not in message
    assert "geheim" not in message
    return message


# The URL


@pytest.mark.parametrize(
    "drivername", ["postgresql", "postgres", "postgresql+psycopg2", "postgresql+asyncpg", "postgresql+pg8000"]
)
def test_another_driver_is_told_with_what_to_write(drivername):
    assert message_of(Database.at, f"{drivername}://bot:geheim@localhost/citebot") == (
        f"CITEBOT_DATABASE_URL begins with {drivername}://; Citebot works with psycopg: write postgresql+psycopg://"
    )


def test_a_driver_that_is_not_installed_is_told_with_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    message = message_of(Database.at, "postgresql+psycopg://bot:geheim@localhost/citebot")
    assert message.startswith("CITEBOT_DATABASE_URL names a PostgreSQL, and its driver is not installed (")
    assert message.endswith('): run `pip install "citebot[postgres]"`')


def test_a_driver_without_its_library_is_told_likewise(monkeypatch):
    import_of = builtins.__import__

    def without_library(name, *arguments, **named):
        if name == "psycopg":
            raise ImportError("no pq wrapper available.\nAttempts made:")
        return import_of(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without_library)
    message = message_of(Database.at, "postgresql+psycopg://bot:geheim@localhost/citebot")
    assert "(no pq wrapper available. Attempts made:): run `pip install" in message


def test_a_password_with_signs_of_a_url_is_told_and_not_shown():
    message = message_of(Database.at, "postgresql+psycopg://bot:secret@geheim@localhost/citebot")
    assert message.endswith("write each of them as a percent sign and its code (@ is 40, : is 3A, / is 2F)")
    assert "secret" not in message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://bot:geheim@127.0.0.1:1/citebot",
        "postgresql+psycopg://bot@127.0.0.1:1/citebot?password=geheim",
        "postgresql+psycopg:///citebot?host=127.0.0.1&port=1&user=bot&password=geheim",
    ],
)
def test_no_password_is_shown_wherever_the_url_has_it(url):
    message = message_of(Database.at(url).check_schema)
    assert message.startswith("the database postgresql+psycopg://")
    assert "***" in message.replace("%2A", "*")


# The server


def test_a_server_that_is_away_is_told():
    message = message_of(Database.at("postgresql+psycopg://bot:geheim@127.0.0.1:1/citebot").check_schema)
    assert message.startswith(
        "the database postgresql+psycopg://bot:***@127.0.0.1:1/citebot failed: connection failed:"
    )
    assert message.endswith(
        "; check that the server runs and lets you in, and what CITEBOT_DATABASE_URL says of host, port, user, "
        "password and database"
    )


@pytest.fixture
def strict(own_postgres):
    """A server that asks for passwords."""
    own_postgres.execute("ALTER ROLE citebot PASSWORD 'other'")
    own_postgres.let_in("scram-sha-256")
    yield own_postgres
    own_postgres.let_in("trust")


def test_a_wrong_password_is_told(strict):
    url = strict.url("postgres").replace("citebot@", "citebot:geheim@")
    message = message_of(Database.at(url).migrate)
    assert 'password authentication failed for user "citebot"; check that the server runs and lets you in' in message


def test_a_database_that_is_not_there_is_told(postgres):
    message = message_of(Database.at(postgres.url("nowhere")).migrate)
    assert 'database "nowhere" does not exist; check that the server runs and lets you in' in message


def test_a_server_without_pgvector_is_told(own_postgres):
    with own_postgres.without_pgvector():
        message = message_of(Database.at(own_postgres.new_database()).migrate)
    assert message == (
        "CITEBOT_DATABASE_URL: the server has no pgvector: install it there (https://github.com/pgvector/pgvector), or "
        "use an image that has it, such as pgvector/pgvector:pg18"
    )


OLD_PGVECTOR = (
    "CITEBOT_DATABASE_URL: the server has pgvector {found}; expected 0.8 or newer: update it, then run "
    "`ALTER EXTENSION vector UPDATE` in the database"
)


class Answering:
    """A connection that answers some statements as another server would."""

    def __init__(self, **answers):
        fit = {
            "server_version_num": "150000",
            "server_encoding": "UTF8",
            "pg_available_extensions": ("0.8.0", "0.8.0"),
        }
        self._answers = {**fit, **answers}

    def exec_driver_sql(self, statement):
        found = next(answer for part, answer in self._answers.items() if part in statement)
        row = (
            SimpleNamespace(installed_version=found[0], default_version=found[1]) if isinstance(found, tuple) else None
        )
        return SimpleNamespace(scalar_one=lambda: found, scalar=lambda: found, one_or_none=lambda: row)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"server_version_num": "149999"},
            "CITEBOT_DATABASE_URL: the server is PostgreSQL 14; expected 15 or newer",
        ),
        (
            {"pg_available_extensions": ("0.7.4", "0.8.1")},
            OLD_PGVECTOR.format(found="0.7.4"),
        ),
        (
            {"pg_available_extensions": (None, "0.5.1")},
            OLD_PGVECTOR.format(found="0.5.1"),
        ),
    ],
)
def test_what_is_too_old_is_told(answers, message):
    assert message_of(require_fit, Answering(**answers)) == message


def test_what_is_just_new_enough_is_taken():
    require_fit(Answering(has_schema_privilege=True))


# Rights


@pytest.fixture
def guest(postgres):
    """Who may connect to databases, and no more."""
    postgres.execute("CREATE ROLE guest LOGIN")
    yield "guest"
    postgres.execute("DROP OWNED BY guest")
    postgres.execute("DROP ROLE guest")


def as_guest(url):
    return url.replace("citebot@", "guest@")


def test_a_user_who_may_not_switch_pgvector_on_is_told(guest, database_url):
    database = database_url.rpartition("/")[2]
    assert message_of(Database.at(as_guest(database_url)).migrate) == (
        "CITEBOT_DATABASE_URL: the user guest may not switch pgvector on: let a superuser run `CREATE EXTENSION "
        f"vector` in the database {database}"
    )


def test_a_user_who_may_make_no_tables_is_told(guest, postgres, database_url):
    postgres.execute("CREATE EXTENSION vector", database_url.rpartition("/")[2])
    assert message_of(Database.at(as_guest(database_url)).migrate) == (
        "CITEBOT_DATABASE_URL: the user guest may make no tables there: let its owner run `GRANT CREATE ON SCHEMA "
        "public TO guest`"
    )


def test_a_user_who_may_not_read_is_told(guest, database_url):
    Database.at(database_url).migrate()
    assert message_of(Database.at(as_guest(database_url)).check_schema).endswith(
        "failed: permission denied for table alembic_version; let its owner grant this user the right to that"
    )


# Schemas


@pytest.fixture
def stored(tmp_path, three_articles, database_url):
    library = hashing_library(settings_for(tmp_path / "home", three_articles.folder, database_url=database_url))
    library.index()
    yield library
    library.home.database.close()


@pytest.mark.parametrize("revision", ["0004", "9999"])
def test_a_schema_of_another_version_is_told(stored, postgres, database_url, revision):
    name = database_url.rpartition("/")[2]
    postgres.execute(f"UPDATE alembic_version SET version_num = '{revision}'", name)  # noqa: S608 - a number of ours
    expected = (
        f"the database has schema {revision}, this version of citebot expects 0008: run `citebot index` to bring an "
        "older one up to date, or install the version that wrote it"
    )

    assert message_of(stored.ask, "Мост") == expected
    found = stored.status()
    assert (found.healthy, found.problems) == (False, (expected,))
    if revision == "9999":
        assert message_of(stored.index) == expected


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_of_another_encoding_is_refused(postgres, encoding):
    name = f"encoded_{encoding.lower()}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'")

    with pytest.raises(DatabaseError, match=f"the database has the encoding {encoding}; expected UTF8"):
        Database.at(postgres.url(name)).migrate()
