"""Whether what was cited is still what the article says: articles change, go, and are forgotten after an answer."""

from collections.abc import Iterable

from bot.people.types import Shown
from bot.rendering.callback_data import excerpt_key
from bot.services.answers import Answers
from bot.services.desks import ArticleDesk
from retrieval.articles import article_key
from retrieval.types import Answer, Article, Citation


def is_still_there(citation: Citation, article: Article | None) -> bool:
    """Tell whether the article says to the letter what was cited."""
    return article is not None and article.text[citation.start : citation.end] == citation.excerpt


async def are_still_there(citations: Iterable[Citation], article_desk: ArticleDesk) -> bool:
    """Tell whether the articles say to the letter what was cited."""
    for citation in citations:
        if not is_still_there(citation, await article_desk.article(article_key(citation.article_id))):
            return False
    return True


async def is_current(answer: Answer, article_desk: ArticleDesk) -> bool:
    """Tell whether an answer that was kept may be shown again: all that it cites or names is still there."""
    if not await are_still_there(answer.citations, article_desk):
        return False
    for near in answer.nearest:
        if await article_desk.article(article_key(near.article_id)) is None:
            return False
    return True


async def recall_current(answers: Answers, article_desk: ArticleDesk, number: int, chat_id: int) -> Answer | None:
    """Return the answer of an exchange; where its articles have changed since, as it is answered now.

    None where it has expired, or is of another chat. Raises what `Answers.find` does.
    """
    answer = await answers.recall(number, chat_id)
    if answer is None or await is_current(answer, article_desk):
        return answer
    return await answers.recall(number, chat_id, anew=True)


def citation_with(answer: Answer, key: str, number: int) -> Citation | None:
    """Return the citation of an answer that has a key; without a key the one with the number."""
    return next(
        (each for each in answer.citations if (excerpt_key(each) == key if key else each.number == number)), None
    )


def cite_again(shown: Shown, article: Article, number: int) -> Citation:
    """Return a citation of what stands now where an excerpt was shown; which sentence answered is not known."""
    excerpt = article.text[shown.start : shown.end]
    whole = (0, len(excerpt))
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published_at=article.published_at,
        excerpt=excerpt,
        start=shown.start,
        end=shown.end,
        highlight=whole,
        score=0.0,
    )
