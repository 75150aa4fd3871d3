"""The bot's settings: what is read, what is refused, and that the token is never shown."""

from pathlib import Path

import pytest

from bot.settings import BotSettings, Persona
from retrieval.errors import SettingsError

TOKEN = "123456789:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist


@pytest.fixture(autouse=True)
def _only_what_the_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in BotSettings.model_fields:
        monkeypatch.delenv(f"CITEBOT_{name.upper()}", raising=False)


def test_defaults_let_everyone_ask_ten_questions_a_minute() -> None:
    settings = BotSettings.load()
    assert settings.telegram_token is None
    assert settings.telegram_api_url is None
    assert settings.allowed_ids == settings.admin_ids == ()
    assert settings.questions_per_minute == 10
    assert settings.keep_days == 90
    assert (settings.log_level, settings.log_format) == ("INFO", "text")


def test_values_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", f" {TOKEN}\n")
    monkeypatch.setenv("CITEBOT_TELEGRAM_API_URL", "http://127.0.0.1:8081/")
    monkeypatch.setenv("CITEBOT_ADMIN_IDS", "7")
    monkeypatch.setenv("CITEBOT_ALLOWED_IDS", "1, -100500,")
    monkeypatch.setenv("CITEBOT_TELEGRAM_CHANNELS", "@Daily_News, −1001234567890,")
    monkeypatch.setenv("CITEBOT_LOG_LEVEL", "debug")
    monkeypatch.setenv("CITEBOT_LOG_FORMAT", "JSON")
    settings = BotSettings.load()
    assert settings.required_token() == TOKEN
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.admin_ids == (7,)
    assert settings.allowed_ids == (1, -100500)
    assert settings.telegram_channels == ("@daily_news", "-1001234567890")
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert TOKEN not in repr(settings)
    assert TOKEN not in str(settings.model_dump())


def test_what_is_told_unasked_is_set_as_people_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = BotSettings.load()
    assert (usual.quiet_hours, usual.messages_a_day, usual.digest_hour, usual.digest_channel) == ((22, 8), 5, 9, None)
    for written, hours in (("23 – 07", (23, 7)), ("0-6", (0, 6)), ("off", None), ("Нет", None), ("", (22, 8))):
        monkeypatch.setenv("CITEBOT_QUIET_HOURS", written)
        assert BotSettings.load().quiet_hours == hours
    monkeypatch.setenv("CITEBOT_MESSAGES_A_DAY", " 100 ")
    monkeypatch.setenv("CITEBOT_DIGEST_HOUR", "0")
    assert (BotSettings.load().messages_a_day, BotSettings.load().digest_hour) == (100, 0)
    for written, channel in (("@Daily_News ", "@daily_news"), ("−1001234567890", "-1001234567890"), ("", None)):
        monkeypatch.setenv("CITEBOT_DIGEST_CHANNEL", written)
        assert BotSettings.load().digest_channel == channel


def test_who_may_talk_to_the_bot_may_be_told_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEBOT_BLOCKED_IDS", "3, 4")
    assert [BotSettings.load().lets_in(person) for person in (1, 2, 3)] == [True, True, False]
    monkeypatch.setenv("CITEBOT_ALLOWED_IDS", "1, 3")
    monkeypatch.setenv("CITEBOT_ADMIN_IDS", "4, 5")
    assert [person for person in range(9) if BotSettings.load().lets_in(person)] == [1, 5]


def test_the_bot_presents_itself_in_the_operators_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BotSettings.load().persona() == Persona()
    monkeypatch.setenv("CITEBOT_BOT_NAME", "  Вестник  Заречья ")
    monkeypatch.setenv("CITEBOT_GREETING", r"Добрый день! \n\n Это  «Вестник».")
    monkeypatch.setenv("CITEBOT_ABOUT", r"Газета\nс 1931 года")
    assert BotSettings.load().persona() == Persona(
        "Вестник Заречья", "Добрый день!\n\nЭто «Вестник».", "Газета с 1931 года"
    )
    monkeypatch.setenv("CITEBOT_GREETING", r" \n ")
    assert BotSettings.load().persona().greeting is None


@pytest.mark.parametrize(("name", "longest"), [("BOT_NAME", 64), ("GREETING", 1000), ("ABOUT", 300)])
def test_what_the_bot_says_of_itself_is_short(monkeypatch: pytest.MonkeyPatch, name: str, longest: int) -> None:
    monkeypatch.setenv(f"CITEBOT_{name}", "я" * longest)
    assert BotSettings.load()
    monkeypatch.setenv(f"CITEBOT_{name}", "я" * 4000)
    with pytest.raises(SettingsError) as caught:
        BotSettings.load()
    message = str(caught.value)
    assert message.startswith(f"CITEBOT_{name}='яяя")
    assert message.endswith(f"…: has 4000 characters; expected at most {longest}")
    assert len(message) < 400


