"""What was received -> articles, under the rules of the exports of the same channels."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from retrieval.loaders.telegram_messages import is_article, title_of
from retrieval.types import Article, LoadedArticle, ReceivedKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from retrieval.types import Received

PLACE = "received:"
"""What the origin of everything that was received begins with; no path and no address that is a source does."""


def load_received(received: Received, timezone: ZoneInfo) -> LoadedArticle | None:
    """Return the article that something received is; None for a post that says too little for one."""
    article = _post(received, timezone) if received.kind is ReceivedKind.POST else _given(received)
    return LoadedArticle(article, place_of(received), changed_at=received.changed_at) if article else None


def place_of(received: Received) -> str:
    """Return the origin of what was received: of posts the channel."""
    kind = "channel" if received.kind is ReceivedKind.POST else "hand"
    return f"{PLACE}{kind}/{received.batch}"


def is_received(origin: str) -> bool:
    """Tell whether an origin is that of something received."""
    return origin.startswith(PLACE)


def _post(received: Received, timezone: ZoneInfo) -> Article | None:
    document = received.document
    runs = [(kind, text) for kind, text in document["runs"]]
    text = "".join(piece for _, piece in runs).strip()
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


def _given(received: Received) -> Article:
    document = received.document
    published_at = document["published_at"]
    return Article(
        id=received.article_id,
        title=document["title"],
        text=document["text"],
        published_at=datetime.fromisoformat(published_at) if published_at else None,
        source=document["source"],
        url=document["url"],
        language=document["language"],
    )


def _moment(seconds: Any, timezone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(int(seconds), timezone).replace(tzinfo=None)
