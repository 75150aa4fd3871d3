"""Keeps ``ru.po`` in step with the sources, and compiles it: ``python -m bot.texts.translations``, or ``make texts``.

Sentences are found in the sources as they stand there: what `retrieval.told.told` and `to_be_told` are called with,
and the help of commands. What is no longer said is dropped, what is new is added without a translation and named.
Entries with the comment ``click`` are that library's own sentences, which it looks up in the same catalogue.
"""

import ast
import inspect
import io
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "retrieval")
LANGUAGE = "ru"
PO_FILE = Path(__file__).parent / "ru.po"
MO_FILE = Path(__file__).parent / "ru" / "LC_MESSAGES" / "messages.mo"
LIBRARY = "click"

_TELLING = ("told", "to_be_told")
_HELP = ("help", "short_help", "metavar")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the sources say."""

    template: str
    plural: str | None
    place: str
    """The file, from the root of the repository."""
    has_fields: bool
    """Whether the template is filled in; a help text is not."""


def sentences() -> list[Sentence]:
    """Return all that the sources say to people, each template once, in the order of the files.

    Raises:
        ValueError: somewhere no template stands, but what would make one.

    """
    found: dict[tuple[str, str | None], Sentence] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for sentence in _said_in(path):
                found.setdefault((sentence.template, sentence.plural), sentence)
    return list(found.values())


def _said_in(path: Path) -> Iterator[Sentence]:
    place = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_bytes())
    telling = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "retrieval.told"
        for name in node.names
    } | {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.FunctionDef)]
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in _TELLING and node.func.id in telling:
                yield from _told(node, place)
            for keyword in node.keywords:
                if keyword.arg in _HELP and (words := _text(keyword.value)):
                    yield Sentence(words, None, place, has_fields=False)
        elif any(map(_makes_command, node.decorator_list)):
            yield Sentence(inspect.cleandoc(ast.get_docstring(node) or ""), None, place, has_fields=False)


def _told(call: ast.Call, place: str) -> Iterator[Sentence]:
    texts = [_text(argument) for argument in call.args]
    if texts and all(texts):
        yield Sentence(str(texts[0]), texts[1] if len(texts) > 1 else None, place, has_fields=True)
    else:
        message = f"{place}:{call.lineno}: told() needs its template in quotes"
        raise ValueError(message)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _makes_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in {"command", "group"}


def translations() -> Catalog:
    """Read ``ru.po``."""
    with PO_FILE.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def is_of_library(message: Message) -> bool:
    """Whether the sentence is one of click's."""
    return LIBRARY in message.auto_comments


def key_of(message: Message) -> tuple[str, str | None]:
    """Return the template and that of the plural."""
    return (message.id, None) if isinstance(message.id, str) else (message.id[0], message.id[1])


def is_translated(message: Message) -> bool:
    """Whether all forms of a sentence are there."""
    return all(forms_of(message))


def forms_of(message: Message) -> list[str]:
    """Return the translation, one form for each plural of the language where something is counted."""
    written = message.string
    return [written] if isinstance(written, str) else [str(form) for form in written or [""]]


def compiled(catalogue: Catalog) -> bytes:
    """Return what `gettext` reads."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def updated(before: Catalog, said: Sequence[Sentence]) -> Catalog:
    """Return a catalogue of what is said now and of the library's sentences, with the translations of `before`."""
    after = Catalog(
        locale=LANGUAGE,
        header_comment="# What the command line and its errors say in Russian. Fields in braces stay as they are.",
        project="citebot",
        version="0",
        msgid_bugs_address="citebot",
        last_translator="citebot",
        language_team="ru",
        creation_date=before.creation_date,
        revision_date=before.revision_date,
        fuzzy=False,
    )
    known = {key_of(message): message.string for message in before if message.id}
    for sentence in said:
        identifier = sentence.template if sentence.plural is None else (sentence.template, sentence.plural)
        string = known.get((sentence.template, sentence.plural), "" if sentence.plural is None else ("", "", ""))
        after.add(identifier, string, locations=[(sentence.place, 0)])
    own = {(sentence.template, sentence.plural) for sentence in said}
    for message in before:
        if message.id and is_of_library(message) and key_of(message) not in own:
            after.add(message.id, message.string, auto_comments=[LIBRARY])
    return after


def main() -> int:
    """Update and compile; name what is not translated yet."""
    catalogue = updated(translations(), sentences())
    with PO_FILE.open("wb") as file:
        write_po(file, catalogue, width=120, include_lineno=False)
    MO_FILE.parent.mkdir(parents=True, exist_ok=True)
    MO_FILE.write_bytes(compiled(catalogue))
    missing = [message for message in catalogue if message.id and not is_translated(message)]
    for message in missing:
        sys.stdout.write(f"not translated: {key_of(message)[0]!r}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
