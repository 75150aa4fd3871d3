"""Questions, in private and in groups."""

import logging

from telegram import Message, MessageEntity, Update
from telegram.ext import ContextTypes

from bot.handlers.desk import DeskBusyError, QuestionDesk
from bot.handlers.limits import ChatLanes, QuestionRate
from bot.handlers.replies import Replies, StopTyping, sender_of, texts_of_reader, typing
from bot.rendering import render_answer
from retrieval.types import Answer

LONGEST_QUESTION = 2000
"""In characters."""

_LOGGER = logging.getLogger(__name__)


class Questions:
    """Takes a question to the library and brings the answer back."""

    def __init__(self, desk: QuestionDesk, replies: Replies, lanes: ChatLanes, rate: QuestionRate) -> None:
        self._desk = desk
        self._replies = replies
        self._lanes = lanes
        self._rate = rate

    async def in_private(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text, or the caption of a picture."""
        if update.message:
            await self._take(update.message, update.message.text or update.message.caption or "")

    async def in_group(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer what mentions the bot or replies to it; stay silent otherwise, also where the bot sees all."""
        if update.message:
            question = question_to_bot(update.message)
            if question is not None:
                await self._take(update.message, question)

    async def _take(self, message: Message, question: str) -> None:
        refusal = self._refusal(message, question)
        if refusal is None:
            await self._answer(message, question.strip())
        elif refusal:
            await self._replies.say(message, refusal)

    def _refusal(self, message: Message, question: str) -> str | None:
        """Return why `question` is not taken: a sentence, or "" where it was said just now; None if it is taken."""
        texts = texts_of_reader(message)
        if not question.strip():
            return texts.empty_question
        if len(question) > LONGEST_QUESTION:
            return texts.long_question.format(limit=LONGEST_QUESTION)
        person = sender_of(message)
        if self._rate.allows(person):
            return None
        if self._rate.may_notice(person):
            return texts.too_many_questions.format(limit=self._rate.per_minute)
        return ""

    async def _answer(self, message: Message, question: str) -> None:
        async with typing(message) as stop_typing, self._lanes[message.chat_id].turn:
            try:
                answer = await self._desk.ask(question)
            except DeskBusyError:
                _LOGGER.warning("Too many questions wait; one was turned away")
                await self._give_up(message, texts_of_reader(message).busy, stop_typing)
            except TimeoutError:
                _LOGGER.warning("A question was given up at its deadline")
                await self._give_up(message, texts_of_reader(message).too_slow, stop_typing)
            else:
                parts = render_answer(answer, texts_of_reader(message))
                await stop_typing()
                await self._replies.send_parts(message, parts)
                _log(answer, len(parts))

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


def question_to_bot(message: Message) -> str | None:
    """Return what a group's `message` asks the bot, without the mention; None where it is not for the bot."""
    bot = message.get_bot()
    text = message.text or message.caption or ""
    mentions = {**message.parse_entities([MessageEntity.MENTION]), **message.parse_caption_entities(["mention"])}
    spoken_to = [name for name in mentions.values() if name.casefold() == f"@{bot.username}".casefold()]
    for name in spoken_to:
        text = text.replace(name, " ")
    replied = message.reply_to_message
    is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    return text.strip() if spoken_to or is_reply else None
