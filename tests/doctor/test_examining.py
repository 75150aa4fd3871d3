"""Damage of each kind: exactly what the doctor says of it, and that all is well and answers are the same afterwards."""

import os
import shutil
from datetime import UTC, datetime

import pytest
from damaging import flip_bit, in_database, make_old, replace_folder, truncate
from hashing_model import TRAM, Corpus, cited, hashing_library, settings_for

from retrieval.doctor import machine
from retrieval.doctor.articles import look_at_database
from retrieval.doctor.examining import examine
from retrieval.doctor.findings import Examination, Level
from retrieval.doctor.repairing import repair
from retrieval.doctor.sources import look_at_sources
from retrieval.errors import IndexBusyError

REPAIR = ": run `citebot doctor --repair`"
WRONG = " does not hold what was written" + REPAIR
FROM_SOURCES = "The index was made anew from the sources."
BUILT = "Generation {} is built anew from what is stored."
QUESTIONS = ("Новый трамвай", "мост 840 метров", "comet Saturn", "пшеница с поля")
LOST = (
    "{home}/citebot.sqlite is damaged ({fault}): put a backup into an empty home (`citebot restore FILE`); without "
    "one, move the file away and run `citebot index`, which embeds all anew and knows nothing of what was forgotten"
)


@pytest.fixture
def grown(indexed, corpus, home):
    """A home with two generations of two segments."""
    corpus.write("tram", *TRAM)
    indexed.index()
    indexed.home.database.close()
    return indexed


@pytest.fixture
def other(tmp_path):
    """Another home, with as many articles and generations."""
    corpus = Corpus(tmp_path / "other-articles")
    for number in range(3):
        corpus.write(f"zoo-{number}", f"Слон {number} пришёл в город.", f"Жираф {number} ушёл из города вчера.")
    library = hashing_library(settings_for(tmp_path / "other", corpus.folder))
    library.index()
    corpus.write("zoo-3", "Слон 3 пришёл в город.", "Жираф 3 ушёл из города вчера.")
    library.index()
    library.home.database.close()
    return tmp_path / "other"


def examined(library):
    return examine(library.home, library.model, lambda: None)


def problems(library):
    return [finding.said for finding in examined(library).findings if finding.level is Level.PROBLEM]


def repaired(library):
    return list(repair(library.home, library.model, library._progress, library.index))


def anew(library):
    return hashing_library(library.home.settings)


def answers(library):
    return [cited(library.ask(question)) for question in QUESTIONS]


def test_of_a_whole_home_each_check_says_what_it_looked_at(grown, home):
    found = examined(grown)

    said = {finding.check: finding.said for finding in found.findings}
    del said["disk"]
    assert found.healthy
    assert {finding.level for finding in found.findings} == {Level.OK}
    assert said == {
        "database": f"{home}/citebot.sqlite is whole, and so are its tables",
        "files": "19 files of the index hold what was written",
        "leftovers": "nothing is left over from runs that were killed",
        "texts": "4 texts are what was stored, with 8 sentences in their places",
        "vectors": "all stored vectors are those of the index",
        "index": "generation 000002 has the 4 articles, 4 passages and 8 sentences that are stored",
        "model": "the model is the one that the index was built with: hashing",
        "clock": "the clock is behind nothing that was stored",
        "sources": "1 source is there",
    }


