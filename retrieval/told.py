"""Sentences for people that carry what they are made of, so that they can be told in another language."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class Told(str):
    """A sentence in English, as any text; with the template and the fields from which it was made."""

    __slots__ = ("fields", "plural", "template")

    template: str
    """English, with fields as of `str.format`: what translations are looked up by."""
    plural: str | None
    """The template for any number but one of the field ``count``; None where nothing is counted."""
    fields: dict[str, Any]
    """What stands in the template; of an error what it says."""

    def __new__(cls, template: str, plural: str | None, fields: dict[str, Any]) -> Self:
        """Use `told`."""
        # An error itself would keep all that its traceback holds.
        fields = {name: told_by(value) if isinstance(value, BaseException) else value for name, value in fields.items()}
        chosen = template if plural is None or fields["count"] == 1 else plural
        self = super().__new__(cls, chosen.format(**fields))
        self.template, self.plural, self.fields = template, plural, fields
        return self

    def __getnewargs__(self) -> tuple[str, str | None, dict[str, Any]]:  # type: ignore[override]
        """Let copies and pickles be made."""
        return self.template, self.plural, self.fields


def told(template: str, plural: str | None = None, /, **fields: Any) -> Told:
    """Return a sentence that can be told in other languages; where it counts, the field ``count`` chooses its form.

    The templates must stand here as they are, in quotes: translations are looked up by them.
    """
    return Told(template, plural, fields)


def told_together(parts: Iterable[str], between: str = ", ") -> Told:
    """Return texts one after the other, each of which can be told in other languages where it is `Told`."""
    named = {f"part_{number}": part for number, part in enumerate(parts)}
    return Told(between.join(f"{{{name}}}" for name in named), None, named)


def told_by(error: BaseException) -> str:
    """Return what an error says, as a `Told` where it is one or can be made one."""
    said = error.args[0] if len(error.args) == 1 else None
    if isinstance(said, Told):
        return said
    written = str(error)
    if isinstance(error, OSError) and error.strerror:
        reason = system_reason(error)
        made = (
            told("[Errno {number}] {reason}", number=error.errno, reason=reason)
            if error.filename is None
            else told("[Errno {number}] {reason}: {path!r}", number=error.errno, reason=reason, path=error.filename)
        )
        return made if made == written else written
    return written


def to_be_told(template: str) -> str:
    """Return a template as it is: one that is filled in elsewhere, marked as what can be told in other languages."""
    return template


def packed(value: Any) -> Any:
    """Return a text, `Told` or not, as what JSON can carry to another process, where `unpacked` takes it out."""
    if isinstance(value, Told):
        fields = {name: packed(field) for name, field in value.fields.items()}
        return {"template": value.template, "plural": value.plural, "fields": fields}
    return value if isinstance(value, str | int | float) else str(value)


def unpacked(value: Any) -> Any:
    """Undo `packed`."""
    if isinstance(value, dict):
        fields = {name: unpacked(field) for name, field in value["fields"].items()}
        return Told(value["template"], value["plural"], fields)
    return value


def system_reason(error: OSError) -> str:
    """Return in a few words why the operating system refused, without the path that it was about."""
    known = _SYSTEM_REASONS.get(error.errno) if error.errno is not None else None
    return known if known and known == error.strerror else error.strerror or str(error) or type(error).__name__


_SYSTEM_REASONS = {
    errno.EACCES: told("Permission denied"),
    errno.EADDRINUSE: told("Address already in use"),
    errno.EADDRNOTAVAIL: told("Cannot assign requested address"),
    errno.EBUSY: told("Device or resource busy"),
    errno.ECONNREFUSED: told("Connection refused"),
    errno.EDQUOT: told("Disk quota exceeded"),
    errno.EEXIST: told("File exists"),
    errno.EIO: told("Input/output error"),
    errno.EISDIR: told("Is a directory"),
    errno.ELOOP: told("Too many levels of symbolic links"),
    errno.EMFILE: told("Too many open files"),
    errno.ENAMETOOLONG: told("File name too long"),
    errno.ENOENT: told("No such file or directory"),
    errno.ENOSPC: told("No space left on device"),
    errno.ENOTDIR: told("Not a directory"),
    errno.ENOTEMPTY: told("Directory not empty"),
    errno.EPERM: told("Operation not permitted"),
    errno.EROFS: told("Read-only file system"),
}
"""Of what systems say what is met with files and addresses, as most of them word it."""
