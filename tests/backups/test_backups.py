"""Backups: of a home in use, whole or not at all; put back so that answers are the same, whole or not at all."""

import gzip
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
from damaging import flip_bit, truncate
from hashing_model import BRIDGE, TRAM, cited, hashing_library, settings_for

from retrieval.backups.archive import read_archive
from retrieval.backups.restoring import restore_backup
from retrieval.backups.taking import take_backup
from retrieval.doctor.examining import examine
from retrieval.errors import BackupError, DatabaseError, IndexBusyError, IndexMismatchError, IndexMissingError

OTHERS = ("people.sqlite",)
QUESTIONS = ("Новый трамвай", "мост 840 метров", "comet Saturn", "пшеница с поля")


@pytest.fixture
def grown(indexed, corpus, home):
    """A home with two generations, bounds, responses of a feed, people, and what belongs to a run or to nobody."""
    corpus.write("tram", *TRAM)
    indexed.index()
    with closing(sqlite3.connect(home / "people.sqlite")) as people:
        people.execute("PRAGMA journal_mode = WAL")
        people.execute("CREATE TABLE person (name TEXT)")
        people.execute("INSERT INTO person VALUES ('reader')")
        people.commit()
    (home / "fetched").mkdir()
    (home / "fetched" / f"{'a1' * 20}.response").write_bytes(b"kept")
    for name in ("bot.heartbeat", "bot.conflict", "bot.lock", "updates.sqlite", "notes of mine.txt"):
        (home / name).write_text("x")
    (home / "models").mkdir()
    (home / "models" / "weights").write_text("large")
    return indexed


def taken(library, file):
    return take_backup(library.home, file, OTHERS)


def put_back(file, home, library):
    """Restore into a home; return a library on it."""
    restored = hashing_library(settings_for(home, *library.home.settings.sources))
    restore_backup(file, restored.home, OTHERS)
    return restored


def answers(library):
    return [cited(library.ask(question)) for question in QUESTIONS]


def names_below(home):
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tgz", "a.tar.xz"])
def test_what_was_backed_up_is_put_back_with_the_same_answers(grown, tmp_path, name):
    file = tmp_path / name
    before = answers(grown)

    backup = taken(grown, file)
    restored = put_back(file, tmp_path / "there", grown)

    assert (backup.generation, backup.articles, backup.bytes) == ("000002", 4, file.stat().st_size)
    assert backup.left_out == ("notes of mine.txt",)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "articles", "home", "there"])
    assert restored.status().healthy
    assert answers(restored) == before
    assert restored.index().embedded == 0
    with closing(sqlite3.connect(tmp_path / "there/people.sqlite")) as people:
        assert people.execute("SELECT name FROM person").fetchall() == [("reader",)]
    assert restored.rollback().number == 1


def test_only_what_belongs_to_a_home_is_in_it_and_nobody_else_reads_it(grown, tmp_path):
    taken(grown, tmp_path / "a.tar.gz")
    there = tmp_path / "there"
    put_back(tmp_path / "a.tar.gz", there, grown)

    index = {name for name in names_below(grown.home.settings.home) if name.startswith(("segments/", "generations/"))}
    plain = {"citebot.sqlite", "people.sqlite", "current", "sources.json", f"fetched/{'a1' * 20}.response"}
    assert names_below(there) - {"index.lock"} == index | plain
    modes = {stat.S_IMODE(path.stat().st_mode) for path in there.rglob("*") if path.name != "index.lock"}
    assert modes == {0o600, 0o700}


def test_files_of_a_restored_index_are_known_again_without_being_read(grown, tmp_path):
    taken(grown, tmp_path / "a.tar")
    restored = put_back(tmp_path / "a.tar", tmp_path / "there", grown)

    flip_bit(tmp_path / "there/segments/000001/arrays")  # which the system notes nothing of

    assert restored.home.generations.check(2).number == 2
    assert not examine(restored.home, restored.model, lambda: None).healthy


def test_what_a_run_is_deleting_is_left_out_whole(grown, tmp_path):
    shutil.rmtree(grown.home.settings.home / "generations" / "000001")  # its record goes a moment later

    taken(grown, tmp_path / "a.tar")
    restored = put_back(tmp_path / "a.tar", tmp_path / "there", grown)

    assert examine(restored.home, restored.model, lambda: None).healthy
    assert restored.status().generation == "000002"


