"""Which passages of an answer are of reports of one event, and what a citation tells of the other reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from retrieval.stories.linking import with_reprints

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.types import Answer, Passage


class Reported(NamedTuple):
    """What is known of some passages, by their ids; those whose article stands alone are left out."""

    stories: Mapping[int, int]
    """Which tell one story in the same words."""
    events: Mapping[int, int]
    """Which report one event: its number below 0, or that of the story of which they are copies and nothing more.

    An event holds every copy of its articles.
    """
    threads: Mapping[int, int]
    """Which tell how one event went on, whatever the numbers have become; a thread holds every report of its events."""

    @classmethod
    def of(cls, passage_ids: Collection[int], home: Home, generation: Generation) -> Reported:
        """Look passages of a generation up."""
        stories = home.stories.stories_of(generation.manifest.number, list(passage_ids))
        layout = generation.layout
        events = {**stories, **{each: -event for each, event in layout.events_of(passage_ids).items()}}
        # Older generations know of no threads.
        return cls(stories, events, layout.threads_of(passage_ids) if len(layout.threads) else events)

    def noted_in(self, answer: Answer, passages: Mapping[int, Passage], home: Home, generation: Generation) -> Answer:
        """Add to each citation of an answer, made of some of `passages`, the other reports of its event."""
        cited = {citation.article_id for citation in answer.citations}
        articles = {each: passages[each].article.id for each in self.events if each in passages}
        of_articles = {article: self.events[each] for each, article in articles.items() if article in cited}
        wanted = set(of_articles.values())
        if not wanted:
            return answer
        number = generation.manifest.number
        reporting = generation.layout.reporting([-event for event in wanted if event < 0])
        versions = home.stories.reports(number, {each: -event for each, event in reporting.items()})
        versions |= home.stories.versions(number, [story for story in wanted if story > 0])
        return with_reprints(answer, of_articles, versions)
