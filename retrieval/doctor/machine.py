"""The machine: room on the disk, and whether its clock can be right."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.errors import RetrievalError
from retrieval.index.segments import files_below
from retrieval.store.audit import StoreAudit
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.doctor.findings import Examination
    from retrieval.home import Home

_ROOM = 256 << 20
"""Bytes that any run may need, besides an index as large as the one that is there."""
_MEBIBYTE = 1 << 20
_BUILT = datetime(2025, 6, 1, tzinfo=UTC)
"""This version is no older than that."""
_APART = 60.0
"""Seconds that the clock and the disk's may differ."""


def look_at_disk(home: Path, found: Examination) -> None:
    """Look whether there is room for another index."""
    needed, free = _ROOM + _size_of_index(home), shutil.disk_usage(home).free
    said = told(
        "{free} MiB are free in {home}, and another index may take {needed}",
        free=free // _MEBIBYTE,
        home=home,
        needed=needed // _MEBIBYTE,
    )
    if free < needed:
        found.problem("disk", told("{said}: make room", said=said))
    else:
        found.ok("disk", said)


def _size_of_index(home: Path) -> int:
    """Bytes of all segments; what is deleted meanwhile takes no room."""
    size = 0
    for segment in (home / "segments").glob("*"):
        with suppress(FileNotFoundError):
            for path in files_below(segment):
                size += path.stat().st_size
    return size


def look_at_clock(home: Home, found: Examination, now: datetime) -> None:
    """Look whether the clock is before something that has happened, or another one than that of the disk."""
    latest = max([_BUILT, *_moments(home, unsound=found.damage.unsound)])
    if now < latest:
        found.problem(
            "clock",
            told(
                "the clock says {now}, which is before {latest}, when something was stored or this version was made: "
                "set it",
                now=f"{now:%Y-%m-%d %H:%M} UTC",
                latest=f"{latest:%Y-%m-%d %H:%M} UTC",
            ),
        )
        return
    folder = home.settings.home
    if not folder.is_dir():
        return
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            apart = time.time() - os.fstat(file.fileno()).st_mtime
    except OSError as error:
        found.problem(
            "clock",
            told(
                "{home} cannot be written ({reason}): let citebot write there", home=folder, reason=system_reason(error)
            ),
        )
        return
    if abs(apart) > _APART:
        found.problem(
            "clock",
            told(
                "the clock and that of the disk of {home} are {seconds:.0f} s apart: set them to one time",
                home=folder,
                seconds=abs(apart),
            ),
        )
    else:
        found.ok("clock", told("the clock is behind nothing that was stored"))


def _moments(home: Home, *, unsound: bool) -> list[datetime]:
    """When the last things were stored that tell when they were."""
    moments = []
    try:
        if current := home.generations.current():
            moments.append(home.generations.manifest(current.number).created_at)
        if not unsound and (forgotten := StoreAudit(home.database).newest_moment()) is not None:
            moments.append(forgotten.replace(tzinfo=UTC))
    except RetrievalError:
        pass  # told where that is looked at
    return moments
