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

from retrieval.text.places import Places
from retrieval.text.vocabulary import ACRONYMS, RELATIVE_DAYS, STOP_WORDS
from retrieval.text.whole import whole

_WORD = re.compile(r"[^\W_]+")
_STRESS_MARKS = re.compile("(?<=[А-Яа-яЁё])[\u0300\u0301]")
_QUOTED = re.compile(r"[«„“\"][^«»„“”\"]+[»”“\"]")
NAMES_WITH_TODAY = re.compile(
    r"\b(?:росси[яиюейё]+|украин[аыуеой]+|russia|psychology) (?:сегодня|today)\b", re.IGNORECASE
)
"""Names that are often written as if they were none."""
_MAY_BE_ACRONYM = re.compile(r"\b[UE]\.?[SKNU]\b")
_ACRONYM = re.compile(r"\b(?:US|U\.S\.(?:A\.)?|U\.K\.|U\.N\.|E\.U\.)(?!\w)")
_CYRILLIC_LETTERS = re.compile("[\u0400-\u04ff]")
_LATIN_LETTERS = re.compile("[A-Za-z]")
_CYRILLIC = re.compile("[а-я]")

_stemmers = {"russian": Stemmer.Stemmer("russian"), "english": Stemmer.Stemmer("english")}
_stemming = threading.Lock()  # Snowball stemmers keep state while they work


def words_of(text: str) -> list[str]:
    """All words of a text in lower case, as they stand."""
    return _WORD.findall(_with_acronyms(composed(text)).lower().replace("ё", "е"))


def _with_acronyms(text: str) -> str:
    """A text with those acronyms as one word each that would else be letters, or a word that any question has."""
    return (
        _ACRONYM.sub(lambda match: ACRONYMS[match[0].replace(".", "")], text) if _MAY_BE_ACRONYM.search(text) else text
    )


def composed(text: str) -> str:
    """Words whole, without stress marks, and with every other mark in one character with its letter, as it is typed."""
    # Marks go first, since «е» and a grave accent would make one letter, and once more, where «е» and dots made «ё».
    return _STRESS_MARKS.sub("", unicodedata.normalize("NFC", _STRESS_MARKS.sub("", whole(text))))


@lru_cache(maxsize=300_000)
def term_of(word: str) -> str:
    """The term of one word in lower case, with «ё» as «е»."""
    with _stemming:
        stem: str = _stemmers["russian" if _CYRILLIC.search(word) else "english"].stemWord(word)
    return stem


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


def question_terms(question: str, *, is_inside: bool = False) -> list[QuestionTerm]:
    """The distinct terms of a question that say what it is about; all of them where none would be left.

    Where it stood inside a sentence (`is_inside`), a capital at its beginning tells a name as well.
    """
    text = _with_acronyms(composed(question))
    quoted, named = Places(text, [_QUOTED]), Places(text, [_QUOTED, NAMES_WITH_TODAY])
    found: dict[str, QuestionTerm] = {}
    spare: dict[str, QuestionTerm] = {}
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("ё", "е")
        inside = quoted.hold(*match.span())
        is_name = inside or (match[0][0].isupper() and (is_inside or match.start() > 0))
        term = QuestionTerm(term_of(word), is_name, any(character.isdigit() for character in word))
        says_how = word in STOP_WORDS and not (word in RELATIVE_DAYS and named.hold(*match.span()))
        (spare if says_how else found).setdefault(term.term, term)
    return list((found or spare).values())
