"""What number words are worth, and the words around a number that say how it is meant.

Russian words are listed by their dictionary forms; «е» stands for «ё».
"""

from __future__ import annotations

ONES = {
    "один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
    "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15,
    "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19, "двадцать": 20, "тридцать": 30,
    "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70, "восемьдесят": 80, "девяносто": 90, "сто": 100,
    "двести": 200, "триста": 300, "четыреста": 400, "пятьсот": 500, "шестьсот": 600, "семьсот": 700, "восемьсот": 800,
    "девятьсот": 900, "двое": 2, "трое": 3, "четверо": 4, "пятеро": 5, "шестеро": 6, "семеро": 7,
    "восьмеро": 8, "девятеро": 9, "десятеро": 10, "оба": 2, "полтора": 1.5, "дюжина": 12, "полсотни": 50,
    "полмиллиона": 5e5, "полмиллиарда": 5e8, "полтысячи": 500,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "half": 0.5,
}  # fmt: skip
"""Words that are numbers by themselves."""

TIMES = {
    "сотня": 100, "тысяча": 1e3, "тыс": 1e3, "миллион": 1e6, "млн": 1e6, "миллиард": 1e9, "млрд": 1e9, "триллион": 1e12,
    "трлн": 1e12, "десяток": 10,
    "dozen": 12, "dozens": 12, "hundred": 100, "thousand": 1e3, "million": 1e6, "mln": 1e6, "m": 1e6, "billion": 1e9,
    "bn": 1e9, "trillion": 1e12, "tn": 1e12, "k": 1e3,
}  # fmt: skip
"""Words that multiply the number before them; alone they are one of it."""
SHORT_TIMES = frozenset(("m", "bn", "tn", "k"))
"""Those that stand behind digits without a space."""
ALONE = frozenset(
    ("dozen", "hundred", "thousand", "million", "billion", "тысяча", "тысячу", "сотня", "сотню", "десяток")
)
"""Those that are a number without one before them; the plurals say nothing: «тысячи людей»."""

ABOUT = (
    r"около|примерно|приблизительно|порядка|почти|about|around|some|nearly|almost|roughly|approximately|close to|"
    r"an estimated"
)
MORE = (
    r"более|больше|свыше|не менее|как минимум|минимум|по меньшей мере|more than|over|at least|above|upwards of|"
    r"no fewer than"
)
LESS = r"менее|меньше|не более|максимум|less than|fewer than|under|below|at most|no more than|up to|до"

SIGNS = {"₽": "rub", "€": "eur", "$": "usd", "£": "gbp", "%": "percent", "°": "degree"}
"""What signs before or behind a number count."""

UNITS = {
    "rub": (1, "рубл руб ₽ rouble ruble rub"),
    "rub/100": (0.01, "копе коп"),
    "usd": (1, "доллар долл dollar usd"),
    "usd/100": (0.01, "cent"),
    "eur": (1, "евро euro eur"),
    "gbp": (1, "фунт pound"),
    "gbp/100": (0.01, "penc pence"),
    "cny": (1, "юан yuan"),
    "crown": (1, "крон crown"),
    "percent": (1, "процент percent pct"),
    "metre": (1, "метр metre meter"),
    "metre/km": (1000, "километр км kilomet km"),
    "metre/cm": (0.01, "сантиметр см centimet cm"),
    "metre/mm": (0.001, "миллиметр мм millimet mm"),
    "metre/mile": (1609, "мил mile"),
    "metre/foot": (0.305, "фут foot feet"),
    "kilogram": (1, "килограмм кг kilogram kilo kg"),
    "kilogram/ton": (1000, "тонн ton tonne"),
    "hectare": (1, "гектар га hectare"),
    "acre": (1, "acre"),
    "litre": (1, "литр litre liter"),
    "degree": (1, "градус degree"),
    "second": (1, "секунд second"),
    "second/minute": (60, "минут minute"),
    "second/hour": (3600, "час hour"),
    "second/day": (86400, "дней дня день сут day"),
    "second/week": (604800, "недел week"),
    "month": (1, "месяц month"),
    "month/year": (12, "лет год year"),
}
"""What is counted, by what it is measured in: how much of that one is, and the stems of the words for it."""
MONEY = frozenset(("rub", "usd", "eur", "gbp", "cny", "crown"))
TIME = frozenset(("second", "month"))
SIZES = frozenset(("metre", "kilogram", "hectare", "acre", "litre", "degree"))

