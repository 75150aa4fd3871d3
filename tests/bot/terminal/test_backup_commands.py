"""citebot backup and restore: what they say, and that a home in use comes back with what people asked."""

import json
import re

import pytest
from citebot_process import Command
from hashing_model import TRAM

from bot.people.store import PeopleStore

POSTGRESQL = (
    "citebot: the articles are in a PostgreSQL: back it up with pg_dump (docs/scaling.md), or carry it into a folder "
    "with `citebot copy-to FOLDER` and back that up\n"
)


@pytest.fixture
def indexed_by_command(citebot, three_articles, home, monkeypatch):
    monkeypatch.setenv("CITEBOT_SOURCES", str(three_articles.folder))
    assert citebot("index").returncode == 0
    PeopleStore.open(home, None).close()
    return three_articles


def asked(citebot, home):
    answer = json.loads(citebot("ask", "--json", "мост 840 метров", home=home).stdout)
    del answer["took_ms"]
    return answer


def test_a_home_goes_into_a_file_and_back(citebot, indexed_by_command, home, tmp_path):
    (tmp_path / ".env").write_text("CITEBOT_CITATIONS=2\n")
    there = tmp_path / "there"

    backup = citebot("backup", "home.tar.gz")
    restored = citebot("restore", "home.tar.gz", home=there)

    assert (backup.returncode, restored.returncode, restored.stderr) == (0, 0, "")
    assert re.fullmatch(
        r"home\.tar\.gz: 3 articles, generation 000001, \d\.\d MiB; read again and found whole\.\n", backup.stdout
    )
    assert backup.stderr == (
        "Not in it: .env, which holds the token, and model files; keep a copy of .env elsewhere.\n"
    )
    assert re.fullmatch(
        rf"Restored into {there}: 3 articles, generation 000001, as of \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\. "
        r"Check with `citebot doctor`\.\n",
        restored.stdout,
    )
    assert b"CITATIONS" not in (tmp_path / "home.tar.gz").read_bytes()
    assert citebot("status", home=there).returncode == 0
    assert citebot("doctor", home=there).returncode == 0
    assert asked(citebot, there) == asked(citebot, home)
    assert PeopleStore.open_to_read(there, None) is not None


def test_both_speak_json(citebot, indexed_by_command, tmp_path):
    (tmp_path / "home" / "mine.txt").touch()

    backup = json.loads(citebot("backup", "home.tar", "--json").stdout)
    restored = json.loads(citebot("restore", "home.tar", "--json", home=tmp_path / "there").stdout)

    size = (tmp_path / "home.tar").stat().st_size
    assert backup == {
        "place": "home.tar", "bytes": size, "generation": "000001", "articles": 3, "left_out": ["mine.txt"],
    }  # fmt: skip
    assert (restored["generation"], restored["articles"]) == ("000001", 3)


def test_what_cannot_be_is_one_line(citebot, indexed_by_command, tmp_path, monkeypatch):
    assert citebot("backup", "home.zip").stderr == (
        "citebot: home.zip: call the file something.tar.gz, or .tar, .tgz, .tar.xz, .tar.zst\n"
    )
    assert citebot("restore", "home.tar.gz").stderr.startswith(f"citebot: {tmp_path / 'home'} is not empty: it holds ")
    gone = citebot("restore", "no.tar", home=tmp_path / "there")
    assert (gone.returncode, gone.stderr) == (
        1,
        "citebot: cannot read or write: [Errno 2] No such file or directory: 'no.tar'\n",
    )
    assert not (tmp_path / "there").exists()
    monkeypatch.setenv("CITEBOT_DATABASE_URL", "postgresql+psycopg://bot@127.0.0.1:1/citebot")
    for command in (("backup", "home.tar"), ("restore", "home.tar")):
        done = citebot(*command, home=tmp_path / "there")
        assert (done.returncode, done.stderr) == (1, POSTGRESQL)


def test_an_index_may_be_built_meanwhile(citebot, indexed_by_command, home, tmp_path):
    indexed_by_command.write("tram", *TRAM)
    held = tmp_path / "held"
    run = Command(
        "index",
        indexed_by_command.folder,
        home=home,
        folder=tmp_path,
        HASHING_HOLD_AFTER="0",
        HASHING_HELD=str(held),
    )
    try:
        while not held.exists():
            assert run.process.poll() is None
        done = citebot("backup", "home.tar")
        doctor = citebot("doctor")
    finally:
        run.process.kill()
        run.end()
    assert (done.returncode, doctor.returncode) == (0, 0)
    restored = citebot("restore", "home.tar", home=tmp_path / "there")
    assert (restored.returncode, citebot("doctor", home=tmp_path / "there").returncode) == (0, 0)
    assert asked(citebot, tmp_path / "there") == asked(citebot, home)
    report = json.loads(citebot("index", "--json", home=tmp_path / "there").stdout)
    assert (report["articles"]["added"], report["embedded"]) == (1, 2)
