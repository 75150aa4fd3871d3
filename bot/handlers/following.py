"""Following a question: begun by a button below its answer, listed by /following, and ended by a button again."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.people.desk import PeopleDesk
from bot.people.follows import MOST_FOLLOWS, Following, end_follow, follow, followed_by
from bot.people.store import PeopleStore
from bot.people.types import Exchange
from bot.rendering.callback_data import CallbackData
from bot.rendering.keyboards import following_keyboard
from bot.rendering.lines import LONGEST_QUESTION, within_a_line
from bot.rendering.markup import Block, Run, clean, messages
from bot.services.answers import Answers
from bot.services.asking_again import when_asked
from bot.services.cited import recall_current
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.replies import Replies
from bot.texts import Texts
from retrieval.types import Answer, Certainty, Followed, KnownReport


class Follows:
    """Keeps who follows what; what is new is told by `bot.services.following`. In private chats alone."""

    def __init__(
        self,
        questions: QuestionDesk,
        articles: ArticleDesk,
        answers: Answers,
        people: PeopleDesk,
        replies: Replies,
        timezone: ZoneInfo,
    ) -> None:
        """`timezone` is that of the archive."""
        self._questions = questions
        self._articles = articles
        self._answers = answers
        self._people = people
        self._replies = replies
        self._timezone = timezone

    async def list(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """List what who asks follows, each with a button that ends it."""
        message = update.message
        if not message:
            return
        texts = await self._replies.texts_of(message)
        if message.chat.type != message.chat.PRIVATE:
            await self._replies.say(message, texts.say("following-private"))
            return
        found = await self._people.do(followed_by, message.chat_id)
        if not found:
            await self._replies.say(message, texts.say("following-none"))
            return
        asked = [within_a_line(each.followed.question, LONGEST_QUESTION) for each in found]
        lines = [texts.say("following"), *(f"{place}. {question}" for place, question in enumerate(asked, start=1))]
        parts = messages([Block((Run(clean("\n".join(lines))),))])
        keyboard = following_keyboard([each.number for each in found], texts)
        await self._replies.send_parts(message, parts, keyboard)

    async def begin(self, message: Message, data: CallbackData, texts: Texts) -> bool:
        """Follow the question of an answer; False where it has expired, or is of another chat."""
        if message.chat.type != message.chat.PRIVATE:
            return False
        exchange = await self._people.do(PeopleStore.exchange, data.exchange, message.chat_id)
        answer = exchange and await recall_current(self._answers, self._articles, data.exchange, message.chat_id)
        if not exchange or not answer:
            return False
        followed = await self._followed(answer, exchange)
        now = datetime.now(UTC)
        came = await self._people.do(follow, message.chat_id, data.exchange, followed, texts.language, now)
        if came is Following.FORGOTTEN:
            return False
        await self._replies.say(message, _said(came, exchange.certainty, texts))
        return True

    async def end(self, message: Message, data: CallbackData, texts: Texts) -> bool:
        """End a follow, or say that it has ended already; False where this chat has none with that number."""
        ended = await self._people.do(end_follow, data.exchange, message.chat_id, datetime.now(UTC))
        if ended is None:
            return False
        await self._replies.say(message, texts.say("unfollowed") if ended else texts.say("unfollowed-already"))
        return True

    async def _followed(self, answer: Answer, exchange: Exchange) -> Followed:
        """Return what is asked again; the answer may have been found anew, from later articles than were shown."""
        shown = dict.fromkeys(each.article_id for each in exchange.shown)
        cited = tuple(each for each in answer.citations if each.article_id in shown)
        answered = replace(answer, certainty=exchange.certainty, understood=exchange.understood, citations=cited)
        followed = await self._questions.followed(answered, when_asked(exchange.asked_at, self._timezone))
        # When an index was made is known to the second.
        if (await self._articles.edition()).made_at >= exchange.asked_at.replace(microsecond=0):
            # What has come since the answer is not known to the reader; which passages that are is not known here.
            followed = replace(followed, newest_passage=0)
        if exchange.certainty is not Certainty.SURE:
            return followed
        found = {report.article_id for report in followed.known}
        gone = (KnownReport(article, None) for article in shown if article not in found)
        return replace(followed, known=(*followed.known, *gone))


def _said(came: Following, certainty: Certainty, texts: Texts) -> str:
    if came is Following.TOO_MANY:
        return texts.say("following-too-many", limit=MOST_FOLLOWS)
    if came is Following.ALREADY:
        return texts.say("following-already")
    return texts.say("followed") if certainty is Certainty.SURE else texts.say("followed-until-answered")
