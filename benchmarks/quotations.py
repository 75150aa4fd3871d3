"""How well quotations are checked: sentences of articles, changed in known ways, and what is said of each.

    python benchmarks/quotations.py --homes FOLDER [--half tuned|unread] NAME=FOLDER …

Of each folder's `articles.jsonl` nine tenths are indexed into a home below --homes, which is kept; the sentences of the
others are nowhere. From the sentences of one half of the articles, by a hash of their ids, --count variations are drawn
with --seed. What is expected is known from how a variation was made, and looked up in the texts where a change may have
made words that stand elsewhere. --by-words has a model that knows no meaning embed the articles: a fast lower bound.
The last lines compare the processor time of a check with that of an ordinary question about the same sentence.
"""

import argparse
import hashlib
import json
import random
import re
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.library import Library
from retrieval.models.model import Model
from retrieval.settings import RetrievalSettings
from retrieval.text.splitting import sentence_spans

CLASSES = ("verbatim", "altered", "stitched", "other_speaker", "nowhere")
_WORD = re.compile(r"\w+")
_CONTENT = re.compile(r"\w{4,}")
_NEGATION = re.compile(r"\b(?:не|not)\b ", re.IGNORECASE)
_RESTRICTS = re.compile(r"\b(?:не|нет|ни|без|если|только|бы|not|never|no|if|unless|only)\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:не|нет|ни|без|опроверг\w*|отриц\w*|якобы|not|never|no|denie[sd]|without)\W+$", re.IGNORECASE
)
_CLAIM = re.compile(r"\b(?:что|чтобы|будто|that|whether)\W*$", re.IGNORECASE)
_FULL_NAME = r"(?P<name>[A-ZА-ЯЁ][a-zа-яё]+ [A-ZА-ЯЁ][a-zа-яё]+)"
_SAID = (
    re.compile(
        r"[«\"“](?P<said>[^«»\"“”]{40,260})[»\"”]\s*,?\s*[—–-]\s*(?:сказала?|заявила?|отметила?|добавила?|подчеркнула?|"
        r"рассказала?|пояснила?|сообщила?|считает|говорит|уточнила?|указала?|заверила?)\s+(?:[а-яё-]+\s+){0,4}"
        r"(?P<name>[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+|[А-ЯЁ][а-яё]{2,}(?:ов|ев|ин|ий|ой|ко|ова|ева|ина|ая|ук|юк|ян))\b"
    ),
    re.compile(rf"[“\"](?P<said>[^“”\"]{{40,260}}),?[”\"]\s*,?\s*(?:said|says|wrote|added)\s+{_FULL_NAME}"),
    re.compile(rf"[“\"](?P<said>[^“”\"]{{40,260}}),?[”\"]\s*,?\s*{_FULL_NAME}\s+(?:said|says|wrote|added)\b"),
)
_FORMS = {
    "ru": (
        "{quote}",
        "«{quote}»",
        "«{quote}» — это правда?",
        "Это цитата? «{quote}»",
        "Правда ли, что было сказано: «{quote}»?",
    ),
    "en": (
        "{quote}",
        "“{quote}”",
        "“{quote}” — is that true?",
        "Is this a quote? “{quote}”",
        'Is it true that they said "{quote}"?',
    ),
}
_BY = {"ru": "Правда ли, что {name} сказал: «{quote}»?", "en": 'Did {name} say "{quote}"?'}


@dataclass(frozen=True)
class Text:
    """An article and its sentences."""

    id: str
    text: str
    language: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Variation:
    """What is asked, how it was made, and what is to be said of it."""

    asked: str
    kind: str
    language: str
    expected: str


