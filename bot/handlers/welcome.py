"""What the bot says of itself and of its articles: who it is, what is covered, what could be asked, what is new."""

from telegram import Message

from bot.rendering.acts import greeting, introduction
from bot.rendering.coverage import covered, covered_by_outlet
from bot.rendering.keyboards import examples_keyboard
from bot.services.desks import ArticleDesk
from bot.services.examples import Examples
from bot.services.replies import Replies
from bot.settings import Persona
from bot.texts import Texts


class Welcome:
    """Speaks in the operator's own words where there are some."""

    def __init__(self, replies: Replies, article_desk: ArticleDesk, examples: Examples, persona: Persona) -> None:
        self._replies = replies
        self._article_desk = article_desk
        self._examples = examples
        self._persona = persona

    async def begin(self, message: Message, texts: Texts) -> None:
        """Say who this is, what the articles cover, and what could be asked."""
        how = f"{texts.say('just-ask')} {texts.say('see-help')}"
        told = covered(await self._article_desk.coverage(), texts)
        await self._with_examples(message, [*greeting(self._persona, texts), how, told], texts)

    async def greet(self, message: Message, texts: Texts) -> None:
        """Greet in return, and say what could be asked."""
        await self._with_examples(message, [*greeting(self._persona, texts), texts.say("just-ask")], texts)

    async def introduce(self, message: Message, texts: Texts) -> None:
        """Say who this is and what the articles cover."""
        told = covered(await self._article_desk.coverage(), texts)
        await self._with_examples(message, [*introduction(self._persona, texts), told], texts)

    async def offer(self, message: Message, sentence: str, texts: Texts) -> None:
        """Say `sentence`, and what could be asked."""
        await self._with_examples(message, [sentence], texts)

    async def help(self, message: Message, texts: Texts) -> None:
        """Explain how to ask."""
        await self._replies.say(message, texts.say("help"))

    async def cover(self, message: Message, texts: Texts) -> None:
        """List the outlets and the times that they cover."""
        await self._replies.say(message, covered_by_outlet(await self._article_desk.coverage(), texts))

    async def exemplify(self, message: Message, texts: Texts) -> None:
        """Say what could be asked."""
        if not await self._with_examples(message, [], texts):
            await self._replies.say(message, texts.say("examples-none"))

    async def _with_examples(self, message: Message, paragraphs: list[str], texts: Texts) -> bool:
        """Say the paragraphs with examples behind them, if any are ready; return whether they are."""
        examples = self._examples.ready(await self._article_desk.coverage(), texts)
        if examples:
            told = "\n\n".join([*paragraphs, texts.say("start-examples")])
            await self._replies.say(message, told, examples_keyboard(examples))
        elif paragraphs:
            await self._replies.say(message, "\n\n".join(paragraphs))
        return bool(examples)
