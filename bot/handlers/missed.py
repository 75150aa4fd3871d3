"""Questions that were not answered well: shown to operators, who say which article answers them."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from telegram import InlineKeyboardMarkup, Message

from bot.people.desk import PeopleDesk
from bot.people.missed import Judgement, Missed, judge, missed, missed_with
from bot.rendering.callback_data import CallbackData
from bot.rendering.keyboards import judging_keyboard, missed_keyboard
from bot.rendering.markup import Block, Run, clean, messages
from bot.rendering.messages import Renderer, headline
from bot.services.cited import cite_again
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.missed import as_json_lines, missed_lines
from bot.services.replies import Replies
from bot.texts import Texts
from retrieval.articles import article_key
from retrieval.types import Article, Citation, NearestArticle

_LOGGER = logging.getLogger(__name__)

_LISTED = 10
_EXPORTED = 1000
_LONGEST_HEADLINE = 120
_OFFERED = 6
"""Articles from which an operator chooses the right one."""


class MissedQuestions:
    """Tells which questions these are, and keeps what operators say of them."""

    def __init__(
        self,
        questions: QuestionDesk,
        articles: ArticleDesk,
        people: PeopleDesk,
        replies: Replies,
        renderer: Renderer,
        operators: Collection[int],
    ) -> None:
        """`operators` alone may press the buttons."""
        self._questions = questions
        self._articles = articles
        self._people = people
        self._replies = replies
        self._renderer = renderer
        self._operators = frozenset(operators)

    async def latest(self) -> list[Missed]:
        """Return as many as are told of at once, the newest first; raises `PeopleError`."""
        return await self._people.do(missed, _EXPORTED)

    async def tell(self, message: Message, found: Sequence[Missed], texts: Texts) -> None:
        """Reply with a list of the first ones and with files of all of them."""
        if not found:
            await self._replies.say(message, texts.say("missed-none"))
            return
        listed = found[:_LISTED]
        headlines = [await self._headline(question, texts) for question in listed]
        lines = missed_lines(found, list(zip(listed, headlines, strict=True)), texts)
        parts = messages(Block((Run(clean(section)),)) for section in lines)
        await self._replies.send_parts(message, parts, missed_keyboard([question.number for question in listed]))
        judged = [question for question in found if question.judgement]
        rest = [question for question in found if not question.judgement]
        for name, some in (("questions.jsonl", judged), ("to-judge.jsonl", rest)):
            if some:
                await message.reply_document(as_json_lines(some), filename=name)

    async def show(self, message: Message, data: CallbackData, person: int, texts: Texts) -> bool:
        """Show a question with what was answered and what may answer it; False where there is no such question."""
        question = await self._judged_by(message, data, person)
        if question is None:
            return False
        articles = await self._articles_of(question)
        parts = self._renderer.missed(question.question, _cited(question, articles), texts)
        await self._replies.send_parts(message, parts, await self._keyboard(question, articles, texts))
        return True

    async def judge(self, message: Message, data: CallbackData, person: int, texts: Texts) -> bool:
        """Keep which article answers a question, and show that it is kept; False where there is no such question."""
        question = await self._judged_by(message, data, person)
        if question is None:
            return False
        article = await self._articles.article(data.key) if data.key else None
        if data.key and article is None:
            await self._replies.say(message, texts.say("article-gone"))
            return True
        judgement = Judgement(article.id if article else None)
        if not await self._people.do(judge, question.number, judgement, datetime.now(UTC)):
            return False
        _LOGGER.info("Operator %d: judged question %d", person, question.number)
        sentence = (
            texts.say("judged-article", title=article.title or article.id) if article else texts.say("judged-none")
        )
        await self._replies.say(message, sentence)
        return True

    async def _judged_by(self, message: Message, data: CallbackData, person: int) -> Missed | None:
        """Return the question of a button, for an operator in private."""
        if person not in self._operators or message.chat.type != message.chat.PRIVATE:
            return None
        return await self._people.do(missed_with, data.exchange)

    async def _headline(self, question: Missed, texts: Texts) -> str | None:
        """Return the headline of the article that was cited first; None where none was, or it is gone."""
        if not question.shown:
            return None
        article = await self._articles.article(article_key(question.shown[0].article_id))
        return headline(article.title, article.id, article.published_at, texts, _LONGEST_HEADLINE) if article else None

    async def _articles_of(self, question: Missed) -> dict[str, Article]:
        """Return the articles that were cited, as far as they are still there, by their ids."""
        found = [await self._articles.article(article_key(article)) for article in question.article_ids]
        return {article.id: article for article in found if article}

    async def _keyboard(self, question: Missed, articles: Mapping[str, Article], texts: Texts) -> InlineKeyboardMarkup:
        offered = {number: _offered(article) for number, article in articles.items()}
        for article in await self._questions.nearest(question.question, _OFFERED):
            offered.setdefault(article.article_id, article)
        return judging_keyboard(question.number, list(offered.values())[:_OFFERED], texts)


def _cited(question: Missed, articles: Mapping[str, Article]) -> list[Citation]:
    """Return what was cited, as far as its articles are still as long."""
    return [
        cite_again(place, article, number)
        for number, place in enumerate(question.shown, start=1)
        if (article := articles.get(place.article_id)) and article.text[place.start : place.end]
    ]


def _offered(article: Article) -> NearestArticle:
    return NearestArticle(article.id, article.title, article.published_at)
