"""What Obsidian and programs like it add to Markdown: ``[[links|words]]``, ``![[pictures]]``, ``%%hidden notes%%``."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CODE_OR_HIDDEN = re.compile(
    r"""
    ^(?P<fence>```|~~~) .*? (?: ^(?P=fence) | \Z )
    | `[^`\n]+`
    | (?P<hidden> %% (?: (?:(?!%%).)* %% | (?<=^%%) .* ) )
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_LINK = re.compile(r"(?P<embedded>!?)\[\[(?P<target>[^\[\]|\n]{0,300})(?:\|(?P<words>[^\[\]\n]{0,300}))?\]\]")
_HIGHLIGHT = re.compile(r"==(?=\S)(?P<words>.{1,500}?)(?<=\S)==", re.DOTALL)
_CALLOUT = re.compile(r"\[![\w-]{1,40}\][+-]?[ \t]*")
_ANCHOR = re.compile(r"[ \t]\^[A-Za-z0-9-]{1,60}(?=\n|\Z)")


def without_hidden_notes(markdown: str) -> str:
    """Leave out ``%%what is hidden%%``, but not in code; what begins a line and is not closed hides all the rest."""
    if "%%" not in markdown:
        return markdown
    return _CODE_OR_HIDDEN.sub(lambda found: "" if found["hidden"] else found[0], markdown)


def words_of_links(text: str) -> str:
    """Return `text` with the words that each ``[[link|words]]`` shows in its place; pictures show none."""
    return _LINK.sub(_words, text)


def add_marks_of_notes(parser: "MarkdownIt") -> None:
    """Have `parser` understand links, embedded files, highlights, callouts and anchors of notes."""
    for name, rule in (("note_link", _link), ("highlight", _highlight), ("callout", _callout), ("anchor", _anchor)):
        parser.inline.ruler.before("link", name, rule)


def _words(link: re.Match[str]) -> str:
    if link["embedded"]:
        return ""
    # In a table the stroke is escaped, and a link to a part of a note names note and part.
    words = link["words"] or link["target"].removesuffix("\\").strip().strip("#").replace("#", " > ")
    return words.strip()


def _link(state: "StateInline", silent: bool) -> bool:
    found = _LINK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.pending += _words(found)
    state.pos = found.end()
    return True


def _highlight(state: "StateInline", silent: bool) -> bool:
    found = _HIGHLIGHT.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        end, state.posMax = state.posMax, found.end("words")
        state.pos = found.start("words")
        state.md.inline.tokenize(state)
        state.posMax = end
    state.pos = found.end()
    return True


def _callout(state: "StateInline", _silent: bool) -> bool:
    """Pass over ``[!note]`` at the beginning of a quotation."""
    found = _CALLOUT.match(state.src, state.pos, state.posMax) if state.pos == 0 else None
    if found is None:
        return False
    state.pos = found.end()
    return True


def _anchor(state: "StateInline", _silent: bool) -> bool:
    """Pass over ``^name`` at the end of a paragraph, which names it for links."""
    found = _ANCHOR.match(state.src, state.pos - 1, state.posMax) if state.pos and state.src[state.pos] == "^" else None
    if found is None:
        return False
    state.pos = found.end()
    return True