@pytest.mark.parametrize(("value", "reads"), [("off", False), (" OFF ", False), ("", True), (None, True)])
def test_the_reader_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, value: str | None, reads: bool) -> None:
    if value is not None:
        monkeypatch.setenv("CITEBOT_READER", value)
    settings = BotSettings.load()
    assert settings.reads is reads
    assert settings.reader_file is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_API_URL", "127.0.0.1:8081"),
        ("TELEGRAM_API_URL", "ftp://example.org"),
        ("TELEGRAM_API_URL", "http://"),
        ("TELEGRAM_API_URL", "http://["),
        ("TELEGRAM_API_URL", "http://localhost:99999"),
        ("TELEGRAM_API_URL", "http://localhost:0"),
        ("TELEGRAM_WEBHOOK_URL", "bot.example.org"),
        ("TELEGRAM_WEBHOOK_URL", "http://bot.example.org"),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org:8080"),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org?a=1"),
        ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1"),
        ("TELEGRAM_WEBHOOK_LISTEN", "8443"),
        ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:99999"),
        ("TELEGRAM_WEBHOOK_LISTEN", "127.0.0.1:8443/path"),
        ("ADMIN_IDS", "me"),
        ("ALLOWED_IDS", "1;2"),
        ("TELEGRAM_CHANNELS", "-100500, daily_news"),
        ("BLOCKED_IDS", "him"),
        *(("QUIET_HOURS", value) for value in ("8-8", "22", "22-24", "22:00-8:00", "night", "8-22-23")),
        *(("MESSAGES_A_DAY", value) for value in ("0", "101", "-1", "many", "2.5")),
        *(("DIGEST_HOUR", value) for value in ("24", "-1", "9:00", "nine", "9.5")),
        *(("DIGEST_CHANNEL", value) for value in ("my_channel", "@a", "@имя", "1001234567", "-12345", "@one, @two")),
        ("DIGEST_CHANNEL", "https://t.me/my_channel"),
        ("QUESTIONS_AT_ONCE", "0"),
        ("QUESTIONS_PER_MINUTE", "0"),
        ("KEEP_DAYS", "0"),
        ("READER", "/missing"),
        ("READER", "none"),
        ("READER_PASSAGES", "0"),
        ("READER_PASSAGES", "21"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv(f"CITEBOT_{name}", value)
    with pytest.raises(SettingsError) as caught:
        BotSettings.load()
    message = str(caught.value)
    assert message.startswith(f"CITEBOT_{name}=")
    assert value in message
    assert "\n" not in message
    assert TOKEN not in message


def test_a_webhook_has_a_secret_and_a_path_of_its_own_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BotSettings.load().webhook() is None
    monkeypatch.setenv("CITEBOT_TELEGRAM_WEBHOOK_URL", "https://bot.example.org:8443/citebot/")
    places = [BotSettings.load().webhook() for _ in range(2)]
    first, second = (place for place in places if place)
    assert (first.url, first.host, first.port) == ("https://bot.example.org:8443/citebot", "127.0.0.1", 8443)
    assert first.secret != second.secret
    assert first.path != second.path
    monkeypatch.setenv("CITEBOT_TELEGRAM_WEBHOOK_LISTEN", "[::1]:9000")
    monkeypatch.setenv("CITEBOT_TELEGRAM_WEBHOOK_SECRET", "A_b-9")
    place = BotSettings.load().webhook()
    assert place
    assert (place.host, place.port, place.secret) == ("::1", 9000, "A_b-9")
    assert "A_b-9" not in repr(BotSettings.load())


def test_a_server_of_ones_own_may_call_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("CITEBOT_TELEGRAM_WEBHOOK_URL", "http://127.0.0.1:9000/x")
    assert BotSettings.load().telegram_webhook_url == "http://127.0.0.1:9000/x"


@pytest.mark.parametrize("secret", ["with space", "ключ", "a" * 257, "dot."])
def test_a_malformed_secret_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_WEBHOOK_URL", "https://bot.example.org")
    monkeypatch.setenv("CITEBOT_TELEGRAM_WEBHOOK_SECRET", secret)
    with pytest.raises(SettingsError, match="CITEBOT_TELEGRAM_WEBHOOK_SECRET is not a secret") as caught:
        BotSettings.load().webhook()
    assert secret not in str(caught.value)


@pytest.mark.parametrize("token", ["nonsense", "1:short", "https://api.telegram.org/bot" + TOKEN, TOKEN + " x"])
def test_a_malformed_token_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", token)
    with pytest.raises(SettingsError, match="CITEBOT_TELEGRAM_TOKEN is not a bot token") as caught:
        BotSettings.load().required_token()
    assert token not in str(caught.value)


@pytest.mark.parametrize("token", ["", "  "])
def test_a_missing_token_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", token)
    with pytest.raises(SettingsError, match="CITEBOT_TELEGRAM_TOKEN is not set"):
        BotSettings.load().required_token()
