"""What the articles cover, as it is told: how many, of which outlets, from when to when."""

from collections.abc import Iterator
from datetime import date

from bot.rendering.lines import within_a_line
from bot.texts import Texts
from retrieval.articles import Coverage, OutletCoverage

_OUTLETS_LISTED = 30
_LONGEST_OUTLET = 60


def covered(coverage: Coverage, texts: Texts) -> str:
    """Return it in one sentence or two."""
    days, first, last = _dates(coverage.first_date, coverage.last_date, texts)
    return texts.say(
        "start-coverage",
        articles=coverage.articles,
        outlets=len(coverage.outlets),
        days=days,
        first=first,
        last=last,
        updated=texts.written_date(coverage.published_at),
    )


def covered_by_outlet(coverage: Coverage, texts: Texts) -> str:
    """Return the same, and a line for each of the largest outlets."""
    return "\n".join(_lines(coverage, texts))


def _lines(coverage: Coverage, texts: Texts) -> Iterator[str]:
    yield covered(coverage, texts)
    yield ""
    yield texts.say("sources")
    for outlet in coverage.outlets[:_OUTLETS_LISTED]:
        yield "• " + _outlet(outlet, texts)
    if len(coverage.outlets) > _OUTLETS_LISTED:
        yield texts.say("sources-more", outlets=len(coverage.outlets) - _OUTLETS_LISTED)


def _outlet(outlet: OutletCoverage, texts: Texts) -> str:
    name = within_a_line(outlet.name[:_LONGEST_OUTLET]) or texts.say("sources-unnamed")
    days, first, last = _dates(outlet.first_date, outlet.last_date, texts)
    return texts.say("sources-outlet", name=name, articles=outlet.articles, days=days, first=first, last=last)


def _dates(first: date | None, last: date | None, texts: Texts) -> tuple[str, str, str]:
    """Return how many days are covered, as the catalogues ask for it, and the first and the last as they are read."""
    if not first or not last:
        return "none", "", ""
    return "one" if first == last else "several", texts.written_date(first), texts.written_date(last)
