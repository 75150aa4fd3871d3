"""A home on PostgreSQL: what of it can be looked at is, and is mended from the sources."""

import pytest
import sqlalchemy as sa
from hashing_model import cited, hashing_library

from retrieval.doctor.examining import examine
from retrieval.doctor.findings import Level
from retrieval.doctor.repairing import repair

KINDS_OF_HOMES = ("server",)


def findings(library):
    return examine(library.home, library.model, lambda: None).findings


def problems(library):
    return [finding.said for finding in findings(library) if finding.level is Level.PROBLEM]


def execute(library, statement):
    with library.home.database.begin() as connection:
        connection.execute(sa.text(statement))


def test_a_whole_home_is_well(indexed, kind_of_home):
    said = {finding.check: finding.said for finding in findings(indexed)}

    assert problems(indexed) == []
    assert said["texts"] == "3 texts are what was stored, with 6 sentences in their places"
    assert said["vectors"] == "all stored vectors are those of the index"
    assert said["index"] == "generation 000001 has the 3 articles, 3 passages and 6 sentences that are stored"


@pytest.mark.parametrize(
    ("statement", "told", "done"),
    [
        (
            "UPDATE revision SET text = replace(text, '840', '850')",
            "what is stored of the article bridge is damaged: run `citebot doctor --repair`",
            ["The index was made anew from the sources.", "1 article is stored anew."],
        ),
        (
            "DELETE FROM embedding WHERE text_hash = (SELECT min(text_hash) FROM embedding)",
            "1 sentence has no stored vector: run `citebot doctor --repair`",
            ["1 sentence is embedded anew."],
        ),
    ],
)
def test_damage_is_told_and_mended(indexed, kind_of_home, statement, told, done):
    execute(indexed, statement)

    assert problems(indexed) == [told]
    assert list(repair(indexed.home, indexed.model, indexed._progress, indexed.index)) == done
    assert problems(hashing_library(indexed.home.settings)) == []
    assert cited(hashing_library(indexed.home.settings).ask("мост 840 метров"))[0] == "bridge"
