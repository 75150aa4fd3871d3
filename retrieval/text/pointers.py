"""Lines that only point elsewhere: "Read also: …", "Photo: …", "Follow us on Telegram". No sentence of an article."""

import re

LONGEST_POINTER = 300
"""Characters of the longest line that is looked at."""

POINTER_LEAD = (
    r"(?:(?:читайте|читать|смотрите|см\.|слушайте)\s+(?:также|ещ[её]|по теме)|"
    r"(?:(?:материалы?|новости|ещ[её])\s+)?по теме|"
    r"(?:похожие|связанные)\s+(?:новости|материалы|статьи)|другие новости|"
    r"read\s+(?:also|more|next)|also\s+read|see\s+also|watch\s+also|more\s+on\s+this(?:\s+(?:story|topic))?|"
    r"related(?:\s+(?:articles?|stories|story|news|content|topics?|coverage|reading|posts?))?|"
    r"you\s+(?:may|might)\s+also\s+like|recommended(?:\s+(?:for\s+you|reading))?|don['’]t\s+miss)"
)
_NETWORK = (
    r"(?:telegram|телеграм|тг-|\bтг\b|вконтакте|\bвк\b|\bvk\b|дзен|\bmax\b|канал|youtube|instagram|twitter|facebook|"
    r"whatsapp|viber|одноклассник|google news|яндекс|newsletter|рассылк|channel|соцсет|social)"
)
_NAME = r"(?:(?-i:[A-ZА-ЯЁ])[\w.'’-]*)"
_POINTER = re.compile(
    rf"(?:{POINTER_LEAD}\s*(?:[:—–→»>-].*)?|"
    r"(?:(?:главное\s+)?фото(?:графи[яи])?|фото\s+и\s+видео|видео|иллюстрация|изображение|"
    r"photos?(?:graph)?|pictures?|images?|illustration|video)"
    r"(?:\s+(?:credits?|courtesy))?\s*(?:[:©]|(?:by|courtesy of)\s)\s*.{1,120}|"
    r"©.{1,120}|"
    rf"(?:подписывайтесь|подпишитесь|подписаться|присоединяйтесь|следите\s+за\s+нами|читайте\s+нас|мы\s+в|"
    rf"subscribe|follow\s+us|join\s+us|sign\s+up)\b.*{_NETWORK}.*|"
    rf"(?:авторы?(?:\s+текста)?|текст|author|text|written\s+by|reporting\s+by|by)\s*:?\s*{_NAME}(?:\s+{_NAME}){{1,3}}"
    r")",
    re.IGNORECASE,
)
_NEXT_SENTENCE = re.compile(r"[^\W_]{2}[»”\")]*[.!?…]+[»”\")]*\s+[«“\"(]?[A-ZА-ЯЁ]")
"""Where a line goes on after its first sentence; initials do not end one."""


def is_pointer(line: str) -> bool:
    """Return whether a line is nothing but a pointer to something else, a credit or a byline."""
    line = " ".join(line.lstrip("#-–—•*►▶→ ").split()) if len(line) <= LONGEST_POINTER else ""
    return _POINTER.fullmatch(line) is not None and not _NEXT_SENTENCE.search(line)
