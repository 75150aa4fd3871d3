"""The line that says who else tells the story of a citation: "+4 outlets, first: iz.ru, 9 September 2024".

What only relays one outlet is told apart: "+4 outlets, all citing telegraf24".
"""

from bot.rendering.lines import within_a_line
from bot.texts import Texts
from retrieval.types import Citation, Version


def retold(citation: Citation, texts: Texts) -> str:
    """Return the line; "" where nobody else does.

    Versions of the cited outlet itself count only where they differ in title or date, and no other outlet has any.
    """
    first = _earliest(citation)
    outlet = within_a_line((first and first.source) or "")
    date = texts.written_date(first.published_at) if first and first.published_at else ""
    if citation.other_outlets:
        earliest = "outlet" if date and outlet else "date" if date else "none"
        relaying = min(citation.relaying, citation.other_outlets)
        independent = "some" if relaying < citation.other_outlets else "none"
        return texts.say(
            "reprints",
            outlets=citation.other_outlets,
            relayed=independent if relaying else "no",
            relaying=relaying,
            origin=within_a_line(citation.origin or ""),
            earliest=earliest,
            outlet=outlet,
            date=date,
        )
    own = {(version.title, version.published_at) for version in citation.reprints}
    own -= {(citation.title, citation.published_at)}
    if not own:
        return ""
    return texts.say("versions", versions=len(own), earliest="date" if date else "none", date=date)


def _earliest(citation: Citation) -> Version | None:
    """Return the version that came first, which may be the cited one."""
    cited = Version(citation.article_id, citation.title, citation.source, citation.published_at, citation.url)
    return next((each for each in (cited, *citation.reprints) if each.article_id == citation.earliest), None)
