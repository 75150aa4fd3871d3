"""Measure whether a question has one answer however it is typed; makes a table of docs/quality.md.

    python benchmarks/sloppy_forms.py --homes FOLDER [--half seen|unseen] [--differences]

The clean questions of tests/data/readers, over the corpora of benchmarks/readers.py, are typed in other ways: without
capitals, without marks, with politeness around them, on the wrong keys, in Latin letters, with a slip. Counted is how
often the first citation, and the certainty as well, are those of the clean question; a form that changes nothing in a
question is not asked. --differences names every question whose first citation is another one.

Below the table stands what finding out the meant text costs a question, with mending and without, beside embedding it.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

from readers import ASKED_AT, ReaderQuestion

from retrieval.library import Library
from retrieval.question.canonical import canonical
from retrieval.question.keyboard import retyped
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer
from training.hasty_typing import in_small_letters, with_a_letter_missing, with_an_exchange, without_dots
from training.readers_to_questions import CORPORA, READERS

LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "'", "ы": "y", "ь": "'", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
"""One usual way to write Russian in Latin letters."""
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def without_marks(question: str) -> str:
    """Without any marks but hyphens."""
    return " ".join(re.sub(r"[^\w\s-]", " ", question).split())


def in_capitals(question: str) -> str:
    """In nothing but capitals."""
    return question.upper()


def with_many_marks(question: str) -> str:
    """With a run of marks at its end."""
    return question.rstrip("?!. ") + " ???"


def politely(question: str) -> str:
    """With politeness around it."""
    if _CYRILLIC.search(question):
        return f"Здравствуйте! Подскажите, пожалуйста, {question[:1].lower()}{question[1:].rstrip('? ')}? Спасибо 🙏"
    return f"Hi there! Could you tell me please, {question[:1].lower()}{question[1:].rstrip('? ')}? Thanks 🙏"


def on_wrong_keys(question: str) -> str:
    """Typed while the keyboard was set to the other alphabet."""
    if not _CYRILLIC.search(question):
        return question
    return " ".join(next(retyped(chunk, russian=False)) for chunk in question.lower().split())


def in_latin_letters(question: str) -> str:
    """Russian in Latin letters."""
    return (
        "".join(LETTERS.get(letter, letter) for letter in question.lower()) if _CYRILLIC.search(question) else question
    )


FORMS: dict[str, Callable[[str], str]] = {
    "small letters, no mark": in_small_letters,
    "no marks at all": without_marks,
    "capitals": in_capitals,
    "???": with_many_marks,
    "politeness around it": politely,
    "е for ё": without_dots,
    "two letters exchanged": with_an_exchange,
    "a letter missing": with_a_letter_missing,
    "wrong keyboard layout": on_wrong_keys,
    "Latin letters": in_latin_letters,
}


@dataclass(frozen=True)
class Pair:
    """A question in one form, and the answers to it and to the clean one."""

    typed: str
    clean: Answer
    sloppy: Answer

    @property
    def is_same(self) -> bool:
        """Whether the first citation is the same."""
        return first(self.clean) == first(self.sloppy)

    @property
    def is_as_sure(self) -> bool:
        """Whether the certainty is the same as well."""
        return self.is_same and self.clean.certainty is self.sloppy.certainty


def first(answer: Answer) -> tuple[str, int] | None:
    """The first citation of an answer, by its article and place."""
    return next(((cited.article_id, cited.start) for cited in answer.citations), None)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--half", choices=("seen", "unseen"), default="seen")
    parser.add_argument("--differences", action="store_true")
    arguments = parser.parse_args()
    pairs: dict[str, list[Pair]] = defaultdict(list)
    times: dict[str, list[float]] = defaultdict(list)
    for corpus, articles in CORPORA.items():
        library = Library(RetrievalSettings(home=arguments.homes / corpus, sources=(str(articles),)))
        library.index()
        questions = clean_questions(READERS / f"{corpus}_{arguments.half}.jsonl")
        for form, pair in ask_all(library, questions):
            pairs[form].append(pair)
        typed = [form(question) for question in questions for form in FORMS.values()]
        for name, milliseconds in costs(library, typed).items():
            times[name] += milliseconds
    print(*table(pairs), sep="\n")
    print(*(f"{name}: {fmean(milliseconds):.2f} ms a question" for name, milliseconds in times.items()), sep="\n")
    if arguments.differences:
        print(*differences(pairs), sep="\n")


def clean_questions(file: Path) -> list[str]:
    """The questions of a file that are typed with care and stand by themselves, in order."""
    read = [ReaderQuestion.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [one.question for one in read if one.style == "clean" and not one.before and not one.message]


def ask_all(library: Library, questions: Sequence[str]) -> Iterator[tuple[str, Pair]]:
    """Ask every question in every form that changes something in it."""
    for question in questions:
        clean = library.ask(question, now=ASKED_AT)
        for form, retype in FORMS.items():
            if (typed := retype(question)) != question:
                yield form, Pair(typed, clean, library.ask(typed, now=ASKED_AT))


def costs(library: Library, typed: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds that each text takes to be made canonical and to be embedded."""
    opened = library.opened()
    words = opened.generation.words

    def make_canonical(text: str) -> None:
        canonical(text, words)

    def without_mending(text: str) -> None:
        with patch("retrieval.question.canonical.mended", lambda sentence, _words: sentence):
            canonical(text, words)

    ways: dict[str, Callable[[str], object]] = {
        "canonical": make_canonical,
        "canonical without mending": without_mending,
        "embedding": opened.embedder.embed_query,
    }
    for do in ways.values():
        do(typed[0])  # the first one also pays for what is loaded late
    return {name: [_milliseconds(do, text) for text in typed] for name, do in ways.items()}


def _milliseconds(do: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    do(text)
    return (time.perf_counter() - started) * 1000


def table(pairs: dict[str, list[Pair]]) -> Iterator[str]:
    """A row for each form, and one for all."""
    yield "| form | questions | same first citation | and as sure |"
    yield "|---|---|---|---|"
    everything = [pair for some in pairs.values() for pair in some]
    rows = {form: pairs[form] for form in FORMS if form in pairs}
    for form, some in {**rows, "all": everything}.items():
        same, as_sure = fmean(pair.is_same for pair in some), fmean(pair.is_as_sure for pair in some)
        yield f"| {form} | {len(some)} | {same:.3f} | {as_sure:.3f} |"


def differences(pairs: dict[str, list[Pair]]) -> Iterator[str]:
    """A line for each question whose first citation is another one."""
    for form, some in pairs.items():
        for pair in some:
            if not pair.is_same:
                meant, taken = pair.clean.canonical, pair.sloppy.canonical
                yield f"{form}: {pair.typed!r} was taken for {taken!r} and not {meant!r}"


if __name__ == "__main__":
    main()
