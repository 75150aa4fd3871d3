"""The import contracts hold, and fail where somebody plants what they forbid."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

PACKAGES = ("bot", "retrieval", "training")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the code and its contracts."""
    folder = tmp_path_factory.mktemp("project")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def broken(project):
    """Return the names of the contracts that do not hold."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(project), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False)
    found = re.findall(r"^(.+) BROKEN", done.stdout, re.MULTILINE)
    assert (done.returncode == 0) == (not found)
    return found


def test_all_contracts_hold(project):
    assert broken(project) == []


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("retrieval/text/terms.py", "retrieval.ranking.search", "the rooms of retrieval stand on each other"),
        ("retrieval/question/parsing.py", "retrieval.library", "the rooms of retrieval stand on each other"),
        ("retrieval/store/queries.py", "retrieval.index.layout", "the rooms of retrieval stand on each other"),
        ("retrieval/library.py", "bot.settings", "bot stands on retrieval"),
        ("bot/rendering/markup.py", "bot.services.limits", "in bot, handlers stand on services"),
        ("retrieval/ranking/search.py", "faiss", "only retrieval.index.vectors imports faiss"),
        ("retrieval/loaders/tables.py", "dateparser", "each engine of words, dates, models and pages"),
    ],
)
def test_a_planted_violation_breaks_its_contract(project, module, planted, contract):
    file = project / module
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nimport {planted}\n", encoding="utf-8")

    try:
        assert [name for name in broken(project) if name.startswith(contract)]
    finally:
        file.write_text(text, encoding="utf-8")


def test_a_room_that_has_no_place_breaks_the_contract_too(project):
    file = project / "retrieval" / "attic.py"
    file.write_text('"""Nobody has said where it belongs."""\n', encoding="utf-8")

    try:
        assert broken(project) == ["the rooms of retrieval stand on each other, never the reverse"]
    finally:
        file.unlink()


def test_nothing_is_excused_that_reaches_into_the_private_parts_of_another_class():
    excused = [
        str(path.relative_to(ROOT))
        for package in (*PACKAGES, "benchmarks")
        for path in sorted((ROOT / package).rglob("*.py"))
        if "SLF001" in path.read_text(encoding="utf-8")
    ]

    assert excused == []  # ruff holds it wherever nothing is excused
