"""The bounds of certainty that were calibrated on the operator's own articles, as a home keeps them.

One small file, ``HOME/calibration.json``, replaced in one step, or one row where the home is on a server: a reader or
a crash sees the old bounds or the new ones, whole.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, Protocol, Self

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from retrieval.disk import flush, give_place
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


Writing = FileState | int
"""Tells one writing of the bounds from every other, wherever they are kept."""


class KeptBounds(Protocol):
    """The bounds of one home, wherever it is; safe to use from several threads and processes."""

    @property
    def place(self) -> str:
        """Where they are, as it is told."""

    def state(self) -> Writing | None:
        """Which writing of them is there; None where there is none.

        Raises:
            DatabaseError: the server of the home cannot be asked.

        """

    def read(self) -> Calibrated | None:
        """What is kept; None where nothing is.

        Raises:
            ValueError: what is kept is damaged or of another version.
            OSError: the file cannot be read.
            DatabaseError: the server of the home cannot be asked.

        """

    def require_writable(self) -> None:
        """Try whether bounds can be kept, before the work that it takes to find them.

        Raises:
            CalibrationError: they cannot.
            DatabaseError: they cannot, on a server.

        """

    def write(self, calibrated: Calibrated) -> None:
        """Keep bounds in place of those that were kept; raises what `require_writable` does."""

    def remove(self) -> bool:
        """Keep none any more; return whether any were kept. Raises what `require_writable` does."""


class KeptBytes(Protocol):
    """Where a server keeps bounds, see `retrieval.store.server.bounds`; raises `DatabaseError` where that fails."""

    @property
    def place(self) -> str:
        """Where that is, as it is told."""

    def written(self) -> int | None:
        """A number that differs after each writing; None where nothing is kept."""

    def read(self) -> bytes | None:
        """What is kept; None where nothing is."""

    def require_writable(self) -> None:
        """Try whether something could be written, and write nothing."""

    def write(self, content: bytes) -> None:
        """Keep this in place of what was kept."""

    def remove(self) -> bool:
        """Keep nothing any more; return whether anything was kept."""


class SharedCalibration:
    """The bounds of a home on a server, for all who answer from it. See `KeptBounds`."""

    def __init__(self, kept: KeptBytes) -> None:
        self._kept = kept

    @property
    def place(self) -> str:
        """Where they are, as it is told."""
        return self._kept.place

    def state(self) -> Writing | None:
        """Which writing of them is there; None where there is none."""
        return self._kept.written()

    def read(self) -> Calibrated | None:
        """What is kept; None where nothing is."""
        content = self._kept.read()
        return None if content is None else _parsed(content, self.place)

    def require_writable(self) -> None:
        """Try whether bounds can be kept, before the work that it takes to find them."""
        self._kept.require_writable()

    def write(self, calibrated: Calibrated) -> None:
        """Keep bounds in place of those that were kept."""
        self._kept.write(_dumped(calibrated))

    def remove(self) -> bool:
        """Keep none any more; return whether any were kept."""
        return self._kept.remove()


class CalibrationFile:
    """The file of a home in a folder. See `KeptBounds`."""

    def __init__(self, home: Path) -> None:
        self.path = home / "calibration.json"

    @property
    def place(self) -> str:
        """Where they are, as it is told."""
        return str(self.path)

    def state(self) -> Writing | None:
        """Which writing of the file is there; None where there is none."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return FileState(status.st_ino, status.st_mtime_ns, status.st_size)

    def read(self) -> Calibrated | None:
        """What is kept; None where nothing is."""
        try:
            return _parsed(self.path.read_bytes(), self.place)
        except FileNotFoundError:
            return None

    def require_writable(self) -> None:
        """Try whether bounds can be kept, before the work that it takes to find them."""
        try:
            if self.path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._waiting.touch()
            self._waiting.unlink()
        except OSError as error:
            raise self._unwritable(error) from error

    def write(self, calibrated: Calibrated) -> None:
        """Keep bounds in place of those that were kept."""
        waiting = self._waiting
        try:
            waiting.write_bytes(_dumped(calibrated))
            give_place(waiting, self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            waiting.unlink(missing_ok=True)

    def remove(self) -> bool:
        """Keep none any more; return whether any were kept."""
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


def _dumped(calibrated: Calibrated) -> bytes:
    return _calibrations.dump_json(calibrated, indent=1) + b"\n"


def _parsed(content: bytes, place: str) -> Calibrated:
    try:
        return _calibrations.validate_json(content)
    except ValidationError as error:
        raise ValueError(told("{path} is damaged", path=place)) from error
