"""Sentences for people that carry what they are made of, so that they can be told in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Told(str):
    """A sentence in English, as any text; with the template and the fields from which it was made."""

    __slots__ = ("fields", "plural", "template")

    template: str
    """English, with fields as of `str.format`: what translations are looked up by."""
    plural: str | None
    """The template for any number but one of the field ``count``; None where nothing is counted."""
    fields: dict[str, Any]

    def __new__(cls, template: str, plural: str | None, fields: dict[str, Any]) -> Self:
        """Use `told`."""
        chosen = template if plural is None or fields["count"] == 1 else plural
        self = super().__new__(cls, chosen.format(**fields))
        self.template, self.plural, self.fields = template, plural, fields
        return self

    def __getnewargs__(self) -> tuple[str, str | None, dict[str, Any]]:  # type: ignore[override]
        """Let copies and pickles be made."""
        return self.template, self.plural, self.fields

    def translated(self, translate: Callable[[str, str | None, int | None], str]) -> str:
        """Return the sentence in another language, with all told sentences among its fields.

        `translate` is given template, plural and count, and returns the template to fill.
        """
        template = translate(self.template, self.plural, self.fields.get("count"))
        return template.format(**{name: _translated(value, translate) for name, value in self.fields.items()})


def told(template: str, plural: str | None = None, /, **fields: Any) -> Told:
    """Return a sentence that can be told in other languages; where it counts, the field ``count`` chooses its form.

    The templates must stand here as they are, in quotes: translations are looked up by them.
    """
    return Told(template, plural, fields)


def told_by(error: BaseException) -> str:
    """Return what an error says, as a `Told` where it is one."""
    said = error.args[0] if len(error.args) == 1 else None
    return said if isinstance(said, Told) else str(error)


def _translated(value: Any, translate: Callable[[str, str | None, int | None], str]) -> Any:
    if isinstance(value, BaseException):
        value = told_by(value)
    return value.translated(translate) if isinstance(value, Told) else value
