"""Answers, excerpts and articles as Telegram messages: what stands where. The HTML is `bot.rendering.markup`'s."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from cachetools import LRUCache

from bot.rendering import quoted
from bot.rendering.by_article import Group, by_article, earlier_label
from bot.rendering.differing import differing, within
from bot.rendering.lines import LONGEST_QUESTION, within_a_line
from bot.rendering.markup import (
    BOLD,
    ITALIC,
    QUOTE,
    STRUCK,
    UNDERLINED,
    Block,
    MessagePart,
    Pages,
    Run,
    Runs,
    clean,
    messages,
    web_address,
)
from bot.rendering.quotes import marked, quotation, quotations
from bot.rendering.remarks import event_day, remark, restriction
from bot.rendering.retold import retold
from bot.rendering.text_fragments import address_of_place
from bot.texts import Texts
from retrieval.articles import article_key
from retrieval.text.one_line import on_one_line
from retrieval.types import Answer, Article, Citation, Digest, QuoteCheck, Timeline, TimelineDay

ARTICLE_PREFIX = "a_"
"""What the payload of a link to an article begins with; its key follows."""
PAGE_UNITS = 3000
"""UTF-16 units of a page of an article: as much as one likes to scroll through."""

_Paged = tuple[Runs, int, int]
"""What tells whether an article is still the same: its head, and the length and hash of its text."""
_PAGED = 256
"""Articles of which it is remembered where their pages begin."""

_CONTEXT = 600
_SPLIT_FIRST_WORD = re.compile(r"^\S*\s+")
_SPLIT_LAST_WORD = re.compile(r"\s+\S*$")
_LONGEST_TITLE = 500
_LONGEST_SOURCE = 200
_MOST_PARTS = 10
"""Parts of a quote that are shown with their articles: one message may have been put together of a hundred."""


class Renderer:
    """Lays out what one bot shows to its readers."""

    def __init__(self, bot_name: Callable[[], str]) -> None:
        """`bot_name` tells the bot's username, to which links to articles lead; Telegram tells it after the start."""
        self._bot_name = bot_name
        self._borders: LRUCache[_Paged, Sequence[int]] = LRUCache(_PAGED)
        self._remembering = threading.Lock()

    def answer(self, answer: Answer, texts: Texts) -> list[MessagePart]:
        """Return `answer` as one message or, where it is long, several in order.

        For each article its headline and source, then its excerpts, each opening at the sentence that answers; then
        how recent it all is. An unsure answer says so first, and has its one excerpt before the source; one without
        citations says that too. The nearest articles are for buttons. Before all this stands how a question was
        understood that leant on the conversation.
        """
        before = (*_understood(answer, texts), *_restricted(answer, texts))
        return messages([*before, *self._told(answer, texts)])

    def followed(self, answer: Answer, texts: Texts, *, is_first: bool) -> list[MessagePart]:
        """Return what is new about a followed question, below a line that names it as it was searched for.

        `is_first` where it had no answer before.
        """
        asked = within_a_line(clean(answer.question), LONGEST_QUESTION)
        said = texts.say("now-answered", question=asked) if is_first else texts.say("now-new", question=asked)
        first = Block((Run(clean(said), (ITALIC,)),))
        return messages([first, *_restricted(answer, texts), *self._told(answer, texts)])

    def _told(self, answer: Answer, texts: Texts) -> Iterator[Block]:
        said = remark(answer, texts)
        if answer.answered:
            if said:
                yield Block((Run(clean(said)),))
            yield from _differing(answer, texts)
            yield from self._articles(answer, texts)
            return
        yield Block((Run(clean(said) or texts.say("unsure" if answer.citations else "not-found")),))
        for citation in answer.citations:
            yield self._alone(citation, texts)
        if answer.nearest:
            yield Block((Run(nearest_label(answer, texts)),))

    def quote(self, check: QuoteCheck, texts: Texts) -> list[MessagePart]:
        """Return what is found of quoted words: a line, the quote with what is wrong struck out, then the articles.

        What the article has instead is underlined. The nearest articles, where there is nothing, are for buttons.
        """
        return messages(self._of_quote(check, texts))

    def _of_quote(self, check: QuoteCheck, texts: Texts) -> Iterator[Block]:
        yield Block((Run(clean("\n".join(map(on_one_line, quoted.lines(check, texts))))),))
        if pieces := quoted.of_quote(check):
            struck = tuple(Run(clean(piece.text), (STRUCK,) if piece.differs else ()) for piece in pieces)
            yield Block(struck, head=(Run(texts.say("quote-given"), (ITALIC,)), Run(" ")))
        numbered = len(check.citations) > 1
        left = len(check.citations) - _MOST_PARTS
        for citation in check.citations[:_MOST_PARTS]:
            head = (Run(f"{citation.number}. "),) if numbered else ()
            said = tuple(
                Run(clean(piece.text), (QUOTE, *(BOLD,) * piece.is_evidence, *(UNDERLINED,) * piece.differs))
                for piece in quoted.of_excerpt(citation, check)
            )
            yield Block(said, head=(*head, *self._source(citation, texts, "\n")))
        if left > 0:
            yield Block((Run(texts.say("silent-more", count=left)),))
        if check.nearest:
            yield Block((Run(texts.say("nearest")),))

    def more(self, answer: Answer, texts: Texts) -> list[MessagePart]:
        """Return a further page of an answer: its articles with their excerpts, and how recent they are."""
        return messages(self._articles(answer, texts))

    def citation(self, citation: Citation, texts: Texts, *, sure: bool) -> MessagePart:
        """Return one excerpt with its source, to be sent by a reader to others; marked where it is no `sure` answer."""
        doubt = () if sure else (Block((Run(texts.say("unsure")),)),)
        return messages([*doubt, self._alone(citation, texts)])[0]

    def missed(self, question: str, citations: Sequence[Citation], texts: Texts) -> list[MessagePart]:
        """Return a question that was not answered well, and what was cited, for an operator who judges it."""
        cited = [self._alone(citation, texts) for citation in citations]
        said = cited or [Block((Run(texts.say("missed-nothing-cited")),))]
        return messages([Block((Run(clean(question), (BOLD,)),)), *said, Block((Run(texts.say("missed-judge")),))])

    def sources(self, citations: Sequence[Citation], texts: Texts) -> list[MessagePart]:
        """Return where excerpts come from, each article once."""
        lines = [Block(self._source(group[0], texts, "")) for group in by_article(citations)]
        return messages([Block((Run(texts.say("sources-cited")),)), *lines])

    def surroundings(self, group: Group, article: Article, texts: Texts) -> list[MessagePart]:
        """Return the text around the excerpts of an article, with the evidence marked as in the answer."""
        return messages([Block(_surroundings(group, article.text), head=self._source(group[0], texts, "\n\n"))])

    def article(self, article: Article, texts: Texts) -> Pages:
        """Return a whole article as pages, each with the headline. Safe to call from several threads.

        Where the pages of an article begin is remembered: to find that in one of megabytes takes a moment.
        """
        title = Run(_title(article.title, article.id), (BOLD,), web_address(article.url))
        origin = _origin(article.source, article.published_at, texts)
        head = (title, Run(f"\n{origin}\n\n" if origin else "\n\n"))
        text = clean(article.text if article.text.strip() else article.title or article.id)
        paged = (head, len(text), hash(text))
        with self._remembering:
            known = self._borders.get(paged)
        pages = Pages(head, text, PAGE_UNITS, known)
        with self._remembering:
            self._borders[paged] = pages.borders
        return pages

    def story(self, timeline: Timeline, texts: Texts) -> list[MessagePart]:
        """Return how a story went on as pages: each day, what happened, and where it stands."""
        heading = Block((Run(clean(texts.say("story", question=on_one_line(timeline.question))), (ITALIC,)),))
        return messages([heading, *(self._day(day, texts) for day in timeline.days)], PAGE_UNITS)

    def digest(self, digest: Digest, texts: Texts) -> list[MessagePart]:
        """Return the main stories of a day, each with where it stands and one sentence, the main one first."""
        heading = Block((Run(texts.say("digest", date=texts.written_date(digest.until)), (BOLD,)),))
        told = (
            Block(quotation(each), head=(Run(f"{each.number}. "), *self._source(each, texts, "\n")))
            for each in digest.citations
        )
        return messages([heading, *told])

    def _day(self, day: TimelineDay, texts: Texts) -> Block:
        citation = day.citation
        said = Run(clean(citation.excerpt), (QUOTE,))
        source = self._named(citation, (_origin(citation.source, None, texts), _also(citation, texts)))
        return Block((said,), head=(Run(texts.written_date(day.date), (BOLD,)), Run("\n")), tail=(Run("\n"), *source))

    def _articles(self, answer: Answer, texts: Texts) -> Iterator[Block]:
        groups = by_article(answer.citations)
        for place, group in enumerate(groups, start=1):
            label = earlier_label(group, answer.as_of, texts)
            head = (
                *((Run(label, (ITALIC,)), Run("\n")) if label else ()),
                *((Run(f"{place}. "),) if len(groups) > 1 else ()),
                *self._source(group[0], texts, "\n"),
            )
            yield Block(quotations(group), head=head, tail=_days(group, texts))
        if answer.as_of:
            yield Block((Run(texts.say("as-of", date=texts.written_date(answer.as_of))),))

    def _alone(self, citation: Citation, texts: Texts) -> Block:
        """Return an excerpt that is the only one, before its source."""
        days = _days((citation,), texts)
        return Block(quotation(citation), tail=(*days, Run("\n"), *self._source(citation, texts, "")))

    def _source(self, citation: Citation, texts: Texts, end: str) -> Runs:
        """Return the lines that say where an excerpt comes from, and `end` behind them; the headline is a link."""
        lines = (_origin(citation.source, citation.published_at, texts), _also(citation, texts))
        return (*self._named(citation, lines), Run(end))

    def _named(self, citation: Citation, lines: Sequence[str]) -> Runs:
        """Return the headline as a link, and the lines below it that are not empty."""
        address = web_address(citation.url)
        url = address_of_place(address, citation) if address else self._link(citation.article_id)
        rest = "".join(f"\n{line}" for line in lines if line)
        return (Run(_title(citation.title, citation.article_id), url=url), Run(rest))

    def _link(self, article_id: str) -> str:
        return f"https://t.me/{self._bot_name()}?start={ARTICLE_PREFIX}{article_key(article_id)}"


