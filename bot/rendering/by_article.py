"""How citations stand together: those of one article under one headline, with the word that it is an earlier one."""

from collections.abc import Iterable
from datetime import date

from bot.texts import Texts
from retrieval.types import Citation

Group = tuple[Citation, ...]
"""The citations of one article; at least one."""


def by_article(citations: Iterable[Citation]) -> list[Group]:
    """Put the citations of one article together, in the order of the first of each."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.article_id, []).append(citation)
    return [tuple(group) for group in groups.values()]


def earlier_label(group: Group, newest: date | None, texts: Texts) -> str:
    """Return the line before an article that tells what was before the newest report; "" for any other.

    The year is told where it is not that of the `newest` article.
    """
    first = group[0]
    if not first.earlier:
        return ""
    if first.published_at is None:
        return texts.say("earlier", dated="no", date="")
    same_year = newest is not None and first.published_at.year == newest.year
    day = texts.written_day(first.published_at) if same_year else texts.written_date(first.published_at)
    return texts.say("earlier", dated="yes", date=day)
