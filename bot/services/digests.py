"""Digests that are sent daily, to readers who want one and to the operator's channel: each once a day.

It is noted before it is sent, so what the bot is killed at in between is left out; where nothing went out, it is sent
at the next look. What was due while the bot was away for long is left out as well, and so is an empty day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import Bot

from bot.people.desk import PeopleDesk
from bot.people.digests import (
    DailyDigest,
    due_digests,
    is_channel_due,
    note_channel,
    note_digest,
    take_channel_back,
    take_digest_back,
)
from bot.people.store import PeopleStore
from bot.rendering.keyboards import digest_keyboard
from bot.rendering.messages import Renderer
from bot.services.asking_again import keep_looking
from bot.services.cited import are_still_there
from bot.services.desks import ArticleDesk
from bot.services.unasked import send_unasked, to_the_end
from bot.texts import LANGUAGES, catalogue
from retrieval.types import Digest

_LATE_FOR = timedelta(hours=3)
"""After which what was due is left out."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where the operator wants a digest posted."""

    name: str
    """Its number, or its name with an @."""
    hour: int
    language: str

    @property
    def chat(self) -> int | str:
        """What Telegram knows it by."""
        return self.name if self.name.startswith("@") else int(self.name)


class Digests:
    """Looks every minute who is to get one."""

    def __init__(
        self,
        articles: ArticleDesk,
        people: PeopleDesk,
        renderer: Renderer,
        timezone: ZoneInfo,
        channel: Channel | None,
        may_be_told: Callable[[int], bool],
    ) -> None:
        """Hours are those of `timezone`; a reader gets one who `may_be_told`."""
        self._articles = articles
        self._people = people
        self._renderer = renderer
        self._timezone = timezone
        self._channel = channel
        self._may_be_told = may_be_told

    async def keep_telling(self, bot: Bot) -> None:
        """Look now and every minute from now on; ends when it is cancelled."""
        await keep_looking(lambda: self._look(bot, datetime.now(UTC)), "The digest cannot be sent")

    async def _look(self, bot: Bot, now: datetime) -> None:
        """Send what is due at a moment, which has a time zone, or was a short while before."""
        for day, hour in _hours_before(now.astimezone(self._timezone)):
            found = await self._people.do(due_digests, hour, day)
            readers = [each for each in found if self._may_be_told(each.person_id)]
            channel = await self._channel_at(hour, day)
            if not (readers or channel):
                continue
            digest = await self._digest(day, hour)
            if channel:
                await to_the_end(self._post(bot, channel, digest, day))
            for reader in readers:
                if not await are_still_there(digest.citations, self._articles):
                    digest = await self._digest(day, hour)
                await to_the_end(self._send(bot, reader, digest, day))

    async def _channel_at(self, hour: int, day: date) -> Channel | None:
        """Return the channel where it is due there at an hour of a day."""
        channel = self._channel
        if channel is None or channel.hour != hour or not await self._people.do(is_channel_due, channel.name, day):
            return None
        return channel

    async def _send(self, bot: Bot, wanted: DailyDigest, digest: Digest, day: date) -> None:
        if not await self._people.do(note_digest, wanted.person_id, day) or not digest.citations:
            return
        chosen = await self._people.do(PeopleStore.language, wanted.person_id)
        texts = catalogue(chosen if chosen in LANGUAGES else wanted.language)
        parts = self._renderer.digest(digest, texts)
        if not await send_unasked(bot, wanted.person_id, parts, digest_keyboard(digest, texts)):
            await self._people.do(take_digest_back, wanted.person_id, day)

    async def _post(self, bot: Bot, channel: Channel, digest: Digest, day: date) -> None:
        """Post it without buttons, which would answer in the channel; headlines are links."""
        if not await self._people.do(note_channel, channel.name, day) or not digest.citations:
            return
        parts = self._renderer.digest(digest, catalogue(channel.language))
        if not await send_unasked(bot, channel.chat, parts, None):
            await self._people.do(take_channel_back, channel.name, day)

    async def _digest(self, day: date, hour: int) -> Digest:
        """Return the one that was due then, whenever it is sent: so each article is told in one of two days."""
        return await self._articles.digest(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001 - as the archive's


def _hours_before(now: datetime) -> list[tuple[date, int]]:
    """Return the hours that have struck lately, each with its day, the last one first."""
    struck = now.replace(minute=0, second=0, microsecond=0, tzinfo=None)
    lately = [struck - hours * _HOUR for hours in range(_LATE_FOR // _HOUR + 1)]
    local = now.replace(tzinfo=None)
    return [(each.date(), each.hour) for each in lately if local - each <= _LATE_FOR]
