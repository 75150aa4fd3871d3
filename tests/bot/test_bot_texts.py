"""The catalogues: the same sentences in each language, right plurals, and the right language for each reader."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from importlib import resources

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor
from places import ROOT

from bot.handlers.commands import COMMANDS
from bot.handlers.operator import OPERATOR_MENU
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts, catalogue, language_for

BOT = ROOT / "bot"


class Variables(Visitor):
    """Collects the names of what a sentence has filled in."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802 - the parser's name
        self.names.add(node.id.name)


class ShownVariables(Variables):
    """The same less what only chooses between wordings, which one language may need and another not."""

    def visit_SelectExpression(self, node: fluent.SelectExpression) -> None:  # noqa: N802 - the parser's name
        for variant in node.variants:
            self.visit(variant)


def entries(language: str, kind: type[Variables] = Variables) -> dict[str, set[str]]:
    """Return the sentences of a catalogue, each with the names of what is filled in."""
    content = resources.files("bot.texts").joinpath(f"{language}.ftl").read_text(encoding="utf-8")
    found = {}
    for entry in FluentParser().parse(content).body:
        assert not isinstance(entry, fluent.Junk), f"{language}.ftl cannot be read at: {entry.content}"
        if isinstance(entry, fluent.Message):
            assert entry.id.name not in found, f"{language}.ftl has {entry.id.name} twice"
            variables = kind()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def said() -> Iterator[tuple[str, set[str]]]:
    """Yield the keys that the program says, each with the names of what it fills in."""
    for module in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                key = node.args[0] if node.args else None
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, {keyword.arg or "" for keyword in node.keywords}


def test_there_is_a_catalogue_for_russian_and_english() -> None:
    assert {"en", "ru"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_sentence_and_fills_in_the_same_things(language: str) -> None:
    model, own = entries(DEFAULT_LANGUAGE), entries(language)
    assert sorted(model.keys() - own.keys()) == [], f"missing in {language}.ftl"
    assert sorted(own.keys() - model.keys()) == [], f"unknown in {language}.ftl"
    shown = entries(DEFAULT_LANGUAGE, ShownVariables)
    assert {key: names for key, names in own.items() if not shown[key] <= names <= model[key]} == {}


def test_the_program_says_what_the_catalogues_hold_and_nothing_else() -> None:
    held = entries(DEFAULT_LANGUAGE)
    spoken = dict(said())
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
