"""What kind of thing a sentence holds, and what kind of thing a question asks for.

«Сколько» wants a number, "when" wants a date, «кто» wants a name: a sentence about the right subject without any such
thing seldom answers.
"""

from __future__ import annotations

import re
from enum import IntFlag, auto

MONTHS = (
    r"январ|феврал|март|апрел|ма[йея]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|"
    r"januar|februar|march|april|may\b|june|july|august|septemb|octob|novemb|decemb"
)
_NUMBER_WORDS = (
    r"дв[ае]|дву[хм]|тр[иёе]х?|четыр[её]х?|пят[ьи]|шест[ьи]|сем[ьи]|восем|девят|десят|сот[ен]|сто|тысяч|миллион|"
    r"миллиард|половин|треть|трет[ьи]|четверт|перв|втор|двое|трое|оба|обе|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|thousand|million|billion|dozen|half|twice"
)


class Clue(IntFlag):
    """Kinds of things that a sentence may hold; they combine."""

    NUMBER = auto()
    DATE = auto()
    NAME = auto()
    PLACE = auto()
    REASON = auto()
    PERSON = auto()
    """First and family name, or initials."""
    ASKING = auto()
    """The sentence asks itself, and so does not answer."""
    POINTING_BACK = auto()
    """It begins with a pronoun: who or what is meant stands before it."""


_IN_SENTENCE = {
    Clue.NUMBER: re.compile(rf"\d|\b(?:{_NUMBER_WORDS})", re.IGNORECASE),
    Clue.DATE: re.compile(rf"\b(?:1\d|20)\d\d\b|\b[XVI]+\s*(?:в\.|век)|\b(?:{MONTHS})|\bcentury\b", re.IGNORECASE),
    Clue.NAME: re.compile(r"(?<=[\w,»”\")] )[«„“\"(]?[А-ЯЁA-Z][\w’'-]+|[«„“\"][А-ЯЁA-Z]"),
    Clue.PLACE: re.compile(
        r"\b(?:в|во|на|из|под|близ|у|около|до|при|in|at|near|from|to|on|of)\s(?:[а-яёa-z]+\s)?[А-ЯЁA-Z]\w+"
    ),
    Clue.REASON: re.compile(
        r"\b(?:потому|поскольку|из-за|благодаря|вследствие|в результате|чтобы|поэтому|так как|причин|вызва|привел|"
        r"because|since|due to|owing|in order|so that|reason|caus|result|therefore)",
        re.IGNORECASE,
    ),
    Clue.PERSON: re.compile(
        r"[А-ЯЁA-Z][а-яёa-z’'-]+ (?:[А-ЯЁA-Z]\. ?){0,2}[А-ЯЁA-Z][а-яёa-z’'-]+|"
        r"[А-ЯЁA-Z]\. ?(?:[А-ЯЁA-Z]\. ?)?[А-ЯЁA-Z][а-яёa-z]+"
    ),
    Clue.ASKING: re.compile(r"\?[»”\")]*$"),
    Clue.POINTING_BACK: re.compile(
        r"\A(?:он|она|оно|они|его|ее|её|их|это|этот|эта|эти|там|тогда|тот|та|те|такой|"
        r"he|she|it|they|his|her|its|their|this|these|that|those|there|then)\b",
        re.IGNORECASE,
    ),
}

