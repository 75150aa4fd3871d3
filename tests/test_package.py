"""The wheel holds everything that is needed, and what is installed from it works from any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from places import ROOT

ARTICLES = {
    "garden": "The town library opened a reading garden with 36 seats on Monday.\n\nReaders gave most of the money.",
    "bus": "From 10 June bus 7 stops at the hospital.\n\nThe detour adds four minutes to the trip.",
}

pytestmark = [pytest.mark.begun_first, pytest.mark.timeout(900)]


def _run(command: list[str | Path], folder: Path, **variables: str) -> str:
    """What `command` prints; the variables of the environment that could lead it back to this folder are left out."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_") and name != "PYTHONPATH"
    }
    finished = subprocess.run(
        command, cwd=folder, env=inherited | variables, capture_output=True, encoding="utf-8", check=False
    )
    assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # Without isolation nothing is fetched: the build backend is one of the packages that the tests need.
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the package and nothing of this repository."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index"]
    _run([*pip, "--no-compile", "--target", folder, wheel], folder)
    return folder


def test_the_wheel_holds_every_file_of_both_packages(wheel: Path) -> None:
    packaged = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "retrieval")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - packaged == set()
    assert {
        "bot/py.typed",
        "bot/texts/en.ftl",
        "bot/texts/ru.ftl",
        "bot/texts/ru/LC_MESSAGES/messages.mo",
        "retrieval/py.typed",
        "retrieval/ranking/weights.json",
        "retrieval/store/migrations/env.py",
        "retrieval/store/migrations/script.py.mako",
    } <= packaged
    assert any(name.startswith("retrieval/store/migrations/versions/") for name in packaged)


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"bot", "retrieval", "citebot"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".sqlite"))]


def test_what_is_installed_indexes_and_answers(installed: Path, models_folder: Path, tmp_path: Path) -> None:
    for name, text in ARTICLES.items():
        (tmp_path / "articles").mkdir(exist_ok=True)
        (tmp_path / "articles" / f"{name}.txt").write_text(f"{name.title()}\n\n{text}\n", encoding="utf-8")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "models").symlink_to(models_folder)

    def citebot(*arguments: str) -> str:
        return _run(
            [sys.executable, installed / "bin" / "citebot", *arguments],
            tmp_path,
            PYTHONPATH=str(installed),
            CITEBOT_HOME="home",
            CITEBOT_SOURCES="articles",
            CITEBOT_MIN_CONFIDENCE="0",
        )

    imported = [sys.executable, "-c", "import bot.cli, retrieval; print(bot.cli.__file__, retrieval.__file__)"]
    for path in _run(imported, tmp_path, PYTHONPATH=str(installed)).split():
        assert Path(path).is_relative_to(installed)
    assert "Usage: citebot" in citebot("--help")
    report = json.loads(citebot("index", "--json"))
    assert report["articles"]["added"] == 2
    assert report["problems"] == []
    answer = json.loads(citebot("ask", "--json", "Where does bus 7 stop?"))
    assert answer["citations"][0]["article_id"] == "bus"
    assert "hospital" in answer["citations"][0]["excerpt"]
