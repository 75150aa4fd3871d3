"""Questions about a quotation: «правда ли, что Иванов сказал: «…»?», "is this a quote?"; what is quoted, and as whose.

Whoever quotes a title asks about it («о чём фильм «…»?»), so nothing may stand beside the quoted words but what asks
whether they are so, and who says them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.quoted_words import quoted_words
from retrieval.text.speech import SAYS
from retrieval.text.vocabulary import ASKING_WHETHER_SO, BESIDE_QUOTATIONS, WHO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEWEST_QUOTED = 4
"""Words that a quotation has at least: fewer may be a title."""
FEWEST_CLAIMED = 6
"""Words of what is asked about without quotation marks."""
_QUOTATION = re.compile(
    r"«(?:[^«»]|«[^«»]*»)+»|“[^“”]+”|„[^„“”]+[“”]|\"[^\"]+\"|(?<!\w)[‘'](?:[^'‘’]|['’](?=\w))+['’](?!\w)"
)
_OPENING, _CLOSING = "«“„\"‘'", "»”“\"’'"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_RELATING = ("according", "по ", "со ")
"""What opens questions about what somebody says: «по словам мэра, …»."""
_NO_SPEAKER = ASKING_WHETHER_SO | BESIDE_QUOTATIONS
_ASKS_OTHERWISE = re.compile(
    r"\W*(?:(?:а|и|но|so|and|but)\s+)?(?:как|когда|где|куда|откуда|почему|зачем|сколько|какой|какая|какое|какие|"
    r"что\s+(?!это|за)|о\s+ч[её]м|про что|в ч[её]м|when|where|why|how|what|which)\b",
    re.IGNORECASE,
)
_MOST_OF_SPEAKER = 6
_MOST_OF_ROLE = 3
"""Words in small letters that name a speaker: «пресс-секретарь главы города»."""
_OPENS_CLAIM = re.compile(
    r"\W*(?:(?:скажите|подскажите|а|и|это|please|so)[,\s]+)*"
    r"(?:правда(?:\s+ли)?(?:\s+это)?|верно(?:\s+ли)?|действительно\s+ли|так\s+ли\s+это|is\s+it\s+(?:true|right|correct))"
    r"[,\s]+(?:что|that)?\s*[:—–-]?\s*(?P<claim>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_OPENS_ENGLISH = re.compile(
    r"\W*did\s+(?P<speaker>(?:[\w.'’-]+\s+){1,6}?)(?:really\s+|actually\s+|ever\s+)?say\s+(?:that\s+)?(?P<claim>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_CLAIMED = re.compile(r"(?P<speaker>[^,:;.!?«»\"]{2,60}?)\s*[,:]?\s*(?:что|that|:)\s+(?P<claim>\S.*)", re.DOTALL)
_BY = re.compile(
    r"цитат|слова|фраз|высказыван|автор|\bquot|\bwords\b|\bby\b|^\s*\([^()]+\)|"
    r"\n\s*\(?[—–-]?\s*[A-ZА-ЯЁ][\w.]*(?: [A-ZА-ЯЁ]\w*)*\)?\.",
    re.IGNORECASE,
)
_TRUE_ALONE = re.compile(
    r"\W*(?:(?:а|и|но|это|эта|так|точно|ну|is|it|this|that|so|really|a|an)\W+)*"
    r"(?:правда|верно|так|действительно|цитата|точная цитата|фейк|не фейк|"
    r"кто (?:это|так|такое) (?:сказал|говорил)|(?:он|она|они) (?:это |так )(?:сказал|говорил)[аи]?|"
    r"(?:был[оа]?|сказал[аи]?|говорил[аи]?)(?: он| она| они)? так(?:ое)?|"
    r"who said (?:this|that|it)|true|right|correct|real|quote|fake|accurate|verbatim)"
    r"(?:\W+(?:ли|это|так|цитата|or not|или нет|quote))*\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuoteAsked:
    """What a text asks about: the words ``text[start:end]``, and whom it names as their speaker."""

    start: int
    end: int
    speaker: str = ""
    is_sure: bool = True
    """Whether it is asked whether they are so, and not merely who says them, or nothing."""


def asked_quote(text: str) -> QuoteAsked | None:
    """The quotation that a text asks about, or consists of; None where it asks something else, or nothing."""
    found = max(_quotations(text), key=lambda span: span[1] - span[0], default=None)
    if found is None or len(quoted_words(text[slice(*found)])) < FEWEST_QUOTED:
        return None
    rest = f"{text[: found[0] - 1]} \n {text[found[1] + 1 :]}"
    speaker = _speaker_beside(rest)
    is_sure = bool(ASKING_WHETHER_SO.intersection(map(_key, _WORD.findall(rest))))
    return None if speaker is None else QuoteAsked(*found, speaker, is_sure)


def claims(text: str) -> Iterator[QuoteAsked]:
    """What «правда ли, что …?» asks about without quotation marks, as a whole and as somebody's words."""
    opened = _OPENS_CLAIM.fullmatch(text.strip()) or _OPENS_ENGLISH.fullmatch(text.strip())
    if opened is None:
        return
    offset = len(text) - len(text.lstrip())
    start, end = opened.start("claim") + offset, len(text.rstrip(' \n\t?!.»"'))
    if len(quoted_words(text[start:end])) < FEWEST_CLAIMED:
        return
    speaker = opened.groupdict().get("speaker") or ""
    yield QuoteAsked(start, end, speaker.strip(), is_sure=False)
    said = _CLAIMED.match(text, start, end)
    if said and (verb := SAYS.search(said["speaker"])):
        named = f"{said['speaker'][: verb.start()]} {said['speaker'][verb.end() :]}"
        if len(quoted_words(text[said.start("claim") : end])) >= FEWEST_CLAIMED:
            yield QuoteAsked(said.start("claim"), end, " ".join(named.split()), is_sure=False)


