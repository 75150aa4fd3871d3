"""The nouns of Citebot: frozen, slotted, no behaviour.

One word per idea: an **article** is a document with a title, a date and a source; a **passage** is a
paragraph-sized piece of its text; a **sentence** is the unit that is embedded and pointed at; an **excerpt** is
the verbatim text of a **citation**; a **generation** is one published index.

All offsets count Unicode code points of ``article.text``, as Python slices do: ``article.text[start:end]``.
All times are naive and in the time zone of the settings (``CITEBOT_TIMEZONE``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, Self


@dataclass(frozen=True, slots=True)
class Article:
    """One document as its loader read it; `text` is stored and cited verbatim."""

    id: str
    """The source's own id (JSON Lines, Telegram), or the file's path below its source folder without the ending."""
    title: str
    text: str
    published_at: datetime | None = None
    source: str | None = None
    """The outlet, e.g. ``iz.ru``."""
    url: str | None = None
    language: str | None = None
    """ISO 639-1 code, e.g. ``ru``; None of a loaded article whose source does not name it: it is detected later."""


@dataclass(frozen=True, slots=True)
class LoadProblem:
    """A record that could not be read, or a source that could not be opened. Reported, never raised."""

    source: str
    """The file, folder or address as the operator would name it."""
    line: int | None
    """1-based line of the broken record, its number in a format without lines; None where the whole file is meant."""
    reason: str
    """What was found and how to mend it, in one line."""


@dataclass(frozen=True, slots=True)
class LoadNotice(LoadProblem):
    """What is left out of a source on purpose, or is broken in an article that is read all the same.

    Told among the problems, and no record that could not be read.
    """

    unread: tuple[str, ...] = ()
    """Files that other circumstances would have read: what was read from them before is not known to be gone."""


@dataclass(frozen=True, slots=True)
class LoadedArticle:
    """An article and where it was read."""

    article: Article
    origin: str
    """The file or address, as a `LoadProblem` would name it."""
    line: int | None = None
    """1-based line of its record; None where the file holds nothing else."""
    changed_at: int | None = None
    """When its author last changed it, in seconds since 1970; None where that is not told."""


class ReceivedKind(StrEnum):
    """How an article came that no source holds."""

    POST = "post"
    """Of a channel in Telegram, post by post."""
    GIVEN = "given"
    """By hand."""
    OFFERED = "offered"
    """By hand, and nobody has said yet that it shall be taken in."""
    LINK = "link"
    """Of a post of a channel, to a page that is not read yet."""
    PAGE = "page"
    """A page to which a post of a channel links."""


@dataclass(frozen=True, slots=True)
class Received:
    """An article that was sent to Citebot, as it is kept: the database is the only place that has it."""

    kind: ReceivedKind
    batch: str
    """What came together: the number of a channel, or that of what was given at once."""
    key: str
    """Which one of its batch it is: the number of a post, or its place, from 1 on."""
    article_id: str
    document: Mapping[str, Any]
    """What it says, as `retrieval.store.received` writes it."""
    changed_at: int
    """When its author last changed it, in seconds since 1970."""
    received_at: datetime
    """When it came last, in UTC with a time zone."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given by hand at once: the articles of a file, or of a page."""

    batch: str
    title: str
    """Of the first article, or the name of what was given where it has none."""
    name: str
    """That of the file, or the address of the page."""
    articles: int
    received_at: datetime
    """In UTC with a time zone."""
    problem: str = ""
    """The first thing in it that could not be read, in one line; told only when it is offered."""


