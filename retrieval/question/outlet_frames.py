"""What around the name of an outlet says that it is asked for what that outlet says: «по данным …», "what does … say".

«Кто купил Коммерсант?» has no such frame: it asks about the outlet. In the text that frames are looked for in, the
name is covered by `COVER`, a character for each of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.question.outlet_names import POSSESSIONS
from retrieval.text.vocabulary import any_of

COVER = "\ue000"
"""Stands for each character of a name."""
COVER_OF_SEVERAL = "\ue001"
"""The same of one that is a plural: «Известия», or of several names."""
COVER_OF_EITHER = "\ue002"
"""The same of one that goes with verbs of either number: «РИА Новости»."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A pattern; its group ``gone`` is what is left out of the question."""

    pattern: re.Pattern[str]
    known: str = ""
    """What stands in place of it: «известно», "is known"; empty where nothing does."""
    is_strong: bool = True
    """Whether it makes an outlet of a word that is a common noun as well."""
    nominative: bool = False
    """Whether the name must stand in the nominative."""


_RU_ANY = (
    "газет[аеуы]|газетой|журнал[аеу]?|издани[еяию]|агентств[оаеу]|информагентств[оаеу]|портал[аеу]?|сайт[аеу]?|"
    "телеканал[аеу]?|канал[аеу]?|телеграм-?канал[аеу]?|радио|радиостанци[яию]"
)
_EN_ANY = "newspaper|news agency|agency|magazine|broadcaster|channel|website|site|paper|newswire"
_QUOTE = r"[«„“\"'(]*"
_BEFORE = rf"{_QUOTE}(?:(?:the|{_RU_ANY}|{_EN_ANY})\s+)*{_QUOTE}"
_BEHIND = r"[»”“\"')]*"
_N = rf"{_BEFORE}[{COVER}{COVER_OF_SEVERAL}{COVER_OF_EITHER}]+{_BEHIND}"
_SEVERAL = rf"{_BEFORE}[{COVER_OF_SEVERAL}{COVER_OF_EITHER}]+{_BEHIND}"

_SAYS = (
    "пишет|писал[ао]?|написал[ао]?|сообщает|сообщал[ао]?|сообщил[ао]?|переда[её]т|передавал[ао]?|передал[ао]?|"
    "рассказывает|рассказывал[ао]?|рассказал[ао]?|говорит|говорил[ао]?|утверждает|утверждал[ао]?|публикует|"
    "публиковал[ао]?|опубликовал[ао]?|уточняет|уточнил[ао]?|отмечает|отмечал[ао]?|освещает|освещал[ао]?"
)
_SAY = (
    "пишут|писали|написали|сообщают|сообщали|сообщили|передают|передавали|передали|рассказывают|рассказывали|"
    "рассказали|говорят|говорили|утверждают|утверждали|публикуют|публиковали|опубликовали|уточняют|уточнили|"
    "отмечают|отмечали|освещают|освещали"
)
_SAID = (
    f"{_SAY}|говорится|говорилось|сообщается|сообщалось|написано|сказано|опубликовано|рассказывается|вышло|выходило|"
    "есть|было|известно|напечатано|напечатали"
)
_SAYING = rf"(?:(?:{_SAYS})\s+{_N}|(?:{_SAY})\s+{_SEVERAL})"
_SAYING_BEHIND = rf"(?:{_N}\s+(?:уже\s+|ещ[её]\s+)?(?:{_SAYS})|{_SEVERAL}\s+(?:уже\s+|ещ[её]\s+)?(?:{_SAY}))"
_SOURCE_NOUNS = (
    "данным|информации|сведениям|сообщению|сообщениям|версии|словам|подсч[её]там|оценке|оценкам|материалам|материалу|"
    "публикации|публикациям|утверждению|расч[её]там|мнению"
)
_ON_SITE = (
    r"(?:на\s+(?:сайте|портале|страницах|страничке|канале|телеканале|ленте)|"
    r"в\s+(?:эфире|газете|журнале|издании|статье|статьях|материале|материалах|публикации|публикациях|сообщении|"
    r"сообщениях|заметке|репортаже|сюжете|телеграме|телеграм-?канале|канале|новостях))"
)
_ABOUT = r"(?:о|об|обо|про|насч[её]т|по\s+поводу|касательно)"
_WHAT = rf"^{_QUOTE}(?:(?:а|и|ну|так)\s+)?(?:что|чего|ч[её]|шо|как)\s+"
_ANYTHING = r"(?:что|ч[её])(?:-?(?:нибудь|либо|то))?(?:\s+(?:есть|было|нового|интересного|там))*"
_OF_TIME = (
    r"(?:(?:там|уже|сейчас|теперь|сегодня|вчера|позавчера|недавно|нового|именно|ещ[её]|интересного|последнее\s+время|"
    r"(?:в|во|на|за)\s+[а-я]+(?:\s+[а-я]+)?)\s+)*"
)
"""What may stand between «что» and its verb: how and when, no subject."""
_PAUSE = r"(?:\s*[,;:]|\s[—–-])\s+"
_NEWS = r"(?:новост(?:и|ь|ей)|заголовк[иов]+|сводк[аиу]|лент[ау]\s+новостей)"
_ARTICLES = (
    r"(?:стать[яиею]й?|материалы?|публикаци[яию]й?|заметк[аиу]|репортажи?|сюжеты?|сообщени[еяй]|данные|верси[яю])"
)
_END = r"(?=\s*[?.!,;:…]|\s*$)"

