"""News that is forwarded or pasted: no question, but there may be articles about the same event."""

import re

from retrieval.question.asking import is_question
from retrieval.text.splitting import sentences_of
from retrieval.text.vocabulary import WHETHER

LONGEST_QUESTION = 600
"""Characters; what is longer is taken for a text."""
LONGEST_TEXT = 4096
"""Characters; Telegram's own limit for a message."""
NEAREST_TO_TEXT = 5
"""Articles that are offered."""

_SHORTEST_NEWS = 150
_FEWEST_SENTENCES = 2
_HEAD = 400
_SENTENCE_END = re.compile(r"[.!?…][»”\"')\]]*(?=\s|$)")

_SPEAKS_TO_THE_BOT = re.compile(
    r"\b(?:(?:рас|под)?скажи(?:те)?|объясни(?:те)?|найди(?:те)?|покажи(?:те)?|напомни(?:те)?|помоги(?:те)?|"
    r"уточни(?:те)?|хочу|хотел(?:а|ось)? бы|хочется|ищу|интересует|интересно|непонятно|не понимаю|не помню|"
    r"пожалуйста|здравствуйте|привет|добр(?:ый|ое|ого) (?:день|вечер|утро|дня)|спасибо|"
    r"please|hello|hi|thanks|thank you|tell me|show me|find|explain|remind me|help me|looking for|let me know|"
    r"i (?:want|wonder|need|would like|cannot|can't|don't)|i'm|i'd like)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"(?:как|когда|что|when|what|how|where|why|while|who)\b[^,]{3,80},", re.IGNORECASE)
"""«Как сообщили в МЧС, …» opens with a word that may ask, and does not."""
_ASKS_WHETHER = re.compile(rf"\W*(?:[\w-]+ ){{1,4}}{WHETHER}\b")


def is_news(text: str, *, forwarded: bool) -> bool:
    """Tell whether `text` is a piece of news rather than a question.

    Whatever is long is. So is, unless it is short or asks something, what is forwarded, has several paragraphs, or
    reads like a piece of news.
    """
    if len(text) > LONGEST_QUESTION:
        return True
    if len(text) < _SHORTEST_NEWS or text.rstrip().endswith("?"):
        return False
    return forwarded or "\n" in text.strip() or reads_like_news(text)


def reads_like_news(paragraph: str) -> bool:
    """Tell whether a paragraph tells of something, in several sentences, and asks the bot for nothing."""
    sentences = sentences_of(paragraph)
    if len(sentences) < _FEWEST_SENTENCES or "?" in paragraph or _SPEAKS_TO_THE_BOT.search(paragraph):
        return False
    return not any(map(_asks, sentences))


def _asks(sentence: str) -> bool:
    subordinate = _SUBORDINATE.match(sentence)
    asking = sentence[subordinate.end() :] if subordinate else sentence
    return is_question(asking) or bool(_ASKS_WHETHER.match(asking))


def opening_of(text: str) -> str:
    """Return the headline and the first sentences of a text, which say what it is about."""
    stripped = text.strip()
    if len(stripped) <= _HEAD:
        return stripped
    ends = [match.end() for match in _SENTENCE_END.finditer(stripped, 0, _HEAD)]
    return stripped[: ends[-1] if ends else _HEAD]