class Loader(Protocol):
    """Reads one file of one format."""

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the articles of `path`, and a `LoadProblem` for each record that is broken.

        `article_id` names the article of a format that holds one article a file and no id of its own.
        """


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A passage before it has an id: its piece of ``article.text`` and the sentences that cover it, in order."""

    start: int
    end: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ArticleHeader:
    """An article without its text: what a citation names."""

    id: str
    title: str
    published_at: datetime | None
    source: str | None
    url: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage: ``text == article.text[start:end]``."""

    id: int
    article: ArticleHeader
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    """Offsets into the article's text, in order, all within ``start`` and ``end``."""

    def text_of(self, span: Span) -> str:
        """What stands at a place of the article that is within this passage, such as a sentence."""
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a question and a passage together told."""

    answerable: float
    """Log-odds that the passage says what was asked."""
    probabilities: tuple[float, ...]
    """How probable it is for each sentence of the passage that the answer stands in it, if it stands in the passage."""
    answers: tuple[Span | None, ...]
    """The most probable answer within each sentence, as offsets into the article's text; None where it was not read."""
    suitability: tuple[float, ...] = ()
    """For each sentence whether its wording suits the question: 1, 0 where it does not tell, -1."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage that may answer the question, with what was found out about it."""

    passage_id: int
    score: float
    """How probable it is, among the candidates, that this passage is the right one; in [0, 1]."""
    probabilities: tuple[float, ...]
    """How probable it is for each sentence of the passage that it answers, if the passage does; they sum to 1."""
    answers: tuple[Span | None, ...] = ()
    """The answer within each sentence, as offsets into the article's text, if it likely holds one; empty if not read.
    """


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that is not stored, since another one has the same title and text."""

    article_id: str
    title: str
    source: str | None
    url: str | None
    published_at: datetime | None
    copy_of: str
    """Id of the article that is stored."""


@dataclass(frozen=True, slots=True)
class Version:
    """An article that tells the same story as the cited one: a reprint, an update, a copy."""

    article_id: str
    title: str
    source: str | None
    published_at: datetime | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered excerpt and the article it comes from: ``article.text[start:end] == excerpt``."""

    number: int
    article_id: str
    title: str
    source: str | None
    url: str | None
    published_at: datetime | None
    excerpt: str
    start: int
    end: int
    highlight: tuple[int, int]
    """The evidence sentence inside the excerpt: ``excerpt[highlight[0]:highlight[1]]``."""
    score: float
    """How probable it is, among all candidates, that the excerpt holds the answer; in [0, 1]."""
    answer_span: tuple[int, int] | None = None
    """The answer inside the excerpt, ``excerpt[answer_span[0]:answer_span[1]]``; None where no reader found one."""
    reprints: tuple[Version, ...] = ()
    """Up to 20 other articles that tell the same story, the earliest first; undated ones come last."""
    earliest: str | None = None
    """Id of the earliest article of the story, this one or a reprint; None where it has no other, or no dates."""
    other_outlets: int = 0
    """How many outlets besides the cited one tell the story, those of reprints beyond the named ones among them."""
    origin: str | None = None
    """The outlet on whose report others of these say that they rely, if any does."""
    relaying: int = 0
    """How many of the other outlets do."""
    earlier: bool = False
    """Whether it tells what was before the newest report, which is cited first."""
    event_day: date | None = None
    """The day that its evidence tells of, where that names it relative to its publication: "on Tuesday"; else None."""


@dataclass(frozen=True, slots=True)
class NearestArticle:
    """An article offered where nothing could be cited."""

    article_id: str
    title: str
    published_at: datetime | None


class Certainty(StrEnum):
    """How sure an answer is."""

    SURE = "sure"
    UNSURE = "unsure"
    """One excerpt is shown, plainly marked as a guess."""
    NONE = "none"
    """Nothing is cited."""


