"""Who asks what, and when: readers with conversations, some of them in groups, who also press buttons."""

import heapq
import json
import random
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["question", "follow-up", "group", "press"]

FOLLOWED_UP = 0.2
"""Of the answered questions; where a file has whole conversations, these are held."""
IN_GROUPS = 0.1
"""Of the questions."""
PRESSES = 0.25
"""For each question."""
READERS_A_GROUP = 25
_FIRST_READER = 100_000
_FIRST_GROUP = -100_500_000
_THINKS = (3.0, 15.0)
"""Seconds from an answer to what its reader says next."""
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_MORE = {
    "ru": ("а когда это было?", "а кто об этом рассказал?", "сколько это стоит?", "почему?", "а где это?"),
    "en": ("when was that?", "who said so?", "how much does it cost?", "why?", "where is that?"),
}


@dataclass(frozen=True)
class Said:
    """What a reader is about to say."""

    kind: Kind
    sender: dict[str, Any]
    text: str
    chat: dict[str, Any] | None = None
    """None in private."""

    @property
    def chat_id(self) -> int:
        """Where it is said."""
        return int((self.chat or self.sender)["id"])


def read_conversations(files: Iterable[Path]) -> list[tuple[str, ...]]:
    """Return what is asked in files of JSON Lines: conversations of one question or of several.

    A line has a `question`, perhaps with what was asked `before` it, or `turns`, each with a `question`.

    Raises:
        OSError, ValueError: a file cannot be read, or none holds a question.

    """
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [conversation for line in lines if (conversation := _conversation(json.loads(line)))]
    if not found:
        raise ValueError("no question is in the files of questions")
    return list(dict.fromkeys(found))


def _conversation(record: dict[str, Any]) -> tuple[str, ...]:
    turns = [turn["question"] for turn in record.get("turns") or ()]
    asked = turns or [*(record.get("before") or ()), record.get("question") or ""]
    return tuple(filter(None, asked))


class Readers:
    """So many people, each of whom asks something new only when all others have."""

    def __init__(self, count: int, conversations: Sequence[tuple[str, ...]], draw: random.Random) -> None:
        """Have `count` people hold `conversations`, each of them again and again."""
        self._draw = draw
        self._conversations = conversations
        self._groups = max(1, count // READERS_A_GROUP)
        self._people = draw.sample(range(_FIRST_READER, _FIRST_READER + count), count)
        self._turn = deque(self._people)
        self._left: deque[tuple[str, ...]] = deque()
        self._next: list[tuple[float, int, tuple[str, ...]]] = []
        self._going_on: dict[int, tuple[str, ...]] = {}

    def next(self, now: float) -> Said:
        """Return what is asked now: what follows on an answer comes first."""
        if self._next and self._next[0][0] <= now:
            _, person, (text, *rest) = heapq.heappop(self._next)
            return self._private("follow-up", person, text, tuple(rest))
        person = self._turn[0]
        self._turn.rotate(-1)
        if not self._left:
            self._left.extend(self._draw.sample(self._conversations, len(self._conversations)))
        text, *rest = self._left.popleft()
        if self._draw.random() < IN_GROUPS:
            return self._in_group(person, text)
        return self._private("question", person, text, tuple(rest))

    def answered(self, person: int, now: float) -> None:
        """Have a reader, who was answered, go on after a while, if there is more to say."""
        if rest := self._going_on.pop(person, ()):
            heapq.heappush(self._next, (now + self._draw.uniform(*_THINKS), person, rest))

    def sender(self, person: int, text: str = "") -> dict[str, Any]:
        """Return a person as Telegram shows one."""
        return {"id": person, "first_name": f"Reader {person}", "username": None, "language_code": _language(text)}

    def _private(self, kind: Kind, person: int, text: str, rest: tuple[str, ...]) -> Said:
        if not rest and kind == "question" and self._draw.random() < FOLLOWED_UP:
            rest = (self._draw.choice(_MORE[_language(text)]),)
        self._going_on[person] = rest
        return Said(kind, self.sender(person, text), text)

    def _in_group(self, person: int, text: str) -> Said:
        chat = {"id": _FIRST_GROUP - self._draw.randrange(self._groups), "type": "supergroup", "title": "News"}
        return Said("group", self.sender(person, text), f"/ask {text}", chat)


def _language(text: str) -> str:
    return "ru" if _CYRILLIC.search(text) else "en"
