"""The bounds of certainty that were calibrated on the operator's own articles, as a home keeps them.

One small file, ``HOME/calibration.json``, replaced in one step: a reader or a crash sees the old bounds or the new
ones, whole.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Self

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from retrieval.disk import flush
from retrieval.errors import CalibrationError
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from pathlib import Path

_Confidence = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_KEPT_STRICTLY = ConfigDict(strict=True)
MadeFrom = Literal["questions", "articles"]
"""Whose questions the bounds were chosen on: the operator's own, or those made out of the articles."""


@dataclass(frozen=True, slots=True, config=_KEPT_STRICTLY)
class MadeFor:
    """What confidences depend on: bounds that were chosen with other ones say nothing."""

    model: str | None
    """The embedding model's fingerprint; None as long as its files are not on this machine."""
    reader: str
    """A digest of the reader, or ``off``."""
    reader_passages: int
    """Passages that it reads for one question, at most; 0 where none is read."""
    weights: str
    """A digest of the weights of ranking and confidence."""

    def differs_from(self, other: MadeFor) -> str:
        """What of it is another one, in words; empty where nothing is."""
        if None not in {self.model, other.model} and self.model != other.model:
            return told("embedding model")
        if self.reader != other.reader:
            return told("reader")
        if self.reader_passages != other.reader_passages:
            return told("number of passages read (CITEBOT_READER_PASSAGES)")
        return told("version's weights") if self.weights != other.weights else ""


@dataclass(frozen=True, slots=True, config=_KEPT_STRICTLY)
class Calibrated:
    """Two bounds, and how they came about."""

    sure: _Confidence
    unsure: _Confidence
    """Never more than `sure`."""
    false_answers: _Confidence
    """The share of unanswerable questions that may be answered for sure, in (0, 1)."""
    made_from: MadeFrom
    calibrated_at: AwareDatetime
    made_for: MadeFor

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.unsure > self.sure:
            message = "the bound of unsure answers is above that of sure ones"
            raise ValueError(message)
        return self


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
            raise ValueError(told("{path} is damaged", path=self.path)) from error

    def require_writable(self) -> None:
        """Try whether bounds can be kept, before the work that it takes to find them.

        Raises:
            CalibrationError: they cannot.

        """
        try:
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._waiting.touch()
            self._waiting.unlink()
        except OSError as error:
            raise self._unwritable(error) from error

    def write(self, calibrated: Calibrated) -> None:
        """Keep bounds in place of those that were kept.

        Raises:
            CalibrationError: the file cannot be written.

        """
        waiting = self._waiting
        try:
            waiting.write_bytes(_calibrations.dump_json(calibrated, indent=1) + b"\n")
            flush(waiting)
            waiting.replace(self.path)
            flush(self.path.parent)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            waiting.unlink(missing_ok=True)

    def remove(self) -> bool:
        """Keep none any more; return whether any were kept.

        Raises:
            CalibrationError: the file cannot be removed.

        """
        try:
            self.path.unlink()
            flush(self.path.parent)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unwritable(error) from error
        return True

    @property
    def _waiting(self) -> Path:
        return self.path.with_name(f".{self.path.name}.{os.getpid()}")  # another run may go on beside

    def _unwritable(self, error: OSError) -> CalibrationError:
        mend = (
            told("remove that folder")
            if self.path.is_dir()
            else told("let citebot write into {parent}", parent=self.path.parent)
        )
        return CalibrationError(
            told("{path} cannot be written ({reason}): {mend}", path=self.path, reason=system_reason(error), mend=mend)
        )
