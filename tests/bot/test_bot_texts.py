"""The catalogues: the same sentences in each language, right plurals, and the right language for each reader."""

import re
from datetime import date

import pytest
from catalogues import differences_between, entries, said_by_modules, said_by_templates
from places import ROOT

from bot.handlers.commands import COMMANDS
from bot.handlers.operator import OPERATOR_MENU
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts, catalogue, language_for

BOT = ROOT / "bot"


NOTHING = {"missing": [], "unknown": [], "filled in otherwise": []}
REPORT = BOT / "report"


def said() -> dict[str, set[str]]:
    """What the bot says; pages have a catalogue of their own."""
    return dict(said_by_modules(module for module in BOT.rglob("*.py") if not module.is_relative_to(REPORT)))


def test_there_is_a_catalogue_for_russian_and_english() -> None:
    assert {"en", "ru"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence_and_fills_in_the_same_things(language: str) -> None:
    assert differences_between(language, DEFAULT_LANGUAGE) == NOTHING
    assert differences_between(language, DEFAULT_LANGUAGE, folder="pages") == NOTHING


def test_the_pages_say_what_their_catalogues_hold_and_nothing_else() -> None:
    held = entries(DEFAULT_LANGUAGE, folder="pages")
    spoken = dict(said_by_modules(REPORT.rglob("*.py"))) | dict(said_by_templates(REPORT.rglob("*.html")))
    assert {key: names for key, names in spoken.items() if held.get(key) != names} == {}
    assert sorted(held.keys() - spoken.keys()) == []


def test_the_program_says_what_the_catalogues_hold_and_nothing_else() -> None:
    held = entries(DEFAULT_LANGUAGE)
    spoken = said()
    assert {key: names for key, names in spoken.items() if held.get(key) != names} == {}
    unused = held.keys() - spoken.keys() - {f"command-{name}" for name in (*COMMANDS, *OPERATOR_MENU)}
    assert sorted(unused) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_shows_is_within_its_limits(language: str) -> None:
    texts = catalogue(language)
    for name in (*COMMANDS, *OPERATOR_MENU):
        assert 1 <= len(texts.say(f"command-{name}")) <= 256
    assert len(texts.say("help")) < 3000  # operators get some lines more
    assert 1 <= len(texts.say("inline-empty")) <= 64


@pytest.mark.parametrize(
    ("language", "number", "expected"),
    [
        ("ru", 1, "1 статья из 1 издания"),
        ("ru", 2, "2 статьи из 2 изданий"),
        ("ru", 5, "5 статей из 5 изданий"),
        ("ru", 11, "11 статей из 11 изданий"),
        ("ru", 21, "21 статья из 21 издания"),
        ("ru", 1234, "1_234 статьи из 1_234 изданий"),
        ("en", 1, "1 article from 1 outlet"),
        ("en", 1234, "1,234 articles from 1,234 outlets"),
    ],
)
def test_plural_forms_are_right(language: str, number: int, expected: str) -> None:
    values = {"articles": number, "outlets": number, "days": "none", "first": "", "last": "", "updated": "x"}
    assert expected in re.sub(r"[\u00a0\u202f]", "_", catalogue(language).say("start-coverage", **values))


def test_figures_are_written_as_each_language_does() -> None:
    russian, english = catalogue("ru"), catalogue("en")
    assert (english.written_number(1186.25), english.written_number(1186.25, 1)) == ("1,186", "1,186.2")
    assert (russian.written_number(1186.25), russian.written_number(1186.25, 1)) == ("1\xa0186", "1\xa0186,2")
    assert (english.written_share(2 / 3), english.written_share(2 / 3, 1)) == ("67%", "66.7%")
    assert (russian.written_share(2 / 3), russian.written_share(2 / 3, 1)) == ("67\xa0%", "66,7\xa0%")
    assert russian.written_in_form(date(2024, 9, 10), "EEE, d MMM") == "вт, 10 сент."


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
def test_the_language_of_a_reader_is_guessed(language_code: str | None, written: str, expected: str) -> None:
    assert language_for(language_code, written) == expected


def test_dates_are_written_as_they_are_read() -> None:
    assert catalogue("ru").written_date(date(2024, 9, 9)) == "9 сентября 2024"
    assert catalogue("en").written_date(date(2024, 12, 31)) == "31 December 2024"


def test_what_is_filled_in_stays_as_it_is() -> None:
    texts = Texts("en", "greeting = Hello, { $name }!")
    assert texts.say("greeting", name="<b>&{x}\u202e😀") == "Hello, <b>&{x}\u202e😀!"
    with pytest.raises(KeyError):
        texts.say("unknown")
