"""What one request comes to, read within limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from retrieval.fetching.errors import FetchError, HostGivenUpError, MissingError, PassingError
from retrieval.fetching.unpacking import read_bounded
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.fetching.kept import KeptResponse

_OK = 200
_REDIRECTS = {301, 302, 303, 307, 308}
_NOT_MODIFIED = 304
_PASSING = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_WAIT_TOLD = 10**6


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request came to: a body, a way on, or word that nothing has changed."""

    body: bytes = b""
    headers: Mapping[str, str] | None = None
    location: str | None = None
    unchanged: bool = False


def read_reply(response: httpx.Response, *, limit: int, longest_wait: float, conditional: bool) -> Reply:
    """Read a response: its body where there is one, of up to `limit` bytes.

    Args:
        response: not read yet.
        limit: most bytes, unpacked.
        longest_wait: seconds that the server may ask to wait before another attempt.
        conditional: whether "not modified" is a reply to what was asked.

    Raises:
        PassingError: another attempt may go well.
        HostGivenUpError: the server wants to be left alone for longer than `longest_wait`.
        FetchError: there is nothing to be had.

    """
    status = response.status_code
    if status in _REDIRECTS and "location" in response.headers:
        return Reply(location=response.headers["location"])
    if status == _NOT_MODIFIED and conditional:
        return Reply(unchanged=True)
    if status in _PASSING:
        raise _passing(response, longest_wait)
    if status != _OK:
        raise _refused(response)
    packing = response.headers.get("content-encoding", "")
    return Reply(read_bounded(response.iter_raw(), packing=packing, limit=limit), response.headers)


def conditions_of(kept: KeptResponse | None) -> dict[str, str]:
    """Return the headers that ask for a response only if it is another than `kept` (RFC 9110, section 13.1)."""
    conditions = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified} if kept else {}
    return {name: value for name, value in conditions.items() if value}


def _passing(response: httpx.Response, longest_wait: float) -> FetchError:
    wait = _retry_after(response.headers.get("retry-after", ""))
    said = told("answers {status}", status=_status(response))
    if wait is not None and wait > longest_wait:
        later = told("in {wait:.0f} s", wait=wait) if wait < _LONGEST_WAIT_TOLD else told("much later")
        return HostGivenUpError(
            told("{said} and asks to come back {later}; the next run tries again", said=said, later=later)
        )
    return PassingError(told("{said}; try later", said=said), wait=wait)


def _refused(response: httpx.Response) -> FetchError:
    status = _status(response)
    if response.is_client_error:
        return MissingError(told("answers {status}; check the address", status=status))
    return FetchError(told("answers {status}, where 200 OK is expected; correct the address", status=status))


def _status(response: httpx.Response) -> str:
    return f"{response.status_code} {httpx.codes.get_reason_phrase(response.status_code)}".strip()


def _retry_after(value: str) -> float | None:
    """Return the seconds that a server asks to wait for, given as such or as a date (RFC 9110, section 10.2.3)."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):  # the latter where a number is none of a date
        return None
