"""Questions, in private and in groups, and what is sent like one."""

import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telegram import Message, MessageEntity, Update, User
from telegram.ext import ContextTypes

from bot.handlers.acts import Acts
from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering.keyboards import answer_keyboard, nearest_keyboard
from bot.rendering.messages import Renderer, page_of
from bot.services.answers import Answers, exchange_of
from bot.services.desks import DeskBusyError, QuestionDesk
from bot.services.discussion import Discussions
from bot.services.gathering import Gathering
from bot.services.lateness import ToldAbsence, is_late
from bot.services.limits import ChatTurns, Notices, PersonalRate
from bot.services.news import LONGEST_TEXT, NEAREST_TO_TEXT, is_news, opening_of
from bot.services.quoting import asks_of_selected, may_ask_about_quote, may_be_quoted, selected_in
from bot.services.replies import Replies, StopTyping, sender_of, text_of, typing
from bot.services.stored_conversation import conversation_from_json
from bot.tally import Outcome, Tally
from bot.texts import Texts
from bot.transport.answering import aside
from bot.transport.pacing import Pacer
from bot.transport.updates import GivenUp
from retrieval.question.acts import ON_ANSWER
from retrieval.question.conversation import Conversation
from retrieval.types import Act, Answer, Certainty, QuoteCheck, QuoteClass

_LOGGER = logging.getLogger(__name__)

