"""What an examination finds, for people and for what mends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from retrieval.told import told

if TYPE_CHECKING:
    from pathlib import Path


class Level(StrEnum):
    """How a finding counts."""

    OK = "ok"
    NOTE = "note"
    """Nothing is wrong, but something was not checked or is going on."""
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of an examination."""

    check: str
    """What was looked at, in one word."""
    level: Level
    said: str
    """What was found, and of a problem how to mend it."""


@dataclass(slots=True)
class Damage:
    """What can be made anew from what is stored and from the sources."""

    unsound: bool = False
    """Whether the database itself is damaged or cannot be read: nothing is made anew from it then."""
    generations: set[int] = field(default_factory=set)
    """Those whose files are damaged, or do not belong to what is stored."""
    needs_index: bool = False
    """Whether only another run can publish something whole."""
    texts: set[int] = field(default_factory=set)
    """Revisions of what is published that are not what was stored."""
    vectors: list[bytes] = field(default_factory=list)
    """Hashes of the texts whose stored vectors are wrong."""
    unembedded: bool = False
    """Whether vectors of what is published are missing."""
    rows: dict[str, list[int]] = field(default_factory=dict)
    """Rows that refer to what is gone, by table."""
    records: set[int] = field(default_factory=set)
    """Generations that are recorded and are nowhere."""
    leftovers: list[Path] = field(default_factory=list)
    """Files and folders that nothing names."""


@dataclass(slots=True)
class Examination:
    """All that was found."""

    findings: list[Finding] = field(default_factory=list)
    damage: Damage = field(default_factory=Damage)

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.level is not Level.PROBLEM for finding in self.findings)

    @property
    def left_over(self) -> bool:
        """Whether something was noted that only who holds the writer's lock can tell from what is going on."""
        return any(finding.level is Level.NOTE and finding.check in {"leftovers", "index"} for finding in self.findings)

    def ok(self, check: str, said: str) -> None:
        """Note that something is as it should be."""
        self.findings.append(Finding(check, Level.OK, said))

    def note(self, check: str, said: str) -> None:
        """Note what is no fault."""
        self.findings.append(Finding(check, Level.NOTE, said))

    def problem(self, check: str, said: str) -> None:
        """Note what is wrong."""
        self.findings.append(Finding(check, Level.PROBLEM, said))

    def mendable(self, check: str, found: str) -> None:
        """Note what is wrong and can be mended by `citebot doctor --repair`."""
        self.problem(check, told("{found}: run `citebot doctor --repair`", found=found))
