"""Telegram on loopback, which is told what readers say and tells what came of each of it."""

import importlib
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from bot.texts import LANGUAGES, catalogue
from loads.corpus import ChangingCorpus, Verdict, link_of
from loads.figures import Asked, Outcome, Phase, Reply
from loads.readers import Readers, Said

_SUPPORT = Path(__file__).parents[2] / "tests" / "support"
sys.path.insert(0, str(_SUPPORT))
_TELEGRAM: Any = importlib.import_module("telegram_server")

TOKEN: str = _TELEGRAM.TOKEN
_PRESSED = ("p", "c", "o", "g", "b")
"""Further excerpts, the text around one, an article, the two ratings."""
_RATING = ("g", "b")
_ANSWERS_KEPT = 200
_ONCE_IN = 60.0
"""Seconds within which a reader is told "busy" once where Telegram takes no more messages for now."""
_TURNED_AWAY: dict[str, Outcome] = {
    "busy": "busy",
    "too-slow": "too slow",
    "too-many-questions": "limited",
    "too-many-presses": "limited",
}

_BESIDE = "article-changed"
"""What is said before an article is shown that does not say any more what was cited."""

_Place = tuple[int, int]
"""A chat, and the number of a message."""


class WatchedTelegram(_TELEGRAM.TelegramServer):  # type: ignore[misc]  # the tests have no types
    """Delivers what readers say, and notes for each of it what the bot replied, and when."""

    def __init__(self, corpus: ChangingCorpus, readers: Readers, questions_per_minute: int) -> None:
        """Compare what is quoted with `corpus`, and let `readers` know when they are answered."""
        super().__init__(gives_up=False)
        self._corpus = corpus
        self._readers = readers
        self._told: dict[str, Outcome] = {
            catalogue(language).say(key, limit=questions_per_minute): outcome
            for language in LANGUAGES
            for key, outcome in _TURNED_AWAY.items()
        }
        self._beside = {catalogue(language).say(_BESIDE) for language in LANGUAGES}
        self.asked: list[Asked] = []
        self.unanswered = 0
        self._by_message: dict[_Place, Asked] = {}
        self._askers: dict[_Place, int] = {}
        self._by_query: dict[str, Asked] = {}
        self._pressed: dict[_Place, Asked] = {}
        self._last_in: dict[int, Asked] = {}
        self._busy: dict[int, float] = {}
        """When who is told "busy" for now asked what that was said of."""
        self._open: dict[int, list[Asked]] = {}
        """What a reader asked and has no word of yet."""
        self._answers: deque[tuple[int, int, list[str]]] = deque(maxlen=_ANSWERS_KEPT)

    async def hear(self, said: Said, phase: Phase) -> None:
        """Deliver a question."""
        asked = self._note(Asked(said.kind, phase, time.monotonic()))
        number = await self.receive(text=said.text, sender=said.sender, **({"chat": said.chat} if said.chat else {}))
        self._by_message[said.chat_id, number] = asked
        self._askers[said.chat_id, number] = person = said.sender["id"]
        self._open.setdefault(person, []).append(asked)
        self._let_be(person)

    async def press_something(self, phase: Phase) -> None:
        """Have a reader press a button below an answer that came a while ago, if there is one."""
        if not self._answers:
            return
        person, message, buttons = self._answers.popleft()
        data = buttons[len(self.asked) % len(buttons)]
        asked = self._note(Asked("press", phase, time.monotonic()))
        query = await self.press(data, message, sender=self._readers.sender(person))
        self._by_query[query] = asked
        if data[0] not in _RATING:
            self._pressed[person, message] = asked

    def _note(self, asked: Asked) -> Asked:
        self.asked.append(asked)
        self.unanswered += 1
        return asked

    async def _send_message(self, call: Any) -> Any:
        result = await super()._send_message(call)
        reply = call.fields.get("reply_parameters")
        if not reply:  # a further message of a long answer
            if asked := self._last_in.get(call.fields["chat_id"]):
                asked.further.append(self._verdict(call))
            return result
        place = (call.fields["chat_id"], reply["message_id"])
        if asked := self._by_message.get(place) or self._pressed.get(place):
            self._replied(asked, call)
            if asked.replies and asked.outcome == "busy" and place in self._askers:
                person = self._askers[place]
                self._busy[person] = asked.at
                self._let_be(person)
            self._last_in[place[0]] = asked
            self._keep_buttons(place, call)
        return result

    async def _edit_message_text(self, call: Any) -> Any:
        result = await super()._edit_message_text(call)
        if asked := self._pressed.get((call.fields["chat_id"], call.fields["message_id"])):
            self._replied(asked, call)
        return result

    async def _answer_callback_query(self, call: Any) -> Any:
        result = await super()._answer_callback_query(call)
        asked = self._by_query.pop(str(call.fields["callback_query_id"]), None)
        # What a button shows comes after it was said that it is pressed, and counts.
        if asked and (call.fields.get("text") or asked not in self._pressed.values()):
            self._replied(asked, call)
        return result

    def _replied(self, asked: Asked, call: Any) -> None:
        text = call.parsed.text if call.parsed else call.fields.get("text", "")
        if text in self._beside:
            return
        self.unanswered -= not asked.replies and not asked.told_before
        asked.replies.append(Reply(call.at, self._told.get(text, "answered"), self._verdict(call)))

    def _let_be(self, person: int) -> None:
        """Wait for no word on what was asked by who was told "busy" just before."""
        self._open[person] = [each for each in self._open.get(person, []) if not each.replies]
        began = self._busy.get(person)
        if began is None:
            return
        for asked in self._open[person]:
            if not asked.told_before and began < asked.at < began + _ONCE_IN:
                asked.told_before = True
                self.unanswered -= 1

    def _verdict(self, call: Any) -> Verdict:
        if not call.parsed:
            return "verbatim"
        links = [link_of(link) for link in call.parsed.links()]
        return self._corpus.verdict(links, call.parsed.pieces("blockquote"), call.at)

    def _keep_buttons(self, place: _Place, call: Any) -> None:
        """Let the reader go on, and remember the buttons below the answer."""
        if place[0] != self._askers.pop(place, None):
            return  # in a group, or said below what a button showed
        self._readers.answered(place[0], call.at)
        if buttons := [data for data in _TELEGRAM.buttons(call).values() if data[0] in _PRESSED]:
            self._answers.append((place[0], call.message_id, buttons))
