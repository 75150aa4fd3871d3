"""The log: one shape a line, and no token in it whatever the way in."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import configure_logging
from bot.tokens import redact

TOKEN = "123456789:AAfakefakefakefakefakefakefakefake_"  # noqa: S105 - of a bot that does not exist
OTHER = "987654321:BBfakefakefakefakefakefakefakefake_"

LOGGER = logging.getLogger("test")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in ("httpx", "httpcore")}
    yield
    logging.captureWarnings(capture=False)
    root.handlers[:], root.level = before[:2]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("style", ["text", "json"])
def test_tokens_are_blotted_out_of_messages_arguments_and_tracebacks(
    capsys: pytest.CaptureFixture[str], style: str
) -> None:
    configure_logging("DEBUG", style, TOKEN)  # type: ignore[arg-type]
    LOGGER.info("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    LOGGER.info("elsewhere %s", {"url": OTHER.replace(":", "%3A")})
    try:
        raise ValueError(f"The token `{TOKEN}` was rejected")  # noqa: TRY301
    except ValueError:
        LOGGER.exception("failed with %s", OTHER)
    written = capsys.readouterr().err
    assert TOKEN.partition(":")[2] not in written
    assert OTHER.partition(":")[2] not in written
    assert written.count("<token>") == 4
    assert "ValueError: The token `<token>` was rejected" in written


def test_json_lines_have_time_level_logger_message_and_exception(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "json")
    LOGGER.warning("привет %d", 3)
    try:
        raise KeyError("x")  # noqa: TRY301
    except KeyError:
        LOGGER.exception("two\nlines")
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert first["time"].endswith("+00:00")
    assert (first["level"], first["logger"], first["message"]) == ("WARNING", "test", "привет 3")
    assert "exception" not in first
    assert second["message"] == "two\nlines"
    assert second["exception"].startswith("Traceback")


def test_what_calls_addresses_with_the_token_is_quiet_at_any_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", "text")
    for name in ("httpx", "httpcore", "httpcore.connection", "faiss.loader"):
        logging.getLogger(name).info("HTTP Request: POST")
    LOGGER.debug("shown")
    written = capsys.readouterr().err
    assert "HTTP Request" not in written
    assert "DEBUG test: shown" in written


def test_the_token_in_use_is_blotted_out_whatever_its_shape() -> None:
    assert redact("bot5:ab/getMe failed", "5:ab") == "bot<token>/getMe failed"


def test_times_and_plain_numbers_are_left_alone() -> None:
    assert redact("at 2024-09-09 12:36, article 123456:7, took 14.2 ms") == (
        "at 2024-09-09 12:36, article 123456:7, took 14.2 ms"
    )
