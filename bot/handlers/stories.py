"""Stories day by day, page by page."""

from telegram import Message

from bot.rendering.callback_data import Action, CallbackData
from bot.rendering.keyboards import story_keyboard
from bot.rendering.messages import Renderer
from bot.services.desks import QuestionDesk
from bot.services.replies import Replies
from bot.texts import Texts
from retrieval.types import Answer

_FEWEST_DAYS = 2


class Stories:
    """Tells how the stories went on that answers cite."""

    def __init__(self, desk: QuestionDesk, replies: Replies, renderer: Renderer) -> None:
        self._desk = desk
        self._replies = replies
        self._renderer = renderer

    async def send(self, message: Message, answer: Answer, exchange: int, texts: Texts) -> None:
        """Reply to `message` with the first page of the story that an answer cites, or say that there is none now."""
        await self._show(message, answer, CallbackData(Action.DAYS, exchange), texts, in_place=False)

    async def turn(self, message: Message, answer: Answer, wanted: CallbackData, texts: Texts) -> None:
        """Put the page that is `wanted` into the bot's own `message`, or the last one there is now."""
        await self._show(message, answer, wanted, texts, in_place=True)

    async def _show(
        self, message: Message, answer: Answer, wanted: CallbackData, texts: Texts, *, in_place: bool
    ) -> None:
        """Tell the story as it is now: articles come, and are forgotten, after an answer."""
        timeline = await self._desk.cited_story(answer)
        if len(timeline.days) < _FEWEST_DAYS:
            await self._replies.say(message, texts.say("no-story"))
            return
        pages = self._renderer.story(timeline, texts)
        page = min(wanted.number, len(pages) - 1)
        shown = CallbackData(Action.DAYS, wanted.exchange, page)
        keyboard = story_keyboard(shown, len(pages), texts)
        if in_place:
            await self._replies.show_instead(message, pages[page : page + 1], keyboard)
        else:
            await self._replies.send_parts(message, pages[page : page + 1], keyboard)