def _also(citation: Citation, texts: Texts) -> str:
    """Return the line that says who else tells it."""
    return on_one_line(clean(retold(citation, texts)))[: 2 * _LONGEST_SOURCE]


def _days(group: Group, texts: Texts) -> Runs:
    """Return the days that excerpts speak of, below them."""
    notes = dict.fromkeys(event_day(citation, texts) for citation in group if citation.event_day)
    return tuple(Run(f"\n{note}", (ITALIC,)) for note in notes)


def _understood(answer: Answer, texts: Texts) -> Iterator[Block]:
    if answer.understood:
        yield Block((Run(clean(texts.say("understood", question=answer.understood)), (ITALIC,)),))


def _restricted(answer: Answer, texts: Texts) -> Iterator[Block]:
    if told := restriction(answer, texts):
        yield Block((Run(clean(told), (ITALIC,)),))


def _differing(answer: Answer, texts: Texts) -> Iterator[Block]:
    if lines := differing(answer, texts):
        yield Block((Run(clean("\n".join(map(on_one_line, lines))), (ITALIC,)),))


def page_of(answer: Answer, page: int, size: int) -> Answer:
    """Return `answer` with only the citations of one page, the first being 0; of others it holds none."""
    citations = answer.citations[page * size : (page + 1) * size]
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    differences = within(answer.differences, citations)
    return replace(answer, citations=citations, as_of=max(dates, default=None), differences=differences)