_POSSESSED = any_of(POSSESSIONS)
_EN_SAY = (
    "say|says|said|saying|write|writes|wrote|written|writing|report|reports|reported|reporting|publish|published|"
    "tell|tells|told|claim|claims|claimed|print|printed|state|stated|have|had|got|make"
)
_EN_SAYS = "says|said|writes|wrote|reports|reported"
_EN_OF = r"(?:(?:an?|the)\s+)?(?:reports?|story|stories|articles?|data|figures|reporters|reporting|piece|coverage)"
_EN_OWN = (
    r"(?:['’]s?\s+(?:reports?|story|stories|articles?|data|figures|reporters|reporting|coverage|account|website))?"
)
_EN_ABOUT = r"(?:about|on|regarding|concerning|of)"


def _frames(known: str, patterns: tuple[str, ...], *, is_strong: bool = True, nominative: bool = False) -> list[Frame]:
    return [Frame(re.compile(each, re.IGNORECASE), known, is_strong, nominative) for each in patterns]


FRAMES = (
    # Set off from the question, which stands without it.
    *_frames(
        "",
        (
            rf"\b(?P<gone>как\s+(?:{_SAYING}|{_SAYING_BEHIND}|(?:{_SAID})\s+(?:в|на)\s+{_N}))",
            rf"(?:^|,)\s*(?P<gone>{_SAYING})(?=\s*[,?])",
        ),
        nominative=True,
    ),
    *_frames(
        "",
        (
            rf"\b(?P<gone>(?:по|согласно)\s+(?:\w+\s+)?(?:{_SOURCE_NOUNS})\s+{_N})",
            rf"\b(?P<gone>согласно\s+{_N})",
            rf"\b(?P<gone>(?:со\s+ссылкой|ссылаясь)\s+на\s+{_N})",
            rf"\b(?P<gone>если\s+верить\s+{_N})",
            rf"^(?:(?:а|и|ну)\s+)?(?P<gone>у\s+{_N}\s+(?:есть|были?|была)(?:\s+ли)?)\s+(?!{_POSSESSED}\b|что|ч[её]|{_END})",
            rf"^есть\s+(?:ли\s+)?(?P<gone>у\s+{_N})\s+(?=(?:\w+\s+)?(?:{_NEWS}|{_ARTICLES}|информаци\w+)\b)",
            rf"\b(?P<gone>(?:источник|source|site)\s*:\s*{_N})",
            (
                rf"\b(?P<gone>(?:according\s+to|as\s+per|per|going\s+by|citing|(?:as\s+)?(?:reported|told|stated)\s+"
                rf"(?:by|in|on))\s+(?:{_EN_OF}\s+(?:of|from|by|in|on|at)\s+)?{_N}{_EN_OWN})"
            ),
            rf"\b(?P<gone>(?:on|in|from)\s+{_N}['’]s?\s+(?:web\s?site|site|pages|reports?|coverage|reporting|article))",
            rf"\b(?P<gone>(?:on|in)\s+the\s+(?:web\s?site|site|pages)\s+of\s+{_N})",
            rf"(?:^|,)\s*(?P<gone>{_N}\s+(?:{_EN_SAYS})|(?:{_EN_SAYS})\s+{_N})(?=\s*[,:?])",
        ),
    ),
    # «Что» asks for what it says.
    *_frames(
        "известно",
        (
            rf"{_WHAT}{_OF_TIME}(?P<gone>{_SAYING}|{_SAYING_BEHIND})",
            rf"^{_QUOTE}(?P<gone>о\s+ч[её]м\s+{_OF_TIME}(?:{_SAYING}|{_SAYING_BEHIND}))",
            rf"^(?P<gone>{_SAYING_BEHIND})\s+{_ABOUT}\b",
            rf"^[^?]+{_PAUSE}(?:(?:а|и|но)\s+)?что\s+{_OF_TIME}(?P<gone>{_SAYING}|{_SAYING_BEHIND}){_END}",
            rf"^{_ABOUT}\s[^?]+\sчто\s+{_OF_TIME}(?P<gone>{_SAYING}|{_SAYING_BEHIND}){_END}",
        ),
        nominative=True,
    ),
    *_frames(
        "известно",
        (
            rf"{_WHAT}{_OF_TIME}(?P<gone>(?:{_SAID})\s+(?:в|на|у|{_ON_SITE})\s+{_N})",
            rf"{_WHAT}{_OF_TIME}(?P<gone>(?:в|на|у|{_ON_SITE})\s+{_N}\s+(?:{_SAID}))",
            rf"^{_QUOTE}(?P<gone>о\s+ч[её]м\s+{_OF_TIME}(?:(?:{_SAID})\s+(?:в|на|{_ON_SITE})\s+{_N}))",
            rf"^(?P<gone>(?:{_SAY})\s+ли\s+(?:что-(?:нибудь|либо|то)\s+)?(?:в|на|{_ON_SITE})\s+{_N})",
            rf"^(?:(?:а|и|ну)\s+)?(?P<gone>у\s+{_N}\s+(?:(?:есть|было|ли)\s+)*{_ANYTHING})\s+{_ABOUT}\b",
            rf"^(?P<gone>есть\s+(?:ли\s+)?(?:что-(?:нибудь|либо|то)\s+)?у\s+{_N}(?:\s+что-(?:нибудь|либо|то))?)\s+{_ABOUT}\b",
        ),
    ),
    *_frames(
        "is known",
        (
            (
                rf"^{_QUOTE}(?:(?:so|and|but|well)\s+)?what\s+(?:(?:exactly|else|new)\s+)?(?P<gone>(?:do|does|did|has|"
                rf"have|had|is|was|are|were)\s+{_N}\s+(?:(?:just|recently|now|been|ever|had|to)\s+)*(?:{_EN_SAY})\b)"
            ),
            rf"^{_QUOTE}what\s+(?P<gone>{_N}\s+(?:{_EN_SAYS}))\b",
            (
                rf"^(?P<gone>(?:do|does|did|has|have)\s+{_N}\s+(?:{_EN_SAY})\s+(?:anything|something|any\s+(?:news|"
                rf"articles|stories|reports)))\b"
            ),
            rf"^(?P<gone>(?:do|does|did|has|have)\s+{_N}\s+(?:{_EN_SAY}))\s+{_EN_ABOUT}\b",
            rf"^(?P<gone>(?:anything|something)\s+(?:in|on|by|from)\s+{_N})\s+{_EN_ABOUT}\b",
            rf"^[^?]+{_PAUSE}what\s+(?P<gone>(?:do|does|did|has|have)\s+{_N}\s+(?:{_EN_SAY})){_END}",
            rf"^(?P<gone>{_N}\s+(?:reports?|says|reporting|coverage|stories|articles))\s+{_EN_ABOUT}\b",
            rf"^(?P<gone>{_N}['’]s?\s+(?:reports?|reporting|coverage|stories|articles))\s+{_EN_ABOUT}\b",
            (
                rf"^what(?P<gone>(?:['’]s|\s+is|\s+was|\s+are|\s+were|\s+has\s+been)(?:\s+there)?"
                rf"(?:\s+(?:said|written|reported|published))?\s+(?:in|on|at|by)\s+{_N})\s+{_EN_ABOUT}\b"
            ),
        ),
    ),
    # What else it can be but an outlet must be told by how the name is written.
    *_frames(
        "",
        (
            rf"\b(?P<gone>{_ON_SITE}\s+{_N})",
            rf"(?<!\bо\s)(?<!\bоб\s)(?<!\bпро\s)\b{_NEWS}\s+(?P<gone>(?:(?:от|из|с|со|у|в|на)\s+)?{_N})(?=\s+(?:{_ABOUT}|по|за|на|из|с|к)\b|\s*[?.!,]|\s*$)",
            rf"\b(?:информация|данные|сведения|известно|нового)\s+(?P<gone>(?:от|из|у|на|в)\s+{_N})",
            rf"\b(?:news|headlines)\s+(?P<gone>(?:from|by|in|on|at)\s+{_N})",
            rf"\b(?:latest|updates)\s+(?P<gone>(?:from|by)\s+{_N})",
            rf"^(?P<gone>{_N})(?:['’]s?)?\s+(?:latest\s+)?(?:news|headlines)\b",
            rf"\b(?P<gone>(?:only|только)\s+(?:(?:у|в|на|из|от|по|from|in|by)\s+)?{_N})",
            rf"^(?P<gone>{_N}\s*:)(?=.*\?\s*$)",
            rf"(?P<gone>(?:,|\s[—–-])\s*{_N})(?=\s*\?\s*$)",
            (
                rf"\b(?:сколько|как(?:ой|ая|ое|ие))\s+(?!.*\b{_POSSESSED}\b)(?:[\w-]+\s+){{2,}}?(?<!л\s)(?<!л[аои]\s)"
                rf"(?P<gone>у\s+{_N}){_END}"
            ),
            rf"(?:^|,\s*)(?P<gone>у\s+{_N})(?=\s*,|\s+(?:сколько|как|когда|где|кто)\b)",
            rf"^(?:(?:а|и|ну)\s+)(?P<gone>(?:у|в|во|на)\s+{_N}){_END}",
            rf"^(?:(?:and|but|so)\s+)(?P<gone>(?:in|on|from|by|at)\s+{_N}){_END}",
            rf"\b(?:{_NEWS}|что\s+нового|последнее)\s.*\s(?P<gone>у\s+{_N}){_END}",
        ),
        is_strong=False,
    ),
    *_frames(
        "известно",
        (
            rf"^(?:(?:все|последние|какие|покажи|дай|найди)\s+)*(?P<gone>{_ARTICLES}\s+(?:(?:от|из|с|у|в|на)\s+)?{_N})\s+{_ABOUT}\b",
            rf"{_WHAT}{_OF_TIME}(?P<gone>(?:у|в|на)\s+{_N})\s+{_ABOUT}\b",
            rf"^(?P<gone>{_N})\s+{_ABOUT}\s",
        ),
        is_strong=False,
    ),
    *_frames(
        "is known",
        (
            rf"^(?P<gone>(?:any\s+)?(?:stories|articles|reports|coverage)\s+(?:from|by|in|on)\s+{_N})\s+{_EN_ABOUT}\b",
            rf"^(?P<gone>{_N})\s+(?:on|about)\s",
        ),
        is_strong=False,
    ),
)
"""In the order in which they are looked for; any that says more stands before one that says less."""

CUE = re.compile(
    rf"\b(?:{_SAYS}|{_SAID}|{_SOURCE_NOUNS}|согласно|со\s+ссылкой|ссылаясь|если\s+верить|источник|{_NEWS}|{_ARTICLES}|"
    rf"{_RU_ANY}|{_EN_ANY}|{_EN_SAY}|у|есть|latest|updates|anything|something|about|according|per|citing|source|only|только|news|headlines|coverage|stories|articles|"
    r"на\s+сайте|на\s+портале)\b",
    re.IGNORECASE,
)
"""A word of a frame; what frames do without one is left to names that are known."""
