"""Which revisions count: what was retracted shows in no query, however it is asked, and still stands in the index."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

import retrieval.store
from retrieval.store.database import Database
from retrieval.store.selections import built_from, hidden, live, readable
from retrieval.store.tables import generation_revisions, generations, retracted_revisions, revisions

GUARDED = {
    "generation_revisions": {"audit", "selections", "tables", "writer"},
    "retracted_revisions": {"audit", "retractions", "selections", "tables"},
}
"""The tables that decide what counts, and the modules that may name them."""


@pytest.fixture
def connection(tmp_path):
    """Two generations: the first lists revisions 1 to 3, the second 2 to 4; 2 and 4 are retracted."""
    database = Database.in_file(tmp_path / "citebot.sqlite")
    database.migrate()
    with database.begin() as connection:
        texts = {"title": "", "text": ""}
        rows = [{"id": id_, "article_id": f"a{id_}", "content_hash": f"h{id_}", **texts} for id_ in range(1, 6)]
        connection.execute(sa.insert(revisions), rows)
        connection.execute(sa.insert(generations), [{"id": number, "model": "m"} for number in (1, 2)])
        listed = [(1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (2, 4)]
        connection.execute(
            sa.insert(generation_revisions),
            [{"generation_id": number, "revision_id": id_, "origin": ""} for number, id_ in listed],
        )
        connection.execute(sa.insert(retracted_revisions), [{"revision_id": id_} for id_ in (2, 4)])
        yield connection


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (live(1, revisions.c.id), {1, 3}),
        (live(2, revisions.c.id), {3}),
        (live(3, revisions.c.id), set()),
        (hidden(1, revisions.c.id), {2}),
        (hidden(2, revisions.c.id), {2, 4}),
        (built_from(1, revisions.c.id), {1, 2, 3}),
        (built_from(2, revisions.c.id), {2, 3, 4}),
        (readable(revisions.c.id), {1, 3, 5}),
    ],
)
def test_each_selection_has_the_revisions_that_it_names(connection, select, expected):
    assert set(connection.execute(select).scalars()) == expected


def test_no_other_module_names_the_tables_that_decide_what_counts():
    found = {name: set() for name in GUARDED}
    for path in Path(*retrieval.store.__path__).glob("*.py"):
        named = {node.id for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Name)}
        for name in GUARDED.keys() & named:
            found[name].add(path.stem)

    assert found == GUARDED
