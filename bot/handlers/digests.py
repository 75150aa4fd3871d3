"""The digest: told when it is asked for, or daily at an hour."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.people.desk import PeopleDesk
from bot.people.digests import DailyDigest, end_digest, want_digest
from bot.rendering.keyboards import digest_keyboard
from bot.rendering.messages import Renderer
from bot.services.desks import ArticleDesk
from bot.services.limits import PersonalRate
from bot.services.replies import Replies, sender_of
from bot.texts import Texts

_HOUR = re.compile(r"(\d{1,2})(?::?00)?")
_LAST_HOUR = 23
_OFF = frozenset({"off", "stop", "выкл", "нет", "стоп"})
_A_DAY = timedelta(days=1)


class DigestCommand:
    """Does what /digest says: tells it, sends it daily from then on, or ends that."""

    def __init__(
        self,
        articles: ArticleDesk,
        people: PeopleDesk,
        replies: Replies,
        renderer: Renderer,
        timezone: ZoneInfo,
        rate: PersonalRate,
    ) -> None:
        """Hours are those of `timezone`; `rate` is that of questions, since a digest is as much work."""
        self._articles = articles
        self._people = people
        self._replies = replies
        self._renderer = renderer
        self._timezone = timezone
        self._rate = rate

    async def digest(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell the main stories of the last day, or say when they are told from now on."""
        message = update.message
        if not message:
            return
        texts = await self._replies.texts_of(message)
        wanted = " ".join(context.args or ()).casefold()
        if not wanted:
            await self._tell(message, texts)
        elif message.chat.type != message.chat.PRIVATE:
            await self._replies.say(message, texts.say("digest-private"))
        elif wanted in _OFF:
            ended = await self._people.do(end_digest, message.chat_id)
            await self._replies.say(message, texts.say("digest-ended") if ended else texts.say("digest-not-daily"))
        elif (hour := _HOUR.fullmatch(wanted)) and int(hour[1]) <= _LAST_HOUR:
            await self._begin(message, int(hour[1]), texts)
        else:
            await self._replies.say(message, texts.say("digest-what"))

    async def _tell(self, message: Message, texts: Texts) -> None:
        sender = sender_of(message)
        if not await self._rate.allows(sender):
            if self._rate.notices.may_notice(sender):
                await self._replies.say(message, texts.say("too-many-questions", limit=self._rate.per_minute))
            return
        try:
            digest = await self._articles.digest(datetime.now(self._timezone).replace(tzinfo=None))
        except TimeoutError:
            await self._replies.say(message, texts.say("busy"))
            return
        if digest.citations:
            parts = self._renderer.digest(digest, texts)
            await self._replies.send_parts(message, parts, digest_keyboard(digest, texts))
        else:
            await self._replies.say(message, texts.say("digest-empty"))

    async def _begin(self, message: Message, hour: int, texts: Texts) -> None:
        """Keep the hour; where it has struck today, the first one comes tomorrow."""
        now = datetime.now(UTC).astimezone(self._timezone)
        done_on = now.date() if now.hour >= hour else now.date() - _A_DAY
        wanted = DailyDigest(message.chat_id, hour, texts.language)
        if await self._people.do(want_digest, wanted, done_on):
            await self._replies.say(message, texts.say("digest-daily", hour=f"{hour}:00", zone=self._timezone.key))
