"""The manifest of a generation: what it says, and what is told where it cannot be read."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from retrieval.errors import IndexMismatchError, IndexMissingError
from retrieval.index.manifest import (
    CLUES_RECIPE,
    EVENTS_RECIPE,
    FORMAT,
    LEXICON_RECIPE,
    TIMES_RECIPE,
    Manifest,
    dump_manifest,
    folder_name,
    new_manifest,
    read_manifest,
)

MANIFEST = Manifest(
    format=FORMAT,
    number=7,
    previous=5,
    created_at=datetime(2024, 9, 9, 12, 30, tzinfo=UTC),
    model="model",
    model_fingerprint="fingerprint",
    dimension=4,
    articles=1,
    passages=2,
    sentences=3,
    checksums={"vectors.faiss": 4294967295},
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "manifest.json"


def test_folders_sort_by_their_names():
    assert [folder_name(number) for number in (7, 12, 1234567)] == ["000007", "000012", "1234567"]
    assert MANIFEST.name == "000007"


def test_a_new_one_says_what_it_was_given_and_is_dated_now():
    begun = datetime.now(UTC).replace(microsecond=0)
    made = new_manifest(
        number=7, previous=None, model="m", model_fingerprint="f", articles=1, passages=2, sentences=3, dimension=4
    )

    assert begun <= made.created_at <= datetime.now(UTC)
    assert made.created_at.microsecond == 0
    recipes = (CLUES_RECIPE, LEXICON_RECIPE, TIMES_RECIPE, EVENTS_RECIPE)
    assert made == Manifest(FORMAT, 7, None, made.created_at, "m", "f", 4, 1, 2, 3, {}, *recipes)


@pytest.mark.parametrize(
    ("recipes", "expected"),
    [
        ({"clues": CLUES_RECIPE, "lexicon": LEXICON_RECIPE, "times": TIMES_RECIPE, "events": EVENTS_RECIPE}, True),
        ({"clues": CLUES_RECIPE - 1, "lexicon": LEXICON_RECIPE, "times": TIMES_RECIPE, "events": EVENTS_RECIPE}, False),
        ({"clues": CLUES_RECIPE, "lexicon": LEXICON_RECIPE, "times": TIMES_RECIPE}, False),
        ({"clues": CLUES_RECIPE, "lexicon": LEXICON_RECIPE}, False),
        ({"clues": CLUES_RECIPE}, False),
    ],
)
def test_one_of_older_recipes_is_behind(recipes, expected):
    assert replace(MANIFEST, **recipes).is_up_to_date == expected


def test_what_is_written_is_what_is_read(path):
    path.write_bytes(dump_manifest(MANIFEST))

    assert read_manifest(path, 7) == MANIFEST
    assert json.loads(path.read_text())["created_at"] == "2024-09-09T12:30:00Z"


def test_one_that_is_gone_is_a_missing_index(path):
    with pytest.raises(IndexMissingError) as told:
        read_manifest(path, 7)
    assert str(told.value) == f"generation 000007 is gone ({path} not found): run `citebot index`"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": 5}'])
def test_one_that_says_too_little_is_damaged(path, content):
    path.write_text(content)
    with pytest.raises(IndexMismatchError) as told:
        read_manifest(path, 7)
    assert str(told.value) == f"{path} is damaged: run `citebot index` to build it again"


@pytest.mark.parametrize("other", [FORMAT - 1, FORMAT + 1])
def test_one_of_another_format_names_both(path, other):
    path.write_bytes(dump_manifest(MANIFEST))
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": other}))
    with pytest.raises(IndexMismatchError) as told:
        read_manifest(path, 7)
    assert str(told.value) == f"{path} has format {other}, expected {FORMAT}: run `citebot index` to build it again"


def test_one_that_the_system_does_not_hand_out_is_told_with_its_reason(path):
    path.mkdir()
    with pytest.raises(IndexMismatchError) as told:
        read_manifest(path, 7)
    assert str(told.value) == (
        f"{path} cannot be read (Is a directory): make it readable, or run `citebot index` to build it again"
    )
