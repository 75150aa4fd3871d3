"""Answers, excerpts and articles as Telegram messages. Pure: what stands where; the HTML is `bot.markup`'s."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from bot.markup import BOLD, ITALIC, QUOTE, UNDERLINED, Block, MessagePart, Run, Runs, clean, messages, web_address
from bot.retold import retold
from bot.texts import Texts
from retrieval.articles import article_key
from retrieval.types import Answer, Article, Citation

ARTICLE_PREFIX = "a_"
"""What the payload of a link to an article begins with; its key follows."""
PAGE_UNITS = 3000
"""UTF-16 units of a page of an article: as much as one likes to scroll through."""

_CONTEXT = 600
_SPLIT_FIRST_WORD = re.compile(r"^\S*\s+")
_SPLIT_LAST_WORD = re.compile(r"\s+\S*$")
_LONGEST_TITLE = 500
_LONGEST_SOURCE = 200


class Renderer:
    """Lays out what one bot shows to its readers."""

    def __init__(self, bot_name: Callable[[], str]) -> None:
        """`bot_name` tells the bot's username, to which links to articles lead; Telegram tells it after the start."""
        self._bot_name = bot_name

    def answer(self, answer: Answer, texts: Texts) -> list[MessagePart]:
        """Return `answer` as one message or, where it is long, several in order.

        The sentence that answers comes first, then each citation with its source, then how recent it all is. An
        answer without citations says so; the nearest articles are for buttons. Before all this stands how a question
        was understood that leant on the conversation.
        """
        return messages([*_understood(answer, texts), *self._told(answer, texts)])

    def _told(self, answer: Answer, texts: Texts) -> Iterator[Block]:
        if not answer.citations:
            lines = [texts.say("not-found"), *([texts.say("nearest")] if answer.nearest else [])]
            yield Block((Run("\n\n".join(lines)),))
            return
        first = answer.citations[0]
        yield Block((*_marked(first, *first.highlight, ()), Run(f" [{first.number}]")))
        yield from self._citations(answer, texts)

    def more(self, answer: Answer, texts: Texts) -> list[MessagePart]:
        """Return a further page of an answer: its citations and how recent they are."""
        return messages(self._citations(answer, texts))

    def citation(self, citation: Citation, texts: Texts) -> MessagePart:
        """Return one excerpt with its source, to be sent by a reader to others."""
        return messages([self._cited(citation, texts)])[0]

    def surroundings(self, citation: Citation, article: Article, texts: Texts) -> list[MessagePart]:
        """Return the text around an excerpt, with the excerpt's evidence marked as in the answer."""
        before, after = _surroundings(article.text, citation.start, citation.end)
        body = (
            Run(clean(before)),
            *_marked(citation, 0, len(citation.excerpt), ()),
            Run(clean(after)),
        )
        return messages([Block(body, tail=self._source(citation, texts))])

    def article(self, article: Article, texts: Texts) -> list[MessagePart]:
        """Return a whole article as pages, each with the headline."""
        title = Run(_title(article.title, article.id), (BOLD,), web_address(article.url))
        origin = _origin(article.source, article.published_at, texts)
        head = (title, Run(f"\n{origin}\n\n" if origin else "\n\n"))
        text = article.text if article.text.strip() else article.title or article.id
        return messages([Block((Run(clean(text)),), head=head)], PAGE_UNITS)

    def _citations(self, answer: Answer, texts: Texts) -> Iterator[Block]:
        for citation in answer.citations:
            yield self._cited(citation, texts)
        if answer.as_of:
            yield Block((Run(texts.say("as-of", date=texts.written_date(answer.as_of))),))

    def _cited(self, citation: Citation, texts: Texts) -> Block:
        return Block(_marked(citation, 0, len(citation.excerpt), (QUOTE,)), tail=self._source(citation, texts))

    def _source(self, citation: Citation, texts: Texts) -> Runs:
        """Return the line that says where an excerpt comes from; the headline is a link."""
        url = web_address(citation.url) or self._link(citation.article_id)
        origin = _origin(citation.source, citation.published_at, texts)
        also = _on_one_line(retold(citation, texts))
        return (
            Run("\n"),
            Run(f"[{citation.number}]", (BOLD,)),
            Run(" "),
            Run(_title(citation.title, citation.article_id), url=url),
            Run(f"\n{origin}" if origin else ""),
            Run(f"\n{also}" if also else ""),
        )

    def _link(self, article_id: str) -> str:
        return f"https://t.me/{self._bot_name()}?start={ARTICLE_PREFIX}{article_key(article_id)}"


def _understood(answer: Answer, texts: Texts) -> Iterator[Block]:
    if answer.understood:
        yield Block((Run(clean(texts.say("understood", question=answer.understood)), (ITALIC,)),))


def page_of(answer: Answer, page: int, size: int) -> Answer:
    """Return `answer` with only the citations of one page, the first being 0; of others it holds none."""
    citations = answer.citations[page * size : (page + 1) * size]
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    return replace(answer, citations=citations, as_of=max(dates, default=None))


def headline(title: str, article_id: str, published_at: datetime | None, texts: Texts) -> str:
    """Return an article's title and date in one line, e.g. for a button."""
    written = texts.written_date(published_at) if published_at else ""
    return " · ".join(part for part in (" ".join(_title(title, article_id).split()), written) if part)


def _marked(citation: Citation, start: int, end: int, tags: tuple[str, ...]) -> Runs:
    """Return ``excerpt[start:end]`` within `tags`: the evidence in bold, the answer itself underlined."""
    looks = [(citation.highlight, BOLD)]
    if citation.answer_span:
        looks.append((citation.answer_span, UNDERLINED))
    edges = sorted({start, end, *(min(max(edge, start), end) for span, _ in looks for edge in span)})
    return tuple(
        Run(clean(citation.excerpt[left:right]), tags + _looks_between(left, right, looks))
        for left, right in pairwise(edges)
    )


def _looks_between(left: int, right: int, looks: Sequence[tuple[tuple[int, int], str]]) -> tuple[str, ...]:
    return tuple(tag for (start, end), tag in looks if start <= left and right <= end)


def _surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after ``text[start:end]``: some whole words of each."""
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + _CONTEXT]
    if len(before) < start:
        before = "…" + _SPLIT_FIRST_WORD.sub("", before)
    if end + len(after) < len(text):
        after = _SPLIT_LAST_WORD.sub("", after) + "…"
    return before, after


def _title(title: str, article_id: str) -> str:
    shown = clean(title).strip() or clean(article_id)
    return shown if len(shown) <= _LONGEST_TITLE else shown[: _LONGEST_TITLE - 1] + "…"


def _on_one_line(text: str) -> str:
    return " ".join(clean(text).split())[: 2 * _LONGEST_SOURCE]


def _origin(source: str | None, published_at: datetime | None, texts: Texts) -> str:
    written = texts.written_date(published_at) if published_at else None
    return ", ".join(clean(part)[:_LONGEST_SOURCE] for part in (source, written) if part)
