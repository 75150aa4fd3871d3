"""Values of settings: what people write is taken for what they mean, and what is said of the rest is said by us."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.messages import translated
from bot.settings import BotSettings
from retrieval.errors import SettingsError
from retrieval.told import Told, told_by

FIELDS = sorted(BotSettings.model_fields)
ODD = (
    "@vasya", "да-нет", "-1", "0", "1e999", "nan", "0,5,5", "9" * 40, "[1]", '{"a": 1}', "=", "a=", "http://[", "\\",
    "https://example.org:99999", "Marс/Phobos", "../etc/passwd", "/", "?", "я" * 2000, "+79991234567", "½",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _only_what_the_test_sets(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in FIELDS:
        monkeypatch.delenv(f"CITEBOT_{name.upper()}", raising=False)


def loaded(monkeypatch, **values):
    for name, value in values.items():
        monkeypatch.setenv(f"CITEBOT_{name.upper()}", value)
    return BotSettings.load()


def refusal(monkeypatch, **values):
    with pytest.raises(SettingsError) as caught:
        loaded(monkeypatch, **values)
    return told_by(caught.value)


@pytest.mark.parametrize("name", FIELDS)
def test_no_wrong_value_of_any_setting_is_told_in_words_of_another_program(monkeypatch, name):
    for value in ODD:
        try:
            loaded(monkeypatch, **{name: value})
        except SettingsError as error:
            told = told_by(error)
            assert isinstance(told, Told), (name, value)
            assert told.startswith(f"CITEBOT_{name.upper()}=")
            assert isinstance(told.fields["reason"], Told), (name, value)  # and so none of pydantic's or Python's
            assert "is not what is expected here" not in told


WHOLE = {
    "reader_passages": "from 1 to 20",
    "recency_half_life": "from 0 to 36500",
    "citations": "from 1 to 10",
    "kept_generations": "of 1 or more",
    "watch_interval": "of 1 or more",
    "fetch_pages": "from 1 to 10000",
    "questions_per_minute": "of 1 or more",
    "questions_at_once": "of 1 or more",
    "keep_days": "from 1 to 36500",
}


@pytest.mark.parametrize(("name", "bounds"), WHOLE.items())
@pytest.mark.parametrize("value", ["many", "1.5", "-1", "9" * 30])
def test_a_whole_number_that_is_none_or_out_of_range_is_told_the_range(monkeypatch, name, bounds, value):
    assert refusal(monkeypatch, **{name: value}) == f"CITEBOT_{name.upper()}={value!r}: is not a whole number {bounds}"


@pytest.mark.parametrize(("name", "most"), [("min_confidence", "1"), ("unsure_confidence", "1"), ("fetch_delay", "60")])
def test_a_number_may_have_a_comma_and_is_told_its_range(monkeypatch, name, most):
    assert getattr(loaded(monkeypatch, **{name: " 0,6 "}), name) == 0.6
    assert getattr(loaded(monkeypatch, **{name: "0.6"}), name) == 0.6
    for value in ("61", "-0,1", "nan", "1.000,5", "half"):
        told = refusal(monkeypatch, **{name: value})
        assert told == f"CITEBOT_{name.upper()}={value!r}: is not a number from 0 to {most}, such as 0.6"


@pytest.mark.parametrize("name", ["fetch_linked_pages", "fetch_private_addresses"])
def test_yes_and_no_are_taken_in_both_languages(monkeypatch, name):
    for words, meant in (("yes on true 1 да Да ON вкл", True), ("no off false 0 нет НЕТ выкл", False)):
        for word in words.split():
            assert getattr(loaded(monkeypatch, **{name: word}), name) is meant
    assert refusal(monkeypatch, **{name: "maybe"}) == (
        f"CITEBOT_{name.upper()}='maybe': is neither yes nor no; "
        "expected true or false (or yes, no, on, off, 1, 0, да, нет)"
    )


@pytest.mark.parametrize("name", ["admin_ids", "allowed_ids", "blocked_ids"])
def test_what_is_no_telegram_number_is_told_what_one_is_and_who_tells_it(monkeypatch, name):
    assert getattr(loaded(monkeypatch, **{name: " 7, -1001234567890,−5 ,"}), name) == (7, -1001234567890, -5)
    for wrong in ("@vasya", "+79991234567", "7;8", "t.me/vasya", "0"):
        told = refusal(monkeypatch, **{name: f"7, {wrong}"})
        assert told == (
            f"CITEBOT_{name.upper()}='7, {wrong}': {wrong!r} is not a Telegram number; expected digits such as "
            "123456789 (of a group with a minus before them), with commas between the numbers. "
            "Who writes /whoami to the bot is told theirs"
        )


def test_a_time_zone_is_known_in_any_letters_and_a_misspelt_one_is_told_the_nearest(monkeypatch):
    assert loaded(monkeypatch, timezone=" europe/MOSCOW ").timezone == ZoneInfo("Europe/Moscow")
    assert refusal(monkeypatch, timezone="Europe/Moskow") == (
        "CITEBOT_TIMEZONE='Europe/Moskow': is not a time zone; Europe/Moscow is one"
    )
    assert refusal(monkeypatch, timezone="МСК") == (
        "CITEBOT_TIMEZONE='МСК': is not a time zone; expected a name such as Europe/Moscow"
    )


def test_one_of_some_words_is_taken_in_any_letters(monkeypatch):
    settings = loaded(monkeypatch, log_level=" warning", log_format="Json")
    assert (settings.log_level, settings.log_format) == ("WARNING", "json")
    assert refusal(monkeypatch, log_format="xml") == "CITEBOT_LOG_FORMAT='xml': is not one of text, json"


def test_all_wrong_values_are_named_in_one_line(monkeypatch):
    told = refusal(
        monkeypatch, citations="11", log_format="xml", telegram_api_url="x", telegram_webhook_url="http://a.example"
    )
    assert told == (
        "CITEBOT_CITATIONS='11': is not a whole number from 1 to 10; CITEBOT_TELEGRAM_API_URL='x': is not the root of "
        "a Bot API server; expected an address such as http://127.0.0.1:8081; "
        "CITEBOT_LOG_FORMAT='xml': is not one of text, json"
    )
    assert translated(told, "ru").count("нужно") == 1
    assert "is not" not in translated(told, "ru")


def test_a_mark_before_the_first_letter_of_the_file_is_no_part_of_a_name(monkeypatch):
    Path(".env").write_text("CITEBOT_CITATIONS=2\n", encoding="utf-8-sig")
    assert BotSettings.load().citations == 2