class Maker:
    """Makes variations out of sentences, of some articles, with what stands in all of them known."""

    def __init__(self, of: list[Text], indexed: list[Text], absent: list[Text], seed: int) -> None:
        self._random = random.Random(seed)
        self._texts, self._absent = of, absent
        self._known = " \n ".join(f" {_plain(text.text)} " for text in indexed)
        self._names = {
            language: sorted({name for text in indexed if text.language == language for name in _names(text)})
            for language in _FORMS
        }
        self._said = [said for text in of for said in _said(text)]
        self._makers: dict[str, tuple[str, Callable[[Text], str | None]]] = {
            "unchanged": ("verbatim", self._sentence),
            "typed otherwise": ("verbatim", self._typed),
            "two in a row": ("verbatim", self._two_in_a_row),
            "beginning or end cut": ("verbatim", self._cut),
            "number changed": ("altered", self._number),
            "name changed": ("altered", self._name),
            "not added or dropped": ("altered", self._not),
            "middle dropped": ("altered", self._middle),
            "condition cut with a mark": ("altered", self._condition),
            "two halves joined": ("stitched", self._halves),
            "two sentences joined": ("stitched", self._joined),
            "absent": ("nowhere", self._nowhere),
        }

    def variations(self, count: int, language: str) -> Iterator[Variation]:
        """As many of each kind as there can be, up to so many in all."""
        texts = [text for text in self._texts if text.language == language]
        each = count // (len(self._makers) + 2)
        for kind, (expected, make) in self._makers.items():
            made: set[str] = set()
            for _ in range(60 * each):
                if len(made) == each or not texts:
                    break
                quote = make(self._random.choice(texts))
                if quote is None or quote in made or not self._holds(expected, quote):
                    continue
                made.add(quote)
                form = self._random.choice(_FORMS[language]) if not re.search(r"[«»\"“”'‘’„]", quote) else "{quote}"
                yield Variation(form.format(quote=quote), kind, language, expected)
        yield from self._speakers(each, language)

    def _speakers(self, each: int, language: str) -> Iterator[Variation]:
        said = [each for each in self._said if each[2].language == language]
        self._random.shuffle(said)
        names = sorted({name for _, name, _ in said})
        for quote, name, text in said[: 2 * each]:
            other = self._random.choice(names) if self._random.random() < 0.5 else name  # noqa: PLR2004
            if other != name and any(word[:5] in text.text for word in other.split()):
                continue
            kind, expected = ("speaker named", "verbatim") if other == name else ("speaker swapped", "other_speaker")
            yield Variation(_BY[language].format(name=other, quote=quote), kind, language, expected)

    def _holds(self, expected: str, quote: str) -> bool:
        """Whether what was changed stands nowhere as it is now, and what was not does."""
        return (f" {_plain(quote)} " in self._known) == (expected == "verbatim")

    def _sentence(self, text: Text) -> str | None:
        return self._random.choice(text.sentences) if text.sentences else None

    def _typed(self, text: Text) -> str | None:
        sentence = self._sentence(text)
        if sentence is None:
            return None
        sentence = sentence.replace("ё", "е").replace(" — ", " - ").replace("–", "-").rstrip(".!")
        sentence = re.sub(r"[«»“”\"„]", "", sentence).replace(", ", " , " if self._random.random() < 0.3 else ", ")  # noqa: PLR2004
        return sentence.lower() if self._random.random() < 0.3 else sentence.replace(" ", "\u00a0", 2)  # noqa: PLR2004

    def _two_in_a_row(self, text: Text) -> str | None:
        pairs = [
            f"{one} {two}" for one, two in pairwise(text.sentences) if f"{one} {two}" in " ".join(text.text.split())
        ]
        return self._random.choice(pairs) if pairs else None

    def _cut(self, text: Text) -> str | None:
        words = (self._sentence(text) or "").split()
        kept = self._random.randint(5, max(5, len(words) - 2))
        if len(words) < kept + 2:
            return None
        first = self._random.choice((0, len(words) - kept))
        before = " ".join(words[:first])
        quote = " ".join(words[first : first + kept])
        if _DENIES.search(f"{before} ") or _CLAIM.search(before) or len(_CONTENT.findall(quote)) < 3:  # noqa: PLR2004
            return None
        return f"…{quote}" if first and self._random.random() < 0.5 else quote  # noqa: PLR2004

    def _number(self, text: Text) -> str | None:
        sentence = self._sentence(text) or ""
        found = list(re.finditer(r"(?<![\w.,-])\d+(?![\w-]|[.,]\d)", sentence))
        if not found:
            return None
        number = self._random.choice(found)
        other = str(int(number[0]) + self._random.choice((1, 2, 10, 100)))
        return sentence[: number.start()] + other + sentence[number.end() :]

    def _name(self, text: Text) -> str | None:
        sentence = self._sentence(text) or ""
        found = list(re.finditer(r"(?<=[a-zа-яё,] )[A-ZА-ЯЁ][a-zа-яё]{3,}", sentence))
        if not found:
            return None
        name = self._random.choice(found)
        other = self._random.choice(self._names[text.language])
        return sentence[: name.start()] + other + sentence[name.end() :] if other != name[0] else None

    def _not(self, text: Text) -> str | None:
        sentence = self._sentence(text) or ""
        if _NEGATION.search(sentence):
            return _NEGATION.sub("", sentence, count=1)
        words = sentence.split()
        verbs = [
            place
            for place, word in enumerate(words)
            if re.fullmatch(r"[а-яё]{3,}(?:ли|ла|ло|лся|ют|ет|ит)|is|was|are|were|has|have|will", word)
        ]
        if not verbs:
            return None
        place = self._random.choice(verbs) + (text.language == "en")
        return " ".join([*words[:place], "не" if text.language == "ru" else "not", *words[place:]])

    def _middle(self, text: Text) -> str | None:
        words = (self._sentence(text) or "").split()
        dropped = self._random.randint(1, 4)
        if len(words) < dropped + 8:
            return None
        first = self._random.randint(4, len(words) - dropped - 4)
        if not any(_WORD.search(word) for word in words[first : first + dropped]):
            return None
        return " ".join(words[:first] + words[first + dropped :])

    def _condition(self, text: Text) -> str | None:
        words = (self._sentence(text) or "").split()
        found = [place for place in range(4, len(words) - 5) if _RESTRICTS.fullmatch(words[place].strip(",.—"))]
        if not found:
            return None
        first = self._random.choice(found)
        last = min(first + self._random.randint(1, 3), len(words) - 4)
        return " ".join([*words[:first], "…", *words[last:]])

    def _halves(self, text: Text) -> str | None:
        one = (self._sentence(text) or "").split()
        other = self._random.choice([each for each in self._texts if each.language == text.language])
        two = (self._sentence(other) or "").split()
        if len(one) < 12 or len(two) < 12 or one == two:  # noqa: PLR2004
            return None
        first, second = one[: len(one) // 2], two[len(two) // 2 :]
        if any(len(_CONTENT.findall(" ".join(part))) < 3 for part in (first, second)):  # noqa: PLR2004
            return None
        return " ".join([*first, *second])

    def _joined(self, text: Text) -> str | None:
        if len(text.sentences) < 4:  # noqa: PLR2004
            return None
        one, two = sorted(self._random.sample(range(len(text.sentences)), 2))
        return None if two - one < 2 else f"{text.sentences[one]} {text.sentences[two]}"  # noqa: PLR2004

    def _nowhere(self, text: Text) -> str | None:
        others = [each for each in self._absent if each.language == text.language]
        quote = self._sentence(self._random.choice(others)) if others else None
        if quote is None:
            return None
        words = _plain(quote).split()
        # A reprint of an absent article may be there.
        runs = (" ".join(words[place : place + 5]) for place in range(len(words) - 4))
        return None if sum(f" {run} " in self._known for run in runs) > len(words) // 4 else quote


def _drawn(why: str, text: Text) -> int:
    """A number that is as good as drawn, and always the same for an article."""
    return int.from_bytes(hashlib.blake2b(f"{why} {text.id}".encode(), digest_size=4).digest())


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(re.sub("[\u00ad\u200b\u0301]", "", text).lower().replace("ё", "е")))


