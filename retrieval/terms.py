"""Text -> terms: what counts as the same word, in Russian and in English.

Lower case, ``ё`` read as ``е``, stress marks dropped, and the Snowball stem of the word's own script
(https://snowballstem.org): «подписали», «подписал» and «подписаны» meet in «подписа».
"""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"[^\W_]+")
_STRESS_MARKS = re.compile("(?<=[А-Яа-яЁё])[\u0300\u0301]")
_QUOTED = re.compile(r"[«„“\"][^«»„“”\"]+[»”“\"]")
_CYRILLIC_LETTERS = re.compile("[\u0400-\u04ff]")
_LATIN_LETTERS = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[а-я]")

_stemmers = {"russian": Stemmer.Stemmer("russian"), "english": Stemmer.Stemmer("english")}
_stemming = threading.Lock()  # Snowball stemmers keep state while they work

_FUNCTION_WORDS = """
а бы был была были было быть в вам вас весь во вот все всего всех вы где да для до его ее если есть еще же за и из
или им их к как какая какие каких какого какое какой каком какую ко когда кого кому которая которого которое
которой котором которую которые который которых кто куда ли либо лишь между меня мне много мной может мой мы на над
надо нас не него нее нет ни них но ну о об однако он она они оно от откуда очень по под почему при про с сам свой
себя сколько со так также такой там те тем то того тоже той только том ту ты у уж уже чего чей чем через что чтобы
чья эта эти это этого этой этом этот эту я сегодня вчера позавчера
зачем насколько расскажи расскажите скажи скажите известно
a about am an and any are as at be been being but by can could did do does for from had has have he her him his how i
if in into is it its many me much my no not of on or our she so some such than that the their them then there these
they this those to too us was we were what when where which while who whom whose why will with would you your
tell today yesterday tonight s t
"""


def words_of(text: str) -> list[str]:
    """All words of a text in lower case, as they stand."""
    return _WORD.findall(composed(text).lower().replace("ё", "е"))


def composed(text: str) -> str:
    """Without stress marks, and with every other mark in one character with its letter, as keyboards type it."""
    # Marks go first, since «е» and a grave accent would make one letter, and once more, where «е» and dots made «ё».
    return _STRESS_MARKS.sub("", unicodedata.normalize("NFC", _STRESS_MARKS.sub("", text)))


@lru_cache(maxsize=300_000)
def term_of(word: str) -> str:
    """The term of one word in lower case, with «ё» as «е»."""
    with _stemming:
        stem: str = _stemmers["russian" if _CYRILLIC.search(word) else "english"].stemWord(word)
    return stem


FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that say how a question is put, not what it is about."""


def is_cyrillic(text: str) -> bool:
    """Whether a text has more Cyrillic letters than Latin ones."""
    return len(_CYRILLIC_LETTERS.findall(text)) > len(_LATIN_LETTERS.findall(text))


def terms_of(text: str) -> list[str]:
    """The terms of a text, in order, repeated as often as they stand there."""
    return [term_of(word) for word in words_of(text)]


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """A term of a question; a name or a number must be met, other words may be put otherwise."""

    term: str
    is_name: bool
    """Written with a capital inside the sentence, or between quotation marks."""
    is_number: bool


def question_terms(question: str) -> list[QuestionTerm]:
    """The distinct terms of a question that say what it is about; all of them where none would be left."""
    text = composed(question)
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found: dict[str, QuestionTerm] = {}
    spare: dict[str, QuestionTerm] = {}
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("ё", "е")
        inside = any(start < match.start() < end for start, end in quoted)
        is_name = inside or (match[0][0].isupper() and match.start() > 0)
        term = QuestionTerm(term_of(word), is_name, any(character.isdigit() for character in word))
        (spare if word in FUNCTION_WORDS else found).setdefault(term.term, term)
    return list((found or spare).values())
