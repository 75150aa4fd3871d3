"""What a generation says about itself, in ``manifest.json`` beside its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from retrieval.errors import IndexMismatchError, IndexMissingError
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 6
"""Raise when a generation's files change in form: older ones are then built again."""
CLUES_RECIPE = 4
"""Raise when what is told of each sentence at a glance changes (`retrieval.text.clues`): indexes are then built again,
from what is stored and embedded."""

LEXICON_RECIPE = 1
"""Raise when the words of a generation (`retrieval.text.lexicon`) change in form or in what they tell: an older one is
served without them, and the next run builds it again from what is stored and embedded."""

TIMES_RECIPE = 2
"""Raise when the days that sentences tell of change (`retrieval.time`), or what is noted of outlets and of the places
of passages in their articles: likewise."""

EVENTS_RECIPE = 2
"""Raise when other articles are taken for reports of one event, or for one thread (`retrieval.stories`): likewise."""


@dataclass(frozen=True)
class Manifest:
    """What a generation says about itself."""

    format: int
    number: int
    previous: int | None
    """The generation that was published before this one."""
    created_at: datetime
    model: str
    model_fingerprint: str
    dimension: int
    articles: int
    passages: int
    sentences: int
    checksums: dict[str, int]
    """CRC-32 of every file by its path below the generation's folder."""
    clues: int = 1
    """The recipe of what is told of each sentence at a glance (`retrieval.text.clues`)."""
    lexicon: int = 0
    """The recipe of the words that it knows (`retrieval.text.lexicon`); 0 where it has none."""
    times: int = 0
    """The recipe of the days that its sentences tell of and of its outlets; 0 where they are not noted."""
    events: int = 0
    """The recipe of which articles report one event; 0 where that is not noted."""
    beginning: bool = False
    """Whether it was published to begin with, while the other articles were still being embedded."""
    search_effort: int = 0
    """How long a list a server's index of vectors keeps while it searches; 0 where there is no such index."""
    search_recall: float = 1.0
    """Share of the ten nearest sentences that are found, as was measured when it was built."""
    segments: dict[str, int] = field(default_factory=dict)
    """What it consists of: CRC-32 of the checksums of every segment by its name; empty on a server."""
    received_until: datetime | None = None
    """When the last of what was received came that the run knew; None where it knew of nothing."""

    @property
    def name(self) -> str:
        """The name of the generation's folder, e.g. ``000007``."""
        return folder_name(self.number)

    @property
    def is_up_to_date(self) -> bool:
        """Whether it is what this version would build; one that is not can still be served."""
        return self.has_parts_of_today and not self.beginning

    @property
    def has_parts_of_today(self) -> bool:
        """Whether its segments are what this version would build, so that others can be built of them."""
        noted = (self.times, self.events)
        return self.has_clues and self.has_lexicon and noted == (TIMES_RECIPE, EVENTS_RECIPE)

    @property
    def has_clues(self) -> bool:
        """Whether what is told of its sentences at a glance is what this version would tell."""
        return self.clues == CLUES_RECIPE

    @property
    def has_lexicon(self) -> bool:
        """Whether there is a lexicon beside it that this version can read."""
        return self.lexicon == LEXICON_RECIPE


_manifests = TypeAdapter(Manifest)


def folder_name(number: int) -> str:
    """The name of a generation's folder."""
    return f"{number:06d}"


def new_manifest(
    *,
    number: int,
    previous: int | None,
    model: str,
    model_fingerprint: str,
    articles: int,
    passages: int,
    sentences: int,
    dimension: int,
    beginning: bool = False,
    received_until: datetime | None = None,
) -> Manifest:
    """A manifest of a generation that is being built: dated now, not yet with checksums."""
    return Manifest(
        format=FORMAT,
        number=number,
        previous=previous,
        created_at=datetime.now(UTC).replace(microsecond=0),
        model=model,
        model_fingerprint=model_fingerprint,
        dimension=dimension,
        articles=articles,
        passages=passages,
        sentences=sentences,
        checksums={},
        clues=CLUES_RECIPE,
        lexicon=LEXICON_RECIPE,
        times=TIMES_RECIPE,
        events=EVENTS_RECIPE,
        beginning=beginning,
        received_until=received_until,
    )


def dump_manifest(manifest: Manifest) -> bytes:
    """Write a manifest as JSON."""
    return _manifests.dump_json(manifest, indent=1)


def parse_manifest(content: bytes, place: object) -> Manifest:
    """Read a manifest that stands in `place`.

    Raises:
        IndexMismatchError: it is damaged, or of another version of Citebot.

    """
    try:
        manifest = _manifests.validate_json(content)
    except ValidationError as error:
        message = told("{path} is damaged: run `citebot index` to build it again", path=place)
        raise IndexMismatchError(message) from error
    if manifest.format != FORMAT:
        message = told(
            "{path} has format {found}, expected {expected}: run `citebot index` to build it again",
            path=place,
            found=manifest.format,
            expected=FORMAT,
        )
        raise IndexMismatchError(message)
    return manifest


def gone(number: int, place: object) -> IndexMissingError:
    """What to raise where a generation, which stood in `place`, was deleted."""
    return IndexMissingError(
        told(
            "generation {generation} is gone ({path} not found): run `citebot index`",
            generation=folder_name(number),
            path=place,
        )
    )


def read_manifest(path: Path, number: int) -> Manifest:
    """Read the manifest of generation `number`.

    Raises:
        IndexMissingError: the generation is gone.
        IndexMismatchError: it cannot be read, or is of another version of Citebot.

    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise gone(number, path) from error
    except OSError as error:
        raise IndexMismatchError(unreadable(path, error)) from error
    return parse_manifest(content, path)


def unreadable(path: Path, error: OSError) -> str:
    """A line that says what cannot be read, and how to mend it."""
    return told(
        "{path} cannot be read ({reason}): make it readable, or run `citebot index` to build it again",
        path=path,
        reason=system_reason(error),
    )
