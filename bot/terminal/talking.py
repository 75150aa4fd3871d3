"""A conversation in the terminal: questions, and what is meant where nothing is asked."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.rendering.acts import greeting, introduction, line_for
from bot.rendering.coverage import covered, covered_by_outlet
from bot.rendering.examples import EXAMPLES, NEWEST, candidates, is_good
from bot.rendering.remarks import remark
from bot.terminal.language import language
from bot.terminal.printing import described
from bot.texts import catalogue, texts_for
from retrieval.articles import article_key
from retrieval.question.acts import ON_ANSWER, act_of
from retrieval.question.conversation import Conversation
from retrieval.types import Act, Answer, Certainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from bot.settings import Persona
    from retrieval.library import Library
    from retrieval.question.bounds import Bounded
    from retrieval.types import Article, Citation

_MOST_CITATIONS = 50
_AROUND = 600
"""Characters before and after an excerpt that are shown with it at least, to the ends of their lines."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How questions are put to the library, as `Library.ask` takes it."""

    limit: int | None = None
    """Excerpts at most."""
    now: datetime | None = None
    """What "yesterday" is relative to."""
    within: Bounded | None = None
    """Outside of this nothing is cited."""


class Talk:
    """Answers what is typed, line by line, as one conversation."""

    def __init__(self, library: Library, persona: Persona, asking: Asking) -> None:
        """`asking` tells how questions are put to the library."""
        self._library = library
        self._persona = persona
        self._asking = asking
        self._texts = catalogue(language())
        self._conversation = Conversation()
        self._last: Answer | None = None
        self._before_last = Conversation()
        self._shown: tuple[Citation, ...] = ()
        self._sayings: dict[Act, Callable[[], str]] = {
            Act.GREETING: self._greeting,
            Act.WHO_ARE_YOU: self._introduction,
            Act.WHAT_CAN_YOU: self._help,
            Act.HELP: self._help,
            Act.WHAT_ABOUT: self._coverage,
            Act.HOW_MANY_ARTICLES: self._coverage,
            Act.SOURCES: self._coverage,
            Act.EXAMPLES: self._examples,
            Act.MORE: self._nothing_before,
            Act.DETAILS: self._nothing_before,
            Act.AGAIN: self._nothing_before,
        }

    def begin_anew(self) -> None:
        """Forget the conversation."""
        self._conversation, self._last, self._shown = Conversation(), None, ()

    def reply(self, line: str) -> Answer:
        """Answer a question; or return, as an answer with a message, what is said to a line that is none."""
        if any(map(str.isalpha, line)):
            self._texts = texts_for(None, line)
        act = act_of(line, [self._persona.name] if self._persona.name else [])
        return self._answered(line) if act in {None, Act.NEWS} else self._done(act, line)

    def _answered(self, question: str) -> Answer:
        answer = self._ask(question, self._conversation, self._asking.limit)
        if answer.act is not None:
            return self._done(answer.act, question)
        self._last, self._before_last, self._shown = answer, self._conversation, answer.citations
        self._conversation = self._conversation.after(answer)
        return answer

    def _ask(self, question: str, conversation: Conversation, limit: int | None) -> Answer:
        answer = self._library.ask(
            question, conversation=conversation, limit=limit, now=self._asking.now, within=self._asking.within
        )
        if any(map(str.isalpha, answer.canonical)):
            self._texts = texts_for(None, answer.canonical)  # of what was meant, where another keyboard was on
        return replace(answer, message=remark(answer, self._texts) or None)

    def _done(self, act: Act, line: str) -> Answer:
        started = time.perf_counter()
        if self._last is not None and act in ON_ANSWER:
            answer = self._gone_on(act, self._last)
        else:
            answer = _said(self._line_for(act))
        took = round((time.perf_counter() - started) * 1000, 1)
        return replace(answer, question=line, took_ms=took)

    def _line_for(self, act: Act) -> str:
        line = line_for(act, self._texts)
        return self._sayings[act]() if line is None else line

    def _greeting(self) -> str:
        return "\n\n".join([*greeting(self._persona, self._texts), self._texts.say("just-ask")])

    def _introduction(self) -> str:
        return "\n\n".join([*introduction(self._persona, self._texts), covered(self._library.coverage(), self._texts)])

    def _help(self) -> str:
        return self._texts.say("help-terminal")

    def _coverage(self) -> str:
        return covered_by_outlet(self._library.coverage(), self._texts)

    def _nothing_before(self) -> str:
        return self._texts.say("nothing-before")

    def _examples(self) -> str:
        texts = self._texts
        return _list(texts.say("start-examples"), self._answered_examples()) or texts.say("examples-none")

    def _answered_examples(self) -> list[str]:
        """Questions that are answered for sure, each by the article of which it is made."""
        good: dict[str, str] = {}
        for article, question in candidates(self._library.newest(NEWEST), self._texts):
            if article.id not in good and is_good(
                question, self._library.ask(question.text, limit=1, read=False), article
            ):
                good[article.id] = question.text
            if len(good) == EXAMPLES:
                break
        return list(good.values())

    def _gone_on(self, act: Act, last: Answer) -> Answer:
        texts = self._texts
        if act is Act.AGAIN:
            return _once_more(last)
        if not last.citations:
            return replace(_said(texts.say("nothing-cited")), nearest=last.nearest)
        if act is Act.MORE:
            return self._more(last)
        if act is Act.SOURCES:
            return _said(_list(texts.say("sources-cited"), self._sources()))
        return self._detailed(last)

    def _more(self, last: Answer) -> Answer:
        known = {(citation.article_id, citation.start) for citation in self._shown}
        page = len(last.citations)
        found = self._ask(last.question, self._before_last, min(_MOST_CITATIONS, len(self._shown) + page))
        further = [citation for citation in found.citations if (citation.article_id, citation.start) not in known]
        numbered = tuple(
            replace(citation, number=number)
            for number, citation in enumerate(further[:page], start=len(self._shown) + 1)
        )
        if not numbered:
            return replace(_said(self._texts.say("more-none")), nearest=last.nearest)
        self._shown += numbered
        return _citing(last, numbered, self._texts.say("more-shown"))

    def _sources(self) -> Iterator[str]:
        named: set[str] = set()
        for citation in self._shown:
            if citation.article_id not in named:
                named.add(citation.article_id)
                yield f"[{citation.number}] {described(citation, self._texts)}"

    def _detailed(self, last: Answer) -> Answer:
        cited = last.citations[0]
        article = self._library.article(article_key(cited.article_id))
        if article is None or article.text[cited.start : cited.end] != cited.excerpt:
            return _said(self._texts.say("article-gone"))
        return _citing(last, (_wider(cited, article),), self._texts.say("details-shown"))


