"""What is stored of an article and what the model reads of it, as hashes that tell when either must be redone."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from retrieval.text import splitting
from retrieval.text.whole import whole

if TYPE_CHECKING:
    from retrieval.types import Article

RECIPE = f"split {splitting.RECIPE}, embed 2, language 1"
"""Part of every content hash: after a change of any, all articles are stored anew; vectors are kept."""


def content_hash(article: Article) -> str:
    """SHA-256 (hexadecimal) of everything that is stored of an article."""
    date = article.published_at.isoformat() if article.published_at else None
    content = [RECIPE, article.id, article.title, article.text, date, article.source, article.url, article.language]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def embedding_text(title: str, sentence: str) -> str:
    """What the model reads of a sentence: the title first, since a sentence alone often does not say of whom.

    Words are whole there (`retrieval.text.whole`).
    """
    return whole(f"{title.rstrip('.')}. {sentence}" if title else sentence)


def text_hash(title: str, sentence: str) -> bytes:
    """BLAKE2b (16 bytes) of the text that the model reads, under which its embedding is kept."""
    return hashlib.blake2b(embedding_text(title, sentence).encode(), digest_size=16).digest()
