"""Files that did not change are not read again, and whatever happens, what is published is what reading all gives."""

import os
import random
from contextlib import suppress
from types import SimpleNamespace

import numpy as np
import pytest
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, Corpus, hashing_library, settings_for

from retrieval.errors import NothingToRollBackError
from retrieval.index.arrays import map_arrays, save_arrays
from retrieval.ingest import collecting, known_files
from retrieval.loaders import load_one

NOTES = "known-files"


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """Have what was written a moment ago count as not changing any more."""
    monkeypatch.setattr(known_files, "_SETTLED_NS", -(10**18))


@pytest.fixture
def read(monkeypatch):
    """The names of the files that are read, in order."""
    names = []

    def noting(path, name, *, timezone):
        names.append(name)
        return load_one(path, name, timezone=timezone)

    monkeypatch.setattr(collecting, "load_one", noting)
    return names


def ids(library):
    return sorted(header.id for header in library.listed())


def again(library, read, **named):
    """Index once more; return the report, with what was read."""
    read.clear()
    report = library.index(**named)
    return report, list(read)


def counts(report):
    each = report.articles
    return each.added, each.changed, each.removed, each.unchanged


def record(name, text, **others):
    return {"id": name, "title": name.title(), "text": " ".join(text), **others}


def test_only_what_is_new_or_has_changed_is_read(indexed, corpus, read):
    corpus.write("tram", *TRAM)
    corpus.write("comet", *HARVEST, title="Harvest again")

    report, names = again(indexed, read)

    assert names == ["comet.txt", "tram.txt"]
    assert counts(report) == (1, 1, 0, 2)
    assert again(indexed, read)[1] == []
    assert ids(indexed) == ["bridge", "comet", "harvest", "tram"]


def test_the_articles_of_a_file_that_is_gone_go(indexed, corpus, read):
    corpus.remove("comet")

    report, names = again(indexed, read)

    assert names == []
    assert counts(report) == (0, 0, 1, 2)
    assert ids(indexed) == ["bridge", "harvest"]


def test_what_a_source_that_is_suspiciously_empty_held_stays(home, corpus, read):
    for number in range(30):
        corpus.write(f"{number:02}", f"Мост номер {number} открыли.", f"Мост номер {number} построен из бетона.")
    library = hashing_library(settings_for(home, corpus.folder))
    library.index()
    for number in range(29):
        corpus.remove(f"{number:02}")

    report, names = again(library, read)

    assert names == []
    assert counts(report) == (0, 0, 0, 30)
    assert [problem.source for problem in report.problems] == [str(corpus.folder)]
    assert counts(again(library, read, accept_removals=True)[0]) == (0, 0, 29, 1)