def asks_whether_true(text: str) -> bool:
    """Whether a text asks of what it stands beside whether that is so, and nothing else: «правда?», "is that true?"."""
    return not text.strip() or bool(_TRUE_ALONE.fullmatch(text))


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    for match in _QUOTATION.finditer(text):
        yield match.start() + 1, match.end() - 1


def _speaker_beside(rest: str) -> str | None:
    """Whom the words around a quotation name as its speaker, "" where nobody; None where they ask something else."""
    words = _WORD.findall(rest)
    keys = frozenset(map(_key, words))
    if not keys:
        return ""
    says = SAYS.search(rest)
    if says and says[0].lower().startswith(_RELATING):
        says = None
    asks = bool(ASKING_WHETHER_SO & keys)
    if _ASKS_OTHERWISE.match(rest.strip()) or not (asks or (says and "?" in rest)):
        return None
    saying = set(_WORD.findall(says[0].lower())) if says else set()
    names = [word for word in words if _key(word) not in _NO_SPEAKER | saying]
    may_be_office = asks and not WHO & keys
    return " ".join(names) if not names or _may_speak(names, rest, bool(says), may_be_office) else None


def _may_speak(names: Sequence[str], rest: str, is_said: bool, may_be_office: bool) -> bool:
    """Whether words beside a quotation may be who says it: a name, or an office in a few small words."""
    small = sum(name[0].islower() for name in names)
    if len(names) > _MOST_OF_SPEAKER or small > _MOST_OF_ROLE or not (is_said or _is_by(rest)):
        return False
    return small < len(names) or may_be_office


def _key(word: str) -> str:
    return word.lower().replace("ё", "е")


def _is_by(rest: str) -> bool:
    """Whether a name may stand beside a quotation without a verb: «это цитата Иванова?», "a quote by Smith"."""
    return bool(_BY.search(rest))
