"""`citebot report` as an operator runs it."""

import json
import stat
from datetime import UTC, datetime

import pytest
from asked_questions import REFUSED, ask


def test_the_page_is_written_and_its_place_printed(citebot, home, three_articles, tmp_path):
    citebot("index", three_articles.folder)
    ask(home, datetime.now(UTC), ("Кто президент Бразилии?", REFUSED, {}))
    done = citebot("report")
    assert (done.returncode, done.stdout, done.stderr) == (0, "citebot-report.html\n", "")
    page = tmp_path / "citebot-report.html"
    text = page.read_text(encoding="utf-8")
    assert "Кто президент Бразилии?" in text
    assert "In 7 days" in text
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    again = citebot("report", "--days", "1")
    assert (again.returncode, again.stderr) == (0, "")
    assert ">Today<" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "ru_RU", "LC_ALL": ""}, "ru"),
        ({}, "en"),
    ],
)
def test_the_page_is_in_the_language_of_the_terminal(citebot, tmp_path, monkeypatch, variables, language):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert citebot("report", "--output", tmp_path / "page.html").returncode == 0
    assert f'<html lang="{language}">' in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_nothing_is_made_of_a_home_that_is_not_there(citebot, home, tmp_path):
    assert citebot("report").returncode == 0
    assert not home.exists()
    assert "there is no index yet in " in (tmp_path / "citebot-report.html").read_text("utf-8")


def test_a_file_that_is_no_page_is_not_overwritten(citebot, tmp_path):
    (tmp_path / "notes.json").write_text(json.dumps("mine"), encoding="utf-8")
    done = citebot("report", "--output", "notes.json")
    told = "citebot: notes.json is there and is no page of Citebot's: move it away, or give another file\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
    assert (tmp_path / "notes.json").read_text(encoding="utf-8") == '"mine"'


def test_what_cannot_be_read_is_one_line(citebot, home):
    home.mkdir()
    (home / "people.sqlite").write_bytes(b"no database" * 1000)
    done = citebot("report")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"citebot: the people's database {home}/people.sqlite failed: file is not a database")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("days", ["0", "367", "week"])
def test_days_are_a_number_up_to_a_year(citebot, days):
    done = citebot("report", "--days", days)
    assert done.returncode == 2
    assert "--days" in done.stderr


def test_a_place_that_cannot_be_written_is_told_in_the_language_of_the_terminal(citebot, monkeypatch):
    monkeypatch.setenv("CITEBOT_LANGUAGE", "ru")
    told = citebot("report", "--output", "missing/page.html").stderr
    assert "missing/page.html" in told
    assert "нет такого файла или папки" in told.lower()
