"""The bounds of certainty that were calibrated on the operator's own articles, as a home keeps them.

One small file, ``HOME/calibration.json``, replaced in one step: a reader or a crash sees the old bounds or the new
ones, whole.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - pydantic reads the types of fields
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import TypeAdapter, ValidationError

from retrieval.disk import flush

if TYPE_CHECKING:
    from pathlib import Path

MadeFrom = Literal["questions", "articles"]
"""Whose questions the bounds were chosen on: the operator's own, or those made out of the articles."""


@dataclass(frozen=True, slots=True)
class MadeFor:
    """What confidences depend on: bounds that were chosen with other ones say nothing."""

    model: str | None
    """The embedding model's fingerprint; None as long as its files are not on this machine."""
    reader: str
    """A digest of the reader, or ``off``."""
    weights: str
    """A digest of the weights of ranking and confidence."""

    def differs_from(self, other: MadeFor) -> str:
        """What of it is another one, in words; empty where nothing is."""
        if None not in {self.model, other.model} and self.model != other.model:
            return "embedding model"
        if self.reader != other.reader:
            return "reader"
        return "version's weights" if self.weights != other.weights else ""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Two bounds, and how they came about."""

    sure: float
    unsure: float
    """Never more than `sure`."""
    false_answers: float
    """The share of unanswerable questions that may be answered for sure, in (0, 1)."""
    unanswerable: int
    """How many unanswerable questions they were chosen on."""
    questions: int
    made_from: MadeFrom
    calibrated_at: datetime
    """With a time zone."""
    made_for: MadeFor


_calibrations = TypeAdapter(Calibrated)


class FileState(NamedTuple):
    """Tells one writing of a file from every other."""

    inode: int
    written_ns: int
    size: int


class CalibrationFile:
    """The file of one home; safe to use from several threads and processes."""

    def __init__(self, home: Path) -> None:
        self.path = home / "calibration.json"

    def state(self) -> FileState | None:
        """Which writing of the file is there; None where there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return FileState(status.st_ino, status.st_mtime_ns, status.st_size)

    def read(self) -> Calibrated | None:
        """What is kept; None where nothing is.

        Raises:
            ValueError: the file is damaged or of another version.
            OSError: it cannot be read.

        """
        try:
            return _calibrations.validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise ValueError(f"{self.path} is damaged") from error

    def write(self, calibrated: Calibrated) -> None:
        """Keep bounds in place of those that were kept.

        Raises:
            OSError: the file cannot be written.

        """
        waiting = self.path.with_name(f".{self.path.name}.{os.getpid()}")  # another run may go on beside
        try:
            waiting.write_bytes(_calibrations.dump_json(calibrated, indent=1) + b"\n")
            flush(waiting)
            waiting.replace(self.path)
        except BaseException:
            waiting.unlink(missing_ok=True)
            raise
        flush(self.path.parent)

    def remove(self) -> bool:
        """Keep none any more; return whether any were kept."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        flush(self.path.parent)
        return True
