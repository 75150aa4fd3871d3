"""Whether the sources can be reached: files and folders are there, addresses answer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import is_address, printable_source
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from retrieval.doctor.findings import Examination
    from retrieval.settings import RetrievalSettings

_STEP_SECONDS = 5.0
_REQUEST_SECONDS = 10.0


def look_at_sources(settings: RetrievalSettings, found: Examination) -> None:
    """Look at each source for a moment; what it holds is not read."""
    faults = 0
    for source in settings.sources:
        fault = _fault_of_address(source, settings) if is_address(source) else _fault_of_path(Path(source))
        if fault:
            faults += 1
            found.problem("sources", told("{source}: {fault}", source=printable_source(source), fault=fault))
    if not faults:
        found.ok(
            "sources",
            told("{count} source is there", "all {count} sources are there", count=len(settings.sources)),
        )


def _fault_of_path(path: Path) -> str:
    try:
        if path.is_dir():
            next(path.iterdir(), None)
        elif path.is_file():
            path.open("rb").close()
        else:
            return told("there is no such file or folder: put it there, or correct CITEBOT_SOURCES")
    except OSError as error:
        return told("cannot be read ({error}): make it readable", error=error)
    return ""


def _fault_of_address(address: str, settings: RetrievalSettings) -> str:
    from retrieval.fetching.errors import FetchError
    from retrieval.fetching.fetcher import Fetcher, FetchLimits
    from retrieval.fetching.kept import ResponseFolder

    limits = FetchLimits(step_seconds=_STEP_SECONDS, request_seconds=_REQUEST_SECONDS, attempts=1, delay_seconds=0)
    with (
        tempfile.TemporaryDirectory() as folder,
        Fetcher(
            ResponseFolder(Path(folder)), limits=limits, private_addresses=settings.fetch_private_addresses
        ) as fetcher,
    ):
        try:
            fetcher.fetch(address, limit=limits.source_bytes)
        except FetchError as error:
            return told_by(error)
    return ""
