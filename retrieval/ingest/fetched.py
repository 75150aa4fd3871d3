"""What the sources on the web hold: fetched before anybody is kept from writing, and given out afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.fetching.addresses import is_address, printable_address
from retrieval.fetching.errors import FetchError
from retrieval.types import LoadedArticle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.loaders import LoadAddress
    from retrieval.progress import Progress
    from retrieval.types import LoadProblem


class FetchedSources:
    """Loads addresses like what it is given, but fetches all of them at once."""

    def __init__(self, load_address: LoadAddress, progress: Progress) -> None:
        self._load_address = load_address
        self._progress = progress
        self._records: dict[str, list[LoadedArticle | LoadProblem]] = {}
        self._errors: dict[str, FetchError] = {}
        self._articles = 0

    def fetch(self, sources: Sequence[str]) -> None:
        """Fetch what the addresses among `sources` hold; of those that are one place the first."""
        places: dict[str, str] = {}
        for source in filter(is_address, sources):
            places.setdefault(printable_address(source), source)
        for place, address in places.items():
            self._progress.reading(self._articles, place)
            self._fetch(address, place)

    def _fetch(self, address: str, place: str) -> None:
        records = self._records[address] = []
        try:
            for record in self._load_address(address):
                records.append(record)
                self._articles += isinstance(record, LoadedArticle)
                self._progress.reading(self._articles, place)
        except FetchError as error:
            self._errors[address] = error

    def __call__(self, address: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield what an address holds, once.

        Raises:
            FetchError: nothing could be read there.

        """
        yield from self._records.pop(address)
        if address in self._errors:
            raise self._errors.pop(address)
