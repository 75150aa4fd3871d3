"""A folder of articles in every format: all of it is indexed, answers, and goes when its file goes."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, cited, hashing_library, settings_for
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders import LOADERS, SourceError, load_source
from retrieval.types import ArticleCounts, LanguageCount, LoadedArticle, LoadProblem, SourceCount

PAGE = """\
<html lang="en"><head><title>Comet films - Sky News</title>
<link rel="canonical" href="https://sky.example/comet">
<meta property="og:site_name" content="Sky News">
<meta property="article:published_time" content="2024-05-14T10:30:00+03:00"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Comet films</h1><p>{}</p></article></body></html>
"""
MARKDOWN = """\
---
title: Трамвай до вокзала
date: 2024-06-03
outlet: talsk.example
---
{}
"""


def write_every_format(folder):
    """Write the same kind of article once in every format."""
    (folder / "channel").mkdir(parents=True)
    (folder / "bridge.txt").write_text(f"Мост\n\n9 сентября 2024\n\n{' '.join(BRIDGE)}\n", encoding="utf-8")
    (folder / "tram.md").write_text(MARKDOWN.format(" ".join(TRAM)), encoding="utf-8")
    (folder / "comet.html").write_text(PAGE.format(" ".join(COMET)), encoding="utf-8")
    record = {"id": "wheat", "text": " ".join(HARVEST), "source": "agro.example"}
    (folder / "feed.jsonl").write_text(json.dumps(record), encoding="utf-8")
    message = {
        "id": 5,
        "type": "message",
        "date_unixtime": "1725874560",
        "text": "Новый театр откроется в пятницу премьерой оперы.\nБилеты стоят от 300 рублей.",
    }
    export = {"name": "Афиша", "type": "public_channel", "id": 77, "messages": [message]}
    (folder / "channel" / "result.json").write_text(json.dumps(export, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def mixed(library, corpus):
    write_every_format(corpus.folder)
    return library


def test_every_format_is_indexed_and_answers(mixed):
    report = mixed.index()

    assert (report.articles.added, report.articles.skipped, report.problems) == (5, 0, ())
    assert cited(mixed.ask("Какова длина моста через Ильму?", limit=1)) == ["bridge"]
    assert cited(mixed.ask("Сколько стоит билет на трамвай до вокзала?", limit=1)) == ["tram"]
    assert cited(mixed.ask("Who filmed the tail of the comet?", limit=1)) == ["comet"]
    assert cited(mixed.ask("Сколько тонн пшеницы собрали?", limit=1)) == ["wheat"]
    assert cited(mixed.ask("Когда откроется новый театр?", limit=1)) == ["77/5"]


def test_a_citation_names_what_its_format_told(mixed):
    mixed.index()
    [comet] = mixed.ask("Who filmed the tail of the comet?", limit=1).citations
    [theatre] = mixed.ask("Когда откроется новый театр?", limit=1).citations

    assert (comet.title, comet.source, comet.url) == ("Comet films", "Sky News", "https://sky.example/comet")
    assert comet.published_at == datetime(2024, 5, 14, 10, 30)  # noqa: DTZ001
    assert (theatre.title, theatre.source) == ("Новый театр откроется в пятницу премьерой оперы.", "Афиша")
    assert (theatre.url, theatre.published_at) == (None, datetime(2024, 9, 9, 12, 36))  # noqa: DTZ001


def test_the_status_counts_what_every_format_named(mixed):
    mixed.index()
    status = mixed.status()

    assert status.languages == (LanguageCount("ru", 4), LanguageCount("en", 1))
    assert status.sources == (
        SourceCount("", 1),
        SourceCount("Sky News", 1),
        SourceCount("agro.example", 1),
        SourceCount("talsk.example", 1),
        SourceCount("Афиша", 1),
    )
    assert sum(one.articles for one in status.languages) == status.articles == 5


def test_a_broken_file_keeps_its_articles_and_a_removed_one_does_not(mixed, corpus):
    mixed.index()
    broken = {
        "comet.html": "<html><body><script>start()</script></body></html>",
        "tram.md": "---\ntitle: a: b\n---\nText.\n",
        "channel/result.json": '{"name": "Афиша", "type": "public_channel", "id": 77, "messages": [{',
    }
    for name, content in broken.items():
        (corpus.folder / name).write_text(content, encoding="utf-8")

    report = mixed.index()

    assert (report.articles.unchanged, report.articles.removed, report.articles.skipped) == (5, 0, 3)
    assert [(problem.source, problem.line) for problem in report.problems] == [
        (str(corpus.folder / name), None) for name in sorted(broken)
    ]
    for name in broken:
        (corpus.folder / name).unlink()
    assert mixed.index().articles.removed == 3


def test_a_broken_character_is_told_and_skips_nothing(library, corpus):
    """A record that is broken as a whole is skipped, and counts."""

    def write(name, content):
        (corpus.folder / name).write_bytes(content.encode().replace(b"#", b"\xd0"))

    write("bridge.txt", f"Мост\n\n{' '.join(BRIDGE)}#")
    write("tram.md", MARKDOWN.format(f"{' '.join(TRAM)}#"))
    write(
        "comet.html",
        PAGE.format("Комета прошла мимо Сатурна, и астрономы одиннадцать часов снимали её хвост. " * 2 + "#"),
    )
    record = json.dumps({"id": "wheat", "text": f"{' '.join(HARVEST)}#"}, ensure_ascii=False)
    write("feed.jsonl", f'{{"id": 1}}\n{record}')

    for counts in (ArticleCounts(added=4, skipped=1), ArticleCounts(unchanged=4, skipped=1)):
        report = library.index()
        assert report.articles == counts
        broken = "has 1 broken character (\ufffd) in its text; save it anew as UTF-8"
        assert report.problems == tuple(
            LoadProblem(str(corpus.folder / name), line, reason)
            for name, line, reason in (
                ("bridge.txt", 3, broken),
                ("comet.html", 5, broken),
                ("feed.jsonl", 1, '"text" is missing; every record needs the text of its article'),
                ("feed.jsonl", 2, broken),
                ("tram.md", 6, broken),
            )
        )
    (corpus.folder / "feed.jsonl").unlink()
    assert library.index().articles == ArticleCounts(unchanged=3, removed=1)


@pytest.mark.parametrize("ending", LOADERS)
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode(errors="replace"))))
@settings(max_examples=60, deadline=None)
def test_no_bytes_break_a_loader(tmp_path_factory, ending, data):
    path = tmp_path_factory.getbasetemp() / (f"any{ending}" if ending.startswith(".") else ending)
    path.write_bytes(data)
    try:
        records = list(load_source(str(path), timezone=ZoneInfo("Europe/Moscow")))
    except SourceError as error:
        records = [error.problem]

    for record in records:
        assert isinstance(record, (LoadedArticle, LoadProblem))
        assert isinstance(record, LoadedArticle) or "\n" not in record.reason


def test_citebots_own_folder_is_no_source_even_inside_one(tmp_path, corpus):
    home = corpus.folder / "state"
    (home / "models").mkdir(parents=True)
    (home / "models" / "README.md").write_text("# A model\n\nThis is no article, however long its text may be.")
    corpus.write("bridge", *BRIDGE)
    library = hashing_library(settings_for(home, corpus.folder))
    assert library.index().articles == ArticleCounts(added=1)
    assert library.index().articles == ArticleCounts(unchanged=1)


def test_what_is_passed_over_is_told_once_and_is_no_record_that_was_skipped(library, corpus):
    corpus.write("bridge", *BRIDGE)
    corpus.write("deep/harvest", *HARVEST)
    for name in ("a.ppt", "b.PPT", "deep/c.mp4"):
        (corpus.folder / name).touch()

    report = library.index()

    assert (report.articles.added, report.articles.skipped) == (2, 0)
    told = LoadProblem(str(corpus.folder), None, "3 files passed over: 2 .ppt, 1 .mp4")
    assert report.problems == (told,)
    corpus.remove("bridge")
    report = library.index()
    assert (report.articles.removed, report.articles.unchanged, report.problems) == (1, 1, (told,))