def test_an_index_may_be_published_again_and_again_meanwhile(grown, corpus, tmp_path):
    stopping, failed = threading.Event(), []

    def index_on():
        number = 0
        while not stopping.is_set():
            number += 1
            corpus.write("tram", *TRAM, f"Это версия номер {number}.")
            try:
                hashing_library(grown.home.settings.model_copy(update={"kept_generations": 1})).index()
            except Exception as error:  # noqa: BLE001 - told below
                failed.append(error)

    writer = threading.Thread(target=index_on)
    writer.start()
    try:
        for number in range(4):
            backup = taken(grown, tmp_path / f"{number}.tar")
            restored = put_back(tmp_path / f"{number}.tar", tmp_path / f"there-{number}", grown)
            assert restored.status().generation == backup.generation
            assert examine(restored.home, restored.model, lambda: None).healthy
            assert cited(restored.ask("мост 840 метров"))[0] == "bridge"
    finally:
        stopping.set()
        writer.join()
    assert failed == []


def test_a_library_that_is_asked_on_and_on_sees_nothing_or_all(grown, tmp_path):
    taken(grown, tmp_path / "a.tar")
    asked = hashing_library(settings_for(tmp_path / "there"))
    seen, stopping = set(), threading.Event()

    def ask_on():
        while not stopping.is_set():
            try:
                seen.add(tuple(cited(asked.ask("мост 840 метров"))))
            except IndexMissingError:
                seen.add("nothing")
            except Exception as error:  # noqa: BLE001 - told below
                seen.add(repr(error))

    asking = threading.Thread(target=ask_on)
    asking.start()
    put_back(tmp_path / "a.tar", tmp_path / "there", grown)
    final = tuple(cited(grown.ask("мост 840 метров")))
    for _ in range(3000):
        if final in seen:
            break
        threading.Event().wait(0.01)
    stopping.set()
    asking.join()
    assert seen - {"nothing"} == {final}


def test_a_run_that_was_killed_half_way_is_in_it_as_it_is(grown, tmp_path):
    with grown.home.lock.held(0):  # another one writes
        taken(grown, tmp_path / "a.tar")

    assert put_back(tmp_path / "a.tar", tmp_path / "there", grown).status().healthy


def refused(library, file):
    with pytest.raises(BackupError) as error:
        taken(library, file)
    return str(error.value)


def test_a_backup_is_refused_in_one_line(grown, home, tmp_path):
    there = tmp_path / "there.tar"
    there.write_text("mine")

    assert refused(grown, there) == f"{there} is there already: name a new file"
    assert refused(grown, tmp_path / "a.zip") == (
        f"{tmp_path}/a.zip: call the file something.tar.gz, or .tar, .tgz, .tar.xz, .tar.zst"
    )
    assert refused(grown, tmp_path / "no/a.tar") == (
        f"{tmp_path}/no/a.tar: there is no folder {tmp_path}/no: make it, or name another"
    )
    truncate(home / "people.sqlite")
    grown.home.database.close()
    with pytest.raises(
        DatabaseError, match=r"people.sqlite cannot be read or copied \(database disk image is malformed"
    ):
        taken(grown, tmp_path / "a.tar")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["articles", "home", "there.tar"]
    assert there.read_text() == "mine"


