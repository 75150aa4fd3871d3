"""Linking reprints: the stories of a generation when it is built, and the versions of a citation when it is shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.text.terms import terms_of, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.store.queries import StoredRevision
    from retrieval.store.stories import StoryStore
    from retrieval.types import Answer, ArticleHeader, Citation, Copy, Passage, SearchHit, Version

_NOTHING_NEW = 0.15
"""Share of a passage's terms up to which it may differ from what another version says and still say the same."""

_MOST_NAMED = 20
"""Versions that a citation names, the earliest."""


def signatures_of(store: StoryStore, revisions: Sequence[int]) -> dict[int, NDArray[np.uint32]]:
    """The signatures of revisions; they are made only of texts that have none yet."""
    from retrieval.stories.reprints import SIGNATURE, signature_of

    for texts in store.unsigned(revisions, SIGNATURE):
        store.add_signatures(SIGNATURE, {revision: signature_of(text) for revision, text in texts.items()})
    return store.signatures(revisions, SIGNATURE)


def record(
    store: StoryStore,
    generation: int,
    stories: Collection[Sequence[int]],
    revisions: Mapping[str, StoredRevision],
    copies: Iterable[Copy],
) -> None:
    """Record the stories of a generation, each as its revisions, and the copies of its articles."""
    copied: dict[int, list[Copy]] = defaultdict(list)
    for copy in copies_of(revisions, copies):
        copied[revisions[copy.copy_of].id].append(copy)
    store.record(generation, stories, copied)


def copies_of(revisions: Mapping[str, StoredRevision], copies: Iterable[Copy]) -> list[Copy]:
    """The copies of articles that are there; one whose text is empty is not, for example."""
    return [copy for copy in copies if copy.copy_of in revisions]


def once_a_story(
    hits: Sequence[SearchHit], passages: Mapping[int, Passage], stories: Mapping[int, int]
) -> list[SearchHit]:
    """Leave out hits that say nothing beyond another article of their story that was found before them.

    `passages` and `stories` are by the ids of passages; one without a story stays. One that may correct what was
    found before it stays as well, however few of its words are others.
    """
    lead: dict[int, ArticleHeader] = {}
    said: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    told: dict[int, set[str]] = defaultdict(set)
    for hit in hits:
        if story := stories.get(hit.passage_id):
            passage = passages[hit.passage_id]
            if lead.setdefault(story, passage.article).id == passage.article.id:
                told[story].update(terms_of(passage.text))
                said[story].update(_sentences(passage))
    return [hit for hit in hits if _is_news(passages[hit.passage_id], stories.get(hit.passage_id), lead, told, said)]


def _is_news(
    passage: Passage,
    story: int | None,
    lead: Mapping[int, ArticleHeader],
    told: Mapping[int, set[str]],
    said: Mapping[int, set[tuple[str, ...]]],
) -> bool:
    if story is None or lead[story].id == passage.article.id:
        return True
    if not is_outdated(passage.article, lead[story]) and not said[story].issuperset(_sentences(passage)):
        return True
    terms = set(terms_of(passage.text))
    new = terms - told[story]
    # An update may differ in nothing but a number, and that is what is asked for.
    return len(new) > _NOTHING_NEW * len(terms) or any(character.isdigit() for term in new for character in term)


def _sentences(passage: Passage) -> set[tuple[str, ...]]:
    """The sentences of a passage as their words: spaces and punctuation aside, any difference counts."""
    first = passage.start
    return {tuple(words_of(passage.text[each.start - first : each.end - first])) for each in passage.sentences}


def is_outdated(article: ArticleHeader, other: ArticleHeader) -> bool:
    """Whether an article is an earlier version of another, if they tell the same: both dated, and of one outlet.

    One without an outlet may be of any.
    """
    if article.published_at is None or other.published_at is None:
        return False
    same_outlet = article.source == other.source or not (article.source and other.source)
    return same_outlet and article.published_at < other.published_at


def with_reprints(answer: Answer, stories: Mapping[str, int], versions: Mapping[int, Sequence[Version]]) -> Answer:
    """Add to each citation the other versions of its story.

    `stories` is by the id of the article; `versions` gives all of a story, in the order of their dates.
    """
    citations = (
        _linked(citation, versions.get(stories.get(citation.article_id, 0), ())) for citation in answer.citations
    )
    return replace(answer, citations=tuple(citations))


def _linked(citation: Citation, versions: Sequence[Version]) -> Citation:
    others = tuple(version for version in versions if version.article_id != citation.article_id)
    earliest = versions[0].article_id if others and versions[0].published_at else None
    outlets = len({version.source for version in others if version.source} - {citation.source})
    return replace(citation, reprints=others[:_MOST_NAMED], earliest=earliest, other_outlets=outlets)