def _names(text: Text) -> Iterator[str]:
    yield from re.findall(r"(?<=[a-zа-яё,] )[A-ZА-ЯЁ][a-zа-яё]{3,}", text.text)


def _said(text: Text) -> Iterator[tuple[str, str, Text]]:
    for pattern in _SAID:
        for match in pattern.finditer(text.text):
            if "\n" not in match[0]:
                yield match["said"].rstrip(", "), match["name"], text


def texts_in(file: Path) -> list[Text]:
    """The articles of a file, each with those of its sentences that are neither very short nor very long."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = record["text"]
        sentences = tuple(
            sentence
            for span in sentence_spans(text)
            if 6 <= len((sentence := text[span.start : span.end]).split()) <= 45  # noqa: PLR2004
            and len(_CONTENT.findall(sentence)) >= 4  # noqa: PLR2004
            and "\n" not in sentence
            and sentence[-1] in '.!?»”"'
        )
        found.append(Text(record["id"], text, record.get("lang") or "ru", sentences))
    return found


class WordsAlone:
    """Has the outside of `retrieval.models.embedding.Embedder`, and knows of a text only which words it has."""

    name = "words-alone"
    fingerprint = "words-alone-1"
    dimension = 64

    def warm_up(self) -> None:
        """Do nothing: there is nothing to compile."""

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """A unit vector, shape (dimension,)."""
        vector = np.zeros(self.dimension, np.float32)
        for word in _WORD.findall(text) or [""]:
            vector[zlib.crc32(word.lower().encode()) % self.dimension] += 1
        unit: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return unit

    def embed_documents(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors, shape (texts, dimension)."""
        if progress:
            progress(len(texts))
        return np.stack([self.embed_query(text) for text in texts])


