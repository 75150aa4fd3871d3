"""The command line for tests of what it prints."""

import io
import os
import sys
from subprocess import CompletedProcess

import pytest
from hashing_model import hashing_model

from bot.cli import main
from bot.terminal.language import speak


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    """Whatever language the machine speaks."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def citebot(home, tmp_path, monkeypatch):
    """Run the command line in this process, over the model that can be computed by hand."""
    for name in [name for name in os.environ if name.startswith("CITEBOT_")]:
        monkeypatch.delenv(name)
    for name, value in {"TIMEZONE": "Europe/Moscow", "READER": "off", "MIN_CONFIDENCE": "0"}.items():
        monkeypatch.setenv(f"CITEBOT_{name}", value)
    monkeypatch.chdir(tmp_path)

    def run(*arguments, home=home, given=""):
        output, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with monkeypatch.context() as patched:
            patched.setattr("retrieval.library.model_named", lambda *_: hashing_model())
            patched.setenv("CITEBOT_HOME", str(home))
            patched.setattr(sys, "argv", ["citebot", *map(str, arguments)])
            patched.setattr("bot.logs.configure_logging", lambda *_: None)  # which would outlive the test
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8"))
            patched.setattr(sys, "stdout", output)
            patched.setattr(sys, "stderr", errors)
            with pytest.raises(SystemExit) as ended:
                main()
        for stream in (output, errors):
            stream.flush()
        told = [stream.buffer.getvalue().decode() for stream in (output, errors)]
        return CompletedProcess(arguments, ended.value.code or 0, *told)

    yield run
    speak("en")  # the next test may run a command without a new beginning