def test_a_database_that_stays_locked_is_not_waited_for_without_end(grown, home, tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.store.snapshots._PATIENCE", 0.1)
    with closing(sqlite3.connect(home / "people.sqlite", isolation_level=None)) as people:
        people.execute("PRAGMA journal_mode = DELETE")
        people.execute("BEGIN EXCLUSIVE")

        with pytest.raises(DatabaseError, match=r"people.sqlite cannot be read or copied \(database is locked\)"):
            taken(grown, tmp_path / "a.tar")

    assert not (tmp_path / "a.tar").exists()


def test_a_damaged_index_is_not_backed_up(grown, home, tmp_path):
    flip_bit(home / "segments/000001/arrays")

    with pytest.raises(IndexMismatchError, match="segments/000001/arrays is missing or damaged"):
        taken(grown, tmp_path / "a.tar")
    assert not (tmp_path / "a.tar").exists()


def test_without_an_index_there_is_nothing_to_back_up(library, tmp_path):
    with pytest.raises(IndexMissingError):
        taken(library, tmp_path / "a.tar")


def members_of(file):
    with tarfile.open(file) as archive:
        return [(member, archive.extractfile(member).read()) for member in archive]


def written(file, members):
    with tarfile.open(file, "w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file


def named(name, kind=tarfile.REGTYPE, link=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


ODD = {
    "a path that climbs": named("../escaped"),
    "a path that climbs from within": named("segments/000001/../../../escaped"),
    "a path from the root": named("/tmp/escaped"),  # noqa: S108 - refused
    "a link": named("segments/000001/arrays", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": named("calibration.json", tarfile.LNKTYPE, "/etc/passwd"),
    "a folder": named("segments/000009", tarfile.DIRTYPE),
    "a pipe": named("calibration.json", tarfile.FIFOTYPE),
    "a file twice": named("citebot.sqlite"),
    "a file with a point": named(".env"),
    "a file of another program": named("evil.py"),
    "a folder that is a file": named("current/below"),
    "a marker of its own": named("placing"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_no_backup_holds_is_refused(grown, tmp_path, kind):
    taken(grown, tmp_path / "a.tar")
    members = members_of(tmp_path / "a.tar")
    member = ODD[kind]
    listed = json.loads(members[-1][1])
    if member.isreg() and member.name not in listed["files"]:  # as who made it would list it too
        listed["files"][member.name] = {
            "size": 0,
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        }
    members[-1] = (members[-1][0], json.dumps(listed).encode())
    written(tmp_path / "odd.tar", [*members[:-1], (member, b""), members[-1]])

    with pytest.raises(BackupError) as error:
        put_back(tmp_path / "odd.tar", tmp_path / "there", grown)

    assert str(error.value) == (
        f"{tmp_path}/odd.tar is no backup of citebot: it holds {member.name!r}; nothing was restored"
    )
    assert names_below(tmp_path / "there") <= {"index.lock"}
    assert not (tmp_path / "escaped").exists()


EXTENSIONS = {
    "a list of holes that is none": {"GNU.sparse.map": "a,b"},
    "a size that is none": {"GNU.sparse.size": "x", "GNU.sparse.map": "0,1"},
    "a list of holes that is missing": {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"},
    "more than fits into memory": {"comment": "x" * 70_000},
}


@pytest.mark.parametrize("kind", EXTENSIONS)
def test_headers_that_no_backup_has_are_refused(grown, tmp_path, kind):
    member = named("current")
    member.pax_headers = EXTENSIONS[kind]
    file = written(tmp_path / "odd.tar", [(member, b"1\n")])

    with pytest.raises(BackupError, match="is no backup of citebot, or is damaged"):
        put_back(file, tmp_path / "there", grown)


def test_damaged_backups_are_refused_and_leave_nothing(grown, tmp_path):
    whole = tmp_path / "a.tar.gz"
    taken(grown, whole)
    content = gzip.decompress(whole.read_bytes())
    there = tmp_path / "there"
    shutil.copy(whole, tmp_path / "cut.tar.gz")
    truncate(tmp_path / "cut.tar.gz")
    broken = bytearray(content)
    place = content.index("Его длина".encode())
    broken[place] ^= 4
    (tmp_path / "flipped.tar").write_bytes(broken)
    (tmp_path / "words.tar").write_text("These are words.")
    members = members_of(whole)
    written(tmp_path / "headless.tar", members[:-1])
    written(tmp_path / "lacking.tar", members[1:])
    newer = json.dumps({**json.loads(members[-1][1]), "format": 2}).encode()
    written(tmp_path / "newer.tar", [*members[:-1], (members[-1][0], newer)])
    told = {}
    for file in sorted(tmp_path.glob("*.tar*")):
        if file != whole:
            with pytest.raises(BackupError) as error:
                put_back(file, there, grown)
            told[file.name] = str(error.value).removeprefix(f"{file} ")
            assert names_below(there) <= {"index.lock"}
    assert told.pop("cut.tar.gz").startswith("is no backup of citebot, or is damaged (")
    assert told.pop("words.tar").startswith("is no backup of citebot, or is damaged (")
    assert told == {
        "flipped.tar": "is damaged: citebot.sqlite is not what was backed up",
        "headless.tar": "is no backup of citebot, or was cut off: its list of files is missing",
        "lacking.tar": "is damaged: generations/000002/manifest.json is not what was backed up",
        "newer.tar": "has format 2, expected 1: restore it with the version of citebot that took it",
    }
    assert put_back(whole, there, grown).status().healthy  # what was refused has left nothing in the way


@pytest.mark.parametrize("name", ["citebot.sqlite", "current", "people.sqlite", "mine.txt", "segments"])
def test_a_home_that_is_not_empty_is_refused(grown, tmp_path, name):
    taken(grown, tmp_path / "a.tar")
    there = tmp_path / "there"
    there.mkdir()
    (there / name).write_text("mine")

    with pytest.raises(BackupError) as error:
        put_back(tmp_path / "a.tar", there, grown)

    assert str(error.value) == (
        f"{there} is not empty: it holds {name}; name an empty folder in CITEBOT_HOME, or move it away"
    )
    assert {path.name: path.read_text() for path in there.iterdir()} == {name: "mine"}


def test_models_and_locks_may_be_there(grown, tmp_path):
    taken(grown, tmp_path / "a.tar")
    there = tmp_path / "there"
    (there / "models").mkdir(parents=True)
    (there / "models" / "weights").write_text("large")
    (there / "bot.lock").touch()

    assert put_back(tmp_path / "a.tar", there, grown).status().healthy
    assert (there / "models" / "weights").read_text() == "large"


def test_nobody_restores_where_another_one_writes(grown, tmp_path):
    taken(grown, tmp_path / "a.tar")
    there = hashing_library(settings_for(tmp_path / "there"))

    with there.home.lock.held(0), pytest.raises(IndexBusyError):
        put_back(tmp_path / "a.tar", tmp_path / "there", grown)


class Killed(BaseException):
    """As if the process ended here."""


@pytest.mark.parametrize("last", ["citebot.sqlite", "generations", "segments", "current"])
def test_a_restore_that_fails_while_files_get_their_places_takes_them_back(grown, tmp_path, monkeypatch, last):
    taken(grown, tmp_path / "a.tar")
    there = tmp_path / "there"
    rename = os.rename

    def failing(source, target, **others):
        if os.path.dirname(target) == str(there) and os.path.basename(target) == last:  # noqa: PTH119, PTH120
            raise OSError(28, "No space left on device")
        rename(source, target, **others)

    with monkeypatch.context() as patched:
        patched.setattr("os.rename", failing)
        with pytest.raises(IndexMissingError, match="No space left"):
            put_back(tmp_path / "a.tar", there, grown)

    assert names_below(there) <= {"index.lock"}
    assert put_back(tmp_path / "a.tar", there, grown).status().healthy


def test_a_restore_that_was_killed_leaves_no_home_and_may_be_run_again(grown, tmp_path, monkeypatch):
    taken(grown, tmp_path / "a.tar")
    there = tmp_path / "there"
    child = os.fork()
    if child == 0:
        rename = os.rename

        def dying(source, target, **others):
            if os.path.basename(target) == "current" and ".restoring" in str(source):  # noqa: PTH119
                os._exit(9)
            rename(source, target, **others)

        os.rename = dying
        put_back(tmp_path / "a.tar", there, grown)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    assert (there / "citebot.sqlite").exists()
    library = hashing_library(settings_for(there, *grown.home.settings.sources))
    assert library.status().problems == (f"there is no index yet in {there}: run `citebot index`",)
    said = [finding.said for finding in examine(library.home, library.model, lambda: None).findings]
    assert "a restore was broken off: run `citebot restore FILE` again" in said
    library.home.database.close()

    assert put_back(tmp_path / "a.tar", there, grown).status().healthy
    assert not (there / ".restoring").exists()


def test_a_database_elsewhere_is_not_put_into_the_home(grown, tmp_path):
    taken(grown, tmp_path / "a.tar")
    settings = settings_for(tmp_path / "there", database_url=f"sqlite:///{tmp_path}/elsewhere.sqlite")

    with pytest.raises(BackupError, match="CITEBOT_DATABASE_URL names a file elsewhere"):
        restore_backup(tmp_path / "a.tar", hashing_library(settings).home, OTHERS)


def test_a_database_elsewhere_is_backed_up(three_articles, home, tmp_path):
    library = hashing_library(
        settings_for(home, three_articles.folder, database_url=f"sqlite:///{tmp_path}/elsewhere.sqlite")
    )
    library.index()
    taken(library, tmp_path / "a.tar")

    restored = put_back(tmp_path / "a.tar", tmp_path / "there", library)
    assert cited(restored.ask(BRIDGE[0]))[0] == "bridge"


def test_the_list_tells_what_is_in_it(grown, tmp_path):
    taken(grown, tmp_path / "a.tar")

    contents = read_archive(tmp_path / "a.tar")

    assert (contents.format, contents.generation, contents.articles) == (1, 2, 4)
    assert contents.files["current"].size == 2


def test_what_the_disk_has_no_room_for_is_not_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "backup.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("citebot.sqlite")
        member.size = 10_000_000
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=9_000_000))
    (tmp_path / "inside").mkdir()

    with pytest.raises(BackupError, match="is 10,000,000 bytes long, and the disk has room for 9,000,000: make room"):
        read_archive(path, tmp_path / "inside")
    assert list((tmp_path / "inside").iterdir()) == []