def words_alone() -> Model:
    """The model of `WordsAlone`."""
    embedder: Any = WordsAlone()
    return Model(embedder.name, fingerprint=lambda: embedder.fingerprint, load=lambda _announce: embedder)


def opened(home: Path, file: Path, kept: set[str], *, by_words: bool) -> Library:
    """A library of the articles with these ids."""
    settings = RetrievalSettings(home=home, reader="off" if by_words else None)
    library = Library(settings, model=words_alone() if by_words else None)
    part = home.with_suffix(".jsonl")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if json.loads(line)["id"] in kept]
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    library.index([str(part)])
    return library


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--half", choices=("tuned", "unread"), default="tuned")
    parser.add_argument("--count", type=int, default=500, help="variations of each set and language")
    parser.add_argument("--articles", type=int, default=1000, help="articles of each set at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--by-words", action="store_true")
    parser.add_argument("--show", type=int, default=0, help="print so many of the wrong ones")
    parser.add_argument("--timed", type=int, default=0, help="compare so many checks with ordinary questions")
    arguments = parser.parse_args()
    outcomes: list[tuple[Variation, str]] = []
    ratios: list[tuple[float, float]] = []
    for argument in arguments.sets:
        name, folder = argument.split("=", 1)
        file = Path(folder) / "articles.jsonl"
        texts = sorted(texts_in(file), key=lambda text: _drawn("order", text))[: arguments.articles]
        absent = [text for text in texts if _drawn("absent", text) % 10 == 0]
        indexed = [text for text in texts if text not in absent]
        library = opened(arguments.homes / name, file, {text.id for text in indexed}, by_words=arguments.by_words)
        wanted = int(arguments.half == "unread")
        of_half = [text for text in indexed if _drawn("half", text) % 2 == wanted]
        absent = [text for text in absent if _drawn("half", text) % 2 == wanted]
        maker = Maker(of_half, indexed, absent, arguments.seed)
        for language in sorted({text.language for text in of_half}):
            made = maker.variations(arguments.count, language)
            outcomes += [(each, library.check_quote(each.asked).verdict.value) for each in made]
        ratios += timed(library, [each for each, _ in outcomes[-arguments.timed :]]) if arguments.timed else []
    print_tables(outcomes)
    wrong = [(each, found) for each, found in outcomes if found != each.expected]
    random.Random(arguments.seed).shuffle(wrong)
    for each, found in wrong[: arguments.show]:
        print(f"{each.kind}: {found} for {each.expected}: {each.asked}")
    if ratios:
        checks, questions = (sum(part) for part in zip(*ratios, strict=True))
        print(f"processor time of a check / of an ordinary question: {checks / questions:.2f} ({len(ratios)} of each)")


def timed(library: Library, variations: list[Variation]) -> list[tuple[float, float]]:
    """Seconds of processor time for a check, and for an ordinary question of the same words."""
    found = []
    for each in variations:
        began = time.process_time()
        library.check_quote(each.asked)
        middle = time.process_time()
        library.ask(each.asked)
        found.append((middle - began, time.process_time() - middle))
    return found


def print_tables(outcomes: list[tuple[Variation, str]]) -> None:
    """Print shares by kind and language, and which class was taken for which."""
    counts: dict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for each, found in outcomes:
        for kind in (f"{each.kind} -> {each.expected}", f"all {each.expected}", "all"):
            counts[kind, each.language][found == each.expected] += 1
    print("| variation | language | number | right |\n|---|---|---|---|")
    for (kind, language), count in counts.items():
        if not kind.startswith("all"):
            print(f"| {kind} | {language} | {count.total()} | {count[True] / count.total():.1%} |")
    for (kind, language), count in sorted(counts.items(), reverse=True):
        if kind.startswith("all"):
            print(f"| {kind} | {language} | {count.total()} | {count[True] / count.total():.1%} |")
    right = sum(found == each.expected for each, found in outcomes)
    print(f"| all | both | {len(outcomes)} | {right / max(len(outcomes), 1):.2%} |\n")
    print("| expected \\ found | " + " | ".join(CLASSES) + " |\n|---" + "|---" * len(CLASSES) + "|")
    confusion = Counter((each.expected, found) for each, found in outcomes)
    for expected in CLASSES:
        print(f"| {expected} | " + " | ".join(str(confusion[expected, found]) for found in CLASSES) + " |")


if __name__ == "__main__":
    main()
