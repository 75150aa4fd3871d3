"""What tuning for Russian and English news is made of, the same for every peer: paragraphs, sentences, stems.

All of it is what a user finds by the usual advice: paragraphs of some 800 characters under their headline, razdel's
sentences, Snowball's stems of the language that a word's letters tell.
"""

import re
from collections.abc import Iterator, Sequence

import razdel
import Stemmer

from peers.system import Article

_LONGEST = 800
_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile("[а-яё]")
_RUSSIAN, _ENGLISH = Stemmer.Stemmer("russian"), Stemmer.Stemmer("english")


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order."""
    return [sentence.text for sentence in razdel.sentenize(text) if sentence.text.strip()]


def paragraphs(text: str, longest: int = _LONGEST) -> list[str]:
    """Neighbouring paragraphs together, up to `longest` characters; longer ones are cut between sentences."""
    pieces = [paragraph.strip() for paragraph in text.split("\n") if paragraph.strip()]
    return list(_joined((part for piece in pieces for part in _cut(piece, longest)), "\n", longest))


def _cut(piece: str, longest: int) -> list[str]:
    return [piece] if len(piece) <= longest else list(_joined(sentences(piece), " ", longest))


def _joined(parts: Iterator[str] | Sequence[str], between: str, longest: int) -> Iterator[str]:
    held = ""
    for part in parts:
        if held and len(held) + len(between) + len(part) > longest:
            yield held
            held = ""
        held = f"{held}{between}{part}" if held else part
    if held:
        yield held


def under_headline(article: Article, paragraph: str) -> str:
    """What is indexed of a paragraph."""
    return f"{article.title}\n{paragraph}" if article.title else paragraph


def stems(text: str) -> list[str]:
    """The words of a text in small letters, each cut to its stem."""
    return [_stem(word) for word in _WORD.findall(text.lower())]


def _stem(word: str) -> str:
    stem: str = (_RUSSIAN if _CYRILLIC.search(word) else _ENGLISH).stemWord(word)
    return stem


class Stems:
    """A stemmer for what takes one of PyStemmer's."""

    def stemWords(self, words: Sequence[str]) -> list[str]:  # noqa: N802 - the name that PyStemmer gave it
        """Each word cut to its stem."""
        return [_stem(word) for word in words]
