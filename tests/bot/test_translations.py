"""Every sentence that the sources say to people is told in Russian as well, and nothing is said past the catalogue."""

from __future__ import annotations

import ast
import gettext
import io
import re
from string import Formatter

import pytest
from places import ROOT

from bot.messages import FOLDER, translated
from bot.texts.translations import (
    MO_FILE,
    PACKAGES,
    compiled,
    forms_of,
    is_of_library,
    is_translated,
    key_of,
    sentences,
    translations,
)
from retrieval.told import told, told_by, told_together

SAID = {(sentence.template, sentence.plural): sentence for sentence in sentences()}
MESSAGES = {key_of(message): message for message in translations() if message.id}
MEND = "; write the translations into bot/texts/ru.po, then run `make texts`"

WITHIN = {"RuntimeError", "KeyError", "AttributeError", "NotImplementedError", "TypeError", "TimeoutError"}
"""Errors of the program itself, or of a library that it speaks with: nobody is shown them as they are."""
NOT_SHOWN = {
    "bot/logs.py",
    "bot/texts/translations.py",  # of the maintainers alone
    "bot/transport/answering.py",  # nobody is told that another bot answers
    "bot/transport/pacing.py",  # in the place of the library that would be asked
    "bot/transport/polling.py",
    "retrieval/backups/archive.py: a header is too long",  # told as damage
    "retrieval/calibrated.py: the bound of unsure answers is above that of sure ones",  # told as damage
    "retrieval/fetching/network.py: the name has no address",  # in the words of httpx
    "retrieval/ingest/heard.py: no time zone",  # counts as damage
    "retrieval/loaders/feeds.py: no object",
    "retrieval/loaders/tables.py: too long",
    "retrieval/store/snapshots.py: database is locked",  # in the words of SQLite
}
SHOWING = {"echo", "print", "say", "put", "announce", "warn", "_fail", "LoadProblem", "LoadNotice", "_problem"}


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_sentence_is_translated() -> None:
    missing = [template for (template, plural) in SAID if (template, plural) not in MESSAGES]
    missing += [key_of(message)[0] for message in MESSAGES.values() if not is_translated(message)]

    assert missing == [], "without a translation: " + "\n".join(map(repr, missing)) + MEND


def test_no_translation_is_of_what_nobody_says() -> None:
    stale = [key for key, message in MESSAGES.items() if key not in SAID and not is_of_library(message)]

    assert stale == [], "said nowhere any more: " + "\n".join(map(repr, stale)) + MEND


def test_translations_are_filled_in_with_the_same_fields() -> None:
    for key, message in MESSAGES.items():
        if key in SAID and SAID[key].has_fields:
            for form in forms_of(message):
                assert fields_of(form) == fields_of(key[0]), form


def test_translations_have_three_forms_where_something_is_counted() -> None:
    assert {len(forms_of(message)) for (_, plural), message in MESSAGES.items() if plural} == {3}


def test_what_is_compiled_is_what_is_written() -> None:
    def all_of(binary: bytes) -> dict[object, str]:
        found = dict(gettext.GNUTranslations(io.BytesIO(binary))._catalog)  # type: ignore[attr-defined]
        del found[""]  # tells which version of the compiler wrote it
        return found

    assert all_of(MO_FILE.read_bytes()) == all_of(compiled(translations())), "run `make texts`"


def test_nothing_is_said_past_the_catalogue() -> None:
    past: list[str] = []
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if place not in NOT_SHOWN and "migrations" not in place:
            past += [f"{place}: {words}" for words in said_past(ast.parse(path.read_bytes()))]

    assert sorted(set(past) - NOT_SHOWN) == [], "put these into told()"


def said_past(tree: ast.AST) -> list[str]:
    """What is raised or shown and stands in the source as it is."""
    given: list[str] = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                call = node.exc
            elif isinstance(node, ast.Call) and name_of(node.func) in SHOWING:
                call = node
            else:
                continue
            if name_of(call.func) not in WITHIN:
                arguments = [named.get(a.id, a) if isinstance(a, ast.Name) else a for a in call.args]
                given += [words for argument in arguments if (words := words_of(argument))]
    return given


def name_of(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def words_of(node: ast.expr) -> str:
    """The words of a text that stands in the source; "" where there are none in it, or it is told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        written = node.value
    elif isinstance(node, ast.JoinedStr):
        written = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    else:
        return ""
    return written if re.search(r"[a-z]{2,} [a-z]{2,}", written) else ""


def test_sentences_are_told_with_all_that_stands_in_them() -> None:
    inner = FileNotFoundError(2, "No such file or directory", "/a")
    sentence = told("{path} is damaged ({error}). {remedy}", path="/b", error=inner, remedy=told("is empty"))

    assert sentence == "/b is damaged ([Errno 2] No such file or directory: '/a'). is empty"
    assert translated(sentence, "en") == str(sentence)
    assert translated(sentence, "ru") == ("Файл /b повреждён ([Errno 2] нет такого файла или папки: '/a'). файл пуст")
    assert translated(told_together(["a", told("is empty")], ": "), "ru") == "a: файл пуст"
    assert translated(told_by(ValueError("as a library says")), "ru") == "as a library says"


@pytest.mark.parametrize(
    ("count", "russian"),
    [
        (1, "пропущен 1 файл: 1 .pdf"),
        (3, "пропущено 3 файла: 3 .pdf"),
        (12_000, "пропущено 12 000 файлов: 12 000 .pdf"),
    ],
)
def test_what_is_counted_has_the_form_of_its_number(count: int, russian: str) -> None:
    sentence = told(
        "{count} file passed over: {kinds}",
        "{count:,} files passed over: {kinds}",
        count=count,
        kinds=told("{number:,} {kind}", number=count, kind=".pdf"),
    )

    assert translated(sentence, "ru").replace("\u00a0", " ") == russian


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert translated(told("{size:.1f} MiB", size=1.5), "ru") == "1,5 МиБ"


def test_a_language_without_a_catalogue_gets_english() -> None:
    assert FOLDER.is_dir()
    assert translated(told("is empty"), "kk") == "is empty"
