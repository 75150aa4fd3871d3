"""Whether what was cited is still what the article says: articles change, go, and are forgotten after an answer."""

from bot.handlers.desk import ReadingDesk
from bot.people.types import Shown
from retrieval.articles import article_key
from retrieval.types import Answer, Article, Citation


def excerpt_key(article_id: str, excerpt: str) -> str:
    """Return a key of 11 characters that tells an excerpt of an article from every other; it fits into a button."""
    return article_key(f"{article_id}\0{excerpt}")


def key_of(citation: Citation) -> str:
    """Return the `excerpt_key` of a citation."""
    return excerpt_key(citation.article_id, citation.excerpt)


def is_still_there(citation: Citation, article: Article | None) -> bool:
    """Tell whether the article says to the letter what was cited."""
    return article is not None and article.text[citation.start : citation.end] == citation.excerpt


async def is_current(answer: Answer, reading: ReadingDesk) -> bool:
    """Tell whether an answer that was kept may be shown again: all that it cites or names is still there."""
    for citation in answer.citations:
        if not is_still_there(citation, await reading.article(article_key(citation.article_id))):
            return False
    for near in answer.nearest:
        if await reading.article(article_key(near.article_id)) is None:
            return False
    return True


def citation_with(answer: Answer, key: str, number: int) -> Citation | None:
    """Return the citation of an answer that has a key; without a key the one with the number."""
    return next((each for each in answer.citations if (key_of(each) == key if key else each.number == number)), None)


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