_IN_QUESTION = {
    Clue.DATE: (
        r"когда|в как(?:ом|ие) (?:год|месяц|век|врем|дн)\w*|какого числа|на какое число|как(?:ая|ой|им) дат\w+|"
        r"с какого (?:год|врем)\w*|when|(?:what|which) (?:year|date|day|month|century|time)"
    ),
    Clue.NUMBER: (
        r"сколько|насколько|как(?:ов|ова|ово|овы|ая|ой|ое|ую|им|ого) (?:\w+ )?(?:числ|количеств|дол[яюи]|процент|"
        r"сумм|цен|площад|высот|длин|глубин|скорост|температур|населен|численност|стоимост|размер|возраст|"
        r"протяженност|вес|масс|ставк|уров[её]?н|дефицит|эффективност|объем|прибыл|доход|расход)\w*|"
        r"во сколько|how (?:many|much|long|old|far|tall|high|big|large|often|deep|fast|wide)|"
        r"what (?:percent\w*|number|proportion|share|age|amount)"
    ),
    Clue.PLACE: (
        r"где|куда|откуда|в как(?:ом|ой|ую|их) (?:\w+ )?(?:город|стран|государств|област|штат|регион|част|мест|"
        r"район|деревн|сел|остров|край|республик|континент)\w*|where|(?:what|which) (?:city|country|state|"
        r"region|town|place|county|province|island|continent)"
    ),
    Clue.REASON: r"почему|зачем|из-за чего|по какой причине|отчего|вследствие чего|why|what caused|for what reason",
    Clue.PERSON: r"кто|кого|кому|кем|о ком|чей|чья|чь[еёи]\w*|как (?:зовут|звали)|who|whom|whose",
    Clue.NAME: (
        r"как (?:называ\w+|назва\w+|именова\w+)|как(?:ая|ой|ую|ое|ие|им|ом) (?:\w+ )?(?:фирм|компани|организаци|клуб|"
        r"команд|парти|завод|банк|газет|арен|стадион|площадк|улиц|фильм|книг|роман|произведени|корабл|групп)\w*|"
        r"(?:what|which) (?:\w+ )?(?:name|called|person|company|team|club|party|actor|singer|player)|what is the name"
    ),
}
_QUESTION_PATTERNS = tuple(
    (clue, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for clue, pattern in _IN_QUESTION.items()
)


_OPENING = " «„“\"'(—–-"
_CLOSING = " »”\")'!."
_QUESTION_MARKS = ("?", "？", "؟")
_QUESTION_WORD = (
    r"(?:кто|кого|кому|ком|кем|чей|чь[еёиюя]|чьей|чьих|что|чего|чему|чем|чём|как|как(?:ая|ие|им|ими|их|ова?|овы|ово|"
    r"ого|ое|ой|ом|ому|ую)|котор\w+|когда|где|куда|откуда|почему|зачем|отчего|сколько|скольк\w+|насколько|назови\w*|"
    r"who|whom|whose|what|which|when|where|why|how|name)\b"
)
_BEFORE_IT = (
    r"(?:а|и|ну|но|так|скажите|подскажите|в|во|на|с|со|до|от|из|за|по|о|об|обо|у|к|для|при|под|над|через|после|перед|"
    r"против|and|but|so|at|by|during|for|from|in|of|on|since|to|under|until|with)"
)
_ASKS_FOR_WORDS = re.compile(rf"\b(?!(?<=, )(?:что|котор)){_QUESTION_WORD}(?!-(?:то|либо|нибудь)\b)", re.IGNORECASE)
_OPENS_WITH_ASKING = re.compile(
    rf"(?:{_BEFORE_IT},?\s+)*{_QUESTION_WORD}|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(r"\bли\b")
"""In small letters: «Ли» is also a name."""
_ADDED_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\W*$")
"""What the conversation added to a question (`retrieval.rewording`)."""


def is_question(text: str) -> bool:
    """Whether a text asks something, other than a headline, which names what it looks for."""
    return text.rstrip(_CLOSING).endswith(_QUESTION_MARKS) or bool(_OPENS_WITH_ASKING.match(text.lstrip(_OPENING)))


def asks_for_words(question: str) -> bool:
    """Whether some words of a sentence can be the answer, as to "when" or «кто», and not yes or no."""
    question = _ADDED_IN_BRACKETS.sub("", question)
    asking = _ASKS_FOR_WORDS.search(question)
    return asking is not None and not _ASKS_WHETHER.search(question, 0, asking.start())


def clues_in(sentence: str) -> Clue:
    """What kinds of things a sentence holds."""
    found = Clue(0)
    for clue, pattern in _IN_SENTENCE.items():
        if pattern.search(sentence):
            found |= clue
    return found


def wanted_by(question: str) -> Clue:
    """What kinds of things a question asks for; none where it does not tell."""
    return next((clue for clue, pattern in _QUESTION_PATTERNS if pattern.search(question)), Clue(0))
