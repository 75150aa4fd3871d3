"""Who only relays another outlet: «сообщает ТАСС», "according to the Herald"; such reports are not independent.

Only an outlet counts that is known by its name, as the outlets are that questions ask; people and authorities do not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from retrieval.home import Home
    from retrieval.question.outlets import OutletNames
    from retrieval.types import Answer, Citation, Passage

_SENTENCES = 4
"""In which an outlet is named whose report is relayed."""
_WORDS = 4
"""Of the name of an outlet at most."""
_BEFORE = re.compile(
    r"\b(?:(?:сообща|переда)[её]т|сообщил[аои]?|передал[аои]?|пишет|написал[аои]?|со ссылкой на|ссылаясь на|"
    r"по (?:данным|сообщению|информации)|according to|citing|reported by)"
    r"\s+(?:(?:агентство|агентства|газета|газету|издание|издания|портал|телеканал|the)\s+)?",
    re.IGNORECASE,
)
_NAME = re.compile(r"[«“\"]?[A-ZА-ЯЁ][\w.-]*(?: [\w.-]+){0,3}|(?<![a-z\d-])[a-z\d-]+\.[a-z]{2,}")
_ASKED = "По данным {name}, что известно?"
_ENGLISH = "According to {name}, what is known?"


def with_relayed(answer: Answer, names: OutletNames | None, generation: int, home: Home) -> Answer:
    """Add to each citation which outlet the others rely on that tell the same, and how many of them do."""
    told = {each.article_id for citation in answer.citations if citation.reprints for each in citation.reprints}
    if not told or names is None:
        return answer
    relied = {
        passage.article.id: outlet
        for passage in home.queries.beginnings(generation, told)
        if (outlet := relayed_outlet(passage, names)) and outlet != passage.article.source
    }
    return replace(answer, citations=tuple(_noted(citation, relied) for citation in answer.citations))


def _noted(citation: Citation, relied: Mapping[str, str]) -> Citation:
    """The citation with the outlet that most others rely on; one that reports by itself as well relies on none."""
    outlets: dict[str, set[str | None]] = defaultdict(set)
    for version in citation.reprints:
        if version.source and version.source != citation.source:
            outlets[version.source].add(relied.get(version.article_id))
    counts = Counter(outlet for named in outlets.values() if len(named) == 1 for outlet in named if outlet)
    if not counts:
        return citation
    origin, relaying = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
    return replace(citation, origin=origin, relaying=relaying)


def relayed_outlet(passage: Passage, names: OutletNames) -> str | None:
    """The outlet on whose report an article says that it relies; None where it names none."""
    for span in passage.sentences[:_SENTENCES]:
        for name in _named(passage.text_of(span)):
            for pattern in (_ASKED, _ENGLISH):
                found = names.found_in(pattern.format(name=name))
                if found and found.called == name:  # and no part of «Известий-Холла»
                    return found.names[0] if found.names else found.called
    return None


def _named(sentence: str) -> Iterator[str]:
    """What may be the name of an outlet behind words that say who reported, the longest first.

    A name ends before a small word: "Sun Valley police" may be "Sun Valley" and is no "Sun".
    """
    for before in _BEFORE.finditer(sentence):
        if name := _NAME.match(sentence, before.end()):
            words = name[0].strip('«“".').split()[:_WORDS]
            for count in range(len(words), 0, -1):
                if count == len(words) or words[count][0].islower():
                    yield " ".join(words[:count])
