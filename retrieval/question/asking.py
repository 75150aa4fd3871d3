"""What kind of thing a question asks for, and whether a text is a question at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.clues import clues_in
from retrieval.text.kinds import Clue
from retrieval.text.vocabulary import (
    DURATION_STEMS,
    EARLIER,
    ENGLISH_AUXILIARIES,
    HOW_MANY,
    LATEST,
    LIKE_PAST_TENSE,
    MEASURE_STEMS,
    MEASURE_WORDS,
    MEASURES,
    NOW,
    OPENINGS,
    PAST_TENSE,
    PEOPLE_STEMS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SIZES,
    WHETHER,
    WHICH,
    WHO,
    any_of,
    forms_of,
)

if TYPE_CHECKING:
    from datetime import date

    from retrieval.types import Period

_WHICH = rf"{any_of(WHICH)} (?:\w+ )?"
"""«Какой», "which", and perhaps an adjective."""
_WANTED = {
    Clue.DATE: (
        r"когда|when",
        r"в как(?:ом|ие|их|ой|ую) (?:год|месяц|век|врем|дн|день|недел)\w*",
        rf"(?:какого|каким|какому) числ\w*|на какое число|{_WHICH}дат\w+",
        r"(?:с|до|после) какого (?:год|врем|месяц|дня)\w*",
        rf"{any_of(['what', 'which'])} (?:year|date|day|month|century|time)",
    ),
    Clue.NUMBER: (
        any_of(HOW_MANY),
        (
            rf"{_WHICH}(?:числ|количеств|дол[яюией]|процент|сумм|цен|площад|высот|длин|глубин|скорост|температур|населен|"
            r"численност|стоимост|размер|возраст|протяженност|вес|масс|ставк|уров[её]?н|дефицит|эффективност|объ[её]м|"
            r"прибыл|доход|расход)\w*"
        ),
        rf"how {any_of(MEASURES | SIZES)}",
        r"what (?:per ?cent\w*|number|proportion|share|age|amount)",
    ),
    Clue.PLACE: (
        r"где|куда|откуда|where",
        (
            r"в как(?:ом|ой|ую|их) (?:\w+ )?(?:город|стран|государств|област|штат|регион|част|мест|район|деревн|сел|"
            r"остров|край|республик|континент)\w*"
        ),
        rf"{any_of(['what', 'which'])} (?:city|country|state|region|town|place|county|province|island|continent)",
    ),
    Clue.REASON: (
        r"почему|зачем|из-за чего|по какой причине|отчего|вследствие чего|за что|с чего вдруг|в связи с чем|чего это",
        r"why|what caused|for what reason",
    ),
    Clue.PERSON: (any_of(WHO), r"как (?:\w+ )?(?:зовут|звали)"),
    Clue.NAME: (
        r"как (?:называ\w+|назва\w+|именова\w+)",
        (
            rf"{_WHICH}(?:фирм|компани|организаци|клуб|команд|парти|завод|банк|газет|арен|стадион|площадк|улиц|фильм|книг|"
            r"роман|произведени|корабл|групп)\w*"
        ),
        rf"{any_of(['what', 'which'])} (?:\w+ )?(?:name|called|person|company|team|club|party|actor|singer|player)",
        r"what is the name",
    ),
}
_WANTED_PATTERNS = tuple(
    (clue, re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)) for clue, patterns in _WANTED.items()
)

_COUNTED = {
    Clue.MONEY: (
        r"почем|почём|(?:за|во|в) сколько (?:\w+ )?(?:обо|оцен|вста|купи|прода|мо[жг]|взял|хо[тч])\w*",
        (
            r"сколько (?:\w+ ){0,3}(?:стои|денег|заплат|потра|плат|плач|зарабат|выдел|просят|рубл|доллар|евро\b|"
            r"обо[йш])\w*"
        ),
        r"how much (?!(?:snow|rain|water|land|time|of the|longer|older)\b)",
        r"what (?:do|does|did) (?:\w+ ){1,2}(?:pay|cost)",
        rf"{_WHICH}(?:цен|стоимост|сумм|зарплат|курс|тариф|штраф|бюджет|прибыл|доход|расход|ущерб)\w*",
        r"what (?:\w+ ){0,2}(?:price|cost|fare|toll|salary|budget|fine)",
    ),
    Clue.PERCENT: (
        rf"{any_of(HOW_MANY)} процент\w*|{_WHICH}(?:\w+ )?(?:процент|ставк|инфляц)\w*|на сколько процент\w*",
        r"what (?:\w+ ){0,2}(?:per ?cent\w*|interest|inflation|bank rate|key rate)",
    ),
    Clue.DURATION: (
        rf"сколько (?:\w+ ){{0,2}}(?:{forms_of(DURATION_STEMS)}|времени)\b|как долго",
        rf"{_WHICH}возраст\w*|how old|what age|how many (?:years|months|weeks|days|hours|minutes)",
    ),
    Clue.MEASURE: (
        rf"сколько (?:\w+ )?(?:{forms_of(MEASURE_STEMS)}|{any_of(MEASURE_WORDS)}|весит|весил\w*)\b",
        rf"{_WHICH}(?:длин|высот|площад|глубин|ширин|вес|масс|температур|протяж[её]нност|скорост|расстояни)\w*",
        rf"how (?:tall|high|deep|far|wide|heavy|fast)|how many (?:\w+ )?{forms_of(MEASURE_STEMS)}\b",
    ),
    Clue.PEOPLE: (
        rf"сколько (?:\w+ ){{0,2}}(?:{forms_of(PEOPLE_STEMS)}|народ\w*)\b",
        rf"how many (?:\w+ )?{forms_of(PEOPLE_STEMS)}\b",
    ),
}
_COUNTED_PATTERNS = tuple(
    (clue, re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)) for clue, patterns in _COUNTED.items()
)
_NAMED_AMOUNTS = {
    clue: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for clue, words in (
        (Clue.MONEY, r"цен[аыуе]?|стоимость|курс|тариф|зарплата|price|cost|fare|toll|salary"),
        (Clue.PERCENT, r"ставка|инфляция|процент|inflation|interest rate|key rate"),
        (Clue.MEASURE, r"площадь|высота|длина|глубина|температура|length|height|area"),
        (Clue.NUMBER, r"количество|число|number of"),
    )
}
"""What is asked for without a word that asks: «ставка цб декабрь», "lindal bridge toll"."""

_OPENING = " «„“\"'(—–-"
_CLOSING = " »”\")'!."
_QUESTION_MARKS = ("?", "？", "؟")
_ASKING_WORD = rf"(?:{any_of(QUESTION_WORDS)}|котор\w+|назови\w*|name)\b"
_BEFORE_IT = any_of(PREPOSITIONS | OPENINGS | {"так", "скажите", "подскажите"})
_ASKS_FOR_WORDS = re.compile(rf"\b(?!(?<=, )(?:что|котор)){_ASKING_WORD}(?!-(?:то|либо|нибудь)\b)", re.IGNORECASE)
_OPENS_WITH_ASKING = re.compile(rf"(?:{_BEFORE_IT},?\s+)*{_ASKING_WORD}|{any_of(ENGLISH_AUXILIARIES)}\b", re.IGNORECASE)
_NONE = Clue(0)
_DEFINITIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:а |и )?(?:кто|что) (?:это )?так(?:ой|ая|ое|ие)[ —–-]+(?P<name>(?:[^\s,]+ ?){1,4})(?:,.*)?",
        r"(?:а |и )?(?:кто|что) за (?P<name>(?:[^\s,]+ ?){1,3})",
        (
            r"(?P<name>[^\s,—–]+(?: [^\s,—–]+){0,3}?)[ ,—–-]+(?:(?:это|эт) )?(?:кто|что|че|чё)"
            r"(?: (?:это|он|она|они|так(?:ой|ая|ое|ие)))*"
        ),
        r"who(?:'s| is| was) (?P<name>(?-i:(?:[A-Z][^\s,]* ?){1,4}))",
        r"what(?:'s| is| was) (?P<name>(?-i:(?:[A-Z«\"“][^\s,]* ?){1,4}))",
    )
)
_NOW = re.compile(rf"\b{any_of(NOW)}\b", re.IGNORECASE)
_LATEST = re.compile(rf"\b{any_of(LATEST)}\b", re.IGNORECASE)
_EARLIER = re.compile(rf"\b{any_of(EARLIER)}\b", re.IGNORECASE)
_HAS_HAPPENED = re.compile(
    rf"\b(?!{any_of(LIKE_PAST_TENSE)}\b)"
    rf"(?:[а-яё]{{2,}}(?:[аеёиоуыюя]л[аои]?|шл[аои]|л[аои]сь|лся)|\w{{3,}}ed|{any_of(PAST_TENSE)})\b",
    re.IGNORECASE,
)
"""A verb in the past."""
_ASKS_WHETHER = re.compile(rf"\b{WHETHER}\b")


def asks_for_newest(question: str, wants: Clue, period: Period | None, today: date) -> bool:
    """Whether it is about something that changes: a price, a number, who is in office, when something will be.

    Not where it names the time that it means, or asks for what has happened once.
    """
    if (period and not period.first <= today <= period.last) or (
        clues_in(question) & Clue.DATE and not _NOW.search(question)
    ):
        return False
    if _EARLIER.search(question):
        return False
    if wants & Clue.NUMBER or _LATEST.search(question):
        return True
    if wants & (Clue.DATE | Clue.PERSON):
        return not _HAS_HAPPENED.search(question)
    return not wants and not asks_for_words(question)


def asks_for_now(question: str) -> bool:
    """Whether it says that it wants what is so when it is asked."""
    return bool(_NOW.search(question))


def defined_by(question: str) -> str:
    """The name of which a question wants to know who or what it is, as it stands there; empty where it wants none."""
    match = next(filter(None, (pattern.fullmatch(question.strip(" ?!.")) for pattern in _DEFINITIONS)), None)
    return match["name"].strip() if match else ""


def is_question(text: str) -> bool:
    """Whether a text asks something, other than a headline, which names what it looks for."""
    return text.rstrip(_CLOSING).endswith(_QUESTION_MARKS) or bool(_OPENS_WITH_ASKING.match(text.lstrip(_OPENING)))


def asks_for_words(question: str) -> bool:
    """Whether some words of a sentence can be the answer, as to "when" or «кто», and not yes or no."""
    asking = _ASKS_FOR_WORDS.search(question)
    return asking is not None and not _ASKS_WHETHER.search(question, 0, asking.start())


def wanted_by(question: str) -> Clue:
    """What kind of thing a question asks for, of a number also what is counted; none where it does not tell."""
    wanted = next((clue for clue, pattern in _WANTED_PATTERNS if pattern.search(question)), _NONE)
    if wanted not in {_NONE, Clue.NUMBER}:
        return wanted
    counted = next((clue for clue, pattern in _COUNTED_PATTERNS if pattern.search(question)), _NONE)
    if not wanted and not counted and not _ASKS_FOR_WORDS.search(question) and not _ASKS_WHETHER.search(question):
        counted = next((clue for clue, pattern in _NAMED_AMOUNTS.items() if pattern.search(question)), _NONE)
    return wanted | counted | (Clue.NUMBER if counted else _NONE)
