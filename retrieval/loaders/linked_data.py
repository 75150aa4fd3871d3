"""JSON-LD of a page (https://schema.org/Article) -> what it says of the page's own article, as it is found.

Pages describe related articles as well, often first, and many blocks are not quite JSON.
"""

from __future__ import annotations

import json
import re
from collections import deque
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from retrieval.text.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

_ARTICLE_TYPES = frozenset({"article", "blogposting", "liveblogposting", "report", "socialmediaposting"})
_KIND = "application/ld+json"
_WRAPPING = re.compile(
    r"^\s*+(?:(?:(?://|/\*)\s*+)?<!\[CDATA\[\s*+(?:\*/)?|<!--)|(?:(?://|/\*)?\s{0,9}\]\]>\s*+(?:\*/)?+|-->)\s*+$"
)
_NOT_JSON = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*[}\]])|//[^\n]*|/\*.*?\*/', re.DOTALL)
"""A string; or a comma too many or a comment, which JSON has not."""
_ALIKE = 0.6
"""Share of the words of the shorter headline that the other has where both are of one article."""


def own_linked_data(tree: HtmlElement, *, address: str | None) -> dict[str, Any]:
    """Return the JSON-LD object of the article that a page is about; an empty one where there is none.

    Blocks of other articles are taken out of the tree, so that nothing else takes them for this one.

    Args:
        tree: the page.
        address: the page's own, if it is known.

    """
    found = [(script, article) for script in _scripts(tree) for article in _articles(script.text or "")]
    own = _own([article for _, article in found], _headlines(tree), address)
    keeping = {script for script, article in found if article is own}
    for script in {script for script, _ in found} - keeping:
        script.drop_tree()
    return own or {}


def _own(articles: list[dict[str, Any]], headlines: list[str], address: str | None) -> dict[str, Any] | None:
    """Tell the article of the page by its address, by its headline, or by its being the only one without either."""
    here = _place(address)
    by_address = [article for article in articles if here and here in _places(article)]
    by_headline = [article for article in articles if _is_alike(_headline(article), headlines)]
    if by_address or by_headline:
        both = [article for article in by_address if article in by_headline]
        return (both or by_address or by_headline)[0]
    silent = [
        article
        for article in articles
        if not (_headline(article) and headlines) and not (here and _places(article) - {""})
    ]
    return silent[0] if len({str(article.get("datePublished")) for article in silent}) == 1 else None


def _scripts(tree: HtmlElement) -> list[Any]:
    return [
        script for script in tree.iter("script") if script.get("type", "").partition(";")[0].strip().lower() == _KIND
    ]


def _articles(written: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a block that describe an article."""
    waiting = deque([_parse(written)])
    while waiting:
        found = waiting.popleft()
        if isinstance(found, list):
            waiting.extend(found)
        elif isinstance(found, dict):
            waiting += [found.get("@graph"), found.get("mainEntity")]
            if _is_article(found.get("@type")):
                yield found


def _parse(written: str) -> Any:
    text = _WRAPPING.sub("", written).strip()
    if text[:20].replace(" ", "").startswith(("{&quot;", "[{&quot;")):
        text = unescape(text)
    # Twice, since a comment may stand behind the comma that is too many.
    for attempt in (text, _only_json(_only_json(text)).lstrip()):
        try:
            # What comes behind it, such as a semicolon, does not matter.
            return json.JSONDecoder(strict=False).raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _only_json(text: str) -> str:
    return _NOT_JSON.sub(lambda found: found[1] or "", text)


def _is_article(kind: Any) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    names = (re.split(r"[/:#]", one)[-1].strip().lower() for one in kinds if isinstance(one, str))
    return any(name in _ARTICLE_TYPES or "newsarticle" in name for name in names)


def _headlines(tree: HtmlElement) -> list[str]:
    """Return what the page calls itself."""
    metas = (
        meta.get("content", "")
        for meta in tree.iterfind(".//meta[@content]")
        if {"og:title", "twitter:title"} & {meta.get("property"), meta.get("name")}
    )
    elements = (element.text_content() for name in ("h1", "title") for element in tree.iter(name))
    return [headline for headline in (*elements, *metas) if headline.strip()]


def _headline(article: dict[str, Any]) -> str:
    names = (article.get("headline"), article.get("name"))
    return next((unescape(name) for name in names if isinstance(name, str) and name.strip()), "")


def _is_alike(headline: str, others: Iterable[str]) -> bool:
    terms = set(terms_of(headline))
    for other in others:
        others_terms = set(terms_of(other))
        shorter = min(len(terms), len(others_terms))
        if shorter and len(terms & others_terms) >= _ALIKE * shorter:
            return True
    return False


def _places(article: dict[str, Any]) -> set[str]:
    page = article.get("mainEntityOfPage")
    pages = [page, page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    named = [article.get("url"), article.get("@id"), *pages]
    return {_place(name) for name in named if isinstance(name, str)}


def _place(address: str | None) -> str:
    """Return host and path of an address, which are the same in all its spellings; "" for a front page or none."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    return f"{parts.netloc.lower().removeprefix('www.')}{path}" if parts.netloc and path else ""
