"""Words of time in Russian and English -> kinds of pieces and their values; «ё» is written as «е»."""

from __future__ import annotations

from typing import Any

from retrieval.time.kinds import Amount, Kind, Unit
from retrieval.time.naming import listed

_MONTHS = (
    "январ jan", "феврал feb", "март mar", "апрел apr", "ма may", "июн jun", "июл jul", "август aug",
    "сентябр sep", "октябр oct", "ноябр nov", "декабр dec",
)  # fmt: skip
_ENGLISH_MONTHS = "january february march april may june july august september october november december"
_OF_APRIL = "ь я ю ем е"
_OF_MARCH = " а у ом е"
_OF_MAY = "й я ю ем е"
_SHORT_MONTHS = {"янв": 1, "фев": 2, "февр": 2, "мар": 3, "апр": 4, "авг": 8, "сен": 9, "сент": 9, "окт": 10,
                 "ноя": 11, "нояб": 11, "дек": 12, "sept": 9}  # fmt: skip
"""«Июн» and «июл» are as good as never written."""
ABBREVIATED = listed(
    "янв фев февр мар апр авг сен сент окт ноя нояб дек jan feb mar apr jun jul aug sep sept oct nov dec г гг"
)
"""Words behind which a stop ends no sentence."""

_WEEKDAYS = (
    "понедельник понедельника понедельнику понедельником понедельнике monday mon",
    "вторник вторника вторнику вторником вторнике tuesday tue tues",
    "среда среды среде среду средой wednesday wed",
    "четверг четверга четвергу четвергом четверге thursday thu thur thurs",
    "пятница пятницы пятнице пятницу пятницей friday fri",
    "суббота субботы субботе субботу субботой saturday sat",
    "воскресенье воскресенья воскресенью воскресеньем sunday sun",
)
SHORT_WEEKDAYS = listed("mon tue tues wed thu thur thurs fri sat sun пн вт ср чт пт сб вс")
"""What is a weekday only beside a date."""
_SHORT_RUSSIAN_WEEKDAYS = "пн вт ср чт пт сб вс"

