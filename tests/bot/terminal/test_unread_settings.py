"""What was meant to be a setting and is none is said, once a command, and stops nothing."""

import os
import re
import subprocess
import sys

import pytest
from places import ROOT

from bot.settings import BotSettings

TOKEN = "123456789:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist
NO_INDEX = "citebot: there is no index yet in {home}: run `citebot index`\n"


def test_an_unknown_name_is_told_with_the_nearest_known_one_and_stops_nothing(citebot, three_articles, monkeypatch):
    monkeypatch.setenv("CITEBOT_SOURCES", str(three_articles.folder))
    monkeypatch.setenv("CITEBOT_TOKEN", "secret")
    monkeypatch.setenv("citebot_zzz", "secret")
    done = citebot("index", "--json")
    assert done.returncode == 0
    assert '"added": 3' in done.stdout
    assert done.stderr.splitlines()[:2] == [
        "citebot: CITEBOT_TOKEN is no setting of Citebot and is not read; did you mean CITEBOT_TELEGRAM_TOKEN?",
        "citebot: citebot_zzz is no setting of Citebot and is not read",
    ]
    assert "secret" not in done.stderr


def test_unknown_names_and_lines_that_are_none_in_the_file_are_told(citebot, tmp_path, home):
    lines = ("# CITEBOT_XYZ=1", "citebot_citations=2", "export CITEBOT_ADMINS=secret", "nothing at all", "OTHER=1")
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    done = citebot("articles")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "citebot: in .env: CITEBOT_ADMINS is no setting of Citebot and is not read; did you mean CITEBOT_ADMIN_IDS?\n"
        "citebot: in .env: line 4 is not read; expected NAME=value, or # before a remark\n" + NO_INDEX.format(home=home)
    )


def test_lines_that_are_none_are_told_once_and_in_our_words_alone(tmp_path):
    (tmp_path / ".env").write_text("nothing at all\nCITEBOT_LANGUAGE=en\n", encoding="utf-8")
    # As a process of its own: what a library says before the command begins goes past all that a test could replace.
    done = subprocess.run(
        [sys.executable, "-m", "bot", "articles"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith(("CITEBOT_", "LC_", "LANG"))}
        | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr.splitlines()[:1] == [
        "citebot: in .env: line 1 is not read; expected NAME=value, or # before a remark"
    ]
    assert "dotenv" not in done.stderr


def test_a_command_that_leads_to_others_warns_once_and_before_it_tells_a_wrong_value(citebot, monkeypatch):
    monkeypatch.setenv("CITEBOT_ADMIN", "7")
    monkeypatch.setenv("CITEBOT_SOURCES", "missing")
    assert citebot("start").stderr.count("CITEBOT_ADMIN is no setting") == 1
    monkeypatch.setenv("CITEBOT_CITATIONS", "none")
    warning, wrong = citebot("start").stderr.splitlines()
    assert warning.startswith("citebot: CITEBOT_ADMIN is no setting")
    assert wrong == "citebot: CITEBOT_CITATIONS='none': is not a whole number from 1 to 10"


def test_known_names_in_any_letters_are_no_reason_to_warn(citebot, tmp_path, home, monkeypatch):
    monkeypatch.setenv("citebot_citations", "2")
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text(encoding="utf-8"), encoding="utf-8")
    assert citebot("articles").stderr == NO_INDEX.format(home=home)


def test_the_container_sets_nothing_that_would_be_warned_of():
    set_there = re.findall(r"\b(CITEBOT_\w+)=", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert set_there
    assert {name.removeprefix("CITEBOT_").lower() for name in set_there} <= BotSettings.model_fields.keys()


@pytest.mark.parametrize("command", [("report",), ("timeline", "bridge"), ("configure",), ("status",)], ids=" ".join)
def test_every_command_that_reads_settings_warns(citebot, tmp_path, command):
    (tmp_path / ".env").write_text("nothing at all\n", encoding="utf-8")
    assert citebot(*command).stderr.splitlines()[0] == (
        "citebot: in .env: line 1 is not read; expected NAME=value, or # before a remark"
    )


def test_what_stands_in_the_place_of_the_file_and_is_none_is_told(citebot, tmp_path):
    (tmp_path / ".env").mkdir()
    told = "citebot: .env is a folder; expected a file of settings: move it away\n"
    assert [citebot(command).stderr for command in ("status", "configure")] == [told, told]
    (tmp_path / ".env").rmdir()
    (tmp_path / ".env").symlink_to("nowhere")
    assert citebot("status").stderr == "citebot: .env is a link that leads nowhere: mend it, or remove it\n"


@pytest.mark.parametrize("name", ["HOME", "EMBEDDING_MODEL", "ABOUT"])
def test_a_token_in_another_place_is_refused_and_shown_nowhere(citebot, tmp_path, monkeypatch, name):
    monkeypatch.setenv(f"CITEBOT_{name}", TOKEN)
    done = citebot("status", "--json", home=TOKEN if name == "HOME" else tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"citebot: CITEBOT_{name} holds what looks like the token of a bot, which belongs into CITEBOT_TELEGRAM_TOKEN "
        "(its value is not shown here)\n"
    )
    assert not (tmp_path / TOKEN).exists()
