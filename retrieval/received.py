"""What was received: how articles are written down in it and read again, and the origins that it has."""

from datetime import datetime
from typing import Any

from retrieval.types import Article, Received, ReceivedKind

PLACE = "received:"
"""What the origin of everything that was received begins with; no path and no address that is a source does."""
_PLACES = {ReceivedKind.POST: "channel", ReceivedKind.PAGE: "link", ReceivedKind.GIVEN: "hand"}


def document_of(article: Article) -> dict[str, Any]:
    """Return an article as it is kept, but for its id, as JSON takes it."""
    return {
        "title": article.title,
        "text": article.text,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "source": article.source,
        "url": article.url,
        "language": article.language,
    }


def article_of(received: Received) -> Article:
    """Return an article that was kept so."""
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


def text_of(received: Received) -> str:
    """Return the text of what was received, without space round that of a post."""
    if received.kind is not ReceivedKind.POST:
        return str(received.document["text"])
    runs: list[list[str]] = received.document["runs"]
    return "".join(text for _, text in runs).strip()


def place_of(received: Received) -> str:
    """Return the origin of what was received: of posts the channel."""
    return f"{PLACE}{_PLACES[received.kind]}/{received.batch}"


def is_received(origin: str) -> bool:
    """Tell whether an origin is that of something received."""
    return origin.startswith(PLACE)
