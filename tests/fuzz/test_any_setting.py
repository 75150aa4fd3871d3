"""Whatever stands in ``.env`` or the environment: a value of the right kind, or one line that names the variable."""

import re
from pathlib import Path

import pytest
from fuzzing import EXAMPLES, fuzzed
from hypothesis import given
from hypothesis import strategies as st
from mutating import mutated

from bot.settings import BotSettings
from bot.terminal.env_file import settings_in
from bot.unread_settings import unread_settings
from retrieval.errors import RetrievalError, SettingsError
from retrieval.library import Library

NAMES = sorted(BotSettings.model_fields)
VALUES = [
    *(b"0.6", b"0,6", b"10", b"true", b"ru", b"DEBUG", b"Europe/Moscow", b"1, -100500", b"127.0.0.1:8443", b"off"),
    *(b"https://bot.example.org/citebot", b"http://[::1]:8081", "iz.ru=Известия,Лента=Lenta".encode(), b"data/state"),
    *(
        b"sqlite:///elsewhere.sqlite",
        b"articles,https://ilma.example/rss",
        b"123456789:AAfakefakefakefakefakefakefakefake_",
    ),
]
ENV = b"CITEBOT_CITATIONS=3\nCITEBOT_HOME=\"data/${X}\"\nexport CITEBOT_LANGUAGE='ru' # x\nX=1\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(f"CITEBOT_{name.upper()}", raising=False)


def require_one_line(error, beginning=r""):
    assert len(str(error).splitlines()) == 1, str(error)
    assert re.match(beginning, str(error)), str(error)


def loaded():
    """What is read; None where one line says what is wrong."""
    assert all(len(told.splitlines()) == 1 for told in unread_settings())
    try:
        settings = BotSettings.load()
    except SettingsError as error:
        require_one_line(error, r"CITEBOT_[A-Z_]+|\.env ")
        return None
    for use in (settings.webhook, settings.persona, settings.required_token, settings.shares_server):
        try:
            use()
        except SettingsError as error:
            require_one_line(error, r"CITEBOT_[A-Z_]+ ")
    if not str(settings.database_url).startswith("postgresql"):
        try:
            Library(settings).status()
        except RetrievalError as error:
            require_one_line(error)
    return settings


@fuzzed(EXAMPLES)
@given(st.sampled_from(NAMES), mutated(VALUES))
def test_any_value_of_any_variable(name, value):
    text = value.decode("utf-8", "surrogateescape").replace("\0", "")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(f"CITEBOT_{name.upper()}", text)
        loaded()


@fuzzed(EXAMPLES)
@given(
    mutated([ENV, *(b"CITEBOT_" + name.upper().encode() + b"=" + value + b"\n" for name in NAMES for value in VALUES)])
)
def test_any_file_of_settings(data):
    path = Path(".env")
    path.write_bytes(data)
    try:
        settings_in(path)
    except SettingsError as error:
        require_one_line(error)
    loaded()
