"""A sentence of an article -> the statement in it out of which a question can be made, if there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.clues import clues_in
from retrieval.text.dictionaries import is_predicate, is_proper_name, is_word
from retrieval.text.kinds import Clue
from retrieval.text.terms import is_cyrillic
from retrieval.text.vocabulary import POINTING_ADVERBS, PRONOUNS, any_of
from retrieval.time.questions import period_of

if TYPE_CHECKING:
    from datetime import date

_UNFIT = re.compile(r"--|``|\.\s*[A-ZА-ЯЁ]|[:;()\[\]…?!]|\s[—–-]\s|[«„“\"](?:[^«»„“”\"]*\s){3}|^[«„“\"—–-]")
"""Speech, asides and lists, of which no plain clause can be taken."""
_COMMA = re.compile(r",(?!\d)\s*")
_GOES_ON = re.compile(
    r"(?:котор|что\b|чтобы\b|где\b|хотя\b|поскольку\b|потому\b|сообщ|говор|рассказ|заяв|поясн|объясн|добав|отмет|а\b|но\b|"
    r"which\b|who\b|where\b|while\b|but\b|said\b|says\b|according\b|because\b)",
    re.IGNORECASE,
)
"""What begins the clause after the one that states something."""
_JOINING = re.compile(
    r"^(?:(?:и|а|но|однако|также|кроме того|при этом|and|but|however|also|meanwhile)\b,?\s*)+",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"^(?:котор|что\b|чтобы\b|где\b|когда\b|если\b|хотя\b|как\b|пока\b|после того\b|"
    r"which\b|who\b|where\b|when\b|if\b|while\b|although\b|because\b|after\b|before\b|as\b)",
    re.IGNORECASE,
)
_SPEAKING = frozenset(("я", "мы", "нам", "нас", "здесь", "сюда", "отсюда", "i", "we", "us", "my", "our", "here"))
_POINTING = re.compile(rf"\b{any_of(PRONOUNS | POINTING_ADVERBS | _SPEAKING)}\b", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A clause that says something by itself."""

    text: str
    """Without a full stop, and without the time that it names."""
    time: str
    """The words of that time, such as «29 ноября» or "on Monday"; empty where it names none."""
    is_cyrillic: bool


def statement_in(sentence: str, day: date) -> Statement | None:
    """The first clause of a sentence, if it stands by itself and means nobody that was named before it.

    `day` is the one on which it was written, to which its times are relative.
    """
    text = _SPACES.sub(" ", sentence).strip().rstrip(".")
    if _UNFIT.search(text) or clues_in(text) & (Clue.ASKING | Clue.POINTING_BACK):
        return None
    clause, *others = _COMMA.split(text, maxsplit=1)
    if others and not _GOES_ON.match(others[0]):
        return None
    clause = _JOINING.sub("", clause)
    if not clause or _SUBORDINATE.match(clause) or _POINTING.search(clause):
        return None
    russian = is_cyrillic(clause)
    if russian and not any(is_predicate(word.lower()) for word in re.findall(r"\w+", clause)):
        return None
    found = period_of(clause, day)
    time = clause[found.start : found.end].strip() if found else ""
    if found:
        clause = joined(clause[: found.start], clause[found.end :])
    return Statement(clause, time, russian)


def joined(*parts: str) -> str:
    """Pieces of a clause as one, without what stood between them."""
    return _SPACES.sub(" ", " ".join(part.strip(" ,") for part in parts)).strip()


def inside(text: str) -> str:
    """A clause as it stands inside of a sentence: the capital of its first word is a name's or none."""
    first = re.match(r"[^\W\d_]+", text)
    if first is None or not (first[0][1:].islower() or first[0] in {"В", "С", "К", "О", "У", "A"}):
        return text
    key = first[0].lower().replace("ё", "е")
    if (is_cyrillic(key) and is_proper_name(key)) or not is_word(first[0].lower()):
        return text
    return text[:1].lower() + text[1:]
