"""An HTML page -> its article."""

from zoneinfo import ZoneInfo

from retrieval.loaders.markup_text import line_of_markup, text_of_markup
from retrieval.types import Article


class PageError(ValueError):
    """Why a page gives no article, in one line."""


def article_from_page(
    page: bytes, *, article_id: str, url: str | None, timezone: ZoneInfo, charset: str | None = None
) -> Article:
    """Return the article of a page."""
    markup = page.decode(charset or "utf-8", errors="replace")
    text = text_of_markup(markup)
    if not text:
        raise PageError("holds no text")
    title = line_of_markup(markup.partition("<title>")[2].partition("</title>")[0])
    return Article(article_id, title, text, url=url)