_JUST_UNSURE = 0.01
"""How far below the bound of sure answers the most stands that what lacks something decisive can have."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Confidences from which an answer is what its certainty says; the first is never below the second."""

    sure: float
    unsure: float

    def certainty(self, confidence: float, *, lacking: bool = False) -> Certainty:
        """What an answer of this confidence is; one that is `lacking` something decisive is unsure at most."""
        confidence = self.bounded(confidence, lacking=lacking)
        if confidence >= self.sure:
            return Certainty.SURE
        return Certainty.UNSURE if confidence >= self.unsure else Certainty.NONE

    def with_less_doubt(self, share: float) -> Self:
        """The same, but that what may be wrong in a sure answer is less by a share, in [0, 1].

        Where everything is sure, that stays.
        """
        return self if not self.sure else replace(self, sure=self.sure + share * (1 - self.sure))

    def bounded(self, confidence: float, *, lacking: bool) -> float:
        """The confidence itself, or right under that of a sure answer where something decisive is `lacking`.

        Where everything is sure, that is as well.
        """
        if not lacking or not self.sure:
            return confidence
        least = self.unsure if self.unsure < self.sure else 0.0
        return min(confidence, max(least, self.sure - _JUST_UNSURE))


ANYTHING = Bounds(sure=0.0, unsure=0.0)
"""With these no answer abstains while there is anything to cite."""


class BoundsOrigin(StrEnum):
    """Where a bound of certainty comes from; the first that is there counts."""

    SETTINGS = "settings"
    CALIBRATED = "calibrated"
    """Chosen by `citebot calibrate`."""
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class BoundsInForce:
    """The bounds that answers go by, and where they come from."""

    sure: float
    unsure: float
    """Never more than `sure`."""
    sure_from: BoundsOrigin
    unsure_from: BoundsOrigin
    calibrated_at: datetime | None = None
    """None where neither is calibrated, and so the next two."""
    false_answers: float | None = None
    """The share of unanswerable questions that may be answered for sure."""
    made_from: str | None = None
    """On whose questions they were calibrated: the operator's own ``questions``, or some made from ``articles``."""
    ignored: str = ""
    """Why calibrated bounds that are kept do not count; empty where they do, where there are none or where the settings
    name both."""

    @property
    def bounds(self) -> Bounds:
        """The bounds alone."""
        return Bounds(self.sure, self.unsure)


class Act(StrEnum):
    """What a message means that asks nothing about the articles; of several in one the first in this order."""

    MORE = "more"
    """Further excerpts of the last answer."""
    DETAILS = "details"
    """The article behind the last answer."""
    AGAIN = "again"
    """The last answer once more."""
    SOURCES = "sources"
    """Where the last answer comes from."""
    NEWS = "news"
    """The newest headlines."""
    EXAMPLES = "examples"
    """What could be asked."""
    HOW_MANY_ARTICLES = "how_many_articles"
    WHAT_ABOUT = "what_about"
    """What the articles cover."""
    WHAT_CAN_YOU = "what_can_you"
    WHO_ARE_YOU = "who_are_you"
    HELP = "help"
    SWEARING = "swearing"
    COMPLAINT = "complaint"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    PRAISE = "praise"
    GREETING = "greeting"
    HOW_ARE_YOU = "how_are_you"
    PRESENCE = "presence"
    """Whether anybody is there."""
    ACKNOWLEDGEMENT = "acknowledgement"
    NOTHING = "nothing"
    """No word at all: marks, digits, pictures, sounds."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a question names, or an article tells of: from `first` to `last`, both included."""

    first: date
    last: date
    words: str = ""
    """What names it, as it stands in the text."""


@dataclass(frozen=True, slots=True)
class NamedOutlet:
    """An outlet to which a question restricts its answer."""

    name: str
    """As articles name it: ``iz.ru``."""
    words: str
    """What names it in the question: «по данным Известий»."""


