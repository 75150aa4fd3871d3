"""The façade: everything that the command line and the bot do with articles goes through `Library`."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from functools import partial, wraps
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, Self, TypeVar

from retrieval.answering.serving import Serving
from retrieval.articles import ArticleKeys, Coverage, Edition, article_of_copy, folded
from retrieval.certainty import BoundsChoice
from retrieval.errors import IndexMissingError, RetrievalError
from retrieval.home import Home
from retrieval.index.servable import require_model, servable_manifest, without_forgotten
from retrieval.models.model import model_named
from retrieval.models.model_files import BUNDLED_MODEL
from retrieval.progress import Progress
from retrieval.status import describe, told_of_a_beginning
from retrieval.types import Certainty, Followed, NamedOutlet, NearestArticle, News, Period, QuoteClass, Timeline
from retrieval.upkeep import Upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from retrieval.answering.quotations.checker import QuoteChecker
    from retrieval.answering.small_talk import SmallTalk
    from retrieval.index.generation import Generation
    from retrieval.index.manifest import Manifest
    from retrieval.ingest.worker import EmbeddingWorker
    from retrieval.models.embedding import Embedder
    from retrieval.models.model import Model
    from retrieval.models.span_reader import SpanReader
    from retrieval.question.bounds import Bounded
    from retrieval.question.canonical import Canonical
    from retrieval.question.conversation import Conversation
    from retrieval.question.parsing import Question
    from retrieval.ranking.search import ReadPassages, Searcher, SearchResult
    from retrieval.settings import RetrievalSettings
    from retrieval.store.queries import StoreQueries
    from retrieval.types import (
        Act,
        Answer,
        Article,
        ArticleHeader,
        Bounds,
        Copy,
        Digest,
        IndexPreview,
        IndexReport,
        Passage,
        QuoteCheck,
        Reading,
        Retraction,
        Status,
    )

_log = logging.getLogger(__name__)

_PASSAGES_AN_ARTICLE = 4
"""Passages to look at for each article that is wanted, since several may be of one."""
_NEAREST_TO_QUOTE = 3
_SEARCHES = 3
"""Searches for one question at most, where generations are deleted faster than it is answered."""
_LONGEST_READ = 5_000
"""Characters of a question that are read; what is longer is a text that somebody pasted, and its beginning tells."""
_QUESTIONS_TO_WARM_UP = (
    "Кто приехал?",
    "Когда откроют новый мост через реку и сколько он стоит?",
    "What did the minister say about the budget and the taxes of the next three years on Monday?",
)


_Restriction = TypeVar("_Restriction", Period, NamedOutlet)
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class Opened(NamedTuple):
    """What questions are answered from, for those who answer them in another way."""

    generation: Generation
    queries: StoreQueries
    embedder: Embedder


def _from_what_is_kept(
    method: Callable[Concatenate[Library, _Parameters], _Result],
) -> Callable[Concatenate[Library, _Parameters], _Result]:
    """Have a question asked again where what it found is gone: its generation was deleted, or an article forgotten."""

    @wraps(method)
    def retried(library: Library, /, *arguments: _Parameters.args, **named: _Parameters.kwargs) -> _Result:
        for _ in range(_SEARCHES - 1):
            try:
                return method(library, *arguments, **named)
            except IndexMissingError:
                library.serving.refreshed()
        return method(library, *arguments, **named)

    return retried


class Library:
    """The articles of one home folder; safe to ask from several threads.

    Nothing heavy is imported or loaded before it is needed: `status` needs neither torch nor faiss.
    """

    def __init__(
        self,
        settings: RetrievalSettings,
        progress: Progress | None = None,
        *,
        model: Model | None = None,
        model_home: Path | None = None,
    ) -> None:
        """`model` embeds in place of the one that the settings name.

        `model_home` is where the bundled model is unpacked, if not below the settings' own home.
        """
        models = model_home or settings.home
        self._settings = settings
        self._progress = progress or Progress()
        self.home = Home.to_read(settings)
        """What is stored and what is published, to be asked."""
        self._written = Home.of(settings) if settings.database_read_url else self.home
        self.model = model or model_named(settings.embedding_model, models)
        """What texts and questions are embedded with."""
        # Readers are trained on the bundled model; one more is loaded where the settings embed with another.
        self._reading_model = self.model if settings.embedding_model is None else model_named(None, models)
        self.bounds_choice = BoundsChoice(settings, self.home.calibration, self.model)
        """From which confidences answers are sure, and unsure."""
        self._told_ignored = ""
        self._upkeep = self.beside(self._progress)
        self.serving = Serving(self.home.generations, self._open_searcher)
        """Which generation questions are answered from."""
        self._reader: SpanReader | None = None
        self._small_talk: SmallTalk | None = None
        self._article_keys: ArticleKeys | None = None

    @classmethod
    def open(cls, settings: RetrievalSettings, progress: Progress | None = None, *, model: Model | None = None) -> Self:
        """Load the model and the published generation, ready to be asked.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexMismatchError: what is published does not fit the settings or is damaged.
            ModelError: the model cannot be had.

        """
        library = cls(settings, progress, model=model)
        library.opened()
        return library

    def follow(self, every: float = 1.0) -> None:
        """From now on open new generations in the background, `every` so many seconds where one is published.

        Without this, the first question after publishing opens it and waits for it.
        """
        self.serving.follow(every)

    def warm_up(self) -> None:
        """Answer questions of several lengths, so that the first reader waits no longer than the tenth.

        Kernels are compiled, dictionaries loaded and pages of files read when they are first needed. What fails is
        told to nobody but the log: a reader's question may do better.
        """
        try:
            self.opened().embedder.warm_up()
            for question in _QUESTIONS_TO_WARM_UP:
                self.ask(question)
        except RetrievalError as error:
            _log.warning("no question could be answered to warm up: %s", error)

    def beside(self, progress: Progress) -> Upkeep:
        """What changes the home while questions are answered, with the same model; it tells `progress` how far it is.

        A new generation is taken up as one that another process publishes.
        """
        return Upkeep(self._written, self.model, progress)

    def worker(self, progress: Progress) -> EmbeddingWorker:
        """What embeds for another machine, ready to work; see `EmbeddingWorker.ready`."""
        from retrieval.ingest.worker import EmbeddingWorker

        return EmbeddingWorker.ready(self.home, self.model, progress)

    def close(self) -> None:
        """End what runs in the background."""
        self.serving.close()

    @_from_what_is_kept
    def ask(
        self,
        question: str,
        *,
        conversation: Conversation | None = None,
        limit: int | None = None,
        now: datetime | None = None,
        bounds: Bounds | None = None,
        read: bool = True,
        within: Bounded | None = None,
        hidden: frozenset[int] = frozenset(),
        first_in: str | None = None,
    ) -> Answer:
        """Answer a question with up to `limit` citations, or say that the articles do not.

        A question that leans on `conversation` is completed from it and the answer tells how; any other is answered
        as if it were the first. One that may lean is taken as it is more likely meant, and otherwise where only that
        finds something sure. The caller goes on with ``conversation.after(answer)``.
        `now` is the moment that "yesterday" is relative to, naive in the settings' time zone; default: this moment.
        `limit` and `bounds` are the settings' by default. Without `read` no passage is
        read, which is several times as fast and less often right. Nothing outside of what `within` names is cited,
        whatever the question says of that. Passages whose ids are `hidden` are passed over as if they were not there,
        but for what asks for news. A question that leans on the conversation is looked for first in the article with
        the id `first_in`, if there is one, and in all others where that does not surely answer.
        """
        from retrieval.answering.answerer import Answerer
        from retrieval.answering.relaying import with_relayed
        from retrieval.question.canonical import restated
        from retrieval.question.parsing import parse

        started = time.perf_counter()
        today = self._today(now)
        typed = self._canonical(question)
        asked = parse(typed.text, today, outlet_names=self._current_searcher().outlet_names)
        alone = restated(asked, today)
        understood = restated(conversation.understood(asked, today), today) if conversation else alone
        usual = self.bounds()
        bounds, sure = bounds or usual, usual.sure
        search = partial(self._search, read=read, hidden=hidden)
        citations = self._settings.citations
        answerer = Answerer(self.home, self._current_searcher, search, limit, citations, bounds, usual, today)
        find = answerer.looking_first_into(first_in)
        answer = find(understood, within)
        if conversation and answer.confidence < sure and (otherwise := conversation.otherwise(asked, today)):
            other = find(restated(otherwise, today), within)
            if other.confidence >= sure:
                answer = other
        searcher = self._current_searcher()
        answer = with_relayed(answer, searcher.outlet_names, searcher.generation.manifest.number, self.home)
        stands_alone = answer.question == alone.full
        return replace(
            answer,
            question=question,
            period=_as_typed(answer.period, question),
            outlet=_as_typed(answer.outlet, question),
            act=self._act_of(question) if answer.certainty is Certainty.NONE and stands_alone else None,
            understood=answer.question if typed.is_mended or not stands_alone else None,
            canonical=typed.text,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    @_from_what_is_kept
    def timeline(self, question: str, *, now: datetime | None = None) -> Timeline:
        """Tell how the story that a question names went on: one cited sentence for each day on which it moved.

        `now` is as in `ask`. There are no days where no article is about it.
        """
        from retrieval.answering.timeline import timeline
        from retrieval.question.parsing import parse
        from retrieval.question.timelines import story_named

        searcher = self._current_searcher()
        story = parse(story_named(self._canonical(question).text), self._today(now), outlet_names=searcher.outlet_names)
        return replace(timeline(story, searcher, self.home), question=question)

    @_from_what_is_kept
    def check_quote(self, text: str) -> QuoteCheck:
        """Tell whether words stand in the articles as they are quoted.

        `text` is a question about a quotation, «правда ли, что Иванов сказал: «…»?», or else the quoted words.
        """
        started = time.perf_counter()
        return self._timed(self._quote_checker().check(text), started)

    @_from_what_is_kept
    def check_asked_quote(self, text: str) -> QuoteCheck | None:
        """Check the quotation that a message asks about; None where it asks about none, or rather about a matter.

        «Правда ли, что …?» without quotation marks asks about one where an article has nearly the same words.
        """
        started = time.perf_counter()
        found = self._quote_checker().check_asked(text)
        return None if found is None else self._timed(found, started)

    def _quote_checker(self) -> QuoteChecker:
        from retrieval.answering.quotations.checker import QuoteChecker

        return QuoteChecker(self.home, self._current_searcher().generation, self._load_embedder())

    def _timed(self, check: QuoteCheck, started: float) -> QuoteCheck:
        """A check with how long it took, and with the nearest articles where nothing is found."""
        if check.verdict is QuoteClass.NOWHERE:
            check = replace(check, nearest=self.nearest(check.quote, _NEAREST_TO_QUOTE))
        return replace(check, took_ms=round((time.perf_counter() - started) * 1000, 1))

    @_from_what_is_kept
    def cited_story(self, answer: Answer) -> Timeline:
        """Tell how the story of an answer's first citation went on, as `timeline` does; no days where there is none.

        Of a time of which the main events were asked there is no one story.
        """
        from retrieval.answering.cited_story import timeline_of_cited
        from retrieval.question.parsing import parse
        from retrieval.question.timelines import story_named

        searcher = self._current_searcher()
        text = answer.understood or answer.canonical or answer.question
        asked = parse(story_named(text), self._today(), outlet_names=searcher.outlet_names)
        if not answer.citations or asked.is_about_all:
            return Timeline(answer.question, ())
        cited = answer.citations[0]
        headline = parse(cited.title, self._today())
        told = timeline_of_cited(cited.article_id, asked, headline, searcher, self.home)
        return replace(told, question=answer.question)

    @_from_what_is_kept
    def digest(self, until: datetime | None = None, *, count: int = 5) -> Digest:
        """Tell up to `count` main stories of the 24 hours before a moment, naive in the settings' time zone, or now."""
        from retrieval.answering.digest import digest

        moment = until or datetime.now(self._settings.timezone).replace(tzinfo=None)
        return digest(moment, count, self._current_searcher().generation, self.home)

    @_from_what_is_kept
    def followed(self, answer: Answer, asked_at: datetime) -> Followed:
        """Return what is asked again for somebody who has been shown an answer and wants to know more when it comes.

        `asked_at` is the moment of the question, naive in the settings' time zone.
        """
        from retrieval.answering.following import known_from

        text = answer.understood or answer.question
        cited = answer.citations if answer.certainty is Certainty.SURE else ()
        known = known_from(cited, self._asked(text, asked_at))
        return Followed(text, asked_at, known, self._newest_passage())

    @_from_what_is_kept
    def news_for(self, followed: Followed, count: int) -> News | None:
        """Ask a followed question again, as at its moment; return up to `count` citations of what is new, if any."""
        from retrieval.answering.following import LESS_DOUBT, known_from, what_is_new

        newest, bounds = self._newest_passage(), self.bounds().with_less_doubt(LESS_DOUBT)
        answer = self.ask(followed.question, limit=count, now=followed.asked_at, bounds=bounds)
        asked = self._asked(followed.question, followed.asked_at)
        new = what_is_new(answer, asked, followed, self._current_searcher().generation, self.home)
        if new is None:
            return None
        return News(new, Followed(followed.question, followed.asked_at, known_from(new.citations, asked), newest))

    def _newest_passage(self) -> int:
        return int(self._current_searcher().generation.layout.passage_ids.max(initial=0))

    def _asked(self, question: str, now: datetime) -> Question:
        from retrieval.question.parsing import parse

        outlets = self._current_searcher().outlet_names
        return parse(self._canonical(question).text, now.date(), outlet_names=outlets)

    def within(self, since: date | None, until: date | None, source: str | None) -> Bounded | None:
        """What restricts every answer to articles published from `since` to `until`, and of one outlet; None if none.

        Neither the case of the outlet's name nor `ё` for `е` matters.
        """
        from retrieval.question.bounds import Bounded

        if since is None and until is None and source is None:
            return None
        layout = self._current_searcher().generation.layout
        period = outlets = None
        if since or until:
            days = layout.days[layout.days > 0].tolist() or [1]
            first = since or min(date.fromordinal(min(days)), until or date.max)
            period = Period(first, until or max(first, date.fromordinal(max(days))))
        if source is not None:
            outlets = tuple(name for name in layout.outlet_names.tolist() if name and folded(name) == folded(source))
        outlet = None if source is None else NamedOutlet(outlets[0] if outlets else source, "")
        return Bounded(period, outlets, outlet, published=True)

    def _act_of(self, text: str) -> Act | None:
        """What was meant where nothing was found; other models than the bundled one are not asked."""
        return None if self._small_talk is None else self._small_talk.act_of(text)

    @_from_what_is_kept
    def rank(self, question: str, count: int, *, now: datetime | None = None, read: bool = True) -> list[Passage]:
        """Return up to `count` passages, best first, however unsure; for evaluation. `now` is as in `ask`."""
        from retrieval.question.canonical import without_opening
        from retrieval.question.parsing import parse

        asked = parse(without_opening(self._canonical(question).text), self._today(now))
        found, passages = self._search(asked, count, read=read)
        for wider in asked.widened() if found.confidence < self.bounds().unsure else ():
            _, passages = self._search(wider, count, read=read)
        return list(passages.values())

    @_from_what_is_kept
    def nearest(self, text: str, count: int) -> tuple[NearestArticle, ...]:
        """Return up to `count` articles that are closest to a text, best first, however far they are."""
        from retrieval.question.parsing import parse

        text_alone = parse(text[:_LONGEST_READ], self._today()).as_text()
        _, passages = self._search(text_alone, _PASSAGES_AN_ARTICLE * count, read=False)
        closest = {passage.article.id: passage.article for passage in passages.values()}
        return tuple(
            NearestArticle(article.id, article.title, article.published_at)
            for article in list(closest.values())[:count]
        )

    def article(self, key: str) -> Article | None:
        """Return the published article with this key (`retrieval.articles.article_key`); None where there is none."""
        number = self.home.generations.published().number
        keys = self._article_keys
        if keys is None or keys.generation != number:
            keys = self._article_keys = ArticleKeys(number, self.home.queries.article_revisions(number))
        revision = keys.revision(key)
        return None if revision is None else self.home.queries.article(revision)

    def newest(self, count: int) -> list[Article]:
        """Return up to `count` published articles that have a date, the newest first."""
        return self.home.queries.newest_articles(self.home.generations.published().number, count)

    def listed(self) -> list[ArticleHeader]:
        """Return every published article without its text, the newest first, those without a date last.

        Raises:
            IndexMissingError: nothing is published yet.

        """
        return self.home.queries.headers(self._readable_generation())

    def whole_articles(self) -> Iterator[Article]:
        """Yield every published article, copies of it right after it; few are held at a time.

        Raises:
            IndexMissingError: nothing is published yet, or what is being read was replaced and deleted meanwhile.

        """
        number = self._readable_generation()
        copies: dict[str, list[Copy]] = defaultdict(list)
        for copy in sorted(self.home.stories.copies(number), key=lambda copy: copy.article_id):
            copies[copy.copy_of].append(copy)
        for article in self.home.queries.articles(number):
            yield article
            for copy in copies[article.id]:
                yield article_of_copy(copy, article)

    def _readable_generation(self) -> int:
        """The number of what is published, in a database that this version can read."""
        number = self.home.generations.published().number
        self.home.database.check_schema()
        return number

    def edition(self) -> Edition:
        """Tell from what questions are answered now; quick, whatever it holds."""
        manifest = self._current_searcher().generation.manifest
        return Edition(manifest.number, manifest.created_at, manifest.articles)

    def coverage(self) -> Coverage:
        """Tell what the published articles cover."""
        manifest = self.home.generations.manifest(self.home.generations.published().number)
        manifest = without_forgotten(manifest, self.home.retractions)
        return Coverage(
            generation=manifest.number,
            published_at=manifest.created_at.astimezone(self._settings.timezone).replace(tzinfo=None),
            articles=manifest.articles,
            outlets=self.home.queries.outlets(manifest.number),
        )

    def bounds(self) -> Bounds:
        """The confidences from which an answer is sure, and unsure; that calibrated ones are ignored is told once."""
        found = self.bounds_choice.in_force()
        if found.ignored != self._told_ignored:
            self._told_ignored = found.ignored
            if found.ignored:
                _log.warning("%s", found.ignored)
        return found.bounds

    def opened(self) -> Opened:
        """What questions are answered from now.

        Raises:
            IndexMissingError: nothing is published yet.
            IndexMismatchError: what is published does not fit the settings or is damaged.
            ModelError: the model cannot be had.

        """
        return Opened(self._current_searcher().generation, self.home.queries, self._load_embedder())

    def told_of_a_beginning(self) -> str:
        """Say that but the newest articles are published, where a first run was broken off; "" where all are."""
        return told_of_a_beginning(self._current_searcher().generation.manifest)

    def status(self) -> Status:
        """Describe what is published; a missing or damaged index is told, not raised."""
        return describe(self.home, self.model, self.bounds_choice.in_force())

    def index(
        self, sources: Sequence[str] = (), *, rebuild: bool = False, accept_removals: bool = False
    ) -> IndexReport:
        """Make the published index mirror `sources`; see `Upkeep.index`."""
        return self._upkeep.index(sources, rebuild=rebuild, accept_removals=accept_removals)

    def ask_addresses_anew(self) -> None:
        """Have the next run ask all addresses; see `Upkeep.ask_addresses_anew`."""
        self._upkeep.ask_addresses_anew()

    def preview(self, sources: Sequence[str] = (), *, accept_removals: bool = False) -> IndexPreview:
        """Tell what `index` would do; see `Upkeep.preview`."""
        return self._upkeep.preview(sources, accept_removals=accept_removals)

    def rollback(self) -> Manifest:
        """Publish the generation before the current one; see `Upkeep.rollback`."""
        return self._upkeep.rollback()

    def copy_to(self, target: RetrievalSettings, before_publishing: Callable[[], None] | None = None) -> Manifest:
        """Carry the home over into another place; see `Upkeep.copy_to`."""
        return self._upkeep.copy_to(target, before_publishing)

    def forget(self, articles: Sequence[str]) -> bool:
        """Take articles out of all answers and keep them away; see `Upkeep.forget`."""
        return self._upkeep.forget(articles)

    def let_back(self, articles: Sequence[str]) -> None:
        """Undo `forget`; see `Upkeep.let_back`."""
        self._upkeep.let_back(articles)

    def forgotten(self) -> tuple[Retraction, ...]:
        """What `forget` keeps away, the latest first; see `Upkeep.forgotten`."""
        return self._upkeep.forgotten()

    def _current_searcher(self) -> Searcher:
        return self.serving.searcher()

    def _canonical(self, question: str) -> Canonical:
        """The question in the form in which it is answered, whatever way it was typed."""
        from retrieval.question.canonical import canonical

        return canonical(question[:_LONGEST_READ], self._current_searcher().generation.words)

    def _passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by their ids, in this order; one that is gone is left out."""
        return {passage.id: passage for passage in self.home.queries.passages(ids)}

    def _today(self, now: datetime | None = None) -> date:
        return (now or datetime.now(self._settings.timezone)).date()

    def _search(
        self, question: Question, count: int, *, read: bool, hidden: frozenset[int] = frozenset()
    ) -> tuple[SearchResult, dict[int, Passage]]:
        """Search, and fetch the passages of the hits.

        Where some are gone because their generation is no longer kept, the question is searched for again in the one
        that is published now; what was retracted is gone from that one as well.
        """
        searcher = self._current_searcher()
        for _ in range(_SEARCHES):
            found = searcher.search(
                question,
                count,
                read=self._reading(question, self._reader) if read and self._reader else None,
                read_most=self._settings.reader_passages,
                hidden=hidden | self.home.retractions.passages(searcher.generation.manifest.number),
            )
            passages = self._passages([hit.passage_id for hit in found.hits])
            if len(passages) == len(found.hits):
                break
            newer = self.serving.refreshed()
            if newer is searcher:
                break
            searcher = newer
        return found, passages

    def _reading(self, question: Question, reader: SpanReader) -> ReadPassages:
        """What a search reads passages with, by their ids; a passage that is gone meanwhile is not read."""
        from retrieval.ranking.suitability import suitability

        def read(ids: Sequence[int]) -> dict[int, Reading]:
            passages = self._passages(ids)
            readings = reader.read(question.searched, list(passages.values()))
            return {
                passage.id: replace(reading, suitability=suitability(question, passage))
                for passage, reading in zip(passages.values(), readings, strict=True)
            }

        return read

    def _load_reader(self) -> SpanReader | None:
        if not self._settings.reads:
            return None
        from retrieval.models.span_reader import SpanReader

        bundled = self._reading_model.load(self._progress.announce)
        return SpanReader.load(bundled, self._settings.reader_file)

    def _load_embedder(self) -> Embedder:
        return self.model.load(self._progress.announce)

    def _open_searcher(self, number: int) -> Searcher:
        from retrieval.answering.small_talk import SmallTalk
        from retrieval.question.outlets import OutletNames
        from retrieval.ranking.search import Searcher
        from retrieval.text.abbreviations import Abbreviations

        manifest = servable_manifest(self.home.generations, self.home.database, self.home.queries, number)
        require_model(manifest, name=self.model.name, fingerprint=self.model.fingerprint())
        embedder = self._load_embedder()
        require_model(manifest, name=self.model.name, fingerprint=embedder.fingerprint)
        if self._reader is None:
            self._reader = self._load_reader()
        if embedder.name == BUNDLED_MODEL:
            self._small_talk = SmallTalk(embedder)
        abbreviations = Abbreviations.of(self._settings.abbreviations)
        generation = self.home.generations.open(manifest.number)
        outlets = generation.layout.outlet_names[1:].tolist()
        names = OutletNames.of(outlets, self._settings.outlet_aliases) if outlets else None
        return Searcher(
            generation,
            embedder,
            abbreviations=abbreviations,
            outlet_names=names,
            recency_half_life=self._settings.recency_half_life,
        )


def _as_typed(restriction: _Restriction | None, question: str) -> _Restriction | None:
    """What restricts a question, with its words as they were typed there, if they were."""
    if restriction is None or not restriction.words:
        return restriction
    start = question.casefold().replace("ё", "е").find(restriction.words.casefold().replace("ё", "е"))
    if start < 0 or len(question.casefold()) != len(question):
        return restriction
    return replace(restriction, words=question[start : start + len(restriction.words)])
