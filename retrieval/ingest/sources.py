"""What reads the sources as the settings say: files as they are, addresses as they were fetched before."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import is_address, printable_address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from retrieval.fetching.fetcher import Fetcher
    from retrieval.fetching.kept import ResponseFolder
    from retrieval.ingest.collecting import RevisionWriter, SourceCollector
    from retrieval.loaders import LoadAddress
    from retrieval.progress import Progress
    from retrieval.settings import RetrievalSettings
    from retrieval.types import Received, Retractions


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

    def collector(
        self,
        writer: RevisionWriter,
        load_address: LoadAddress | None,
        *,
        retractions: Retractions,
        received: Sequence[Received],
        accept_removals: bool = False,
    ) -> SourceCollector:
        """What reads sources for `writer`, those on the web from what was `fetched`, and what was `received`."""
        from retrieval.ingest.collecting import SourceCollector  # `citebot status` needs no loaders

        return SourceCollector(
            writer,
            timezone=self._settings.timezone,
            outlets=self._settings.outlets,
            progress=self._progress,
            load_address=load_address,
            leave_out=self._settings.home,
            retractions=retractions,
            accept_removals=accept_removals,
            received=received,
        )

    @contextmanager
    def fetched(self, sources: Sequence[str], folder: Path) -> Iterator[LoadAddress | None]:
        """Fetch all addresses among `sources`, and yield what loads each of them once, if there are any.

        Responses are kept in `folder`; of those, what nobody asks for any more is deleted when the run is done.
        """
        if not any(map(is_address, sources)):
            yield None
            return
        from retrieval.fetching.kept import ResponseFolder
        from retrieval.ingest.fetched import FetchedSources
        from retrieval.loaders.web import WebLoader

        settings = self._settings
        responses = ResponseFolder(folder)
        with self.fetcher(responses) as fetcher:
            load = WebLoader(
                fetcher,
                timezone=settings.timezone,
                linked_pages=settings.fetch_linked_pages,
                page_limit=settings.fetch_pages,
            )
            fetched = FetchedSources(load, self._progress)
            fetched.fetch(sources)
        yield fetched
        responses.forget_unused()

    def fetcher(self, responses: ResponseFolder) -> Fetcher:
        """Return what fetches as the settings say, for one run; it keeps what it gets in `responses`."""
        from retrieval.fetching.fetcher import Fetcher, FetchLimits

        return Fetcher(
            responses,
            limits=FetchLimits(delay_seconds=self._settings.fetch_delay),
            private_addresses=self._settings.fetch_private_addresses,
            announce=self._progress.announce,
            step=self._progress.step,
            resting=self._resting,
        )
