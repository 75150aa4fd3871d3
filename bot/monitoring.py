"""/healthz and /metrics, on loopback alone: for whoever watches over the bot from outside.

The only importer of prometheus_client. What is counted is counted in any case (`bot.tally`); here it is only told.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path, PurePath
from urllib.parse import urlsplit

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from tornado.httpserver import HTTPServer
from tornado.web import Application as WebApplication
from tornado.web import RequestHandler

from bot.health import Health, read_health
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.tally import BOUNDS, OUTCOMES, TROUBLES, Tally
from bot.tokens import TOKEN_SHAPED
from bot.transport.errors import NotRunningError
from retrieval.articles import Edition
from retrieval.errors import RetrievalError
from retrieval.fetching.addresses import is_address
from retrieval.ingest.heard import SourceState, read_sources
from retrieval.told import system_reason, told

_LOGGER = logging.getLogger(__name__)

_HOST = "127.0.0.1"
_MOST_SOURCES = 100
_LONGEST_NAME = 60
_PATIENCE = 5.0
"""Seconds for what is asked of the library; without an answer its metrics are left out."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at."""

    home: Path
    tally: Tally
    questions: QuestionDesk
    articles: ArticleDesk
    under_way: Callable[[], int]
    """How many updates are being handled."""


class Monitoring:
    """Serves from the start of the bot to its end, also while it cannot reach Telegram."""

    def __init__(self, port: int, watched: Watched) -> None:
        """Listen at `port`; raises `NotRunningError` where that is taken. To be called in the event loop."""
        web = _Silent([("/healthz", _Healthz, {"watched": watched}), ("/metrics", _Metrics, {"watched": watched})])
        self._server = HTTPServer(web)
        try:
            self._server.listen(port, _HOST)
        except OSError as error:
            reason = system_reason(error)
            raise NotRunningError(
                told("CITEBOT_METRICS_PORT={port} cannot be had: {reason}", port=port, reason=reason)
            ) from error

    async def stop(self) -> None:
        """Serve no more."""
        self._server.stop()
        await self._server.close_all_connections()


class _Silent(WebApplication):
    """Tornado without its log of requests, of which there is one every few seconds."""

    def log_request(self, handler: RequestHandler) -> None:
        """Log nothing."""


class _Handler(RequestHandler):
    SUPPORTED_METHODS = ("GET", "HEAD")
    _watched: Watched

    def initialize(self, *, watched: Watched) -> None:
        """Take what is looked at."""
        self._watched = watched

    def set_default_headers(self) -> None:
        """Tell nobody which server this is."""
        self.clear_header("Server")

    def prepare(self) -> None:
        """Turn away what a browser asks on behalf of a page from elsewhere, whose name was made to lead here."""
        if not _is_of_this_machine(self.request.host_name):
            self.set_status(HTTPStatus.FORBIDDEN)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish("ask for localhost or 127.0.0.1: other hosts are not served\n")

    async def get(self) -> None:
        """Tell what there is to tell."""
        await self._tell()

    async def head(self) -> None:
        """The same; tornado leaves the body out."""
        await self._tell()

    async def _tell(self) -> None:
        raise NotImplementedError


def _is_of_this_machine(host: str) -> bool:
    """Tell whether a host is asked for by a number, or by the one name that nobody can have lead elsewhere."""
    try:
        return host == "localhost" or bool(ip_address(host.strip("[]")))
    except ValueError:
        return False


class _Healthz(_Handler):
    """What `citebot health` says, in one line; status 503 where the bot is not well."""

    async def _tell(self) -> None:
        health = await asyncio.to_thread(read_health, self._watched.home)
        self.set_status(HTTPStatus.OK if health.healthy else HTTPStatus.SERVICE_UNAVAILABLE)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{health.told}\n")


class _Metrics(_Handler):
    """All figures in Prometheus' format of text."""

    async def _tell(self) -> None:
        watched = self._watched
        health, sources = await asyncio.to_thread(lambda: (read_health(watched.home), read_sources(watched.home)))
        figures = _Figures(watched, health, sources, await _edition(watched.articles), datetime.now(UTC))
        registry = CollectorRegistry()
        registry.register(figures)
        ProcessCollector(registry=registry)
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(registry))


async def _edition(articles: ArticleDesk) -> Edition | None:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await articles.edition()
    except (RetrievalError, TimeoutError) as error:
        _LOGGER.debug("The index cannot be looked at: %s", error)
        return None


