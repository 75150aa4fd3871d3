"""An English statement -> questions that it answers: the auxiliary goes before the subject, or "did" does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.evaluation.statements import joined
from retrieval.text.amounts import amounts_in
from retrieval.text.dictionaries import is_word
from retrieval.text.number_words import ABOUT, LESS, MORE
from retrieval.text.vocabulary import CARDINALS, STOP_WORDS, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.evaluation.statements import Statement

_AUXILIARY = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|must|should)\b")
_PAST = {
    "became": "become", "began": "begin", "beat": "beat", "bought": "buy", "brought": "bring", "built": "build",
    "came": "come", "chose": "choose", "cost": "cost", "cut": "cut", "fell": "fall", "found": "find", "gave": "give",
    "got": "get", "grew": "grow", "held": "hold", "hit": "hit", "kept": "keep", "killed": "kill", "left": "leave",
    "lit": "light", "lost": "lose", "made": "make", "met": "meet", "paid": "pay", "put": "put", "ran": "run",
    "rose": "rise", "sank": "sink", "saw": "see", "sent": "send", "sold": "sell", "spent": "spend", "stood": "stand",
    "struck": "strike", "told": "tell", "took": "take", "went": "go", "won": "win", "wrote": "write",
}  # fmt: skip
_PAST_VERB = re.compile(rf"\b(?:{any_of(_PAST)}|[a-z]{{2,}}ed)\b")
_LESS = LESS.removesuffix("|up to|до")
"""What goes up to a number is not less than that."""
_HEDGE = re.compile(rf"(?:^|\s)(?:{ABOUT}|{MORE}|{_LESS}|only|just|another)\s*$", re.IGNORECASE)
_BEHIND_A_SUBJECT = re.compile(rf"(?:{_AUXILIARY.pattern}|{_PAST_VERB.pattern}|died|live|work)")
_PERSON = re.compile(
    r"(?:Mr|Mrs|Ms|Dr|Sir|Judge|Mayor|President|Minister|Professor|Captain|Governor|Inspector)\.? "
    r"(?:[A-Z][\w’'-]+ ?){1,3}(?=[a-z])"
)
_NOT_ONE_CLAUSE = re.compile(r"\b(?:and|says?|said|that)\b")
_NO_THINGS = frozenset(("thirds", "quarters", "times"))
_TIMES = re.compile(r"(?:on|in|from|at|this|last|next|early|late)\b", re.IGNORECASE)


def how_many(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask "how many …?" of each amount; with the amount."""
    text = statement.text
    for amount in amounts_in(text):
        before, counted, after = text[: amount.start], text[amount.start : amount.end], text[amount.end :].strip()
        noun = counted.rsplit(maxsplit=1)[-1]
        if (
            not (noun.isalpha() and noun.endswith(("s", "people")))
            or noun in _NO_THINGS
            or re.search(r"\d", before + after)
        ):
            continue
        while hedge := _HEDGE.search(before):
            before = before[: hedge.start()]
        if not before.strip() and _BEHIND_A_SUBJECT.match(after):
            yield f"How many {noun} {after}?", counted
        elif asked := _inverted(before):
            yield f"How many {noun} {joined(asked, after)}?", counted


def when(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask "when …?"; with the time."""
    if _TIMES.match(statement.time) and (asked := _inverted(statement.text)):
        yield f"When {asked}?", statement.time


def who(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask "who …?" of a person with a title who is the subject; with the name."""
    match = _PERSON.match(statement.text)
    if match and _BEHIND_A_SUBJECT.match(statement.text, match.end()):
        yield f"Who {statement.text[match.end() :]}?", match[0].strip()


def _inverted(clause: str) -> str:
    """A clause with what is to stand before its subject in a question; empty where that cannot be told."""
    auxiliary = _AUXILIARY.search(clause)
    if _NOT_ONE_CLAUSE.search(clause, 0, auxiliary.start() if auxiliary else len(clause)):
        return ""
    if auxiliary and auxiliary.start():
        return joined(auxiliary[0], _inside(clause[: auxiliary.start()]), clause[auxiliary.end() :])
    verb = None if auxiliary else _PAST_VERB.search(clause)
    base = _base(verb[0]) if verb and verb.start() else ""
    return joined("did", _inside(clause[: verb.start()]), base, clause[verb.end() :]) if verb and base else ""


def _inside(subject: str) -> str:
    """A subject as it stands inside a sentence; what may be a name keeps its capital."""
    first, _, rest = subject.partition(" ")
    key = first.lower()
    is_plain = rest[:1].islower() or (key.endswith("s") and not rest)
    is_plain = key in STOP_WORDS | CARDINALS or (is_plain and is_word(key))
    return key + subject[len(first) :] if is_plain else subject


def _base(verb: str) -> str:
    """The infinitive of a verb in the past; empty where the dictionary knows none."""
    if verb in _PAST:
        return _PAST[verb]
    stem = verb.removesuffix("ed")
    doubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    found = (stem.removesuffix("i") + "y" if stem.endswith("i") else "", stem, f"{stem}e", doubled)
    return next((each for each in found if each and is_word(each)), "")
