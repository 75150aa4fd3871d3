"""What reads the sources as the settings say: files as they are, addresses through a fetcher."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import is_address, printable_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from retrieval.ingest.collecting import RevisionWriter, SourceCollector
    from retrieval.loaders import LoadAddress
    from retrieval.progress import Progress
    from retrieval.settings import RetrievalSettings
    from retrieval.types import Retractions


class SourceReading:
    """Opens collectors, one a run, and remembers between runs which addresses rest."""

    def __init__(self, settings: RetrievalSettings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._resting: set[str] | None = None

    def ask_addresses_anew(self) -> None:
        """Have the next run ask all addresses; those that answer then rest until this is called again."""
        self._resting = set()

    def resting(self) -> frozenset[str]:
        """The places of addresses that the next run takes from what is kept, without asking them."""
        return frozenset(map(printable_address, self._resting or ()))

    @contextmanager
    def collector(
        self,
        writer: RevisionWriter,
        sources: Sequence[str],
        *,
        fetched: Path,
        retractions: Retractions,
        accept_removals: bool,
    ) -> Iterator[SourceCollector]:
        """What reads `sources` for `writer`; what is fetched for it is kept in the folder `fetched`."""
        from retrieval.ingest.collecting import SourceCollector  # `citebot status` needs no loaders

        with self._address_loader(sources, fetched) as load_address:
            yield SourceCollector(
                writer,
                timezone=self._settings.timezone,
                outlets=self._settings.outlets,
                progress=self._progress,
                load_address=load_address,
                leave_out=self._settings.home,
                retractions=retractions,
                accept_removals=accept_removals,
            )

    @contextmanager
    def _address_loader(self, sources: Sequence[str], folder: Path) -> Iterator[LoadAddress | None]:
        """What loads addresses on the web, where there are any among `sources`; `folder` is for its responses."""
        if not any(map(is_address, sources)):
            yield None
            return
        from retrieval.fetching.fetcher import Fetcher, FetchLimits
        from retrieval.fetching.kept import ResponseFolder
        from retrieval.loaders.web import WebLoader

        settings = self._settings
        responses = ResponseFolder(folder)
        limits = FetchLimits(delay_seconds=settings.fetch_delay)
        with Fetcher(
            responses,
            limits=limits,
            private_addresses=settings.fetch_private_addresses,
            announce=self._progress.announce,
            step=self._progress.step,
            resting=self._resting,
        ) as fetcher:
            yield WebLoader(
                fetcher,
                timezone=settings.timezone,
                linked_pages=settings.fetch_linked_pages,
                page_limit=settings.fetch_pages,
            )
        responses.forget_unused()
