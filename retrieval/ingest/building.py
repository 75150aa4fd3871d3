"""A generation, built in memory of what is stored and embedded, and of segments that are there; no model is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from retrieval.index.generation import BuiltGeneration
from retrieval.index.layout import assembled
from retrieval.index.lexicon_builder import lexicon_of
from retrieval.index.rows import rows_of
from retrieval.ingest.events import Articles, grouped
from retrieval.ingest.segments import new_segments, put_together, reused
from retrieval.stories.reprints import stories_among
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.home import Home
    from retrieval.index.engines import Earlier
    from retrieval.index.manifest import Manifest
    from retrieval.index.rows import Rows
    from retrieval.index.segment import Segment

    class Describe(Protocol):
        """Makes a manifest."""

        def __call__(self, *, dimension: int, passages: int, sentences: int) -> Manifest:
            """Make the manifest of so many passages and sentences, whose vectors have so many numbers."""


class Parts(NamedTuple):
    """What a generation is built of."""

    segments: list[Segment]
    rows: Rows
    earlier: Earlier

    def stories(self) -> list[tuple[int, ...]]:
        """Its near-copies, each group as its revisions."""
        articles = Articles(self.segments, self.rows.compact())
        numbers, signatures, moments = map(articles.gathered, ("revisions", "signatures", "moments"))
        return stories_among(numbers, signatures, moments)


def gather_parts(home: Home, number: int, model: str, there: Earlier) -> Parts:
    """Take what is `there` for generation `number`, and index what they lack.

    Vectors are those of a model, given by its fingerprint.
    """
    revisions, keys = home.queries.ordered_keys(number)
    segments, missing = reused(there.segments, keys)
    segments += new_segments(home.queries, home.stories, model, revisions[missing].tolist())
    if not segments:
        message = told("there are no vectors to index")
        raise ValueError(message)
    forgotten = np.array(sorted(home.retractions.revisions()), dtype=np.int64)
    segments = put_together(segments, keys, forgotten)
    rows = rows_of(keys, [segment.keys for segment in segments], [each.counts for each in segments])
    return Parts(segments, rows, there)


def build_generation(parts: Parts, stories: Sequence[Sequence[int]], describe: Describe) -> BuiltGeneration:
    """Build a generation of its parts.

    `stories` are near-copies, as the numbers of their revisions; `describe` makes the manifest.
    """
    segments, rows, earlier = parts
    layout = assembled([segment.layout for segment in segments], rows)
    found = grouped(segments, rows, layout, stories, earlier)
    layout = replace(layout, events=found.events, threads=found.threads)
    live = [own.live for own in rows.of_segments]
    lexicon = lexicon_of([(segment.forms, own) for segment, own in zip(segments, live, strict=True)])
    manifest = describe(
        dimension=segments[0].vectors.dimension, passages=len(layout.passage_ids), sentences=len(layout.clues)
    )
    return replace(BuiltGeneration.of(manifest, segments, rows, layout, lexicon), notes=found.near)