STATES = {
    "dead": "погиб жертв сконча умер убит унес смерт тела kill dead death died dies fatal toll",
    "injured": "ранен пострада травм injur hurt wound",
    "missing": "пропал пропавш missing unaccount",
    "evacuated": (
        "эваку вывез вывоз отсел переселя переселил переселен выселя выселил выселен расселя расселил расселен "
        "покинул_дом покинул_сво evacuat displac moved_out moved_from told_to_leave told_to_go fled flee_their "
        "left_their_homes"
    ),
    "detained": "задерж арест detain arrest",
    "rescued": "спасен спасл спасти rescu",
    "in hospital": "госпитал hospital",
    "ill": "заболе зараз инфиц отрав infect poison",
    "dismissed": "увол сократят под_сокращ сокращении laid_off redundan",
}
"""What has become of the people that are counted, by the stems of the words for it; phrases have lines in them."""
PEOPLE = (
    "горняк шахтер моряк матрос рыбак рыболов лыжник альпинист скалолаз дачник прохож подрост девоч мальчик младен "
    "машинист велосипедист мотоциклист пешеход сотрудниц паломник отдыхающ постоял заключенн фельдшер курсант сапер "
    "miner skier climber hiker sailor crew driver villager pensioner commuter cyclist pedestrian teenager boy girl "
    "baby protester inmate swimmer"
)
"""Stems of words for people that tell whom a number counts, and hardly ever that people are asked for."""
ROUND_WORDS = frozenset(("десяток", "сотня", "тысяча"))
"""Number words that say about how many, where no other stands before them."""

ROLES = {
    "cost": "почем смет стои обойд обош цен дорожа подорож подеш тариф cost pric fare worth",
    "spending": "выдел потрат влож вклад инвест финанс allocat spend spent invest fund",
    "pay": "зарплат зарабат оклад salar wage earn",
    "damage": "ущерб убыт damag loss",
    "destroyed": "уничтож разруш сгор destroy burn",
    "damaged": "повре",
    "flooded": "затоп подтоп под_вод flood submerg under_water",
    "without power": "обесточ без_свет без_электр without_power without_electric blackout",
    "called off": "отлож отмен перенес postpon put_off called_off cancel",
    "fine": "штраф fine penalt",
    "profit": "прибыл выруч доход profit revenue income",
    "debt": "долг задолж debt owe",
    "bribe": "взятк взяток bribe",
    "bail": "залог bail",
    "compensation": "компенсац выплат возмещ compensat payout",
    "prize": "преми призов вознагражд prize reward",
    "length": "длин протяж long length",
    "width": "шири width wide",
    "height": "высот высок high height tall",
    "depth": "глуб deep depth",
    "area": "площад area",
    "turnout": "явк turnout",
    "vote": "набра набир голос vote",
    "inflation": "инфляц inflation",
    "rate": "ставк rate",
    "exchange": "курс",
    "unemployment": "безработ unemploy",
    "opening": "откр запус запущ пуск пустят пустить зараб примет_перв приня_перв open launch reopen",
    "closing": "закр clos shut",
    "start": "нача начн старт begin began start",
    "end": "заверш законч оконч достро сдач сдать сдад сдан введут end finish complet",
    "build": "стро construct build",
}
"""What a number or a day tells of the thing, by the stems of the words for it."""
OF_DAYS = frozenset(("opening", "closing", "start", "end", "build"))
"""Those that a day tells."""
OF_AMOUNTS = frozenset(ROLES) - OF_DAYS
OF_SIZES = frozenset(("length", "width", "height", "depth", "area"))
"""Those that a size tells, and no sum of money."""
SAID_OF = {
    "cost": ("spending",),
    "spending": ("cost",),
    "build": ("end",),
    "end": ("build",),
}
"""What is said of a thing in words that name something else of it as well: «потратят» of what it costs."""
