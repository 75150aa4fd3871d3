"""Ctrl+C and the other signals: one line that says what is kept, no traceback, from the first moment on."""

import os
import signal
import subprocess
import sys

import pytest
from citebot_process import Command, until
from hashing_model import hashing_library, settings_for
from places import ROOT

from bot.cli import cli
from bot.commands.kept import KEPT

ON_IMPORT = """
import os, signal, sys

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{signal})

sys.meta_path.insert(0, Stop())
sys.argv = ["citebot", *{arguments!r}]
from bot.__main__ import main
main()
"""
IN_STATUS = """
import os, signal, sys
import retrieval.library

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

def status(self):
{body}

retrieval.library.Library.status = status
sys.argv = ["citebot", "status"]
from bot.__main__ import main
main()
"""


def ended(code, folder, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=_heed_hanging_up,
    )
    return done.returncode, done.stdout, done.stderr


def _heed_hanging_up():
    """Whatever the tests themselves were started under, such as nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "stopped before anything began; the index stays as it is"),
        ("ru", "остановлено до начала работы; индекс остаётся прежним"),
    ],
)
def test_while_modules_are_imported_it_ends_at_once(tmp_path, name, code, language, line):
    script = ON_IMPORT.format(module="bot.cli", signal=name, arguments=["status"])

    assert ended(script, tmp_path, CITEBOT_LANGUAGE=language) == (code, "", f"citebot: {line}\n")


@pytest.mark.parametrize("command", ["evaluate", "calibrate"])
def test_the_first_moments_of_an_evaluation_are_no_exception(tmp_path, command):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = ON_IMPORT.format(module="retrieval.evaluation.trial", signal="SIGTERM", arguments=[command, str(tmp_path)])

    assert ended(script, tmp_path, TMPDIR=str(temporary)) == (143, "", f"citebot: {KEPT[command]}\n")
    assert list(temporary.iterdir()) == []


def test_a_signal_that_is_ignored_on_purpose_stays_ignored(tmp_path):
    script = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)" + ON_IMPORT.format(
        module="bot.cli", signal="SIGHUP", arguments=["--version"]
    )

    assert ended(script, tmp_path) == (0, "citebot, version 0.1.0\n", "")


@pytest.mark.parametrize(
    "body",
    [
        "    interrupt()",
        "    try:\n        interrupt()\n    finally:\n        interrupt()",
        "    try:\n        interrupt()\n    except BaseException:\n        raise ImportError('odd') from None",
        "    try:\n        interrupt()\n    except BaseException:\n        raise KeyboardInterrupt from None",
        (
            "    class Gone:\n        def __del__(self):\n            interrupt()\n    Gone()\n    import time\n"
            "    time.sleep(60)"
        ),
    ],
    ids=["once", "twice", "as another error", "as Python's own", "while something is deleted"],
)
def test_it_ends_with_one_line_wherever_it_was(tmp_path, body):
    expected = (130, "", "citebot: stopped; the index stays as it is\n")

    assert ended(IN_STATUS.format(body=body), tmp_path) == expected


def test_what_is_published_and_what_was_embedded_is_kept(three_articles, home, tmp_path):
    library = hashing_library(settings_for(home, three_articles.folder))
    library.index()
    for number in range(200):
        three_articles.write(f"more-{number}", f"Новость {number}", f"Мост номер {number} открыли в сентябре.")
    held = tmp_path / "held"
    arguments = ("index", three_articles.folder)
    command = Command(*arguments, home=home, folder=tmp_path, HASHING_HOLD_AFTER="64", HASHING_HELD=str(held))
    until(held.exists)

    assert command.end(signal.SIGINT) == 130
    assert command.lines_left() == []
    assert command.warnings == ["citebot: stopped; what is published stays, and what was embedded is kept"]
    assert library.status().generation == "000001"
    assert library.index().articles.added == 200


def test_every_command_that_writes_says_what_is_kept():
    assert KEPT.keys() <= cli.commands.keys()
