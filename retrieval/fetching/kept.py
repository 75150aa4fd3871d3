"""Responses kept on disk, to ask later whether they have changed, and to go on with them where nothing answers.

An HTTP cache of the usual kind would not do: what a server says about keeping is for browsers. Here every response is
kept until nobody has asked for it in a month, and none is taken for current without asking.
"""

import gzip
import json
import os
import time
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter

from retrieval.disk import make_private, put

_KEEP_SECONDS = 30 * 86_400
_ENDING = ".response"


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """What an address served when it was last fetched."""

    address: str
    """Where the response came from after redirects, printable."""
    content_type: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    version: str | None = None
    """What a feed or sitemap said of the version of this page then, such as a date; None where nothing was said."""


_responses = TypeAdapter(KeptResponse)  # which takes no number for a text


class ResponseFolder:
    """A folder of responses, one file each: a line of JSON, then the body, gzipped together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, address: str) -> KeptResponse | None:
        """Return what was kept for `address`; a damaged file counts as none."""
        path = self._path(address)
        try:
            line, _, body = gzip.decompress(path.read_bytes()).partition(b"\n")
            found = _responses.validate_python({**json.loads(line), "body": body})
            os.utime(path)
        except (OSError, EOFError, zlib.error, ValueError, TypeError, RecursionError):
            return None
        return found

    def keep(self, address: str, response: KeptResponse) -> None:
        """Keep `response` as what `address` serves.

        Raises:
            OSError: the folder cannot be written.

        """
        header = {name: value for name, value in asdict(response).items() if name != "body"}
        packed = gzip.compress(json.dumps(header).encode() + b"\n" + response.body, compresslevel=5)
        path = self._path(address)
        make_private(path.parent.parent)  # the home, which may be begun here
        path.parent.mkdir(exist_ok=True)
        put(path, packed, flushed=False)

    def forget_unused(self) -> None:
        """Delete what nobody has asked for in a month."""
        oldest = time.time() - _KEEP_SECONDS
        for path in self._folder.glob("*.*"):
            with suppress(OSError):  # another run may have been here first
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _path(self, address: str) -> Path:
        # A hash, since addresses are too long for file names and may hold passwords.
        return self._folder / (sha256(address.encode()).hexdigest()[:40] + _ENDING)