_MINUTE = 60.0
_OUTCOMES: dict[Certainty, Outcome] = {
    Certainty.SURE: "answered",
    Certainty.UNSURE: "unsure",
    Certainty.NONE: "nothing_found",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way."""

    message: Message
    """What is replied to."""
    question: str
    person_id: int
    texts: Texts
    since: int
    """The `Answers.moment` at which it was taken."""
    selected: str = ""
    """The part of another message that it is about; "" where there is none."""
    is_late: bool = False
    """Whether it has waited while the bot was away."""
    taken_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)
    """The same by the clock that `seconds` counts by."""

    @property
    def seconds(self) -> float:
        """For how long it has waited so far."""
        return time.monotonic() - self.began

    @property
    def chat_kind(self) -> str:
        """``private``, ``group`` or ``supergroup``."""
        return self.message.chat.type


class Questions:
    """Takes a question to the library and brings the answer back."""

    def __init__(
        self,
        desk: QuestionDesk,
        answers: Answers,
        people: PeopleDesk,
        replies: Replies,
        renderer: Renderer,
        turns: ChatTurns,
        rate: PersonalRate,
        gathering: Gathering,
        acts: Acts,
        tally: Tally,
        pacer: Pacer,
        discussions: Discussions,
    ) -> None:
        self._discussions = discussions
        self._pacer = pacer
        self._turned_away_lately = Notices(_MINUTE)
        self._tally = tally
        self._desk = desk
        self._answers = answers
        self._people = people
        self._replies = replies
        self._renderer = renderer
        self._turns = turns
        self._rate = rate
        self._gathering = gathering
        self._acts = acts
        self._absence = ToldAbsence()

    async def in_private(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text, or the caption of a picture; one answer for what was sent as one."""
        if update.message and await self._gathering.stands_for_all(update.message):
            await self._take(update.message, text_of(update.message))

    async def in_group(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer what mentions the bot or replies to it; stay silent otherwise, also where the bot sees all."""
        if update.message:
            question = question_to_bot(update.message)
            if question is not None:
                await self._take(update.message, question)

    async def note_post(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Note a post of a channel in the group below it, which asks the bot nothing, whatever it says."""
        if update.message:
            await self._discussions.note(update.message)

    async def by_command(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer what follows the command, or else the message that it replies to."""
        message = update.message
        if not message:
            return
        question = "".join(text_of(message).split(maxsplit=1)[1:])
        if not question and message.reply_to_message:
            question = text_of(message.reply_to_message)
        if question:
            await self._take(message, question)
        else:
            await self._replies.say(message, (await self._replies.texts_of(message)).say("ask-what"))

    async def given_up(self, given_up: GivenUp, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say to who has asked what the bot did not survive that there is no answer to come."""
        message = given_up.update.message
        if message and (message.chat.type == message.chat.PRIVATE or _is_to_bot(message)):
            await self._replies.say(message, (await self._replies.texts_of(message)).say("given-up"))

    async def from_button(self, message: Message, question: str, user: User, texts: Texts) -> None:
        """Answer a question that `user` asked by a button under the bot's own `message`."""
        await self._take_as(Asked(message, question, user.id, texts, self._answers.moment))

    async def _take(self, message: Message, text: str) -> None:
        since = self._answers.moment
        texts = await self._replies.texts_of(message)
        selected, late = selected_in(message), is_late(message.date)
        await self._take_as(Asked(message, text.strip(), sender_of(message), texts, since, selected, late))

    async def _take_as(self, asked: Asked) -> None:
        refusal = await self._refusal(asked)
        if refusal is not None:
            if refusal:
                await self._replies.say(asked.message, refusal)
        elif not asked.selected and (act := self._acts.meant_by(asked.question)) and act is not Act.NEWS:
            await self._act(act, asked)
        else:
            if asked.is_late and self._absence.is_to_be_told(asked.message.chat_id, asked.message.date):
                with aside():
                    await self._replies.say(asked.message, asked.texts.say("late"))
            await self._work_on(asked)

    async def _refusal(self, asked: Asked) -> str | None:
        """Return why a question is not taken: a sentence, or "" where it was said just now; None if it is taken."""
        if not asked.question:
            return asked.texts.say("empty-question")
        if len(asked.question) > LONGEST_TEXT:
            return asked.texts.say("long-question", limit=LONGEST_TEXT)
        if self._pacer.is_behind(asked.message.chat_id):
            return self._turned_away(asked)
        if await self._rate.allows(asked.person_id):
            return None
        self._tally.question("limited")
        if self._rate.notices.may_notice(asked.person_id):
            return asked.texts.say("too-many-questions", limit=self._rate.per_minute)
        return ""

    def _turned_away(self, asked: Asked) -> str:
        """Return what is said where Telegram takes no more messages for now: that costs one as well.

        So who was told to ask again in a minute is not told so again within that minute.
        """
        self._tally.question("busy")
        return asked.texts.say("busy") if self._turned_away_lately.may_notice(asked.person_id) else ""

    async def _act(self, act: Act, asked: Asked) -> None:
        """Do what is meant by a message that is no question."""
        message = asked.message
        try:
            if act not in ON_ANSWER:
                await self._acts.respond(message, act, asked.texts)
                return
            # After the question that is being answered, whose answer is meant.
            async with self._turns[message.chat_id]:
                await self._acts.go_on(message, act, asked.texts, await self._known_exchange_before(message))
        except DeskBusyError:
            await self._replies.say(message, asked.texts.say("busy"))
        except TimeoutError:
            await self._replies.say(message, asked.texts.say("too-slow"))

    async def _known_exchange_before(self, message: Message) -> int | None:
        try:
            return await self._exchange_before(message)
        except PeopleError as error:
            _LOGGER.warning("The last answer cannot be looked up: %s", error)
            return None

    async def _work_on(self, asked: Asked) -> None:
        message = asked.message
        # Only whose turn it is types: once a chat, however many of its questions wait.
        async with self._turns[message.chat_id], typing(message) as stop_typing:
            try:
                if check := await self._check(asked):
                    await self._tell_of_quote(check, asked, stop_typing)
                elif is_news(asked.question, forwarded=message.forward_origin is not None):
                    await self._offer_articles(asked, stop_typing)
                else:
                    await self._answer(asked, stop_typing)
            except DeskBusyError:
                _LOGGER.warning("Too many questions wait; one was turned away")
                self._tally.question("busy")
                await self._give_up(asked.message, asked.texts.say("busy"), stop_typing)
            except TimeoutError:
                _LOGGER.warning("A question was given up at its deadline")
                self._tally.question("too_slow")
                await self._give_up(asked.message, asked.texts.say("too-slow"), stop_typing)

    async def _check(self, asked: Asked) -> QuoteCheck | None:
        """Check what a message quotes; None where it quotes nothing, and so is a question or a piece of news."""
        if asked.selected:
            return await self._desk.check_quote(asked.selected) if asks_of_selected(asked.question) else None
        if may_ask_about_quote(asked.question):
            return await self._desk.check_asked_quote(asked.question)
        if may_be_quoted(asked.question, forwarded=asked.message.forward_origin is not None):
            check = await self._desk.check_quote(asked.question)
            return None if check.verdict is QuoteClass.NOWHERE else check
        return None

    async def _tell_of_quote(self, check: QuoteCheck, asked: Asked, stop_typing: StopTyping) -> None:
        """Tell what is found of a quote. Nothing of it is stored, and the conversation stays as it was."""
        parts = self._renderer.quote(check, asked.texts)
        keyboard = nearest_keyboard(check.nearest, asked.texts) if check.nearest else None
        await stop_typing()
        await self._replies.send_parts(asked.message, parts, keyboard)
        self._tally.question("nothing_found" if check.verdict is QuoteClass.NOWHERE else "answered", asked.seconds)
        _LOGGER.info("Checked a quote: %s, %.0f ms", check.verdict.value, check.took_ms)

    async def _answer(self, asked: Asked, stop_typing: StopTyping) -> None:
        previous, conversation = await self._goes_on_from(asked.message)
        first_in: str | None = None
        if asked.selected:
            previous, conversation = None, Conversation(opening_of(asked.selected))
        elif previous is None and (post := await self._discussions.post_of(asked.message)):
            conversation, first_in = Conversation(post.subject), post.article_id
        read = self._desk.has_time_to_read()
        answer = await self._answers.find(
            asked.question, asked.chat_kind, read=read, conversation=conversation, first_in=first_in
        )
        if answer.act is not None:
            await stop_typing()
            await self._acts.respond(asked.message, answer.act, asked.texts)
            return
        size = self._answers.page_size(asked.chat_kind)
        exchange = exchange_of(
            asked.question,
            answer,
            person_id=asked.person_id,
            chat_id=asked.message.chat_id,
            chat_kind=asked.chat_kind,
            size=size,
            read=read,
            previous=previous,
            conversation=conversation,
        )
        number = await self._answers.keep(exchange, answer, asked.since, asked.taken_at)
        keyboard = None if number is None else answer_keyboard(number, answer, 0, size, asked.texts, asked.chat_kind)
        shown = page_of(answer, 0, size)
        parts = self._renderer.answer(shown, asked.texts)
        await stop_typing()
        sent = await self._replies.send_parts(asked.message, parts, keyboard)
        self._tally.question(_OUTCOMES[answer.certainty], asked.seconds)
        if number is not None and sent is not None:
            await self._answers.note_message(number, sent)
        _log(shown, len(parts))

    async def _offer_articles(self, asked: Asked, stop_typing: StopTyping) -> None:
        nearest = await self._desk.nearest(opening_of(asked.question), NEAREST_TO_TEXT)
        await stop_typing()
        if nearest:
            sentence = asked.texts.say("nearest-to-text")
            await self._replies.say(asked.message, sentence, nearest_keyboard(nearest, asked.texts))
        else:
            await self._replies.say(asked.message, asked.texts.say("nothing-near"))
        _LOGGER.info("Named %d articles that are close to a text", len(nearest))

    async def _goes_on_from(self, message: Message) -> tuple[int | None, Conversation]:
        """Return the number of the exchange that a question goes on from, if any, and the conversation so far.

        That is the last exchange, in a group the one whose answer is replied to.
        """
        try:
            number = await self._exchange_before(message)
            exchange = await self._people.do(PeopleStore.exchange, number, message.chat_id) if number else None
        except PeopleError as error:
            _LOGGER.warning("The conversation cannot be looked up: %s", error)
            return None, Conversation()
        return (number, conversation_from_json(exchange.conversation)) if exchange else (None, Conversation())

    async def _exchange_before(self, message: Message) -> int | None:
        if message.chat.type == message.chat.PRIVATE:
            return await self._people.do(PeopleStore.last_in_private, message.chat_id, datetime.now(UTC))
        replied = message.reply_to_message
        if replied is None:
            return None
        repeated = self._answers.repeated_in(message.chat_id, replied.message_id)
        return repeated or await self._people.do(PeopleStore.answered_by, message.chat_id, replied.message_id)

    async def _give_up(self, message: Message, sentence: str, stop_typing: StopTyping) -> None:
        await stop_typing()
        await self._replies.say(message, sentence)


def _log(answer: Answer, messages: int) -> None:
    _LOGGER.info(
        "Answered with %d citations in %d messages, confidence %.2f, %.0f ms",
        len(answer.citations),
        messages,
        answer.confidence,
        answer.took_ms,
    )


def _is_to_bot(message: Message) -> bool:
    """Tell whether somebody in a group expects a word of the bot."""
    return text_of(message).startswith("/ask") or question_to_bot(message) is not None


def question_to_bot(message: Message) -> str | None:
    """Return what a group's `message` asks the bot, without the mention; None where it is not for the bot."""
    bot = message.get_bot()
    text = text_of(message)
    mentions = {**message.parse_entities([MessageEntity.MENTION]), **message.parse_caption_entities(["mention"])}
    spoken_to = [name for name in mentions.values() if name.casefold() == f"@{bot.username}".casefold()]
    for name in spoken_to:
        text = text.replace(name, " ")
    replied = message.reply_to_message
    is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    return text.strip() if spoken_to or is_reply else None
