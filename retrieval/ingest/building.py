"""A generation, built in memory of what is stored and embedded, and of segments that are there; no model is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from retrieval.index.generation import BuiltGeneration
from retrieval.index.layout import assembled
from retrieval.index.lexicon_builder import LexiconOrder, noted_lexicon
from retrieval.index.rows import rows_of
from retrieval.ingest.articles import Articles
from retrieval.ingest.carried import KEYS, Carried
from retrieval.ingest.events import grouped
from retrieval.ingest.segments import new_segments, put_together, reused
from retrieval.stories.leading import Signed, leaders_after, leaders_of
from retrieval.stories.reprints import stories_led
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.home import Home
    from retrieval.index.engines import Earlier
    from retrieval.index.manifest import Manifest
    from retrieval.index.rows import Rows
    from retrieval.index.segment import Segment

    class Describe(Protocol):
        """Makes a manifest."""

        def __call__(self, *, dimension: int, passages: int, sentences: int) -> Manifest:
            """Make the manifest of so many passages and sentences, whose vectors have so many numbers."""


_LEADERS, _KEY_ORDER, _NAME_ORDER = "leaders", "lexicon_keys", "lexicon_names"


@dataclass(frozen=True)
class Parts:
    """What a generation is built of."""

    segments: list[Segment]
    rows: Rows
    earlier: Earlier

    @cached_property
    def articles(self) -> Articles:
        """What the segments note of its articles."""
        return Articles(self.segments, self.rows.compact())

    @cached_property
    def carried(self) -> Carried:
        """What is known of them from the earlier generation."""
        return Carried(self.earlier.notes, self.articles.keys)

    @cached_property
    def leaders(self) -> NDArray[np.int64]:
        """The row of the article that each one follows as a near-copy, its own where it follows none."""
        numbers, moments = map(self.articles.gathered, ("revisions", "moments"))
        signed = Signed(numbers, moments, self.articles.signatures)
        return leaders_after(self.carried.rows(_LEADERS), signed) if _LEADERS in self.carried else leaders_of(signed)

    @property
    def lexicon_before(self) -> LexiconOrder | None:
        """The lexicon of the earlier generation."""
        lexicon, notes = self.earlier.lexicon, self.earlier.notes
        if lexicon is None or not {_KEY_ORDER, _NAME_ORDER} <= notes.keys() or len(notes[_KEY_ORDER]) != len(lexicon):
            return None
        return LexiconOrder(lexicon, notes[_KEY_ORDER], notes[_NAME_ORDER])

    def stories(self) -> list[tuple[int, ...]]:
        """Its near-copies, each group as its revisions."""
        return stories_led(self.leaders, self.articles.gathered("revisions"))

    def notes(self) -> dict[str, NDArray[Any]]:
        """What was found of its articles, for the next generation."""
        return {KEYS: self.articles.keys, _LEADERS: self.leaders}


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
    segments, rows = parts.segments, parts.rows
    layout = assembled([segment.layout for segment in segments], rows)
    found = grouped(parts.articles, layout, stories, parts.carried)
    layout = replace(layout, events=found.events, threads=found.threads)
    live = [own.live for own in rows.of_segments]
    counts = [(segment.forms, own) for segment, own in zip(segments, live, strict=True)]
    lexicon = noted_lexicon(counts, parts.lexicon_before)
    manifest = describe(
        dimension=segments[0].vectors.dimension, passages=len(layout.passage_ids), sentences=len(layout.clues)
    )
    notes = parts.notes() | found.near | {_KEY_ORDER: lexicon.keys, _NAME_ORDER: lexicon.names}
    return replace(BuiltGeneration.of(manifest, segments, rows, layout, lexicon.lexicon), notes=notes)