def test_a_file_in_place_of_another_is_read_though_its_length_and_times_are_the_same(indexed, corpus, read):
    path = corpus.folder / "comet.txt"
    text, status = path.read_text(), path.stat()
    other = corpus.folder / "other"
    other.write_text(text.replace("Saturn", "Jupite"))
    other.replace(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    report, names = again(indexed, read)

    assert path.stat().st_mtime_ns == status.st_mtime_ns
    assert names == ["comet.txt"]
    assert counts(report) == (0, 1, 0, 2)


def test_a_file_changed_in_place_is_read_though_its_length_and_its_time_are_the_same(indexed, corpus, read):
    path = corpus.folder / "comet.txt"
    status = path.stat()
    with path.open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write(text.replace("Saturn", "Jupite"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    report, names = again(indexed, read)

    assert names == ["comet.txt"]
    assert counts(report) == (0, 1, 0, 2)


def test_what_was_written_just_before_it_was_read_is_read_again(library, three_articles, read, monkeypatch):
    monkeypatch.setattr(known_files, "_SETTLED_NS", 10**15)
    library.index()

    assert sorted(again(library, read)[1]) == ["bridge.txt", "comet.txt", "harvest.txt"]


def test_a_file_that_changes_while_it_is_read_is_read_again(library, corpus, monkeypatch):
    path = corpus.write_lines("feed.jsonl", [record("bridge", BRIDGE), record("comet", COMET)])

    def changing(path, name, *, timezone):
        yield from load_one(path, name, timezone=timezone)
        with path.open("a") as file:
            file.write("\n")

    monkeypatch.setattr(collecting, "load_one", changing)
    library.index()
    before = path.stat().st_size
    library.index()

    assert path.stat().st_size == before + 1


def test_what_was_forgotten_stays_away_and_comes_back_without_its_file_having_changed(indexed, corpus, read):
    corpus.write_lines("feed.jsonl", [record("tram", TRAM), record("second", TRAM) | {"title": "Tram"}])
    indexed.index()
    indexed.forget(["tram", "bridge"])

    report, names = again(indexed, read)

    assert names == []
    assert report.articles.forgotten == 3
    assert ids(indexed) == ["comet", "harvest"]

    indexed.let_back(["tram", "second", "bridge"])
    report, names = again(indexed, read)

    assert names == ["bridge.txt", "feed.jsonl"]
    assert ids(indexed) == ["bridge", "comet", "harvest", "tram"]
    assert [copy.article_id for copy in copies_of(indexed)] == ["second"]


def copies_of(library):
    number = library.home.generations.published().number
    return sorted(library.home.stories.copies(number), key=lambda copy: copy.article_id)


def test_a_copy_stays_one_and_becomes_an_article_when_what_it_was_a_copy_of_changes(library, corpus, read):
    corpus.write_lines("a.jsonl", [record("bridge", BRIDGE, date="2024-09-01")])
    corpus.write_lines("b.jsonl", [record("other", BRIDGE) | {"title": "Bridge", "source": "b.ru"}])
    corpus.write("comet", *COMET)
    library.index()
    corpus.write("tram", *TRAM)

    report, names = again(library, read)

    assert names == ["tram.txt"]
    assert report.articles.duplicates == 1
    [copy] = copies_of(library)
    assert (copy.article_id, copy.source, copy.copy_of) == ("other", "b.ru", "bridge")

    corpus.write_lines("a.jsonl", [record("bridge", HARVEST)])
    report, names = again(library, read)

    assert names == ["a.jsonl", "b.jsonl"]
    assert ids(library) == ["bridge", "comet", "other", "tram"]


def test_what_a_new_file_has_the_same_text_as_is_a_copy_from_then_on(library, corpus, read):
    corpus.write_lines("b.jsonl", [record("other", BRIDGE) | {"title": "Bridge"}, record("comet", COMET)])
    library.index()
    corpus.write_lines("a.jsonl", [record("bridge", BRIDGE)])

    report, names = again(library, read)

    assert names == ["a.jsonl", "b.jsonl"]
    assert (ids(library), report.articles.duplicates) == (["bridge", "comet"], 1)
    assert again(library, read)[1] == []


def test_an_id_in_two_files_is_told_at_each_run(library, corpus, read):
    corpus.write_lines("a.jsonl", [record("bridge", BRIDGE)])
    corpus.write_lines("b.jsonl", [record("comet", COMET)])
    library.index()
    corpus.write_lines("a.jsonl", [record("bridge", BRIDGE), record("comet", HARVEST)])

    for changed in (1, 0):
        report, names = again(library, read)

        assert names[-1] == "b.jsonl"
        assert [(problem.source, problem.line) for problem in report.problems] == [(str(corpus.folder / "b.jsonl"), 1)]
        assert counts(report) == (0, changed, 0, 2 - changed)


def test_a_file_with_a_problem_is_read_at_each_run(indexed, corpus, read):
    path = corpus.write_lines("feed.jsonl", [record("tram", TRAM)])
    path.write_text(path.read_text() + "{broken\n")
    indexed.index()

    report, names = again(indexed, read)

    assert names == ["feed.jsonl"]
    assert [problem.line for problem in report.problems] == [2]


@pytest.mark.parametrize("name", [b"new\nline.txt", b"latin\xff.txt"])
def test_a_file_whose_name_cannot_be_kept_is_told_at_each_run(library, corpus, name):
    """Its place in the problem is not the one that it has."""
    with suppress(OSError):  # some file systems have no such names
        (corpus.folder / os.fsdecode(name)).write_bytes(b"Tram\n\nThe new tram is here.\n")
    if not list(corpus.folder.iterdir()):
        pytest.skip("this file system has no such names")
    corpus.write("bridge", *BRIDGE)

    for expected in (1, 0, 0):
        report = library.index()
        assert counts(report)[0] == expected
        assert [problem.reason.partition(";")[0] for problem in report.problems] == [
            "its name holds control characters or bytes that are not UTF-8"
        ]


def test_a_file_reached_by_two_sources_is_known_by_the_first(home, corpus, read):
    path = corpus.write("bridge", *BRIDGE)
    corpus.write("comet", *COMET)
    library = hashing_library(settings_for(home, corpus.folder, path))
    library.index()

    report, _ = again(library, read)

    assert counts(report) == (0, 0, 0, 2)
    assert ids(library) == ["bridge", "comet"]


def test_the_same_files_below_another_source_are_read(indexed, corpus, home, read):
    outer = hashing_library(settings_for(home, corpus.folder.parent))

    report, names = again(outer, read)

    assert "articles/bridge.txt" in names
    assert counts(report) == (3, 0, 3, 0)


def test_other_settings_have_all_files_read(home, corpus, read):
    corpus.write_lines("feed.jsonl", [record("bridge", BRIDGE, source="b.ru", date="2024-09-01T10:00:00+03:00")])
    hashing_library(settings_for(home, corpus.folder)).index()

    named = hashing_library(settings_for(home, corpus.folder, outlets={"b.ru": "Вести"}))
    report, names = again(named, read)
    assert (names, counts(report)) == (["feed.jsonl"], (0, 1, 0, 0))

    elsewhere = hashing_library(settings_for(home, corpus.folder, outlets={"b.ru": "Вести"}, timezone="Asia/Tokyo"))
    report, names = again(elsewhere, read)
    assert (names, counts(report)) == (["feed.jsonl"], (0, 1, 0, 0))


@pytest.mark.parametrize("part", ["library", "recipe"])
def test_another_way_of_reading_has_all_files_read(indexed, home, read, monkeypatch, part):
    if part == "library":
        monkeypatch.setattr(known_files, "version", lambda _name: "other")
    else:
        monkeypatch.setattr(collecting, "content_hash", lambda article: f"{len(article.text):064}")

    other = hashing_library(indexed.home.settings)
    if part == "recipe":
        (home / NOTES).unlink()

    assert len(again(other, read)[1]) == 3


def test_rebuilding_reads_all_files(indexed, read):
    assert len(again(indexed, read, rebuild=True)[1]) == 3
    assert again(indexed, read)[1] == []


def test_after_going_back_all_files_are_read(indexed, corpus, read):
    corpus.write("tram", *TRAM)
    indexed.index()
    indexed.rollback()

    report, names = again(indexed, read)

    assert len(names) == 4
    assert counts(report) == (1, 0, 0, 3)


@pytest.mark.parametrize("damage", [b"", b"\xff" * 100, None])
def test_where_the_notes_are_damaged_all_files_are_read(indexed, home, read, damage):
    notes = home / NOTES
    whole = notes.read_bytes()
    notes.write_bytes(whole[: len(whole) // 2] if damage is None else damage)

    report, names = again(indexed, read)

    assert len(names) == 3
    assert counts(report) == (0, 0, 0, 3)
    assert notes.read_bytes() == whole


def test_notes_with_a_wrong_number_are_not_believed(library, corpus, home, read):
    corpus.write_lines("news.jsonl", [record("bridge", BRIDGE), record("comet", COMET)])
    library.index()
    notes = home / NOTES
    counts_of_files = np.ndarray(1, np.int64, map_arrays(notes)["counts"].tobytes())
    assert counts_of_files.tolist() == [2]
    whole = notes.read_bytes()
    arrays = map_arrays(notes) | {"counts": counts_of_files - 1}
    save_arrays(notes.with_suffix(".fewer"), arrays)
    notes.with_suffix(".fewer").replace(notes)

    report, names = again(library, read)

    assert names == ["news.jsonl"]
    assert counts(report) == (0, 0, 0, 2)
    assert notes.read_bytes() == whole


def test_files_may_have_numbers_beyond_what_an_array_holds(indexed, corpus, read, monkeypatch):
    """Some file systems hash names to 64 bits, others number in 128."""

    class Numbered(type(corpus.folder)):
        """Where all files have such numbers."""

        number = (1 << 127) + 5

        def stat(self, **_named):
            return SimpleNamespace(
                st_dev=(1 << 64) - 1, st_ino=self.number, st_size=1, st_mtime_ns=2, st_ctime_ns=-(1 << 70)
            )

    monkeypatch.setattr(collecting, "mark_of", lambda path: known_files.mark_of(Numbered(path)))

    assert counts(again(indexed, read)[0]) == (0, 0, 0, 3)
    assert again(indexed, read)[1] == []
    monkeypatch.setattr(Numbered, "number", (1 << 127) + 6)
    assert len(again(indexed, read)[1]) == 3


def test_a_home_that_begins_with_notes_is_its_owners_alone(home):
    assert not home.exists()

    known_files.KnownFiles(home, "way").keep(1, {})

    assert home.stat().st_mode & 0o777 == 0o700
    assert known_files.KnownFiles(home, "way").of(1) == {}


def test_where_the_notes_cannot_be_written_the_run_ends_all_the_same(indexed, corpus, home, read, caplog):
    (home / f".{NOTES}.new").mkdir()
    corpus.write("tram", *TRAM)

    report, _ = again(indexed, read)

    assert counts(report) == (1, 0, 0, 3)
    assert f"{home / NOTES} cannot be written" in caplog.text
    assert len(again(indexed, read)[1]) == 4


def test_a_preview_tells_what_the_run_does(indexed, corpus):
    corpus.write("tram", *TRAM)
    corpus.remove("comet")
    before = {path: path.stat().st_mtime_ns for path in indexed.home.settings.home.glob(NOTES)}

    preview = indexed.beside(indexed._progress).preview()

    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert preview.articles == indexed.index().articles


class Changing:
    """Files that change, and two homes that follow them, one of which knows nothing of files."""

    def __init__(self, folder, seed):
        self.draw = random.Random(seed)
        self.corpus = Corpus(folder / "articles")
        self.knowing, self.reading = (
            hashing_library(settings_for(folder / name, self.corpus.folder)) for name in ("knowing", "reading")
        )
        self.records = {f"{name}.jsonl": [] for name in "abcd"}
        for name in self.records:
            self.corpus.write_lines(name, [])

    def change(self):
        """Write some of the files anew, with ids and texts that others may have."""
        for name in self.draw.sample(sorted(self.records), k=self.draw.randrange(1, 3)):
            texts = [BRIDGE, HARVEST, COMET, TRAM, (*BRIDGE, *TRAM), (*COMET, *HARVEST), (*TRAM, *COMET)]
            self.records[name] = [
                record(f"{self.draw.randrange(12)}", self.draw.choice(texts), source=self.draw.choice(["a.ru", "b.ru"]))
                | {"title": "Title"}
                for _ in range(self.draw.randrange(4))
            ]
            self.corpus.write_lines(name, self.records[name])

    def forget(self):
        known = ids(self.knowing)
        if len(known) > 2:
            self.each("forget", self.draw.sample(known, k=1))

    def let_back(self):
        gone = [each.article_id for each in self.knowing.forgotten()]
        if gone:
            self.each("let_back", gone[:1])

    def roll_back(self):
        with suppress(NothingToRollBackError):
            self.each("rollback")

    def each(self, name, *arguments):
        for library in (self.knowing, self.reading):
            getattr(library, name)(*arguments)

    def index(self):
        (self.reading.home.settings.home / NOTES).unlink(missing_ok=True)
        found = []
        for library in (self.knowing, self.reading):
            report = library.index(accept_removals=True)
            number = library.home.generations.published().number
            revisions = library.home.queries.revisions_of(number).items()
            found.append(
                (
                    report.articles,
                    report.problems,
                    sorted((article_id, each.content_hash, each.origin) for article_id, each in revisions),
                    copies_of(library),
                )
            )
        return found


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_to_files_the_run_ends_as_one_that_reads_all(tmp_path, seed, read):
    changing = Changing(tmp_path, seed)
    changing.corpus.write("always", "Этот текст есть всегда.")
    times = 12
    for _ in range(times):
        knowing, reading = changing.index()
        assert knowing == reading
        steps = [changing.change, changing.forget, changing.let_back, changing.roll_back, lambda: None]
        changing.draw.choices(steps, [6, 2, 2, 1, 1])[0]()
    files = len(changing.records) + 1
    assert files * times < len(read) < 2 * files * times
