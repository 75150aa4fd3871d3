"""An address, loaded as one run does."""

from zoneinfo import ZoneInfo

from retrieval.fetching.fetcher import Fetcher, FetchLimits
from retrieval.fetching.kept import ResponseFolder
from retrieval.loaders import load_source
from retrieval.loaders.web import WebLoader
from retrieval.types import LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")


def load_address(folder, address, *, linked_pages=False, page_limit=100):
    """Return the articles of `address` and the problems; what is fetched is kept in `folder`."""
    limits = FetchLimits(delay_seconds=0, back_off_seconds=0)
    with Fetcher(ResponseFolder(folder), limits=limits, private_addresses=True) as fetcher:
        loader = WebLoader(fetcher, timezone=MOSCOW, linked_pages=linked_pages, page_limit=page_limit)
        records = list(load_source(address, timezone=MOSCOW, load_address=loader))
    loaded = [record for record in records if isinstance(record, LoadedArticle)]
    assert {record.origin for record in loaded} <= {address}
    assert [record.line for record in loaded] == sorted({record.line for record in loaded})
    return [record.article for record in loaded], [one for one in records if isinstance(one, LoadProblem)]
