"""Generations on disk: whole or not there, checked before they are used, published in one step."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest
from small_generation import segment_of, whole_generation

from retrieval.errors import IndexMismatchError, IndexMissingError
from retrieval.index.generation import GenerationFolder
from retrieval.index.manifest import new_manifest
from retrieval.store.queries import PassageText
from retrieval.text.terms import question_terms
from retrieval.types import Span


@pytest.fixture
def folder(tmp_path):
    return GenerationFolder(tmp_path / "home")


def generation(number, previous=None, words=("мост", "река"), **counts):
    """A generation with one passage of one sentence for each word."""
    passages = [
        PassageText(id=100 + row, title="", published_at=None, text=word, sentences=(Span(0, len(word)),))
        for row, word in enumerate(words)
    ]
    segment = segment_of(passages, np.eye(4, dtype=np.float32)[: len(words)])
    numbers = {"articles": 1, "passages": len(words), "sentences": len(words), "dimension": 4, **counts}
    manifest = new_manifest(number=number, previous=previous, model="m", model_fingerprint="f", **numbers)
    return whole_generation(manifest, segment)


def files_of(home, number):
    top = home / "generations" / f"{number:06d}"
    return sorted(path for path in top.rglob("*") if path.is_file())


def files_of_segments(home):
    return sorted(path for path in (home / "segments").rglob("*") if path.is_file())


def test_before_the_first_one_nothing_is_published(folder):
    assert folder.current() is None
    assert folder.highest_number() == 0
    assert folder.lineage(1, 3) == []
    with pytest.raises(IndexMissingError, match=r"there is no index yet in .*: run `citebot index`"):
        folder.published()
    with pytest.raises(IndexMissingError, match="generation 000001 is gone"):
        folder.check(1)


def test_an_opened_generation_is_the_one_that_was_added(folder):
    added = generation(1)
    folder.add(added)

    opened = folder.open(1)

    assert opened.layout.passage_ids.tolist() == [100, 101]
    assert opened.layout.first_sentences.tolist() == [0, 1, 2]
    assert opened.vectors.search(np.array([0, 1, 0, 0], np.float32), 1)[0].tolist() == [1]
    assert opened.lexical.scores(opened.lexical.query(question_terms("рекой"))).nonzero()[0].tolist() == [1]
    assert replace(opened.manifest, checksums={}, segments={}) == added.manifest


@pytest.mark.parametrize("recipe", [0, 99])
def test_a_generation_without_a_lexicon_of_this_version_is_served_without_one(folder, tmp_path, recipe):
    folder.add(generation(1))
    path = tmp_path / "home" / "generations" / "000001" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "lexicon": recipe}))

    opened = folder.open(1)

    assert (opened.lexicon, opened.words) == (None, None)
    assert not opened.manifest.is_up_to_date
    assert opened.lexical.holds("мост")


def test_what_the_articles_know_of_words_is_opened_with_them(folder):
    folder.add(generation(1, words=("река", "У моста Рига")))

    words = folder.open(1).words

    assert words.lexicon.spelling("рига").text == "Рига"
    assert (words.hold("мосте"), words.hold("рек"), words.hold("лес")) == (True, True, False)


def test_a_generation_that_was_added_is_not_yet_published(folder):
    folder.add(generation(1))

    assert folder.current() is None
    assert folder.highest_number() == 1


def test_each_act_of_publishing_is_told_from_every_other(folder):
    for number in (1, 2):
        folder.add(generation(number))
    folder.publish(1)
    first = folder.published()
    folder.publish(2)
    second = folder.published()
    folder.publish(1)
    third = folder.published()

    assert [publication.number for publication in (first, second, third)] == [1, 2, 1]
    assert len({first, second, third}) == 3
    assert folder.published() == third


def test_publishing_replaces_the_file_in_one_step(folder, tmp_path):
    folder.add(generation(1))
    folder.publish(1)
    with (tmp_path / "home" / "current").open() as opened_before:
        folder.publish(2)
        assert opened_before.read() == "1\n"
    assert (tmp_path / "home" / "current").read_text() == "2\n"
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["current", "generations", "segments"]


def test_every_file_has_a_checksum(folder, tmp_path):
    folder.add(generation(1))
    top = tmp_path / "home" / "generations" / "000001"

    names = {str(path.relative_to(top)) for path in files_of(tmp_path / "home", 1)}

    assert names == {"manifest.json", *folder.manifest(1).checksums}
    assert {"articles.npy", "layout.npz", "lexicon.npz"} < names
    [segment] = (tmp_path / "home" / "segments").iterdir()
    files = {str(path.relative_to(segment)) for path in segment.rglob("*") if path.is_file()}
    assert files == {"segment.json", *json.loads((segment / "segment.json").read_text())}
    assert "vectors.faiss" in files


def test_a_changed_cut_or_missing_file_is_refused_by_its_name(folder, tmp_path):
    folder.add(generation(1))
    for path in (*files_of(tmp_path / "home", 1), *files_of_segments(tmp_path / "home")):
        whole = path.read_bytes()
        damaged = [whole[:-1], whole + b"x", whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], b"", None]
        if path.name == "manifest.json":
            damaged = [whole[:-1], b"", b"[]", b'{"format": 2}', b"\xff"]
        for content in damaged:
            path.unlink()
            if content is not None:
                path.write_bytes(content)
            with pytest.raises(IndexMismatchError, match="damaged: run `citebot index` to build it again") as told:
                folder.open(1)
            assert str(path) in str(told.value)
            assert "\n" not in str(told.value)
        path.write_bytes(whole)
    folder.open(1)


@pytest.mark.parametrize("content", ["", "x\n", "one", "1.5", "\u0661\u0661x", "1 2", "9" * 5000])
def test_a_damaged_record_of_what_is_published_is_refused(folder, tmp_path, content):
    folder.add(generation(1))
    folder.publish(1)
    (tmp_path / "home" / "current").write_text(content, encoding="utf-8")

    with pytest.raises(
        IndexMismatchError, match="current does not hold the number of a generation: run `citebot index"
    ):
        folder.published()


def test_a_folder_where_a_file_should_be_is_one_clear_line(folder, tmp_path):
    (tmp_path / "home" / "current").mkdir(parents=True)
    folder.add(generation(1))
    manifest = tmp_path / "home" / "generations" / "000001" / "manifest.json"
    manifest.unlink()
    manifest.mkdir()

    with pytest.raises(IndexMismatchError, match=r"current cannot be read .*run `citebot index`"):
        folder.current()
    with pytest.raises(IndexMismatchError, match=r"manifest\.json cannot be read .*run `citebot index`"):
        folder.check(1)


def test_a_generation_of_another_format_is_refused(folder, tmp_path):
    folder.add(generation(1))
    path = tmp_path / "home" / "generations" / "000001" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))

    with pytest.raises(IndexMismatchError, match=r"has format 99, expected .*: run `citebot index`"):
        folder.manifest(1)


@pytest.mark.parametrize("wrong", [{"passages": 3}, {"sentences": 1}, {"dimension": 5}])
def test_a_generation_that_is_not_what_was_meant_fails_its_check(folder, wrong):
    with pytest.raises(IndexMismatchError, match=r"failed its check.*the published generation stays"):
        folder.add(generation(1, **wrong))

    assert folder.current() is None


def test_what_a_killed_run_left_in_its_place_is_overwritten(folder, tmp_path):
    for name in (".building-000001", "000001"):
        leftover = tmp_path / "home" / "generations" / name
        leftover.mkdir(parents=True)
        (leftover / "vectors.faiss").write_text("half")

    folder.add(generation(1))

    folder.open(1)
    assert [path.name for path in (tmp_path / "home" / "generations").iterdir()] == ["000001"]


def test_lineage_goes_back_as_far_as_generations_can_be_read(folder, tmp_path):
    for number, previous in ((1, None), (2, 1), (4, 2), (5, 4)):
        folder.add(generation(number, previous))

    assert folder.lineage(5, 3) == [5, 4, 2]
    assert folder.lineage(5, 9) == [5, 4, 2, 1]
    assert folder.lineage(3, 9) == []
    (tmp_path / "home" / "generations" / "000002" / "manifest.json").write_text("{")
    assert folder.lineage(5, 9) == [5, 4]


def test_only_kept_generations_and_no_leftovers_stay(folder, tmp_path):
    for number in (1, 2, 3):
        folder.add(generation(number))
    (tmp_path / "home" / "generations" / ".building-000004").mkdir()

    folder.keep_only([3, 1])

    assert sorted(path.name for path in (tmp_path / "home" / "generations").iterdir()) == ["000001", "000003"]
    folder.keep_only([])
    assert folder.highest_number() == 0


def test_an_open_generation_can_be_searched_after_its_files_are_gone(folder):
    folder.add(generation(1))
    opened = folder.open(1)
    folder.keep_only([])

    assert opened.lexical.scores(opened.lexical.query(question_terms("река"))).nonzero()[0].tolist() == [1]
    assert opened.vectors.search(np.array([1, 0, 0, 0], np.float32), 2)[0].tolist() == [0, 1]


@pytest.mark.skipif(os.name == "nt", reason="file names are narrower there")
def test_the_home_may_have_any_name(tmp_path):
    folder = GenerationFolder(tmp_path / "дом с пробелом? #1 % 'x' 🙂")
    folder.add(generation(1))
    folder.publish(1)

    assert folder.open(folder.published().number).layout.passage_ids.tolist() == [100, 101]
