"""`citebot articles`, `citebot export` and `citebot forget` as a person or a script runs them."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hashing_model import BRIDGE, COMET, HARVEST, Corpus, hashing_library, settings_for
from places import ROOT

from retrieval.errors import IndexMissingError
from retrieval.store.writer import StoreWriter

RECORDS = [
    {"id": "bridge", "title": "Ёлочный мост", "date": "2024-09-09T23:59:00", "source": "iz.ru", "lang": "ru",
     "url": "https://iz.ru/bridge?a=1", "text": " ".join(BRIDGE)},
    {"id": "harvest", "title": "Урожай", "date": "2024-09-10", "source": "ria.ru", "lang": "ru",
     "url": "https://ria.ru/shared/", "text": "  " + "\n\n".join(HARVEST) + "\u2028 “—”\n"},
    {"id": "comet/1", "title": "The \x1b[31mcomet", "date": None, "source": None, "url": "http://ria.ru/shared#top",
     "text": " ".join(COMET)},
    {"id": "twin", "title": "Ёлочный мост", "date": "2024-09-11T00:00:00.250", "source": "copy.ru", "lang": "ru",
     "url": "https://copy.ru/bridge", "text": " ".join(BRIDGE)},
]  # fmt: skip


@pytest.fixture
def published(home, corpus):
    corpus.write_lines("feed.jsonl", RECORDS)
    library = hashing_library(settings_for(home, corpus.folder))
    library.index()
    return library


def ids(done):
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line)["article_id"] for line in done.stdout.splitlines()]


# articles


def test_articles_are_listed_newest_first_and_undated_ones_last(citebot, published):
    done = citebot("articles")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2024-09-10 00:00  ria.ru  ru  harvest  Урожай",
        "2024-09-09 23:59  iz.ru   ru  bridge   Ёлочный мост",
        "–                 –       en  comet/1  The [31mcomet",
    ]


def test_as_json_each_article_is_an_object_of_its_own(citebot, published):
    done = citebot("articles", "--json")

    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"article_id": "harvest", "published_at": "2024-09-10T00:00:00", "source": "ria.ru", "title": "Урожай",
         "language": "ru"},
        {"article_id": "bridge", "published_at": "2024-09-09T23:59:00", "source": "iz.ru", "title": "Ёлочный мост",
         "language": "ru"},
        {"article_id": "comet/1", "published_at": None, "source": None, "title": "The \x1b[31mcomet",
         "language": "en"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["елочный"], ["bridge"]),
        (["МОСТ", "IZ"], ["bridge"]),
        (["мост", "ria"], []),
        (["ria.RU"], ["harvest"]),
        (["comet/"], ["comet/1"]),
        (["--since", "2024-09-10"], ["harvest"]),
        (["--until", "2024-09-09"], ["bridge"]),
        (["--since", "2024-09-09", "--until", "2024-09-10"], ["harvest", "bridge"]),
        (["--since", "2024-09-11"], []),
        (["--source", "IZ.ru"], ["bridge"]),
        (["--source", "iz"], []),
        (["мост", "--source", "ria.ru"], []),
    ],
)
def test_the_list_is_narrowed_by_words_days_and_outlet(citebot, published, arguments, found):
    assert ids(citebot("articles", "--json", *arguments)) == found


def test_a_forgotten_article_is_not_listed(citebot, published):
    published.forget(["harvest"])

    assert ids(citebot("articles", "--json")) == ["bridge", "comet/1"]
    exported = citebot("export").stdout.split("\n")[:-1]
    assert [json.loads(line)["id"] for line in exported] == ["bridge", "twin", "comet/1"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--since", "10.09.2024"], "--since: '10.09.2024' is not a date; write it as year, month and day, such as "),
        (["--until", "2024-02-30"], "--until: '2024-02-30' is not a date; write it as year, month and day, such as "),
        (["--since", "2024-09-10", "--until", "2024-09-09"], "--since 2024-09-10 is after --until 2024-09-09; "),
    ],
)
def test_a_wrong_date_is_one_line_and_wrong_usage(citebot, published, arguments, told):
    done = citebot("articles", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"citebot: {told}")


@pytest.mark.parametrize("command", ["articles", "export"])
def test_before_the_first_index_that_is_said(citebot, command, home):
    done = citebot(command)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"citebot: there is no index yet in {home}: run `citebot index`\n"


# export


def test_an_export_is_what_index_reads(citebot, published):
    done = citebot("export")

    assert (done.returncode, done.stderr) == (0, "")
    whole = {"title": None, "date": None, "source": None, "url": None, "lang": None}
    expected = {record["id"]: whole | record for record in RECORDS}
    expected["harvest"]["date"] = "2024-09-10T00:00:00"
    expected["twin"]["date"] = "2024-09-11T00:00:00.250000"
    expected["comet/1"]["lang"] = "en"
    found = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    assert [record["id"] for record in found] == ["bridge", "twin", "comet/1", "harvest"]
    for record in found:
        assert list(record) == ["id", "title", "date", "source", "url", "lang", "text"]
        assert record == expected[record["id"]]


def test_an_export_that_is_indexed_elsewhere_gives_the_same_articles_and_answers(citebot, published, tmp_path):
    folder = Corpus(tmp_path / "exported").folder
    exported = citebot("export").stdout
    (folder / "export.jsonl").write_text(exported, encoding="utf-8", newline="")
    other = hashing_library(settings_for(tmp_path / "other", folder))
    report = other.index()

    assert (report.articles.added, report.articles.duplicates, report.problems) == (3, 1, ())
    assert list(other.whole_articles()) == list(published.whole_articles())
    for question in (*BRIDGE, *HARVEST, *COMET, "Что известно о погоде?"):
        ours, theirs = (library.ask(question, limit=5) for library in (published, other))
        assert replace(ours, took_ms=0) == replace(theirs, took_ms=0)
    assert citebot("export", home=tmp_path / "other").stdout == exported


def test_an_index_that_is_replaced_and_deleted_during_an_export_is_exported_whole(published):
    reading = published.whole_articles()
    assert next(reading).id == "bridge"
    StoreWriter(published.home.database).keep_only([])

    assert [article.id for article in reading] == ["twin", "comet/1", "harvest"]
    with pytest.raises(IndexMissingError, match="the index was replaced while its articles were read: read them again"):
        list(published.whole_articles())


def test_a_reader_of_the_export_that_goes_away_ends_it_quietly(home, corpus, tmp_path):
    text = " ".join(BRIDGE) + " " + "слово " * 2000
    corpus.write_lines("feed.jsonl", [{"id": number, "text": f"{number}. {text}"} for number in range(300)])
    hashing_library(settings_for(home, corpus.folder)).index()
    with subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "export"],
        cwd=tmp_path,
        env={**os.environ, "CITEBOT_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as exporting:
        assert exporting.stdout.readline().startswith(b'{"id": "0", "title": ')
        exporting.stdout.close()
        assert exporting.stderr.read() == b""
    assert exporting.returncode == 1


# forget


def test_an_article_is_forgotten_by_its_address_however_it_is_written(citebot, published):
    done = citebot("forget", "http://user:secret@iz.ru/bridge?a=1#comments")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Forgotten: no answer shows it any more, its text is deleted, and it stays away.\n"
    assert ids(citebot("articles", "--json")) == ["harvest", "comet/1"]
    assert {each.article_id for each in published.forgotten()} == {"bridge", "twin"}


def test_an_address_of_several_articles_means_all_of_them_and_says_so(citebot, published):
    done = citebot("forget", "https://ria.ru/shared")

    assert done.returncode == 0
    assert done.stderr == "https://ria.ru/shared is the address of 2 articles: comet/1, harvest\n"
    assert ids(citebot("articles", "--json")) == ["bridge"]

    undone = citebot("forget", "--undo", "https://ria.ru/shared/")
    assert undone.returncode == 0
    assert undone.stderr == "https://ria.ru/shared/ is the address of 2 articles: comet/1, harvest\n"
    published.index()
    assert ids(citebot("articles", "--json")) == ["harvest", "bridge", "comet/1"]


def test_a_copy_that_was_not_stored_has_an_address_too(citebot, published):
    assert citebot("forget", "https://copy.ru/bridge").returncode == 0
    assert ids(citebot("articles", "--json")) == ["harvest", "comet/1"]

    assert citebot("forget", "--undo", "https://iz.ru/bridge?a=1", "twin").returncode == 0
    assert published.forgotten() == ()


def test_to_forget_by_address_again_changes_nothing(citebot, published):
    for _ in range(2):
        assert citebot("forget", "https://iz.ru/bridge?a=1").returncode == 0
    assert {each.article_id for each in published.forgotten()} == {"bridge", "twin"}


def test_an_unknown_address_is_one_line_and_nothing_is_forgotten(citebot, published):
    done = citebot("forget", "bridge", "https://iz.ru/nowhere")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "citebot: no article has the address 'https://iz.ru/nowhere': take it from a citation (`citebot ask --json`)\n"
    )
    assert published.forgotten() == ()
    undone = citebot("forget", "--undo", "https://iz.ru/bridge?a=1")
    assert (undone.returncode, undone.stdout) == (1, "")
    assert undone.stderr.startswith(
        "citebot: no article with the address 'https://iz.ru/bridge?a=1' was forgotten: see"
    )


def test_what_would_command_a_terminal_is_escaped_in_an_export_and_read_back(citebot, corpus):
    text = "The bridge\u009b31m was \u202eopened\u202c on Monday by the mayor."
    corpus.write_lines("hostile.jsonl", [{"id": "bridge", "title": "Bridge", "text": text}])
    assert citebot("index", corpus.folder).returncode == 0
    exported = citebot("export").stdout
    assert "\\u009b31m was \\u202eopened" in exported
    assert json.loads(exported)["text"] == text
    shown = citebot("ask", "Who opened the bridge?").stdout
    assert not set("\u009b\u202e\u202c") & set(shown)
