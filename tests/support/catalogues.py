"""What stands in a Fluent catalogue, and what modules and templates say of it."""

import ast
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

import jinja2
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor


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


def entries(language: str, kind: type[Variables] = Variables, *, folder: str = "") -> dict[str, set[str]]:
    """Return the sentences of a catalogue in a folder of `bot.texts`, each with the names of what is filled in."""
    content = resources.files("bot.texts").joinpath(folder, f"{language}.ftl").read_text(encoding="utf-8")
    found = {}
    for entry in FluentParser().parse(content).body:
        assert not isinstance(entry, fluent.Junk), f"{language}.ftl cannot be read at: {entry.content}"
        if isinstance(entry, fluent.Message):
            assert entry.id.name not in found, f"{language}.ftl has {entry.id.name} twice"
            variables = kind()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def said_by_modules(modules: Iterable[Path]) -> Iterator[tuple[str, set[str]]]:
    """Yield the keys that modules say, each with the names of what they fill in."""
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                key = node.args[0] if node.args else None
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, {keyword.arg or "" for keyword in node.keywords}


def said_by_templates(templates: Iterable[Path]) -> Iterator[tuple[str, set[str]]]:
    """Yield the same of templates, where ``say`` is a function."""
    for template in templates:
        parsed = jinja2.Environment(autoescape=True).parse(template.read_text(encoding="utf-8"))
        for call in parsed.find_all(jinja2.nodes.Call):
            if isinstance(call.node, jinja2.nodes.Name) and call.node.name == "say":
                yield call.args[0].as_const(), {keyword.key for keyword in call.kwargs}


def differences_between(language: str, model_language: str, *, folder: str = "") -> dict[str, object]:
    """Return what a catalogue lacks, has too much, or fills in otherwise than the one of another language."""
    model, own = (entries(one, folder=folder) for one in (model_language, language))
    shown = entries(model_language, ShownVariables, folder=folder)
    return {
        "missing": sorted(model.keys() - own.keys()),
        "unknown": sorted(own.keys() - model.keys()),
        "filled in otherwise": sorted(
            key for key in own.keys() & model.keys() if not shown[key] <= own[key] <= model[key]
        ),
    }
