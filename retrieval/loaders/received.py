"""What was received -> articles, under the rules of the exports of the same channels."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retrieval.loaders.telegram_messages import is_article, title_of
from retrieval.received import article_of, place_of, text_of
from retrieval.text.terms import words_of
from retrieval.types import Article, LoadedArticle, ReceivedKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from retrieval.types import Received

_LINK = re.compile(r"\S+://\S+")
_READ_ON = frozenset(
    {"далее", "на", "подробнее", "полностью", "сайте", "читайте", "читать", "full", "more", "read", "story"}
)
"""Words that stand beside a link and say nothing."""


def load_received(received: Received, timezone: ZoneInfo) -> LoadedArticle | None:
    """Return the article that something received is; None for a post that says too little for one."""
    article = _post(received, timezone) if received.kind is ReceivedKind.POST else article_of(received)
    return LoadedArticle(article, place_of(received), changed_at=received.changed_at) if article else None


def announcing(received: Iterable[Received]) -> frozenset[str]:
    """Return the ids of the posts that say no more than the title of the page they link to: the page is the article.

    Such a post would be cited beside its page, and in place of another article, with the same words.
    """
    received = tuple(received)
    titles = {(each.batch, each.key): each.document["title"] for each in received if each.kind is ReceivedKind.PAGE}
    return frozenset(
        each.article_id
        for each in received
        if each.kind is ReceivedKind.POST
        and (each.batch, each.key) in titles
        and _says_no_more(text_of(each), titles[each.batch, each.key])
    )


def _says_no_more(text: str, title: str) -> bool:
    return set(words_of(_LINK.sub(" ", text))) <= {*words_of(title), *_READ_ON}


def _post(received: Received, timezone: ZoneInfo) -> Article | None:
    document = received.document
    runs = [(kind, text) for kind, text in document["runs"]]
    text = text_of(received)
    if not is_article(text):
        return None
    return Article(
        id=received.article_id,
        title=title_of(runs, text),
        text=text,
        published_at=_moment(document["sent_at"], timezone),
        source=document["source"],
        url=document["url"],
    )


def _moment(seconds: Any, timezone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(int(seconds), timezone).replace(tzinfo=None)
