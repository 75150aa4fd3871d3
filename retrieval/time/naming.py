"""Closed lists of words beside which a time is none, or another; in small letters, with «ё» as «е»."""

from __future__ import annotations


def listed(words: str) -> frozenset[str]:
    """The words of a text, parted by spaces."""
    return frozenset(words.split())


ANNUAL = listed(
    """
    ежегодно ежегодный ежегодная традиционно традиции отмечают отмечается отмечаем празднуют празднуется annually annual
    yearly traditionally celebrated observed celebrate родился родилась родились рожден born
    """
)
"""Words beside which a day without a year is that of any year, or of one long ago."""
NOT_EXACT = listed("closest nearest")
"""Words beside which a time is near another."""
HOLIDAYS = frozenset(((1, 5), (9, 5), (8, 3), (23, 2), (12, 6), (4, 11), (7, 11)))
"""Days, as day and month, that are names where the month has a capital: «8 Марта»."""
NAMED_AFTER_DAYS = listed(
    """
    улица улице улицы улицу улицей ул проспект проспекта проспекте площадь площади пл имени им завод завода заводе
    парк парка парке фабрика фабрики сквер сквере переулок переулке станция станции метро колхоз поселок поселке
    набережная набережной микрорайон микрорайоне
    """
)
BEFORE_NAMED_WEEKDAYS = listed(
    """
    black good ash bloody super cyber easter palm sheffield ruby man holy maundy shrove
    черная черную черной страстная страстную страстной вербное вербного прощеное прощеного чистый чистого чистом
    пасхальное кровавое кровавого
    """
)
"""Words that make a weekday a name: "Black Friday", «Вербное воскресенье»."""
HISTORIC_DAYS = (
    r"\bfourth\s+of\s+july\b|\bтеракт\w*\s+11\s+сентября\b|"
    r"\b(?:september\s+11(?:th)?|11(?:th)?\s+september)\s+(?:attack|terror)\w*"
)
"""Days that are names without a year."""
ADVERBS = listed("зимой весной летом осенью")
"""Seasons that need no preposition."""
SEVERAL = listed(
    """
    дни дней недели недель месяцы месяцев годы годов года лет кварталы кварталов days weeks months years quarters
    """
)
"""Units that only a number tells how long they are."""
PLURALS = listed("недели недель неделях месяцы месяцев месяцах годы годах лет кварталы кварталов weeks months years")
"""Units of which nobody knows how many «последние» are."""
CHANGE = listed("сколько насколько новости новостей новое нового итоги события случилось произошло рекорд рекорды")
CHANGE_STEMS = listed("вырос упал подорожал подешевел снизил увеличил сократил")
"""What is asked of the time up to now: «что изменилось за неделю»."""
