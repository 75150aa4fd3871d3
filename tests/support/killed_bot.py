"""A bot that is killed again and again while a crowd writes to it, and what became of each question in the end."""

import asyncio
import contextlib
import json
import random
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hashing_model import Corpus
from telegram_server import Call, TelegramServer

A_SECOND = 8.0
"""Questions."""
MOST_WAITING = 100
"""Questions without an answer with which nobody asks another one, so that a slow machine comes to an end as well."""
PRIVATE = range(3000, 3060)
GROUPS = range(-100504, -100500)
WORDS = ("мост", "школа", "парк", "завод", "поле", "река", "лес", "улица", "театр", "музей", "вокзал", "порт")

Question = tuple[int, int]
"""The chat, and the number of the message."""


def sentence_of(number: int, edition: int) -> str:
    """Return what the `edition`-th edition of an article says that none says but it."""
    first, second = (WORDS[place % len(WORDS)] for place in (number, number // len(WORDS) + 5))
    return f"Номер{number} {first} и {second} открыли в издании{edition}."


class Newsroom:
    """A corpus in which articles change, and which remembers all that it ever said."""

    def __init__(self, corpus: Corpus, articles: int = 40) -> None:
        self._corpus = corpus
        self._editions: Counter[int] = Counter()
        self.articles = articles
        self.said: set[str] = set()
        for number in range(articles):
            self.change(number)

    def change(self, number: int) -> None:
        """Write an article anew."""
        self._editions[number] += 1
        sentence = sentence_of(number, self._editions[number])
        self.said.add(sentence)
        self._corpus.write(f"article-{number}", sentence, title=f"Новость {number}")


@dataclass
class Crowd:
    """Readers who ask at a steady pace, whether the bot is there or not."""

    telegram: TelegramServer
    newsroom: Newsroom
    chance: random.Random
    asked: list[Question] = field(default_factory=list)

    async def go_on(self) -> None:
        """Ask until cancelled."""
        while True:
            await asyncio.sleep(self.chance.expovariate(A_SECOND))
            if len(self.asked) - len(self.telegram.sent()) >= MOST_WAITING:
                continue
            number = self.chance.randrange(self.newsroom.articles)
            text = sentence_of(number, 1).rstrip(".") + "?"
            person = self.chance.choice(PRIVATE)
            message: dict[str, Any] = {"text": text, "sender": {"id": person}}
            chat = person
            if self.chance.random() < 0.1:
                chat = self.chance.choice(GROUPS)
                message |= {"text": f"/ask {text}", "chat": {"id": chat, "type": "supergroup", "title": "News"}}
            self.asked.append((chat, await self.telegram.receive(**message)))


def left_by_killed(journal: Path) -> tuple[set[Question], set[Question]]:
    """Return the questions whose answer had begun to go out when the bot was killed, and those that it gives up."""
    kept = "SELECT body FROM updates WHERE body IS NOT NULL AND "
    with contextlib.closing(sqlite3.connect(journal)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'updates'").fetchone():
            return set(), set()  # killed before it had made one
        answering = connection.execute(kept + "answering").fetchall()
        given_up = connection.execute(kept + "NOT answering AND begun >= 2").fetchall()
    return _questions(answering), _questions(given_up)


def _questions(bodies: list[tuple[str]]) -> set[Question]:
    messages = [json.loads(body)["message"] for (body,) in bodies]
    return {(message["chat"]["id"], message["message_id"]) for message in messages}


@dataclass(frozen=True)
class Outcome:
    """What became of all questions."""

    answers: dict[Question, list[Call]]

    @classmethod
    def of(cls, telegram: TelegramServer, asked: list[Question]) -> "Outcome":
        """Sort what was sent by what it replies to."""
        answers: dict[Question, list[Call]] = {question: [] for question in asked}
        for call in telegram.sent():
            answers[call.fields["chat_id"], call.fields["reply_parameters"]["message_id"]].append(call)
        return cls(answers)

    def answered(self, times: int) -> set[Question]:
        """Return the questions that got so many answers."""
        return {question for question, calls in self.answers.items() if len(calls) == times}

    def out_of_order(self) -> list[Question]:
        """Return the questions whose answer came after that to a later one of the same chat."""
        last: dict[int, tuple[float, Question]] = {}
        found = []
        for question in sorted(question for question, calls in self.answers.items() if calls):
            at = self.answers[question][0].at
            before = last.get(question[0])
            if before and before[0] > at:
                found.append(before[1])
            last[question[0]] = max((at, question), before or (at, question))
        return found

    def quoted(self) -> list[str]:
        """Return every excerpt that was shown."""
        calls = [call for calls in self.answers.values() for call in calls]
        return [piece for call in calls if call.parsed for piece in call.parsed.pieces("blockquote")]
