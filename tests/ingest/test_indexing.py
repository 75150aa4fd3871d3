"""Indexing: what it counts, what it embeds, what it keeps, and what it does with what is broken."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, Corpus, HashingEmbedder, cited, hashing_library, settings_for

from retrieval.errors import (
    IndexBusyError,
    IndexMismatchError,
    IndexMissingError,
    ModelError,
    NothingToIndexError,
    NothingToRollBackError,
    RetrievalError,
)
from retrieval.ingest.recipe import embedding_text
from retrieval.library import Library
from retrieval.models.model import Model
from retrieval.progress import Progress
from retrieval.types import ArticleCounts, LoadProblem


def generations_of(home):
    return sorted(path.name for path in (home / "generations").iterdir())


def rows(home):
    with sqlite3.connect(home / "citebot.sqlite") as connection:
        tables = ("revision", "passage", "sentence", "embedding", "generation")
        found = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
    connection.close()
    return found


def texts_of(title, *sentences):
    return [embedding_text(title, sentence) for sentence in sentences]


def first_excerpt(library, question):
    return library.ask(question, limit=1).citations[0].excerpt


# Counting and embedding


def test_the_first_run_stores_embeds_and_publishes_everything(library, three_articles, home):
    report = library.index()

    assert report.articles == ArticleCounts(added=3)
    assert (report.passages, report.sentences, report.embedded) == (3, 6, 6)
    assert report.generation == "000001"
    assert report.problems == ()
    assert sorted(library.model.load().embedded) == sorted(
        texts_of("Bridge", *BRIDGE) + texts_of("Harvest", *HARVEST) + texts_of("Comet", *COMET)
    )
    assert rows(home) == {"revision": 3, "passage": 3, "sentence": 6, "embedding": 6, "generation": 1}


def test_a_second_run_embeds_nothing_and_publishes_nothing(indexed, home):
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if "sqlite" not in path.name}
    for noted in ("index.lock", "sources.json"):
        before.pop(home / noted)

    report = indexed.index()

    assert report.articles == ArticleCounts(unchanged=3)
    assert (report.passages, report.sentences, report.embedded) == (3, 6, 0)
    assert report.generation == "000001"
    assert indexed.model.load().embedded == []
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_another_process_that_runs_again_loads_no_model(indexed, home, corpus):
    model = Model("hashing", fingerprint=lambda: "hashing-1", load=lambda _: pytest.fail("it was loaded"))
    library = Library(settings_for(home, corpus.folder), model=model)

    assert library.index().articles == ArticleCounts(unchanged=3)


def test_added_changed_and_removed_articles_are_counted_and_replaced(indexed, corpus):
    corpus.write("tram", *TRAM)
    corpus.write("bridge", BRIDGE[0], "Теперь его длина составляет 900 метров.")
    corpus.remove("comet")

    report = indexed.index()

    assert report.articles == ArticleCounts(added=1, changed=1, removed=1, unchanged=1)
    assert (report.passages, report.sentences, report.generation) == (3, 6, "000002")
    assert "900 метров" in first_excerpt(indexed, "Теперь его длина составляет 900 метров.")
    assert "comet" not in cited(indexed.ask("Saturn comet tail", limit=10))


def test_only_the_changed_sentences_of_a_changed_article_are_embedded(indexed, corpus):
    corpus.write("bridge", BRIDGE[0], "Теперь его длина составляет 900 метров.")

    assert indexed.index().embedded == 1
    assert indexed.model.load().embedded == texts_of("Bridge", "Теперь его длина составляет 900 метров.")


def test_a_new_title_embeds_all_sentences_of_its_article(indexed, corpus):
    corpus.write("bridge", *BRIDGE, title="Переправа")

    assert indexed.index().embedded == 2
    assert sorted(indexed.model.load().embedded) == sorted(texts_of("Переправа", *BRIDGE))


def test_a_generation_with_earlier_clues_is_served_and_built_anew_without_embedding(indexed, home):
    manifest = home / "generations" / "000001" / "manifest.json"
    written = json.loads(manifest.read_text(encoding="utf-8"))
    del written["clues"]
    manifest.write_text(json.dumps(written), encoding="utf-8")

    assert cited(indexed.ask("Какова длина моста?"))
    report = indexed.index()

    assert (report.generation, report.embedded, report.articles.unchanged) == ("000002", 0, 3)
    assert indexed.index().generation == "000002"


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("date", "2024-09-10T12:00:00", lambda header: str(header.published_at) == "2024-09-10 12:00:00"),
        ("source", "tass.ru", lambda header: header.source == "tass.ru"),
        ("url", "https://tass.ru/2", lambda header: header.url == "https://tass.ru/2"),
        ("lang", "uk", lambda header: header.language == "uk"),
    ],
)
def test_what_is_not_text_changes_an_article_but_embeds_nothing(library, corpus, field, value, found):
    record = {"id": "b", "title": "Мост", "text": BRIDGE[0], "date": "2024-09-09", "source": "iz.ru", "url": "u"}
    corpus.write_lines("feed.jsonl", [record])
    library.index()
    corpus.write_lines("feed.jsonl", [{**record, field: value}])

    report = library.index()

    assert (report.articles, report.embedded) == (ArticleCounts(changed=1), 0)
    (text,) = library.home.queries.passage_texts(2)
    (passage,) = library.home.queries.passages([text.id])
    assert found(passage.article)


def test_an_article_that_comes_back_while_its_text_is_kept_is_not_embedded_again(indexed, corpus):
    corpus.remove("comet")
    assert indexed.index().articles == ArticleCounts(removed=1, unchanged=2)
    corpus.write("comet", *COMET)
    report = indexed.index()

    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(added=1, unchanged=2), 0, "000003")


def test_a_sentence_that_several_articles_have_is_embedded_once(library, corpus):
    corpus.write("one", BRIDGE[0], HARVEST[0], title="Мост")
    corpus.write("two", BRIDGE[0], TRAM[0], title="Мост")

    report = library.index()

    assert (report.sentences, report.embedded) == (4, 3)
    assert len(library.model.load().embedded) == 3


def test_a_moved_file_keeps_its_texts_and_embeds_nothing(indexed, corpus):
    (corpus.folder / "news").mkdir()
    (corpus.folder / "comet.txt").rename(corpus.folder / "news" / "comet.txt")

    report = indexed.index()

    assert (report.articles, report.embedded) == (ArticleCounts(added=1, removed=1, unchanged=2), 0)
    assert cited(indexed.ask(COMET[0], limit=1)) == ["news/comet"]


def test_a_folder_that_is_read_from_elsewhere_publishes_where_articles_come_from(indexed, corpus, tmp_path):
    moved = corpus.folder.rename(tmp_path / "moved")

    report = indexed.index([str(moved)])

    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(unchanged=3), 0, "000002")


# Duplicates and problems


def test_an_id_that_was_already_read_is_a_problem_and_the_first_one_stays(library, corpus):
    lines = corpus.write_lines(
        "feed.jsonl",
        [{"id": "same", "text": BRIDGE[0]}, {"id": "other", "text": TRAM[0]}, {"id": "same", "text": COMET[0]}],
    )

    report = library.index()

    assert report.articles == ArticleCounts(added=2, skipped=1)
    reason = f"the id 'same' was already read from {lines}: make ids unique"
    assert report.problems == (LoadProblem(str(lines), 3, reason),)
    assert [first_excerpt(library, BRIDGE[0]), cited(library.ask(TRAM[0]))[0]] == [BRIDGE[0], "other"]


def test_an_article_with_the_same_title_and_text_as_another_is_a_duplicate(library, corpus):
    for article_id in ("b", "a", "c"):
        corpus.write(article_id, *BRIDGE, title="Мост")
    corpus.write("d", *BRIDGE, title="Переправа")

    report = library.index()

    assert report.articles == ArticleCounts(added=2, duplicates=2)
    assert (report.problems, report.sentences, report.embedded) == ((), 4, 4)
    assert set(cited(library.ask("мост длина"))) <= {"a", "d"}
    assert library.index().articles == ArticleCounts(unchanged=2, duplicates=2)


def test_a_file_that_two_sources_reach_is_read_once(library, three_articles):
    inside = min(three_articles.folder.rglob("*.txt"))
    (three_articles.folder / "broken.txt").write_bytes(b"\x00\x01\x02")

    report = library.index([str(three_articles.folder), str(inside), str(three_articles.folder / "broken.txt")])

    assert report.articles.added == 3
    assert report.articles.skipped == 1
    assert report.articles.duplicates == 0


@pytest.mark.parametrize("spelling", ["{0}", "{0}/", "{0}/.", "{0}/../articles"])
def test_a_source_that_is_named_twice_is_read_once(library, three_articles, spelling):
    report = library.index([str(three_articles.folder), spelling.format(three_articles.folder)])

    assert report.articles == ArticleCounts(added=3)


def test_an_article_with_nothing_but_its_title_is_a_problem(library, three_articles):
    path = three_articles.write("empty", "Пусто", "", title="Пусто")

    report = library.index()

    assert report.articles == ArticleCounts(added=3, skipped=1)
    assert report.problems == (LoadProblem(str(path), None, "the text is empty or only repeats the title"),)


def test_a_broken_record_is_told_with_its_line_and_fails_nothing(library, corpus):
    path = corpus.write_lines("feed.jsonl", [{"id": "a", "text": BRIDGE[0]}, {"id": "b"}, {"id": "c", "text": TRAM[0]}])

    report = library.index()

    assert report.articles == ArticleCounts(added=2, skipped=1)
    assert [(problem.source, problem.line) for problem in report.problems] == [(str(path), 2)]


def test_a_record_that_broke_is_removed_since_its_file_was_read_to_the_end(library, corpus):
    corpus.write_lines("feed.jsonl", [{"id": "a", "text": BRIDGE[0]}, {"id": "b", "text": TRAM[0]}])
    library.index()
    corpus.write_lines("feed.jsonl", [{"id": "a", "text": BRIDGE[0]}, {"id": "b"}])

    assert library.index().articles == ArticleCounts(removed=1, unchanged=1, skipped=1)


def test_a_second_file_of_the_same_id_keeps_no_older_article_of_its_own(library, corpus, tmp_path):
    other = Corpus(tmp_path / "other")
    corpus.write("bridge", *BRIDGE)
    other.write("bridge", *TRAM)
    library.index([str(tmp_path / "other" / "..")])
    assert library.status().articles == 2

    report = library.index([str(corpus.folder), str(other.folder)])

    assert report.articles == ArticleCounts(added=1, removed=2, skipped=1)


# Sources that fail


def test_a_source_that_is_not_there_keeps_its_articles_and_stops_no_other(library, three_articles, tmp_path):
    other = Corpus(tmp_path / "other")
    other.write("tram", *TRAM)
    sources = [str(three_articles.folder), str(other.folder)]
    library.index(sources)
    other.folder.rename(tmp_path / "unmounted")
    three_articles.remove("comet")

    report = library.index(sources)

    assert report.articles == ArticleCounts(removed=1, unchanged=3)
    assert [problem.source for problem in report.problems] == [str(other.folder)]
    assert cited(library.ask(TRAM[0], limit=1)) == ["tram"]

    (tmp_path / "unmounted").rename(other.folder)
    other.remove("tram")
    assert library.index(sources).articles == ArticleCounts(removed=1, unchanged=2)


def test_a_source_that_is_no_longer_named_removes_its_articles(library, three_articles, tmp_path):
    other = Corpus(tmp_path / "other")
    other.write("tram", *TRAM)
    library.index([str(three_articles.folder), str(other.folder)])

    assert library.index().articles == ArticleCounts(removed=1, unchanged=3)


@pytest.mark.parametrize("named_as", ["file", "folder"])
def test_an_archive_that_breaks_off_keeps_the_articles_below_the_break(library, three_articles, named_as):
    records = [{"id": f"line{number}", "text": f"Запись номер {number} о деле {number * 7}."} for number in range(200)]
    packed = gzip.compress("".join(json.dumps(record) + "\n" for record in records).encode())
    path = three_articles.folder / "archive.jsonl.gz"
    path.write_bytes(packed)
    sources = [str(three_articles.folder)] if named_as == "folder" else [str(path), str(three_articles.folder / "..")]
    added = library.index(sources).articles.added
    path.write_bytes(packed[: len(packed) // 2])
    three_articles.remove("comet")

    report = library.index(sources)

    assert report.articles.added == 0
    assert report.articles.removed == (1 if named_as == "folder" else added - report.articles.unchanged)
    assert any("cut off" in problem.reason for problem in report.problems)
    assert cited(library.ask("запись номер 199", limit=1)) == ["line199"]


def test_a_file_that_cannot_be_read_keeps_its_article(indexed, corpus):
    path = corpus.folder / "comet.txt"
    path.write_bytes(b"%PDF-1.7")
    corpus.remove("harvest")

    report = indexed.index()

    assert report.articles == ArticleCounts(removed=1, unchanged=2, skipped=1)
    assert cited(indexed.ask(COMET[0], limit=1)) == ["comet"]


@pytest.mark.parametrize("fate", ["gone", "empty", "broken"])
def test_where_nothing_can_be_read_the_published_generation_stays(indexed, corpus, home, fate):
    shutil.rmtree(corpus.folder)
    if fate != "gone":
        corpus.folder.mkdir()
    if fate == "broken":
        (corpus.folder / "bridge.txt").write_bytes(b"\x00\x01\x02")

    with pytest.raises(NothingToIndexError, match=r"no articles in .*the index stays as it is") as told:
        indexed.index()

    assert str(corpus.folder) in str(told.value)
    assert "\n" not in str(told.value)
    assert indexed.status().healthy
    assert indexed.status().articles == 3
    assert cited(indexed.ask(COMET[0], limit=1)) == ["comet"]
    assert generations_of(home) == ["000001"]


def test_nothing_to_index_the_first_time_publishes_nothing(library, corpus):
    with pytest.raises(NothingToIndexError):
        library.index()

    assert library.status().generation is None
    assert not library.status().healthy


# The model


def test_another_model_is_refused_with_the_command_that_accepts_it(indexed, home, corpus):
    other = hashing_library(settings_for(home, corpus.folder), HashingEmbedder("hashing-2"))

    for use in (other.index, lambda: other.ask("мост")):
        with pytest.raises(IndexMismatchError, match=r"hashing-1.*hashing-2.*run `citebot index --rebuild`") as told:
            use()
        assert "\n" not in str(told.value)
    status = other.status()
    assert (status.healthy, status.articles) == (False, 3)
    assert "run `citebot index --rebuild`" in status.problems[0]
    assert other.model.load().embedded == []

    report = other.index(rebuild=True)
    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(added=3), 6, "000002")
    assert other.status().healthy
    assert cited(other.ask(COMET[0], limit=1)) == ["comet"]
    with pytest.raises(IndexMismatchError, match=r"hashing-2.*hashing-1"):
        hashing_library(settings_for(home, corpus.folder)).ask("мост")


def test_a_rollback_across_models_is_refused_and_changes_nothing(indexed, home, corpus):
    other = hashing_library(settings_for(home, corpus.folder), HashingEmbedder("hashing-2"))
    other.index(rebuild=True)

    with pytest.raises(IndexMismatchError, match="--rebuild"):
        other.rollback()
    assert other.status().generation == "000002"

    assert indexed.rollback().name == "000001"
    assert indexed.status().healthy


def test_rebuilding_with_the_same_model_embeds_everything_anew(indexed):
    report = indexed.index(rebuild=True)

    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(added=3), 6, "000002")
    assert len(indexed.model.load().embedded) == 6


def test_after_a_rebuild_that_was_broken_off_what_is_published_is_embedded_again(indexed, corpus, home, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(HashingEmbedder, "embed_documents", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            indexed.index(rebuild=True)
    corpus.write("tram", *TRAM)

    report = hashing_library(settings_for(home, corpus.folder)).index()

    assert (report.articles, report.embedded) == (ArticleCounts(added=1, unchanged=3), 8)


def test_after_a_rebuild_and_a_rollback_what_was_not_rebuilt_is_embedded_again(indexed, corpus):
    taken = (corpus.folder / "comet.txt").read_text()
    corpus.remove("comet")
    indexed.index(rebuild=True)
    indexed.rollback()
    (corpus.folder / "comet.txt").write_text(taken)
    corpus.write("tram", *TRAM)

    report = indexed.index()

    assert (report.articles, report.embedded) == (ArticleCounts(added=1, unchanged=3), 4)
    assert cited(indexed.ask(COMET[0], limit=1)) == ["comet"]


def test_a_model_that_fails_leaves_what_is_published_and_what_was_embedded(indexed, corpus, monkeypatch):
    corpus.write("tram", *TRAM)
    embed = indexed.model.load().embed_documents
    failure = ModelError("no finite vector")

    def fail(texts, **_):
        raise failure

    monkeypatch.setattr(indexed.model.load(), "embed_documents", fail)
    with pytest.raises(ModelError):
        indexed.index()
    assert indexed.status().articles == 3
    monkeypatch.setattr(indexed.model.load(), "embed_documents", embed)

    assert (indexed.index().embedded, indexed.status().articles) == (2, 4)


def test_sentences_are_kept_as_they_are_embedded(library, corpus, home, monkeypatch):
    monkeypatch.setattr("retrieval.ingest.embedding._SENTENCES_AT_ONCE", 10)
    corpus.write_lines(
        "feed.jsonl", [{"id": number, "text": f"Сообщение под номером {number}."} for number in range(25)]
    )
    embed = library.model.load().embed_documents

    def fail_the_third_time(texts, **_):
        if len(library.model.load().embedded) == 20:
            message = "killed"
            raise ModelError(message)
        return embed(texts)

    monkeypatch.setattr(library.model.load(), "embed_documents", fail_the_third_time)
    with pytest.raises(ModelError, match="killed"):
        library.index()
    assert rows(home)["embedding"] == 20
    monkeypatch.setattr(library.model.load(), "embed_documents", embed)

    assert library.index().embedded == 5


# Damage


def damage_each_file(home):
    return sorted(path for path in (home / "generations" / "000001").rglob("*") if path.is_file())


def test_any_damaged_file_is_told_by_status_refused_by_ask_and_mended_by_index(indexed, home, corpus):
    for round_, name in enumerate(path.name for path in damage_each_file(home)):
        number = f"{round_ + 1:06d}"
        (path,) = (home / "generations" / number).rglob(name)
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        fresh = hashing_library(settings_for(home, corpus.folder))

        status = fresh.status()
        assert (status.healthy, len(status.problems)) == (False, 1)
        assert str(path) in status.problems[0]
        with pytest.raises(IndexMismatchError, match="run `citebot index`") as told:
            fresh.ask("мост")
        assert str(path) in str(told.value)

        report = fresh.index()
        assert (report.articles, report.embedded) == (ArticleCounts(unchanged=3), 0)
        assert report.generation == f"{round_ + 2:06d}"
        assert fresh.status().healthy
        assert cited(fresh.ask(COMET[0], limit=1)) == ["comet"]
        with pytest.raises(NothingToRollBackError):
            fresh.rollback()


def test_a_damaged_generation_does_not_take_the_one_before_it_along(indexed, home, corpus):
    corpus.write("tram", *TRAM)
    indexed.index()
    (home / "segments" / "000002" / "vectors.faiss").write_bytes(b"")
    assert indexed.index().generation == "000003"

    assert indexed.rollback().name == "000001"
    assert generations_of(home) == ["000001", "000003"]


def test_what_cannot_be_read_for_a_while_is_not_deleted(indexed, home, corpus, monkeypatch):
    manifest = home / "generations" / "000001" / "manifest.json"
    written = manifest.read_bytes()
    manifest.unlink()
    manifest.mkdir()
    with monkeypatch.context() as broken:
        broken.setattr("retrieval.ingest.indexing.build_generation", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hashing_library(settings_for(home, corpus.folder)).index()
    manifest.rmdir()
    manifest.write_bytes(written)

    again = hashing_library(settings_for(home, corpus.folder))
    assert again.status().healthy
    assert cited(again.ask(COMET[0], limit=1)) == ["comet"]


def test_a_generation_that_is_gone_is_told_and_built_again(indexed, home, corpus):
    shutil.rmtree(home / "generations")
    fresh = hashing_library(settings_for(home, corpus.folder))

    assert "generation 000001 is gone" in fresh.status().problems[0]
    with pytest.raises(IndexMissingError, match="run `citebot index`"):
        fresh.ask("мост")
    assert fresh.index().articles == ArticleCounts(unchanged=3)
    assert fresh.status().healthy


@pytest.mark.parametrize("content", ["", "nonsense", "99"])
def test_a_damaged_record_of_what_is_published_is_told_and_mended(indexed, home, corpus, content, tmp_path):
    other = Corpus(tmp_path / "other")
    other.write("tram", *TRAM)
    sources = [str(corpus.folder), str(other.folder)]
    indexed.index(sources)
    (home / "current").write_text(content)
    shutil.rmtree(other.folder)
    fresh = hashing_library(settings_for(home, corpus.folder))

    assert not fresh.status().healthy
    with pytest.raises((IndexMismatchError, IndexMissingError), match="run `citebot index`"):
        fresh.ask("мост")
    report = fresh.index(sources)
    assert report.embedded == 0
    assert fresh.status().healthy
    if content != "99":
        assert report.articles == ArticleCounts(unchanged=4)
        assert cited(fresh.ask(TRAM[0], limit=1)) == ["tram"]


def test_a_deleted_database_is_told_and_everything_is_embedded_anew(indexed, home, corpus):
    for path in home.glob("citebot.sqlite*"):
        path.unlink()
    fresh = hashing_library(settings_for(home, corpus.folder))

    assert fresh.status().problems == (f"there is no index yet in {home / 'citebot.sqlite'}: run `citebot index`",)
    with pytest.raises(IndexMissingError, match="run `citebot index`"):
        fresh.ask("мост")
    report = fresh.index()
    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(added=3), 6, "000002")
    assert fresh.status().healthy
    assert cited(fresh.ask(COMET[0], limit=1)) == ["comet"]
    with pytest.raises(NothingToRollBackError):
        fresh.rollback()
    assert generations_of(home) == ["000002"]


def test_a_database_of_other_articles_is_refused_and_mended(indexed, home, corpus, tmp_path):
    elsewhere = Corpus(tmp_path / "elsewhere")
    elsewhere.write("tram", *TRAM)
    hashing_library(settings_for(tmp_path / "other-home", elsewhere.folder)).index()
    settings = settings_for(home, corpus.folder, database_url=f"sqlite:///{tmp_path / 'other-home' / 'citebot.sqlite'}")
    mixed = hashing_library(settings)

    assert "holds 1 of the 3 articles of generation 000001: run `citebot index`" in mixed.status().problems[0]
    with pytest.raises(IndexMismatchError, match="set CITEBOT_DATABASE_URL back"):
        mixed.ask("мост")
    mixed.index()
    assert mixed.status().healthy
    assert cited(mixed.ask(COMET[0], limit=1)) == ["comet"]


def test_a_deleted_home_is_built_from_nothing_under_a_running_library(indexed, home, corpus):
    assert cited(indexed.ask(COMET[0], limit=1)) == ["comet"]
    shutil.rmtree(home)
    corpus.write("comet", "The comet was last seen near Saturn by nobody.")

    report = indexed.index()

    assert (report.articles, report.generation) == (ArticleCounts(added=3), "000001")
    assert (
        first_excerpt(indexed, "Was the comet last seen near Saturn?")
        == "The comet was last seen near Saturn by nobody."
    )


def test_a_database_that_another_version_wrote_is_refused_by_all_but_told_by_status(indexed, home):
    with sqlite3.connect(home / "citebot.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    fresh = hashing_library(indexed.home.settings)

    assert "schema 9999" in fresh.status().problems[0]
    for use in (fresh.index, lambda: fresh.ask("мост")):
        with pytest.raises(RetrievalError, match="schema 9999, this version of citebot expects"):
            use()


# Rolling back, and what is kept


def test_a_rollback_brings_back_texts_and_vectors(indexed, corpus):
    old = indexed.ask("длина моста").citations
    corpus.write("bridge", "Мост снесли в октябре из-за трещин.", "Обломки вывезли за две недели.")
    corpus.remove("comet")
    indexed.index()
    assert "Мост снесли" in first_excerpt(indexed, "Мост снесли в октябре из-за трещин.")

    manifest = indexed.rollback()

    assert (manifest.name, manifest.articles) == ("000001", 3)
    assert indexed.ask("длина моста").citations == old
    assert BRIDGE[1] in first_excerpt(indexed, BRIDGE[1])
    assert COMET[0] in first_excerpt(indexed, COMET[0])
    assert indexed.status().healthy
    assert indexed.status().generation == "000001"


def test_rollbacks_go_back_through_all_that_is_kept_and_no_further(indexed, corpus, home):
    for number in range(2, 6):
        corpus.write("bridge", f"Мост стоит уже {number} года без ремонта.")
        indexed.index()
    assert generations_of(home) == ["000003", "000004", "000005"]

    assert [indexed.rollback().name, indexed.rollback().name] == ["000004", "000003"]
    assert first_excerpt(indexed, "мост стоит") == "Мост стоит уже 3 года без ремонта."
    with pytest.raises(NothingToRollBackError, match="generation 000003 is the oldest that is kept"):
        indexed.rollback()
    assert indexed.status().generation == "000003"


def test_indexing_after_a_rollback_mirrors_the_sources_again(indexed, corpus, home):
    corpus.write("bridge", "Мост снесли в октябре из-за трещин.")
    indexed.index()
    indexed.rollback()
    indexed.model.load().embedded.clear()

    report = indexed.index()

    assert (report.articles, report.embedded, report.generation) == (ArticleCounts(changed=1, unchanged=2), 0, "000003")
    assert first_excerpt(indexed, "Мост снесли") == "Мост снесли в октябре из-за трещин."
    assert generations_of(home) == ["000001", "000003"]
    assert indexed.rollback().name == "000001"


def test_without_an_earlier_generation_nothing_is_rolled_back(indexed, tmp_path):
    with pytest.raises(NothingToRollBackError, match="000001 is the oldest"):
        indexed.rollback()
    with pytest.raises(IndexMissingError):
        hashing_library(settings_for(tmp_path / "nowhere")).rollback()


def test_a_rollback_to_a_damaged_generation_is_refused(indexed, corpus, home):
    corpus.write("tram", *TRAM)
    indexed.index()
    (home / "generations" / "000001" / "layout.npz").unlink()

    with pytest.raises(IndexMismatchError, match=r"layout.npz is missing or damaged"):
        indexed.rollback()
    assert indexed.status().generation == "000002"
    assert indexed.status().healthy


def test_what_no_kept_generation_needs_is_pruned_from_disk_and_database(indexed, corpus, home):
    for number in range(2, 12):
        corpus.write("bridge", f"Мост стоит уже {number} года без ремонта.")
        indexed.index()

    assert generations_of(home) == ["000009", "000010", "000011"]
    assert rows(home) == {"revision": 5, "passage": 5, "sentence": 7, "embedding": 7, "generation": 3}


def test_what_killed_runs_left_is_pruned_by_the_next_run_even_if_it_fails(indexed, corpus, home, monkeypatch):
    for number in (7, 8):
        (home / "generations" / f"00000{number}").mkdir()
        (home / "generations" / f".building-00000{number}").mkdir()
    corpus.write("tram", *TRAM)
    monkeypatch.setattr("retrieval.ingest.indexing.build_generation", lambda *_, **__: pytest.fail("not that far"))

    for _ in range(3):
        with pytest.raises(pytest.fail.Exception):
            indexed.index()

    assert generations_of(home) == ["000001"]
    assert rows(home)["generation"] == 2
    assert indexed.status().healthy


# One writer


def test_while_another_process_writes_index_and_rollback_are_refused_and_ask_goes_on(indexed, home, monkeypatch):
    monkeypatch.setattr("retrieval.upkeep._PATIENCE", 0.0)
    script = "import filelock, sys; held = filelock.FileLock(sys.argv[1]).acquire(); print('held', flush=True); input()"
    command = [sys.executable, "-c", script, str(home / "index.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        for use in (indexed.index, indexed.rollback):
            with pytest.raises(IndexBusyError, match=r"another citebot is writing the index in .*: wait") as told:
                use()
            assert str(home) in str(told.value)
        assert cited(indexed.ask(COMET[0], limit=1)) == ["comet"]
        assert indexed.status().healthy
        holder.kill()
    assert indexed.index().articles == ArticleCounts(unchanged=3)


@pytest.mark.parametrize("place", ["/proc/citebot", "/dev/null/citebot"])
def test_a_home_that_cannot_be_written_is_one_clear_line(corpus, place):
    corpus.write("bridge", *BRIDGE)

    with pytest.raises(RetrievalError, match=r"cannot be written .*CITEBOT_HOME") as told:
        hashing_library(settings_for(Path(place), corpus.folder)).index()

    assert "\n" not in str(told.value)


# Everything else


def test_the_order_of_generations_does_not_depend_on_the_clock(indexed, corpus, home, monkeypatch):
    os.utime(home / "current", (0, 0))
    for number in range(2, 5):
        corpus.write("bridge", f"Мост стоит уже {number} года без ремонта.")
        monkeypatch.setattr("time.time", lambda number=number: -number * 1e6)
        assert indexed.index().generation == f"{number:06d}"
        assert first_excerpt(indexed, "мост стоит") == f"Мост стоит уже {number} года без ремонта."


def test_progress_is_told_from_reading_to_building(home, three_articles):
    told = []

    class Noting(Progress):
        def reading(self, articles, place):
            told.append(("reading", articles, place.removeprefix(str(three_articles.folder))))

        def embedding(self, done, total):
            told.append(("embedding", done, total))

        def building(self):
            told.append(("building",))

    hashing_library(settings_for(home, three_articles.folder), progress=Noting()).index()

    read = [("reading", 0, ""), ("reading", 1, "/bridge.txt"), ("reading", 2, "/comet.txt")]
    assert told == [*read, ("reading", 3, "/harvest.txt"), ("embedding", 0, 6), ("embedding", 6, 6), ("building",)]


@pytest.mark.parametrize("name", ["with space", "what?", "a#b", "100%", "a%20b", "дом & сад", "it's", "\U0001f642"])
def test_home_sources_and_articles_may_have_any_name(tmp_path, name):
    corpus = Corpus(tmp_path / name / "articles")
    corpus.write(f"{name}/{name}", *BRIDGE)
    library = hashing_library(settings_for(tmp_path / name / "home", corpus.folder))

    assert library.index().articles == ArticleCounts(added=1)
    assert cited(library.ask("мост")) == [f"{name}/{name}"]
    assert library.status().healthy


def test_articles_without_a_single_word_can_be_indexed_and_asked(library, corpus):
    corpus.write_lines("feed.jsonl", [{"id": "smile", "text": "🙂🙂🙂 !!!"}, {"id": "dots", "text": "…"}])

    assert library.index().articles == ArticleCounts(added=2)
    library.ask("мост")
    library.ask("🙂")


def test_one_line_of_hundreds_of_thousands_of_characters_is_one_article(library, corpus):
    corpus.write_lines("feed.jsonl", [{"id": "long", "text": BRIDGE[0] + " слово" * 50_000 + ". " + COMET[0]}])

    report = library.index()

    assert report.articles == ArticleCounts(added=1)
    assert report.sentences > 750
    assert first_excerpt(library, COMET[0]).endswith(COMET[0])


def test_of_two_that_index_at_once_one_is_told_to_wait_or_both_succeed_in_turn(home, three_articles):
    outcomes = []

    def index():
        try:
            outcomes.append(hashing_library(settings_for(home, three_articles.folder)).index().generation)
        except IndexBusyError:
            outcomes.append("busy")

    threads = [threading.Thread(target=index) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 4
    assert "000001" in outcomes
    assert set(outcomes) <= {"000001", "busy"}
    assert hashing_library(settings_for(home, three_articles.folder)).status().healthy