DAMAGE = {
    "a flipped bit of a segment": (
        lambda home: flip_bit(home / "segments/000001/arrays"),
        ["{home}/segments/000001/arrays" + WRONG],
        [BUILT.format("000002"), BUILT.format("000001")],
    ),
    "cut off vectors": (
        lambda home: truncate(home / "segments/000002/vectors.faiss"),
        ["{home}/segments/000002/vectors.faiss" + WRONG],
        [BUILT.format("000002")],
    ),
    "an emptied file of the generation": (
        lambda home: (home / "generations/000002/layout.npz").write_bytes(b""),
        ["{home}/generations/000002/layout.npz" + WRONG],
        [BUILT.format("000002")],
    ),
    "a deleted file of an earlier generation": (
        lambda home: (home / "generations/000001/notes.npz").unlink(),
        ["{home}/generations/000001/notes.npz is missing" + REPAIR],
        [BUILT.format("000001")],
    ),
    "a record of what is published that is none": (
        lambda home: (home / "current").write_text("abc"),
        ["{home}/current does not hold the number of a generation: run `citebot index` to publish one"],
        [FROM_SOURCES],
    ),
    "a manifest that is gone": (
        lambda home: (home / "generations/000002/manifest.json").unlink(),
        ["generation 000002 is gone ({home}/generations/000002/manifest.json not found): run `citebot index`"],
        [FROM_SOURCES],
    ),
    "an altered text": (
        lambda home: in_database(home, "UPDATE revision SET text = replace(text, '840', '850')"),
        ["what is stored of the article bridge is damaged" + REPAIR],
        [FROM_SOURCES, "1 article is stored anew."],
    ),
    "an altered outlet": (
        lambda home: in_database(home, "UPDATE revision SET source = 'x.ru' WHERE article_id = 'tram'"),
        ["what is stored of the article tram is damaged" + REPAIR],
        [FROM_SOURCES, "1 article is stored anew."],
    ),
    "a sentence that begins elsewhere": (
        lambda home: in_database(home, "UPDATE sentence SET start = start + 1 WHERE id = 2"),
        ["what is stored of the article bridge is damaged" + REPAIR],
        [FROM_SOURCES, "1 article is stored anew."],
    ),
    "a passage that is gone": (
        lambda home: in_database(home, "DELETE FROM passage WHERE id = 2"),
        [
            "2 rows of the table sentence belong to nothing" + REPAIR,
            "what is stored of the article comet is damaged" + REPAIR,
        ],
        [
            "Rows that belonged to nothing are deleted.",
            FROM_SOURCES,
            "1 article is stored anew.",
            BUILT.format("000002"),
            BUILT.format("000001"),
        ],
    ),
    "a vector of another sentence": (
        lambda home: in_database(
            home,
            "UPDATE embedding SET vector = (SELECT vector FROM embedding WHERE rowid = 1) WHERE rowid = 2",
        ),
        ["1 stored vector is damaged" + REPAIR],
        ["1 sentence is embedded anew."],
    ),
    "vectors that are cut off": (
        lambda home: in_database(home, "UPDATE embedding SET vector = substr(vector, 1, 10) WHERE rowid IN (1, 2)"),
        ["2 stored vectors are damaged" + REPAIR],
        ["2 sentences are embedded anew."],
    ),
    "a vector that is gone": (
        lambda home: in_database(home, "DELETE FROM embedding WHERE rowid = 1"),
        ["1 sentence has no stored vector" + REPAIR],
        ["1 sentence is embedded anew."],
    ),
    "an article that is listed no more": (
        lambda home: in_database(home, "DELETE FROM generation_revision WHERE generation_id = 2 AND revision_id = 2"),
        [
            (
                "the database holds 3 of the 4 articles of generation 000002: run `citebot index`, or set "
                "CITEBOT_DATABASE_URL back"
            )
        ],
        [FROM_SOURCES],
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_told_and_mended(grown, home, kind):
    before = answers(grown)
    grown.home.database.close()
    damage, told, done = DAMAGE[kind]
    damage(home)

    assert problems(anew(grown)) == [line.format(home=home) for line in told]
    assert repaired(anew(grown)) == done
    assert problems(anew(grown)) == []
    assert anew(grown).status().healthy
    assert answers(anew(grown)) == before


FOREIGN = {
    "a segment of another home": (
        lambda home, other: replace_folder(home / "segments/000001", other / "segments/000001"),
        ["{home}/segments/000001/segment.json" + WRONG],
        [BUILT.format("000002"), BUILT.format("000001")],
    ),
    "the whole index of another home": (
        lambda home, other: [replace_folder(home / name, other / name) for name in ("segments", "generations")],
        [f"generation {name} was not built of what the database holds{REPAIR}" for name in ("000002", "000001")],
        [FROM_SOURCES],
    ),
    "the database of another home": (
        lambda home, other: shutil.copy(other / "citebot.sqlite", home / "citebot.sqlite"),
        [f"generation {name} was not built of what the database holds{REPAIR}" for name in ("000002", "000001")],
        [FROM_SOURCES],
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_of_another_home_is_told_and_mended(grown, home, other, kind):
    before = answers(grown)
    grown.home.database.close()
    damage, told, done = FOREIGN[kind]
    damage(home, other)

    assert problems(anew(grown)) == [line.format(home=home) for line in told]
    assert repaired(anew(grown)) == done
    assert problems(anew(grown)) == []
    assert answers(anew(grown)) == before


def test_a_generation_that_was_mended_can_be_gone_back_to(grown, home):
    grown.rollback()
    before = answers(anew(grown))
    hashing_library(grown.home.settings).home.generations.publish(2)
    flip_bit(home / "segments/000001/arrays")
    repaired(anew(grown))

    assert anew(grown).rollback().number == 1
    assert problems(anew(grown)) == []
    assert answers(anew(grown)) == before


def contents(home):
    """What all files hold, but for what SQLite keeps beside a database that is open."""
    files = (path for path in home.rglob("*") if path.is_file() and not path.name.endswith(("-shm", "-wal")))
    return {path: path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda file: file.write_bytes(b""), "nothing is in it, though an index was made of it"),
        (lambda file: file.unlink(), "nothing is in it, though an index was made of it"),
        (truncate, "database disk image is malformed"),
    ],
)
def test_a_lost_database_is_never_made_anew(grown, home, damage, fault):
    damage(home / "citebot.sqlite")
    kept = contents(home)

    assert problems(anew(grown)) == [LOST.format(home=home, fault=fault)]
    assert repaired(anew(grown)) == []
    assert contents(home) == kept


def test_what_no_source_has_any_more_is_told_and_stays(grown, home, corpus):
    (corpus.folder / "tram.txt").rename(corpus.folder.parent / "tram.txt")
    settings = settings_for(home, corpus.folder, corpus.folder.parent / "gone")
    in_database(
        home, "UPDATE generation_revision SET origin = replace(origin, '/articles/', '/gone/') WHERE revision_id = 4"
    )
    in_database(home, "UPDATE revision SET url = 'https://a.example' WHERE article_id = 'tram'")

    list(repair(hashing_library(settings).home, grown.model, grown._progress, hashing_library(settings).index))

    assert problems(anew(grown)) == ["what is stored of the article tram is damaged" + REPAIR]
    assert cited(anew(grown).ask("Новый трамвай"))[0] == "tram"


def test_what_was_forgotten_is_no_damage(grown):
    grown.forget(["bridge"])

    assert problems(anew(grown)) == []
    assert "that are stored" in {finding.check: finding.said for finding in examined(grown).findings}["index"]


def test_what_is_forgotten_and_not_deleted_yet_is_no_damage(grown):
    grown.home.retractions.add(["bridge"])

    assert problems(anew(grown)) == []


def test_what_was_rolled_back_is_no_leftover(grown, home):
    grown.rollback()

    assert problems(anew(grown)) == []
    assert repaired(anew(grown)) == []
    assert (home / "generations/000002").is_dir()


def kill_while_removing(library, monkeypatch):
    """Index, and be killed once one file of a generation that is not kept any more is gone."""

    def remove_one(folder, **_):
        if folder.is_dir():
            next(file for file in sorted(folder.iterdir()) if file.is_file()).unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", remove_one)
        with pytest.raises(KeyboardInterrupt):
            library.index()
    library.home.database.close()


def test_a_generation_whose_files_were_being_removed_is_gone_and_the_next_run_forgets_it(
    grown, corpus, home, monkeypatch
):
    corpus.write("bridge", "Мост стоит уже три года.")
    grown.index()
    corpus.write("bridge", "Мост стоит уже четыре года.")
    kill_while_removing(anew(grown), monkeypatch)

    assert grown.home.generations.published().number == 4
    assert problems(anew(grown)) == [
        f"generation 000001 is recorded in the database and has no files{REPAIR}",
    ]
    report = anew(grown).index()
    assert (report.generation, report.articles.unchanged) == ("000004", 4)
    assert problems(anew(grown)) == []
    assert sorted(path.name for path in (home / "generations").iterdir()) == ["000002", "000003", "000004"]


def leave_over(home):
    shutil.copytree(home / "segments/000001", home / "segments/000077")
    (home / "generations/.building-000009").mkdir()
    (home / "sources.123").write_text("{")
    return [home / "segments/000077", home / "generations/.building-000009", home / "sources.123"]


def test_leftovers_are_told_once_nobody_can_be_at_them_and_removed(grown, home):
    paths = leave_over(home)

    assert problems(grown) == []
    notes = [finding.said for finding in examined(grown).findings if finding.level is Level.NOTE]
    assert notes == [
        f"{path} belongs to nothing that is published or recorded, and was written just now: a run may be at it"
        for path in paths
    ]
    for path in paths:
        make_old(path)
    assert problems(grown) == [f"{path} belongs to nothing that is published or recorded{REPAIR}" for path in paths]
    assert repaired(grown) == [f"{path} is removed." for path in paths]
    assert examined(grown).healthy
    assert anew(grown).status().healthy


def test_young_leftovers_are_removed_where_nobody_writes(grown, home):
    paths = leave_over(home)

    assert repaired(grown) == [f"{path} is removed." for path in paths]
    assert not any(path.exists() for path in paths)


def test_what_the_writers_lock_keeps_nobody_from_making_is_left_until_it_is_old(grown, home):
    (home / "fetched").mkdir()
    paths = [home / "fetched" / f"{'a1' * 20}.123", home / "told-sources.123"]
    for path in paths:
        path.write_text("{")

    assert repaired(grown) == []
    assert all(path.exists() for path in paths)
    for path in paths:
        make_old(path)
    assert repaired(grown) == [f"{path} is removed." for path in paths]


def test_nothing_is_mended_while_another_one_writes(grown, home):
    flip_bit(home / "segments/000001/arrays")
    with grown.home.lock.held(0), pytest.raises(IndexBusyError):
        repaired(anew(grown))

    assert problems(anew(grown)) == [f"{home}/segments/000001/arrays{WRONG}"]


def test_another_model_is_told(grown):
    from hashing_model import HashingEmbedder

    changed = hashing_library(grown.home.settings, HashingEmbedder("hashing-2"))

    assert problems(changed) == [
        (
            "the index was built with the model hashing (hashing-1), the settings say hashing (hashing-2): run "
            "`citebot index --rebuild`, or set CITEBOT_EMBEDDING_MODEL back"
        )
    ]


def test_damaged_bounds_are_told(grown, home):
    (home / "calibration.json").write_text("{")

    assert problems(grown) == [
        f"{home}/calibration.json is damaged: run `citebot calibrate` again, or `citebot calibrate --reset`"
    ]


def test_a_clock_that_is_behind_is_told(grown):
    found = Examination()
    stored = grown.home.generations.manifest(2).created_at

    machine.look_at_clock(grown.home, found, datetime(2020, 1, 1, tzinfo=UTC))

    assert [finding.said for finding in found.findings] == [
        (
            f"the clock says 2020-01-01 00:00 UTC, which is before {stored:%Y-%m-%d %H:%M} UTC, when something was "
            "stored or this version was made: set it"
        )
    ]


def test_sources_that_are_not_there_are_told(home, three_articles):
    found = Examination()

    look_at_sources(settings_for(home, three_articles.folder, "nowhere", "http://127.0.0.1:1/feed"), found)

    assert [finding.said for finding in found.findings] == [
        "nowhere: there is no such file or folder: put it there, or correct CITEBOT_SOURCES",
        (
            "http://127.0.0.1:1/feed: leads to 127.0.0.1, which is not on the public internet; correct the address, or "
            "allow it with CITEBOT_FETCH_PRIVATE_ADDRESSES=true"
        ),
    ]


def test_a_bit_of_the_database_itself_is_found(grown, home):
    with (home / "citebot.sqlite").open("r+b") as file:
        file.seek(4096 + 3)  # how many cells the second page has
        file.write(b"\xff\xff")
    found = Examination()

    assert not look_at_database(grown.home, found)
    assert all(finding.level is Level.PROBLEM for finding in found.findings)
    assert os.path.basename(found.findings[0].said.split(" is damaged")[0]) == "citebot.sqlite"  # noqa: PTH119


def test_before_the_first_run_one_line_says_so(library, home, three_articles):
    assert problems(library) == [f"there is no index yet in {home}/citebot.sqlite: run `citebot index`"]
    assert not home.exists()


@pytest.mark.parametrize("name", ["home", "home/below"])
def test_a_home_that_is_no_folder_is_one_line(home, three_articles, tmp_path, name):
    home.write_text("a file")
    there = hashing_library(settings_for(tmp_path / name, three_articles.folder))

    assert problems(there) == [f"{tmp_path}/{name} is no folder: name one in CITEBOT_HOME"]


def test_a_segment_may_be_deleted_while_room_is_looked_for(grown, home, monkeypatch):
    files_below = machine.files_below

    def deleted_meanwhile(folder):
        for path in files_below(folder):
            shutil.rmtree(folder, ignore_errors=True)
            yield path

    monkeypatch.setattr(machine, "files_below", deleted_meanwhile)
    found = Examination()

    machine.look_at_disk(home, found)

    assert [finding.level for finding in found.findings] == [Level.OK]


def test_the_sample_is_well(hashed_sample):
    found = {finding.check: finding for finding in examined(hashed_sample).findings}

    assert {name: finding.level for name, finding in found.items() if finding.level is not Level.OK} == {}
    assert found["index"].said == (
        "generation 000001 has the 79 articles, 192 passages and 1186 sentences that are stored"
    )


def test_odd_records_are_what_was_stored(library, corpus):
    corpus.write_lines(
        "feed.jsonl",
        [
            {"id": "1", "text": "Первая запись для проверки.", "date": "2024-09-09T12:36:00.123456+05:00"},
            {
                "id": "2",
                "title": "Line\r\nbreaks\tand \u202e turns",
                "text": "Some text\r\n\r\nwith e\u0301 marks. And more.",
            },
            {
                "id": "3",
                "text": "Третья запись \u0000 с нулём. Ещё одно предложение.",
                "source": "",
                "url": "https://a.example/ü",
            },
            {
                "id": "4",
                "text": "Fourth record with a face. 😀 Faces.",
                "lang": "en",
                "date": "2024-02-30",
            },
            {"id": "5", "text": "Пятая запись. " * 400, "title": "Пятая запись", "date": "1999"},
        ],
    )
    library.index()

    assert problems(library) == []
