"""What is left of a question without the outlet that it names: still a tidy question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.question.casing import with_capitals
from retrieval.text.vocabulary import ENGLISH_AUXILIARIES, PAST_TENSE, QUESTION_WORDS, any_of

if TYPE_CHECKING:
    from retrieval.types import Span

_ABOUT = re.compile(r"(?:о|об|обо|про|по|насч[её]т|касательно|about|on|regarding|concerning|of)\b", re.IGNORECASE)
_ASKING = re.compile(rf"[\s,:;—–-]*\b(?:{any_of(QUESTION_WORDS)}|есть ли|правда ли|whether|if)\b", re.IGNORECASE)
_VERB = re.compile(rf"\s*(?:{any_of(ENGLISH_AUXILIARIES | PAST_TENSE)}|[a-z]{{3,}}ed)\b", re.IGNORECASE)
"""What goes on with the clause that an outlet is the source of: "what does the BBC say happened in Leeds"."""
_MARKS = " \t,:;—–-"
_BEHIND = " ?!."
_NEW = {"известно": "нового", "is known": "is new"}
_WHAT = {"известно": "Что", "is known": "What"}
_PAUSES = frozenset(":—–")
_TIDYING = (
    (re.compile(r"\s+"), " "),
    (re.compile(r"[«„“\"(]\s*[»”“\")]"), ""),
    (re.compile(r"(?<!\s)\s+([,;:.!?)])"), r"\1"),
    (re.compile(r"[,;:]+([,;:.!?])"), r"\1"),
    (re.compile(r"^[\s,:;)—–-]+|(?<![\s,:;(—–-])[\s,:;(—–-]+(?=[?!.]*$)"), ""),
)


def rest_of(question: str, gone: Span, known: str) -> str:
    """A question without what stands in `gone`; `known` stands in its place where the outlet was its subject."""
    before, behind = question[: gone.start], question[gone.end :]
    if not known:
        return with_capitals(_tidied(_without_pause(before, behind)))
    if _ASKING.match(behind):
        return _asking(behind)
    if behind.lstrip()[:1] in _PAUSES and behind.strip(_MARKS + _BEHIND):
        return _asking(f"{behind.strip(_MARKS + _BEHIND)}: {_WHAT[known].lower()} {_NEW[known]}")
    if _ABOUT.match(behind.lstrip(_MARKS)):
        return _asking(f"{before.strip() or _WHAT[known]} {known} {behind.lstrip(_MARKS)}")
    if _VERB.match(behind):
        return _asking(f"{before} {behind}")
    return _asking(f"{before.strip() or _WHAT[known]} {_NEW[known]} {behind.strip(_MARKS)}")


def _without_pause(before: str, behind: str) -> str:
    """Both parts, without the commas that set off what stood between them."""
    if before.rstrip().endswith(",") and (behind.lstrip()[:1] in ",?!." or not behind.strip()):
        return f"{before.rstrip().rstrip(',')} {behind.lstrip().lstrip(',')}"
    return f"{before} {behind}"


def _asking(text: str) -> str:
    return with_capitals(_tidied(text).rstrip(_BEHIND) + "?")


def _tidied(text: str) -> str:
    for pattern, instead in _TIDYING:
        text = pattern.sub(instead, text)
    return text.strip()