def _said(line: str) -> Answer:
    return Answer("", Certainty.NONE, 0.0, None, (), (), 0.0, message=line)


def _once_more(answer: Answer) -> Answer:
    """The same answer to another line, which tells what was asked."""
    return replace(answer, understood=answer.understood or answer.question)


def _citing(answer: Answer, citations: tuple[Citation, ...], message: str) -> Answer:
    """What else the articles say about the question of an answer."""
    dates = [citation.published_at.date() for citation in citations if citation.published_at]
    return replace(_once_more(answer), citations=citations, as_of=max(dates, default=None), nearest=(), message=message)


def _wider(citation: Citation, article: Article) -> Citation:
    """The citation with the lines around its excerpt."""
    text = article.text
    start = text.rfind("\n", 0, max(0, citation.start - _AROUND)) + 1
    end = text.find("\n", min(len(text), citation.end + _AROUND))
    end = len(text) if end < 0 else end
    moved = citation.start - start
    span = citation.answer_span
    return replace(
        citation,
        excerpt=text[start:end],
        start=start,
        end=end,
        highlight=(citation.highlight[0] + moved, citation.highlight[1] + moved),
        answer_span=span and (span[0] + moved, span[1] + moved),
    )


def _list(heading: str, lines: Iterator[str] | list[str]) -> str:
    """A heading with lines below it; "" where there are none."""
    listed = "\n".join(f"• {line}" for line in lines)
    return f"{heading}\n{listed}" if listed else ""
