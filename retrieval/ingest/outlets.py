"""Outlets as readers know them, in place of what their feeds, pages and files call them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import is_address
from retrieval.loaders.addresses import host_of
from retrieval.settings import outlet_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.types import LoadedArticle


def with_shown_outlet(loaded: LoadedArticle, outlets: Mapping[str, str]) -> LoadedArticle:
    """Return the article with its outlet as it is to be shown.

    `outlets` gives that by the `outlet_key` of the outlet's name, or of the host that the article is published at;
    the name goes first.
    """
    if not outlets:
        return loaded
    article = loaded.article
    published_at = article.url or (loaded.origin if is_address(loaded.origin) else "")
    names = (article.source, host_of(published_at))
    shown = next((outlets[key] for name in names if name and (key := outlet_key(name)) in outlets), None)
    return loaded if shown is None else replace(loaded, article=replace(article, source=shown))
