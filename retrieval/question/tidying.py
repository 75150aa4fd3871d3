"""A text as it was typed or pasted -> the same on one line: its words whole, its marks once, no pictures."""

from __future__ import annotations

import re

from retrieval.text.one_line import on_one_line
from retrieval.text.terms import composed
from retrieval.text.vocabulary import COLLOQUIAL, any_of

_PICTURES = re.compile(
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d"
    "\ufe00-\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+"
)
"""Emoji with what joins and colours them, arrows, dingbats; not «№», «°» or «©»."""
_FACES = re.compile(r"(?<![\w(])(?:[:;=]['’]?-?[)(DdPpРр/|*]+|\^_*\^)(?!\w)|(?<=[\s\w?!.,])\({2,}(?=\s|\Z)|[<«]3(?!\w)")
_OTHER_MARKS = str.maketrans(
    {"？": "?", "؟": "?", "！": "!", "，": ",", "。": ".", "‽": "?", "⁇": "?", "⁉": "?", "‼": "!"}
)
_LINE_BREAK = re.compile(r"(?<=[^\s.!?…,:;])[^\S\n]*\n\s*(?=[«„“\"(]?[A-ZА-ЯЁ])")
"""Where a line ends without a mark and the next one begins as sentences do."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffd]")
_HURRIED = re.compile(rf"(?<![\w-])({any_of(COLLOQUIAL)})(?![\w-])(?:\.(?=\s+[a-zа-яё]))?", re.IGNORECASE)
_RUN = re.compile(r"[?!](?:\s*[?!])+|\.{2,}|…+|,{2,}")
_BEFORE_A_MARK = re.compile(r"(?<!\s)\s+(?=[?!,;]|\.(?!\w))")


def tidy(text: str) -> str:
    """The text on one line, without pictures; marks are as they were typed."""
    text = _LINE_BREAK.sub(". ", composed(text.translate(_OTHER_MARKS)))
    return on_one_line(_CONTROL.sub(" ", _FACES.sub(" ", _PICTURES.sub(" ", text))))


def in_full_words(text: str) -> str:
    """The text with the words of any question as they are written with time; «чел.» is one of them."""
    return _HURRIED.sub(lambda match: COLLOQUIAL[match[1].lower()], text)


def with_single_marks(text: str) -> str:
    """The text with one mark in the place of each run of them, right behind its word."""
    return _BEFORE_A_MARK.sub("", _without_smiles(_RUN.sub(_one_mark, text))).strip()


def _one_mark(run: re.Match[str]) -> str:
    if run[0][0] in ".…":
        return "…"
    return "," if run[0][0] == "," else "?" if "?" in run[0] else "!"


def _without_smiles(text: str) -> str:
    """Without brackets at the end that nothing opens: they smile."""
    kept = text.rstrip(")( ?!.…")
    open_ones = kept.count("(") - kept.count(")")
    behind = []
    for mark in text[len(kept) :]:
        open_ones -= mark == ")"
        if mark not in "()" or (mark == ")" and open_ones >= 0):
            behind.append(mark)
    return kept + "".join(behind)