@dataclass(frozen=True, slots=True, eq=False)
class _Figures(Collector):
    """The figures of one moment."""

    watched: Watched
    health: Health
    sources: Sequence[SourceState]
    edition: Edition | None
    now: datetime

    def collect(self) -> Iterator[Metric]:
        """Yield them all; what is not known is left out."""
        yield from self._of_bot()
        yield from self._of_questions()
        yield from self._of_index()
        yield from self._of_sources()

    def _of_bot(self) -> Iterator[Metric]:
        tally = self.watched.tally
        yield _gauge("citebot_healthy", "Whether citebot health is content: 1 or 0.", float(self.health.healthy))
        yield _gauge("citebot_telegram_heard_age_seconds", "Since the last word from Telegram.", self.health.silent)
        yield _gauge("citebot_last_update_age_seconds", "Since the last update from Telegram.", tally.since_update)
        yield _gauge("citebot_updates_under_way", "Updates that are being handled.", self.watched.under_way())
        errors = CounterMetricFamily("citebot_errors", "What went wrong, by kind.", labels=["kind"])
        for kind in TROUBLES:
            errors.add_metric([kind], tally.troubles[kind])
        yield errors

    def _of_questions(self) -> Iterator[Metric]:
        tally = self.watched.tally
        yield _gauge(
            "citebot_questions_waiting",
            "Questions that wait for the library, the one that it works on counted.",
            self.watched.questions.taken,
        )
        questions = CounterMetricFamily("citebot_questions", "Questions, by what came of them.", labels=["outcome"])
        for outcome in OUTCOMES:
            questions.add_metric([outcome], tally.questions[outcome])
        yield questions
        bounds = [*map(str, BOUNDS), "+Inf"]
        yield HistogramMetricFamily(
            "citebot_question_seconds",
            "From taking a question to having sent its answer.",
            buckets=list(zip(bounds, tally.answers_within, strict=True)),
            sum_value=tally.seconds,
        )

    def _of_index(self) -> Iterator[Metric]:
        if self.edition:
            age = (self.now - self.edition.made_at).total_seconds()
            yield _gauge("citebot_index_age_seconds", "Since the index that answers was made.", age)
            yield _gauge("citebot_index_generation", "Number of the index that answers.", self.edition.generation)
            yield _gauge("citebot_index_articles", "Articles of the index that answers.", self.edition.articles)

    def _of_sources(self) -> Iterator[Metric]:
        silent = [state for state in self.sources if state.silence(self.now)]
        yield _gauge("citebot_sources", "Sources that the last run of citebot index read.", len(self.sources))
        yield _gauge("citebot_sources_silent", "Sources that cannot be read or are overdue.", len(silent))
        read = GaugeMetricFamily(
            "citebot_source_read_age_seconds", "Since it was last read without an error.", labels=["source"]
        )
        newest = GaugeMetricFamily(
            "citebot_source_newest_article_age_seconds", "Since its newest article was published.", labels=["source"]
        )
        silence = GaugeMetricFamily(
            "citebot_source_silent", "Whether it cannot be read or is overdue: 1 or 0.", labels=["source"]
        )
        for name, state in names_of(self.sources[:_MOST_SOURCES]):
            if state.read_at:
                read.add_metric([name], (self.now - state.read_at).total_seconds())
            if state.newest_at:
                newest.add_metric([name], (self.now - state.newest_at).total_seconds())
            silence.add_metric([name], float(state in silent))
        yield from (read, newest, silence)


def names_of(states: Sequence[SourceState]) -> Iterator[tuple[str, SourceState]]:
    """Yield each source with a short name of its own, in the same order."""
    taken: set[str] = set()
    for state in states:
        short = _short_name(state.place)
        name, number = short, 2
        while name in taken:
            name, number = f"{short} ({number})", number + 1
        taken.add(name)
        yield name, state


def _short_name(place: str) -> str:
    """Return host and path of an address without its query, or the last two parts of a path."""
    if is_address(place):
        address = urlsplit(place)
        name = f"{address.netloc}{address.path.rstrip('/')}"
    else:
        name = "/".join(PurePath(place).parts[-2:]).lstrip("/")
    name = TOKEN_SHAPED.sub("***", name)
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _gauge(name: str, meaning: str, value: float | None) -> Metric:
    """Return a figure; one without a value where that is not known."""
    family = GaugeMetricFamily(name, meaning)
    if value is not None:
        family.add_metric([], value)
    return family
