"""Runs the real bot over a library of set answers, for the tests that need a process but no model.

What the question begins with chooses the answer: ``missing``, ``long``, ``slow``, ``broken``, ``hostile``.
"""

import sys
import time
from datetime import date, datetime

from bot.application import run_bot
from bot.settings import BotSettings
from retrieval.errors import RetrievalError
from retrieval.types import Answer, Citation, NearestArticle

WHEN = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001 - articles carry naive times
EVIDENCE = "The board chose a new chair."
PARAGRAPH = "Совет директоров избрал нового председателя 😀. It met on Monday & voted <twice>. "
HOSTILE = "<&>\"' </b> &lt; 😀 \u202eשלום"


def citation(number: int, title: str, excerpt: str, highlight: tuple[int, int]) -> Citation:
    url = f"https://example.org/{number}?a=1&lt=3&q=\"'<>"
    return Citation(
        number, f"a{number}", title, "example.org", url, WHEN, excerpt, 0, len(excerpt), highlight, 1 / number
    )


def answer(question: str, citations: tuple[Citation, ...], nearest: tuple[NearestArticle, ...] = ()) -> Answer:
    return Answer(question, bool(citations), 0.9, date(2024, 9, 9) if citations else None, citations, nearest, 12.5)


class FakeLibrary:
    """Answers by rote."""

    def ask(self, question: str) -> Answer:
        kind = question.split(maxsplit=1)[0].lower()
        if kind == "missing":
            return answer(question, (), (NearestArticle("a1", HOSTILE, WHEN), NearestArticle("a2", "Undated", None)))
        if kind == "broken":
            raise LookupError(f"no luck with {question}")
        if kind == "slow":
            time.sleep(float(question.split()[1]))
        excerpt = f"Before. {EVIDENCE} After."
        title = "The board"
        if kind == "long":
            excerpt = f"Before. {EVIDENCE} After.\n" + PARAGRAPH * 250
        if kind == "hostile":
            title = excerpt = HOSTILE
            return answer(question, (citation(1, title, excerpt, (0, len(excerpt))),))
        first = citation(1, title, excerpt, (8, 8 + len(EVIDENCE)))
        second = citation(2, "The vote", "It was close. Very close.", (0, 13))
        return answer(question, (first, second))


def main() -> int:
    try:
        return run_bot(BotSettings.load(), open_library=lambda _settings: FakeLibrary())
    except RetrievalError as error:
        print(f"citebot: {error}", file=sys.stderr)  # noqa: T201 - as the command does
        return 1


if __name__ == "__main__":
    sys.exit(main())
