"""Which outlets a question restricts its answer to: «по данным Известий», "what does the BBC say about".

An outlet counts only within a frame that asks for what it says (`retrieval.question.outlet_frames`): «кто купил
Коммерсант?» asks about one. A name that is a common noun as well («лента», "the sun") needs a frame that nothing but an
outlet stands in, or a capital or quotation marks that only a name has.

The rest of the question is what is searched for. A frame that is set off from the question goes without a trace. Where
the outlet is the subject of the question, what it says becomes what is known: «что пишет Коммерсант о мосте?» is «Что
известно о мосте?», and «что пишет Коммерсант?», which names no matter, «Что нового?».
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.question.outlet_frames import COVER, COVER_OF_EITHER, COVER_OF_SEVERAL, FRAMES
from retrieval.question.outlet_mentions import Mentions
from retrieval.question.outlet_rest import rest_of
from retrieval.question.wording import LONGEST_QUESTION
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.question.outlet_frames import Frame
    from retrieval.question.outlet_mentions import Mention


@dataclass(frozen=True, slots=True)
class FoundOutlets:
    """The outlets to which a question restricts its answer."""

    names: tuple[str, ...]
    """As articles name them; empty where the corpus has no such outlet."""
    called: str
    """The outlet as the question names it: «Известий»."""
    words: str
    """The same with what is around it: «по данным Известий»."""
    span: Span
    """Where these words stand in the question."""
    rest: str
    """The question without them, as it is to be searched for."""

    @property
    def is_missing(self) -> bool:
        """Whether the corpus has no such outlet."""
        return not self.names


@dataclass(frozen=True, slots=True)
class OutletNames:
    """What the outlets of a corpus are called, so that questions can name them; made once a generation."""

    _mentions: Mentions

    @classmethod
    def of(cls, outlets: Iterable[str], aliases: Mapping[str, str]) -> Self:
        """Make it of the outlets as articles name them, and of the operator's own names for them."""
        return cls(Mentions.of(outlets, aliases))

    def found_in(self, question: str) -> FoundOutlets | None:
        """The outlets that a question asks, as it was typed; None where it asks none, or asks about one."""
        if len(question) > LONGEST_QUESTION:
            return None
        for mentions in self._mentions.in_question(question):
            for frame in FRAMES:
                for mention in mentions:
                    if found := _found(question, mention, frame):
                        return found
        return None


def _found(question: str, mention: Mention, frame: Frame) -> FoundOutlets | None:
    if not (mention.is_sure or (frame.is_strong and mention.outlets)) or (frame.nominative and not mention.nominative):
        return None
    cover = COVER_OF_EITHER if mention.either_number else COVER_OF_SEVERAL if mention.several else COVER
    covered = question[: mention.start] + cover * (mention.end - mention.start) + question[mention.end :]
    match = frame.pattern.search(covered)
    if not match:
        return None
    gone = Span(*match.span("gone"))
    return FoundOutlets(
        names=mention.outlets,
        called=question[mention.start : mention.end],
        words=question[gone.start : gone.end].strip(" ,:—–-("),
        span=gone,
        rest=rest_of(question, gone, frame.known),
    )
