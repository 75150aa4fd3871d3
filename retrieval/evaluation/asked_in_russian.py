"""A Russian statement -> questions that it answers. Words stay where they stand, since Russian word order is free."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from retrieval.evaluation.statements import inside, joined
from retrieval.text.amounts import amounts_in
from retrieval.text.dictionaries import is_predicate, russian_readings
from retrieval.text.number_words import ABOUT, LESS, MORE
from retrieval.text.vocabulary import PREPOSITIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.evaluation.statements import Statement

_HEDGE = re.compile(
    rf"(?:^|\s)(?:{ABOUT}|{MORE}|{LESS.removesuffix('|до')}|всего|лишь|только|ещё|еще|уже|ровно|сразу)\s*$",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(\w+)\s*$")
_ASKING_BEHIND = {"на": "На сколько", "до": "До скольких", "за": "За сколько", "по": "По сколько"}
_IN_THE_GENITIVE = {"человек": "человек", "человека": "человек", "год": "лет", "года": "лет", "лет": "лет"}
_NAME = re.compile(r"\b[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+\b")
_TIMES = re.compile(r"(?:в|во|с|со|утром|днём|днем|вечером|ночью|прошл\w+|\d+)\b", re.IGNORECASE)
_OBLIQUE = re.compile(r"(?:ах|ям|ам|ами)\b|^(?:дв|тр|четыр)\w+(?:х|м|мя)\b", re.IGNORECASE)
_TIMES_COUNTED = frozenset(("лет", "месяцев", "недель", "дней", "суток", "часов", "минут", "секунд"))
_HOURS = frozenset(("вечеров", "утр", "ночей"))
_OF_ITS_MEASURE = re.compile(
    r"(?:весом|длиной|размером|стоимостью|площадью|высотой|мощностью|ценой|не)$", re.IGNORECASE
)
_PLACE = re.compile(r"(?:^|\s)(?:в|во|на) (?P<name>[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*)(?=$|\s)")


def how_many(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask «сколько …?» of each amount; with the amount."""
    text = statement.text
    for amount in amounts_in(text):
        before, counted, after = text[: amount.start], text[amount.start : amount.end], text[amount.end :]
        noun = "" if _goes_on(counted, after) else _in_the_genitive(counted)
        while hedge := _HEDGE.search(before):
            before = before[: hedge.start()]
        last = _LAST_WORD.search(before)
        asking = "" if _OF_ITS_MEASURE.search(before.strip()) or _OBLIQUE.search(counted) else "Сколько"
        if last and last[1].lower() in PREPOSITIONS:
            asking = _ASKING_BEHIND.get(last[1].lower(), "") if asking else ""
            before = before[: last.start()]
        if asking == "За сколько" and noun not in _TIMES_COUNTED:
            noun = ""
        if noun and asking and not re.search(r"\d", before + after):
            before = inside(before.strip())
            # «Сколько жителей края привили?»: what is counted goes on behind it, unless another clause follows.
            follows = any(is_predicate(word.lower()) for word in re.findall(r"\w+", after))
            yield f"{asking} {noun} {joined(before, after) if follows else joined(after, before)}?", counted


def when(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask «когда …?»; with the time."""
    if _TIMES.match(statement.time):
        asking = "С какого числа" if re.match(r"со? (?!.* по )", statement.time, re.IGNORECASE) else "Когда"
        yield f"{asking} {inside(statement.text)}?", statement.time


def where(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask «где …?» of a place that the clause names; with its name."""
    for match in _PLACE.finditer(statement.text):
        if any("Geox" in parse.tag and parse.tag.case in {"loct", "loc2"} for parse in _readings(match["name"])):
            rest = joined(statement.text[: match.start()], statement.text[match.end() :])
            yield f"Где {inside(rest)}?", match["name"]


def who(statement: Statement) -> Iterator[tuple[str, str]]:
    """Ask «кто …?» of a person beside whose name a verb stands that may have «кто» as its subject; with the name."""
    text = statement.text
    for match in _NAME.finditer(text):
        if not all(map(_may_name_person, match[0].split())):
            continue
        words = re.findall(r"[\w-]+", text[match.end() :])
        if words and _may_follow_who(words[0]):
            yield f"Кто {text[match.end() :].strip()}?", match[0]
        elif match.end() == len(text) and (verb := _last_verb(text[: match.start()])):
            yield f"Кто {inside(text[:verb])}?", match[0]


def _last_verb(before: str) -> int:
    """Where the last verb ends that may have «кто» as its subject; 0 where there is none."""
    return max((match.end() for match in re.finditer(r"\w+", before) if _may_follow_who(match[0])), default=0)


def _goes_on(counted: str, after: str) -> bool:
    """Whether what is counted goes on behind the amount: «280 рабочих мест», «5 процентных пунктов»."""
    if re.match(r"\w", after):
        return True
    following = re.match(r"\s+([а-яё]+)", after)
    is_adjective = any(parse.tag.POS in {"ADJF", "PRTF"} for parse in _readings(counted.rsplit(maxsplit=1)[-1]))
    return bool(is_adjective and following and any(parse.tag.case == "gent" for parse in _readings(following[1])))


def _in_the_genitive(counted: str) -> str:
    """What is counted, as it stands behind «сколько»; empty where the amount does not end with it."""
    if counted.endswith("%"):
        return "процентов"
    word = counted.rsplit(maxsplit=1)[-1].lower()
    if word in _IN_THE_GENITIVE:
        return _IN_THE_GENITIVE[word]
    for parse in _readings(word):
        if parse.tag.POS == "NOUN" and parse.tag.case in {"gent", "nomn", "accs"} and "Abbr" not in parse.tag:
            form = parse.inflect({"plur", "gent"})
            return form.word if form and form.word not in _HOURS else ""
    return ""


def _may_name_person(word: str) -> bool:
    return any(
        parse.tag.case == "nomn" and not {"Name", "Surn"}.isdisjoint(parse.tag.grammemes) for parse in _readings(word)
    )


def _may_follow_who(word: str) -> bool:
    """Whether a word is a verb in the third person singular, in the past of the masculine gender."""
    reading = next(iter(_readings(word)), None)
    if reading is None or reading.tag.POS != "VERB" or reading.tag.number != "sing":
        return False
    return bool(reading.tag.gender == "masc" if reading.tag.tense == "past" else reading.tag.person == "3per")


def _readings(word: str) -> list[Any]:
    return russian_readings(word.lower())