class Order(StrEnum):
    """How citations are ordered."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    """By the day of their articles, the newest first."""


@dataclass(frozen=True, slots=True)
class DifferingValue:
    """What one report says of a matter on which reports differ."""

    citation: int
    """The number of the citation."""
    span: tuple[int, int]
    """Where it stands in the excerpt of that citation."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One matter on which the cited reports differ."""

    citations: tuple[int, ...]
    """Numbers of the citations that differ, the newest report first."""
    values: tuple[DifferingValue, ...]
    """What each of them says, in the same order."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say about a question, or that nothing sure was found in them."""

    question: str
    certainty: Certainty
    confidence: float
    """In [0, 1]: how sure the bot is that citation 1 answers the question; there even when it abstains."""
    as_of: date | None
    """Date of the newest cited article."""
    citations: tuple[Citation, ...]
    nearest: tuple[NearestArticle, ...]
    """Up to three articles closest to a question that was not answered for sure, other than the cited one."""
    took_ms: float
    understood: str | None = None
    """What was searched for where the question leant on the conversation, or was misspelt; None otherwise."""
    canonical: str = ""
    """The question as it was taken, whatever way it was typed, before the conversation completed it."""
    message: str | None = None
    """What is said beside or instead of citations; None where they say it all."""
    period: Period | None = None
    """The time that the question names; None where it names none."""
    outlet: NamedOutlet | None = None
    """The outlet that the question names; None where it names none."""
    widened: bool = False
    """Whether nothing of this period or outlet answers, and what is cited is from outside."""
    order: Order = Order.RELEVANCE
    differences: tuple[Difference, ...] = ()
    """On what the cited reports differ."""
    is_outdated: bool = False
    """Whether it was asked for what is so now, and the newest that is cited was long ago."""
    act: Act | None = None
    """What the text seems to mean instead, where nothing was found and it is near to what is said to a bot."""
    lacking: bool = False
    """Whether the first citation lacks something decisive, so that it is unsure at most, whatever the bounds."""
    story_days: int = 0
    """On how many days the story of the first citation moved; 0 where that was not looked for."""

    @property
    def answered(self) -> bool:
        """True for a sure answer alone."""
        return self.certainty is Certainty.SURE


@dataclass(frozen=True, slots=True)
class KnownReport:
    """What a reader who follows a question knows of an article already."""

    article_id: str
    published_at: datetime | None
    values: tuple[str, ...] = ()
    """What it says of the numbers and days that are asked for, as `retrieval.answering.following` writes them."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A question that somebody wants to be told of when there is something new."""

    question: str
    asked_at: datetime
    known: tuple[KnownReport, ...]
    """What they were shown and told; empty where nothing answered it."""
    newest_passage: int
    """The number of the newest passage there was when they knew all that; later ones are new."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new for somebody who follows a question."""

    answer: Answer
    """What is sure and not known yet, the first citation among that."""
    followed: Followed
    """The same question with what the answer shows; that comes to what was known before."""


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """A day on which a story moved."""

    date: date
    """On which the cited article was published."""
    citation: Citation


@dataclass(frozen=True, slots=True)
class Timeline:
    """How a story went on, day by day."""

    question: str
    days: tuple[TimelineDay, ...]
    """The oldest first; empty where nothing is found."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The main stories of a day."""

    since: datetime
    until: datetime
    citations: tuple[Citation, ...]
    """One sentence a story, the main one first; empty where nothing was published."""


class QuoteClass(StrEnum):
    """What is found of words that somebody quotes."""

    VERBATIM = "verbatim"
    """They stand in an article, the whole of a sentence or a part of it."""
    ALTERED = "altered"
    """They stand in an article with some words changed, added or left out."""
    STITCHED = "stitched"
    """They are put together from several places."""
    OTHER_SPEAKER = "other_speaker"
    """They stand in an article, and not as the words of whom the question names."""
    NOWHERE = "nowhere"
    """No article has them."""


