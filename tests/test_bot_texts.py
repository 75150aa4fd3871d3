"""The catalogues: the same sentences in each language, and the right one for each reader."""

import string
import tomllib
from dataclasses import fields
from datetime import date
from importlib import resources

import pytest

from bot.handlers.commands import COMMANDS
from bot.texts import LANGUAGES, Texts, catalogue, texts_for


def entries(language: str) -> dict[str, object]:
    return tomllib.loads(resources.files("bot.texts").joinpath(f"{language}.toml").read_text(encoding="utf-8"))


def placeholders(sentence: object) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(str(sentence)) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence_and_no_other(language: str) -> None:
    assert set(entries(language)) == {field.name for field in fields(Texts)}


@pytest.mark.parametrize("key", sorted(set(entries("en")) - {"months"}))
def test_each_language_fills_in_the_same_things(key: str) -> None:
    russian, english = entries("ru")[key], entries("en")[key]
    assert placeholders(russian) == placeholders(english)
    assert russian != english


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_is_within_its_limits(language: str) -> None:
    texts = catalogue(language)
    assert len(texts.months) == 12
    for name in COMMANDS:
        assert 1 <= len(getattr(texts, f"command_{name}")) <= 256
    assert len(texts.help) < 4000


@pytest.mark.parametrize(
    ("language_code", "written", "expected"),
    [
        ("ru", "Who?", "ru"),
        ("ru-RU", "", "ru"),
        ("be", "", "ru"),
        ("uk", "", "ru"),
        ("KK", "", "ru"),
        ("pt-br", "Кто?", "en"),
        ("en", "", "en"),
        (None, "Кто это?", "ru"),
        (None, "Who is it?", "en"),
        (None, "", "en"),
        ("", "Ёж", "ru"),
    ],
)
def test_the_reader_chooses_the_language(language_code: str | None, written: str, expected: str) -> None:
    assert texts_for(language_code, written) is catalogue("ru" if expected == "ru" else "en")


def test_dates_are_written_as_they_are_read() -> None:
    assert catalogue("ru").written_date(date(2024, 9, 9)) == "9 сентября 2024"
    assert catalogue("en").written_date(date(2024, 12, 31)) == "31 December 2024"
