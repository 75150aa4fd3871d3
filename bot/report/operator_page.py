"""How the bot did and how its articles are, as one HTML page for the operator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.people.missed import missed
from bot.people.overview import usage, usage_by_period
from bot.report.pages import render
from retrieval.articles import folded
from retrieval.errors import RetrievalError
from retrieval.types import Certainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.people.missed import Missed
    from bot.people.overview import Usage
    from bot.people.store import PeopleStore
    from bot.settings import BotSettings
    from retrieval.articles import OutletCoverage
    from retrieval.library import Library
    from retrieval.types import Status

QUESTIONS_SHOWN = 100
OUTLETS_SHOWN = 200
_QUESTIONS_READ = 1000
"""Among which those are counted together that were asked several times."""
_DAYS_ONE_BY_ONE = 31
"""A longer time is shown week by week."""
_SILENT_AFTER_DAYS = 7
_SILENT_AFTER_GAPS = 5
"""Silent is an outlet that has had nothing for so many times as long as it usually has, and for a week at least."""


@dataclass(frozen=True, slots=True)
class PeriodUsage:
    """What was asked on a day or in a week."""

    first: date
    last: date
    usage: Usage | None
    """None where nothing was asked."""


@dataclass(frozen=True, slots=True)
class MissedQuestion:
    """A question that was refused or whose answer somebody found useless."""

    question: str
    day: date
    """On which it was asked last."""
    times: int
    refused: bool
    disliked: bool
    headline: str | None
    """Of the article that was cited first, where one was and it is still published."""


@dataclass(frozen=True, slots=True)
class BotReport:
    """What people asked a bot in some days."""

    usage: Usage
    periods: tuple[PeriodUsage, ...]
    """The oldest first, without gaps."""
    missed: tuple[MissedQuestion, ...]
    """The newest first."""

    @property
    def most_questions(self) -> int:
        """Of a period."""
        return max((period.usage.questions for period in self.periods if period.usage), default=0)

    @property
    def longest_ms(self) -> float:
        """The highest p95 of a period."""
        return max((period.usage.p95_ms for period in self.periods if period.usage), default=0.0)


@dataclass(frozen=True, slots=True)
class OutletRow:
    """How fresh the articles of an outlet are."""

    name: str
    """"" where the articles name no outlet."""
    articles: int
    recent: int
    """Articles of the days that the page is about."""
    last_date: date | None
    days_since: int | None
    """Days from its newest article to this one."""
    silent: bool


@dataclass(frozen=True, slots=True)
class OperatorReport:
    """All that the page tells."""

    made_at: datetime
    """In the settings' time zone, as all days are."""
    first_day: date
    last_day: date
    kept_days: int
    bot: BotReport | None
    """None where no bot has stored anything yet."""
    status: Status
    outlets: tuple[OutletRow, ...] = field(default=())
    """The largest first; empty where there is no index."""

    @property
    def silent_outlets(self) -> int:
        """How many outlets have fallen silent."""
        return sum(outlet.silent for outlet in self.outlets)


def gather_report(
    library: Library, people: PeopleStore | None, settings: BotSettings, days: int, now: datetime
) -> OperatorReport:
    """Collect what the page tells of the last `days`, this one among them; `now` has the settings' time zone.

    Nothing is read that is older than what is kept, whether it was deleted already or not.

    Raises:
        PeopleError: what is stored about people cannot be read.

    """
    last = now.date()
    first = last - timedelta(days=days - 1)
    kept_since = now - timedelta(days=settings.keep_days)
    since = max(datetime.combine(first, time(), now.tzinfo), kept_since)
    return OperatorReport(
        made_at=now,
        first_day=first,
        last_day=last,
        kept_days=settings.keep_days,
        bot=None if people is None else _bot_report(library, people, since, last),
        status=library.status(),
        outlets=_outlets(library, first, last),
    )


def render_operator_page(report: OperatorReport, language: str) -> str:
    """Make the page in one of `bot.texts.LANGUAGES`."""
    return render(
        "operator.html", language, report=report, questions_shown=QUESTIONS_SHOWN, outlets_shown=OUTLETS_SHOWN
    )


def _bot_report(library: Library, people: PeopleStore, since: datetime, last: date) -> BotReport:
    days = (last - since.date()).days + 1
    monday_of = _monday if days > _DAYS_ONE_BY_ONE else _itself
    found = usage_by_period(people, since, lambda moment: monday_of(moment.astimezone(since.tzinfo).date()))
    return BotReport(
        usage=usage(people, since),
        periods=tuple(_periods(found, since.date(), last, monday_of)),
        missed=tuple(_missed(library, missed(people, _QUESTIONS_READ, since, guesses=False), since)),
    )


def _periods(
    found: dict[date, Usage], first: date, last: date, beginning_of: Callable[[date], date]
) -> Iterable[PeriodUsage]:
    days = (first + timedelta(days=place) for place in range((last - first).days + 1))
    lengths = Counter(map(beginning_of, days))
    for begins, length in lengths.items():
        begins_shown = max(begins, first)
        yield PeriodUsage(begins_shown, begins_shown + timedelta(days=length - 1), found.get(begins))


def _itself(day: date) -> date:
    return day


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _missed(library: Library, found: list[Missed], since: datetime) -> Iterable[MissedQuestion]:
    """The latest questions, those that were asked several times once."""
    together: dict[str, MissedQuestion] = {}
    headlines = _headlines(library, {question.article_ids[0] for question in found if question.article_ids})
    for question in found:
        key = " ".join(folded(question.question).split())
        if before := together.get(key):
            together[key] = replace(before, times=before.times + 1, disliked=before.disliked or question.disliked)
            continue
        together[key] = MissedQuestion(
            question=question.question,
            day=question.asked_at.astimezone(since.tzinfo).date(),
            times=1,
            refused=question.certainty is Certainty.NONE,
            disliked=question.disliked,
            headline=headlines.get(question.article_ids[0]) if question.article_ids else None,
        )
    return list(together.values())[:QUESTIONS_SHOWN]


def _headlines(library: Library, article_ids: set[str]) -> dict[str, str]:
    """The headlines of those articles that are published."""
    if not article_ids:
        return {}
    try:
        return {article.id: article.title for article in library.listed() if article.id in article_ids}
    except RetrievalError:
        return {}  # the status tells why


def _outlets(library: Library, first: date, last: date) -> tuple[OutletRow, ...]:
    try:
        covered = library.coverage().outlets
        recent = Counter(
            article.source or ""
            for article in library.listed()
            if article.published_at and first <= article.published_at.date() <= last
        )
    except RetrievalError:
        return ()  # the status tells why
    return tuple(_outlet(outlet, recent[outlet.name], last) for outlet in covered)


def _outlet(outlet: OutletCoverage, recent: int, today: date) -> OutletRow:
    since = (today - outlet.last_date).days if outlet.last_date else None
    return OutletRow(outlet.name, outlet.articles, recent, outlet.last_date, since, is_silent(outlet, today))


def is_silent(outlet: OutletCoverage, today: date) -> bool:
    """Whether an outlet has had nothing for much longer than is usual with it; never where it has one article."""
    if outlet.first_date is None or outlet.last_date is None or outlet.articles == 1:
        return False
    usual = (outlet.last_date - outlet.first_date).days / (outlet.articles - 1)
    return (today - outlet.last_date).days > max(_SILENT_AFTER_DAYS, _SILENT_AFTER_GAPS * usual)