@dataclass(frozen=True, slots=True)
class QuoteDifference:
    """Words of a quote that differ from what the article has in their place; one of the two spans may be empty."""

    span: tuple[int, int]
    """Where they stand in the quote."""
    citation: int
    """The number of the citation that has other words."""
    excerpt_span: tuple[int, int]
    """Where these stand in the excerpt of that citation."""


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """Whether some words are in the articles as they are quoted."""

    text: str
    """What was given: the quote alone, or a question about it."""
    verdict: QuoteClass
    quote: str
    """The words that were looked for: ``text[start:end]``."""
    start: int
    end: int
    citations: tuple[Citation, ...]
    """Where they, or most of them, stand, in the order of the quote: whole sentences, each with its words of the quote
    as its highlight. Empty where they are nowhere."""
    differences: tuple[QuoteDifference, ...] = ()
    """Where quote and articles differ, in the order of the quote."""
    is_headline: bool = False
    """Whether they are the headline of the cited article, of which the excerpt is the beginning."""
    is_cut: bool = False
    """Whether the quote leaves out the beginning, the end or, with a mark of omission, the middle of a sentence."""
    is_cut_short: bool = False
    """Whether what is left out there has a condition or a denial, so that the whole sentence may say something else."""
    speaker: str = ""
    """Whom the question names as the speaker; empty where it names nobody."""
    said_by: str = ""
    """Whom the article names, as it stands there, where that is another one; empty where it names nobody."""
    nearest: tuple[NearestArticle, ...] = ()
    """Up to three articles closest to words that are nowhere."""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Retraction:
    """An article that was forgotten by hand."""

    article_id: str
    retracted_at: datetime
    """With a time zone."""


@dataclass(frozen=True, slots=True)
class Retractions:
    """What must not come back: articles by their ids, texts by their digests (`retrieval.store.retractions`)."""

    article_ids: frozenset[str] = frozenset()
    digests: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.article_ids)


@dataclass(frozen=True, slots=True)
class ArticleCounts:
    """What an indexing run did with the articles of its sources."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    """Records with a problem."""
    duplicates: int = 0
    """Articles whose title and text another article of the same run already has; stored once."""
    forgotten: int = 0
    """Articles that the sources hold and that stay away, because `citebot forget` was told so."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The outcome of an indexing run."""

    articles: ArticleCounts
    passages: int
    """Passages in the published generation."""
    sentences: int
    """Sentences in the published generation."""
    embedded: int
    """Sentences that the model was run on this time."""
    generation: str
    seconds: float
    problems: tuple[LoadProblem, ...]


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article by its id and title."""

    article_id: str
    title: str


@dataclass(frozen=True, slots=True)
class MovedArticle:
    """An article that has another id than before and still says the same."""

    article_id: str
    moved_from: str
    """The id that it had."""


@dataclass(frozen=True, slots=True)
class IndexPreview:
    """What an indexing run would do; articles are in the order of their ids."""

    articles: ArticleCounts
    added: tuple[ListedArticle, ...]
    changed: tuple[ListedArticle, ...]
    removed: tuple[ListedArticle, ...]
    moved: tuple[MovedArticle, ...]
    """Those that are both added, under one id, and removed, under another."""
    duplicates: tuple[ListedArticle, ...]
    generation: str | None
    """What is published now; None before the first run."""
    seconds: float
    problems: tuple[LoadProblem, ...]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many articles of the published generation come from one outlet."""

    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """How many articles of the published generation are in one language."""

    language: str | None
    """ISO 639-1 code; None where it is not known."""
    articles: int


@dataclass(frozen=True, slots=True)
class VectorSearch:
    """How a server's index of vectors is searched, which is nearly exact."""

    effort: int
    """How long a list a search keeps: the longer, the slower, and the fewer are missed."""
    recall: float
    """Share of the ten nearest sentences that are found, as was measured when the generation was built."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is published, and whether it can be served with the settings as they are."""

    articles: int
    passages: int
    sentences: int
    sources: tuple[SourceCount, ...]
    languages: tuple[LanguageCount, ...]
    first_date: date | None
    last_date: date | None
    model: str
    generation: str | None
    published_at: datetime | None
    disk_bytes: int
    bounds: BoundsInForce
    """From which confidences answers are sure, and unsure."""
    healthy: bool
    problems: tuple[str, ...]
    database: str | None = None
    """The server that the home is on, without a password; None for a home in a folder."""
    vector_search: VectorSearch | None = None
    """None where each vector is compared."""