_CARDINALS = {
    "один одна одно одну one": 1, "два две двух двум двумя two": 2, "три трех трем тремя three": 3,
    "четыре четырех четырем четырьмя four": 4, "пять пяти пятью five": 5, "шесть шести шестью six": 6,
    "семь семи seven": 7, "восемь восьми восемью eight": 8, "девять девяти девятью nine": 9,
    "десять десяти десятью ten": 10, "одиннадцать одиннадцати eleven": 11, "двенадцать двенадцати twelve": 12,
    "тринадцать тринадцати thirteen": 13, "четырнадцать четырнадцати fourteen": 14,
    "пятнадцать пятнадцати fifteen": 15, "шестнадцать шестнадцати sixteen": 16,
    "семнадцать семнадцати seventeen": 17, "восемнадцать восемнадцати eighteen": 18,
    "девятнадцать девятнадцати nineteen": 19, "двадцать двадцати двадцатью twenty": 20,
    "тридцать тридцати тридцатью thirty": 30, "сорок сорока forty": 40, "пятьдесят пятидесяти fifty": 50,
    "шестьдесят шестидесяти sixty": 60, "девяносто девяноста ninety": 90, "сто ста hundred": 100,
    "пара пару пары couple pair двое": 2, "трое": 3, "четверо": 4, "пятеро": 5, "полтора полторы полутора": 1.5,
    "несколько нескольких few several": None,
}  # fmt: skip
_ORDINAL_STEMS = {
    "перв": 1, "втор": 2, "четверт": 4, "пят": 5, "шест": 6, "седьм": 7, "восьм": 8, "девят": 9, "десят": 10,
    "одиннадцат": 11, "двенадцат": 12, "тринадцат": 13, "четырнадцат": 14, "пятнадцат": 15, "шестнадцат": 16,
    "семнадцат": 17, "восемнадцат": 18, "девятнадцат": 19, "двадцат": 20, "тридцат": 30,
}  # fmt: skip
_ORDINAL_ENDINGS = "ый ой ая ое ого ому ым ом ую"
_SOFT = "ий яя ее ие его ей ему им ем юю их ими"
_HARD = "ый ая ое ые ого ой ому ым ом ую ых ыми"
_HUSHING = "ий ая ее ие его ей ему им ем ую их ими"
_ADJECTIVES: tuple[tuple[Kind, Any, str, str], ...] = (
    (Kind.RELATIVE, -2, "позавчерашн", _SOFT),
    (Kind.RELATIVE, -1, "вчерашн", _SOFT),
    (Kind.RELATIVE, 0, "сегодняшн", _SOFT),
    (Kind.RELATIVE, 1, "завтрашн", _SOFT),
    (Kind.NEXT_TO, -2, "позапрошл", _HARD),
    (Kind.NEXT_TO, -1, "прошл минувш прошедш предыдущ истекш", _HARD + " " + _HUSHING),
    (Kind.NEXT_TO, 0, "текущ", _HUSHING),
    (Kind.NEXT_TO, 0, "нынешн", _SOFT),
    (Kind.NEXT_TO, 1, "следующ ближайш будущ грядущ предстоящ", _HUSHING),
    (Kind.LATEST, None, "последн", _SOFT),
)
"""By their stems, with all endings of their kind."""
_THIRD = "третий третья третье третьего третьему третьим третьем третьей третью"
_ENGLISH_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
    """
_DECADES = {
    "тридцатые тридцатых thirties": 1930, "сороковые сороковых forties": 1940,
    "пятидесятые пятидесятых fifties": 1950, "шестидесятые шестидесятых sixties": 1960,
    "семидесятые семидесятых seventies": 1970, "восьмидесятые восьмидесятых eighties": 1980,
    "девяностые девяностых nineties": 1990, "нулевые нулевых": 2000,
}  # fmt: skip

_BY_KIND: tuple[tuple[Kind, Any, str], ...] = (
    (Kind.RELATIVE, -3, "позапозавчера"),
    (Kind.RELATIVE, -2, "позавчера"),
    (Kind.RELATIVE, -1, "вчера yesterday"),
    (Kind.RELATIVE, 0, "сегодня today tonight tonite"),
    (Kind.RELATIVE, 1, "завтра tomorrow tomorrows"),
    (Kind.RELATIVE, 2, "послезавтра"),
    (Kind.RELATIVE, 3, "послепослезавтра"),
    (Kind.UNIT, Unit.DAY, "день дня дню днем дне дни дней дням днями днях сутки суток суткам сутками сутках day days"),
    (Kind.UNIT, Unit.WEEK, "неделя недели неделе неделю неделей недель неделям неделями неделях week weeks"),
    (Kind.UNIT, Unit.MONTH, "месяц месяца месяцу месяцем месяце месяцы месяцев месяцам месяцами месяцах month months"),
    (Kind.UNIT, Unit.QUARTER, "квартал квартала кварталу кварталом квартале кварталы кварталов quarter quarters qtr"),
    (Kind.UNIT, Unit.HALF_YEAR, "полугодие полугодия полугодию полугодии полугодием"),
    (Kind.UNIT, Unit.YEAR, "лет years"),
    (Kind.YEAR_WORD, Unit.YEAR, "год года году годом годе г гг годы годов годам годами годах year yr"),
    (Kind.AMOUNT, Amount(6, Unit.MONTH), "полгода полугода"),
    (Kind.AMOUNT, Amount(14, Unit.DAY), "fortnight"),
    (Kind.WEEKEND, None, "выходные выходных выходными уикенд уикенда уикэнд уикэнда weekend week-end wkend"),
    (Kind.SEASON, 0, "зима зимы зиме зиму зимой winter"),
    (Kind.SEASON, 1, "весна весны весне весну весной spring"),
    (Kind.SEASON, 2, "лето лета лету летом лете summer"),
    (Kind.SEASON, 3, "осень осени осенью autumn fall"),
    (Kind.NEXT_TO, -1, "previous"),
    (Kind.NEXT_TO, 0, "этот эта это этого этой этом этим эту эти этих this current"),
    (Kind.NEXT_TO, 1, "след next coming upcoming following"),
    (Kind.LAST, None, "last past"),
    (Kind.PART, 0, "начало начала начале началу beginning start early"),
    (Kind.PART, 1, "середина середины середине середину mid middle"),
    (Kind.PART, 2, "конец конца конце концу end late"),
    (Kind.HALF, None, "половина половины половине половину half"),
    (Kind.TIME_OF_DAY, None, "утром днем вечером ночью утра вечера ночи morning afternoon evening lunchtime lunch"),
    (Kind.NIGHT, None, "ночь night"),
    (Kind.HOUR, None, "час часа часов часу часам ч am pm a.m. p.m. oclock o'clock"),
    (Kind.NUMBER_OF_MONTH, None, "числа число"),
    (Kind.AGO, None, "назад ago"),
    (Kind.BACK, None, "back"),
    (Kind.THROUGH, None, "через"),
    (Kind.EVE, None, "накануне"),
    (Kind.ANOTHER, None, "тот той том ту того тех те that same those"),
    (Kind.THAN, None, "чем than"),
    (Kind.EVENTS, None, "итоги итогах новости новостей новостях события событий событиях главное хроника хронику"),
    (Kind.IN, None, "в во in during within over throughout"),
    (Kind.ON, None, "на on at around"),
    (Kind.FOR, None, "for"),
    (Kind.DURING, None, "за"),
    (Kind.FROM, None, "с со from"),
    (Kind.SINCE, None, "since"),
    (Kind.TO, None, "по to through thru –"),
    (Kind.BETWEEN, None, "между between"),
    (Kind.AND, None, "и and"),
    (Kind.BY, True, "до к ко by until till untill"),
    (Kind.BY, False, "before"),
    (Kind.AFTER, None, "после after"),
    (Kind.OF, None, "of"),
    (Kind.THE, None, "the a an"),
    (Kind.EVERY, None, "каждый каждая каждое каждого каждой каждую каждом каждые every each"),
    (Kind.EARLIER, None, "earlier"),
    (Kind.INCLUSIVE, None, "включительно inclusive inclusively"),
    (Kind.EXACTLY, None, "ровно exactly precisely"),
)  # fmt: skip


def _built() -> dict[str, tuple[Kind, Any]]:
    words: dict[str, tuple[Kind, Any]] = {
        word: (kind, value) for kind, value, together in _BY_KIND for word in together.split()
    }
    for month, (both, name) in enumerate(zip(_MONTHS, _ENGLISH_MONTHS.split(), strict=True), 1):
        stem, short = both.split()
        cases = _OF_MAY if month == 5 else _OF_MARCH if month in {3, 8} else _OF_APRIL  # noqa: PLR2004 - May, March and August
        forms = [stem + ending for ending in cases.split(" ")]
        words |= dict.fromkeys((*forms, name, short), (Kind.MONTH, month))
    words |= {word: (Kind.MONTH, month) for word, month in _SHORT_MONTHS.items()}
    for weekday, forms_of_it in enumerate(_WEEKDAYS):
        names = forms_of_it.split()
        words |= dict.fromkeys((*names, _SHORT_RUSSIAN_WEEKDAYS.split()[weekday]), (Kind.WEEKDAY, weekday))
        words |= {name + "s": (Kind.WEEKDAYS, weekday) for name in names if name.endswith("day")}
    for together, number in _CARDINALS.items():
        words |= dict.fromkeys(together.split(), (Kind.NUMBER, number))
    words |= {
        stem + ending: (Kind.ORDINAL, number)
        for stem, number in _ORDINAL_STEMS.items()
        for ending in _ORDINAL_ENDINGS.split()
    }
    for kind, value, stems, endings in _ADJECTIVES:
        words |= {stem + ending: (kind, value) for stem in stems.split() for ending in endings.split()}
    words |= dict.fromkeys(_THIRD.split(), (Kind.ORDINAL, 3))
    words |= {word: (Kind.ORDINAL, number) for number, word in enumerate(_ENGLISH_ORDINALS.split(), 1)}
    words["thirtieth"] = (Kind.ORDINAL, 30)
    for together, year in _DECADES.items():
        words |= dict.fromkeys(together.split(), (Kind.DECADE, year))
    return words


WORDS = (
    _built()
    | {"so far": (Kind.EARLIER, None), "в течение": (Kind.DURING, None)}
    | dict.fromkeys(("compared to", "compared with", "по сравнению с", "по сравнению со"), (Kind.THAN, None))
)
"""In small letters."""


def _of(*kinds: Kind) -> frozenset[str]:
    return frozenset(word for word, (kind, _) in WORDS.items() if kind in kinds)


NAMING_TIMES = _of(
    Kind.MONTH, Kind.WEEKDAY, Kind.WEEKDAYS, Kind.RELATIVE, Kind.WEEKEND, Kind.SEASON, Kind.DECADE, Kind.EVE
)  # fmt: skip
"""Words that may tell a time by themselves."""
MEASURING_TIMES = _of(Kind.UNIT, Kind.YEAR_WORD, Kind.AMOUNT, Kind.NIGHT, Kind.TIME_OF_DAY)
BESIDE_MEASURES = _of(
    Kind.NEXT_TO, Kind.LAST, Kind.LATEST, Kind.AGO, Kind.PART, Kind.HALF, Kind.ORDINAL, Kind.THROUGH, Kind.DURING,
    Kind.EARLIER
) | {"in"}  # fmt: skip
"""Words one of which is in every expression of time that only has such as `MEASURING_TIMES`."""
