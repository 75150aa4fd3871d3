"""Files in HTML: a page of an export of Telegram is told by what it holds, everything else is a web page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from retrieval.loaders.file_heads import head_of
from retrieval.loaders.html_pages import HtmlLoader
from retrieval.loaders.telegram_pages import TelegramPageLoader, is_telegram_page
from retrieval.types import LoadedArticle, LoadProblem


@dataclass(frozen=True, slots=True)
class HtmlFileLoader:
    """Reads one ``.html`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the articles of `path`, and a `LoadProblem` for what is broken."""
        load = TelegramPageLoader if is_telegram_page(head_of(path)) else HtmlLoader
        yield from load(self.timezone)(path, article_id=article_id)