def nearest_label(answer: Answer, texts: Texts) -> str:
    """Return what stands before the nearest articles; below one that is cited they are the others."""
    return texts.say("other-articles") if answer.citations else texts.say("nearest")


def headline(
    title: str, article_id: str, published_at: datetime | None, texts: Texts, longest: int = _LONGEST_TITLE
) -> str:
    """Return an article's title and date in one line of at most `longest` characters, e.g. for a button."""
    date = f" · {texts.written_date(published_at)}" if published_at else ""
    return _title(title, article_id, longest - len(date)) + date


def _surroundings(group: Group, text: str) -> Runs:
    """Return the excerpts of an article in the order of its `text`, with some whole words around each of them."""
    around = _CONTEXT // len(group)
    runs: list[Run] = []
    position = 0
    for citation in sorted(group, key=lambda each: each.start):
        between = text[position : citation.start]
        if not runs:
            runs.append(Run(clean(_ending(between, around))))
        elif len(between) <= 2 * around:
            runs.append(Run(clean(between)))
        else:
            runs.append(Run(clean(f"{_beginning(between, around)}\n\n{_ending(between, around)}")))
        runs.extend(marked(citation, 0, len(citation.excerpt), ()))
        position = citation.end
    return (*runs, Run(clean(_beginning(text[position:], around))))


def _beginning(text: str, length: int) -> str:
    return text if len(text) <= length else _SPLIT_LAST_WORD.sub("", text[:length]) + "…"


def _ending(text: str, length: int) -> str:
    return text if len(text) <= length else "…" + _SPLIT_FIRST_WORD.sub("", text[-length:])


def _title(title: str, article_id: str, longest: int = _LONGEST_TITLE) -> str:
    """Return a headline of at most `longest` characters on one line."""
    return within_a_line(clean(title), longest) or within_a_line(clean(article_id), longest) or article_key(article_id)


def _origin(source: str | None, published_at: datetime | None, texts: Texts) -> str:
    written = texts.written_date(published_at) if published_at else None
    outlet = within_a_line(clean(source)[:_LONGEST_SOURCE]) if source else ""
    return " · ".join(filter(None, (outlet, written)))
