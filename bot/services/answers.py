"""The answers that were shown: kept for their buttons, in memory for a while and found again after a restart."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.people.types import Exchange, Shown
from bot.services.desks import QuestionDesk
from bot.services.stored_conversation import conversation_to_json
from retrieval.question.conversation import Conversation
from retrieval.types import Answer

PAGES = 3
"""Pages of excerpts that an answer has at most."""
_REMEMBERED = 512
_IN_A_GROUP = 1

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _RecentAnswer:
    chat_id: int
    answer: Answer


class Answers:
    """Keeps answers with all their pages; safe to forget, since an answer can be found again from its question."""

    def __init__(self, desk: QuestionDesk, people: PeopleDesk, citations: int, timezone: ZoneInfo) -> None:
        """Show `citations` of an answer at once; `timezone` is that of the archive."""
        self._desk = desk
        self._people = people
        self._citations = citations
        self._timezone = timezone
        self._recent: LRUCache[int, _RecentAnswer] = LRUCache(_REMEMBERED)
        self._forgotten: LRUCache[int, int] = LRUCache(_REMEMBERED)
        self._pages: LRUCache[int, int] = LRUCache(_REMEMBERED)
        self._repetitions: LRUCache[tuple[int, int], int] = LRUCache(_REMEMBERED)
        self.moment = 0
        """How many times somebody was forgotten."""

    def page_size(self, chat_kind: str) -> int:
        """Return how many citations are shown at once: in a group one, so that the message stays short."""
        return self._citations if chat_kind == "private" else _IN_A_GROUP

    async def find(
        self,
        question: str,
        chat_kind: str,
        *,
        read: bool,
        asked_at: datetime | None = None,
        conversation: Conversation | None = None,
        first_in: str | None = None,
    ) -> Answer:
        """Answer a question with the citations of all pages; `asked_at` has a time zone and is now by default.

        If `read` says so, the best passages are read and the cited story is followed. What the question leaves out is
        filled in from the `conversation` before it. The article with the id `first_in` is looked into first.

        Raises:
            DeskBusyError: too many questions are waiting.
            TimeoutError: it took too long.

        """
        now = asked_at.astimezone(self._timezone).replace(tzinfo=None) if asked_at else None
        return await self._desk.ask(
            question,
            limit=PAGES * self.page_size(chat_kind),
            now=now,
            conversation=conversation,
            read=read,
            follow=read,
            first_in=first_in,
        )

    async def keep(self, exchange: Exchange, answer: Answer, since: int, taken_at: datetime) -> int | None:
        """Store an exchange and remember its answer; return its number, or None where it is not stored.

        `since` is the `moment` at which the question was taken, and `taken_at` the same by the clock, for other bots:
        who has been forgotten meanwhile stays so.
        """
        if self._forgotten.get(exchange.person_id, 0) > since:
            return None
        try:
            number = await self._people.do(PeopleStore.record, exchange, taken_at)
        except PeopleError as error:
            # The reader shall have the answer all the same; only its buttons are lost.
            _LOGGER.warning("An answer could not be stored; it goes without buttons: %s", error)
            return None
        if number is not None:
            self._recent[number] = _RecentAnswer(exchange.chat_id, answer)
        return number

    async def note_message(self, number: int, message_id: int) -> None:
        """Note which message holds the answer of an exchange, so that a reply to it goes on from there."""
        try:
            await self._people.do(PeopleStore.note_message, number, message_id)
        except PeopleError as error:
            _LOGGER.warning("A reply to this answer will not be understood as one: %s", error)

    def note_page(self, number: int, page: int) -> None:
        """Note which page of an answer was shown last."""
        self._pages[number] = page

    def page_shown(self, number: int) -> int:
        """Return which page of an answer was shown last, as far as is known; the first is 0."""
        return self._pages.get(number, 0)

    def note_repetition(self, chat_id: int, message_id: int, number: int) -> None:
        """Note that a further message of a chat shows an answer, so that a reply to it goes on from there."""
        self._repetitions[chat_id, message_id] = number

    def repeated_in(self, chat_id: int, message_id: int) -> int | None:
        """Return the number of the exchange whose answer is shown again in a message, as far as is known."""
        return self._repetitions.get((chat_id, message_id))

    async def shown(self, number: int, chat_id: int) -> tuple[Shown, ...]:
        """Return what was cited on the first page of an answer; nothing where it has expired."""
        exchange = await self._people.do(PeopleStore.exchange, number, chat_id)
        return exchange.shown if exchange else ()

    async def recall(self, number: int, chat_id: int, *, anew: bool = False) -> Answer | None:
        """Return the whole answer of an exchange; None where it has expired, or is of another chat.

        It is found `anew` where what is remembered of it is no longer true. Raises what `find` does.
        """
        recent = None if anew else self._recent.get(number)
        if recent is not None and not await self._is_forgotten_elsewhere(number, chat_id):
            return recent.answer if recent.chat_id == chat_id else None
        since = self.moment
        exchange = await self._people.do(PeopleStore.exchange, number, chat_id)
        if exchange is None:
            return None
        found = await self.find(
            exchange.understood, exchange.chat_kind, read=exchange.was_read, asked_at=exchange.asked_at
        )
        understood = None if exchange.understood == exchange.question else exchange.understood
        answer = replace(found, question=exchange.question, understood=understood)
        if since != self.moment and await self._people.do(PeopleStore.exchange, number, chat_id) is None:
            return None
        self._recent[number] = _RecentAnswer(chat_id, answer)
        return answer

    async def _is_forgotten_elsewhere(self, number: int, chat_id: int) -> bool:
        """Tell whether another bot has forgotten what this one still remembers."""
        return self._people.is_shared and await self._people.do(PeopleStore.exchange, number, chat_id) is None

    def forget(self, person_id: int) -> None:
        """Drop what is remembered: of a person, and of others whose questions went on from theirs.

        What of the person is being answered now will not be kept.
        """
        self._recent.clear()
        self.moment += 1
        self._forgotten[person_id] = self.moment


def exchange_of(
    question: str,
    answer: Answer,
    *,
    person_id: int,
    chat_id: int,
    chat_kind: str,
    size: int,
    read: bool,
    previous: int | None,
    conversation: Conversation,
) -> Exchange:
    """Return what is stored of a question and its answer, of which `size` citations are shown.

    `read` tells whether passages were read for it. `conversation` is the one before the question.
    """
    return Exchange(
        person_id=person_id,
        chat_id=chat_id,
        chat_kind=chat_kind,
        question=question,
        understood=answer.understood or question,
        asked_at=datetime.now(UTC),
        certainty=answer.certainty,
        confidence=answer.confidence,
        took_ms=answer.took_ms,
        was_read=read,
        shown=tuple(Shown(each.article_id, each.start, each.end) for each in answer.citations[:size]),
        previous=previous,
        conversation=conversation_to_json(conversation.after(answer)),
    )
