"""The one who asks: one request at a time, with pauses, within limits, and only where it is welcome."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Self

import httpx
import tenacity

from retrieval.fetching.addresses import printable_address
from retrieval.fetching.errors import FetchError, HostGivenUpError, PassingError, TooSlowError
from retrieval.fetching.kept import KeptResponse
from retrieval.fetching.network import GuardedBackend, GuardedTransport
from retrieval.fetching.responses import Reply, conditions_of, read_reply
from retrieval.fetching.robots import ROBOT, Robots
from retrieval.fetching.unpacking import ACCEPTED
from retrieval.fetching.urls import LEADS_ASTRAY, follow, parse_address, root_of
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from retrieval.fetching.kept import ResponseFolder

_FAILURES = 2
"""Addresses of a host that do not answer, one after the other, before it is left alone."""
_SLICE = 0.5
"""Seconds of waiting after which it is looked whether the run shall end."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How far a fetch may go; seconds and bytes."""

    step_seconds: float = 10
    """Connecting, or waiting for the next byte."""
    request_seconds: float = 30
    """One request with its whole response."""
    source_bytes: int = 50_000_000
    """Of a source, unpacked: what a sitemap may have (https://www.sitemaps.org/protocol.html)."""
    page_bytes: int = 10_000_000
    """Of a page, unpacked."""
    robots_bytes: int = 512_000
    redirects: int = 5
    attempts: int = 3
    """Requests for one address, where the first meets something that may pass."""
    back_off_seconds: float = 1
    """Before the second attempt; doubled before each further one."""
    wait_seconds: float = 60
    """The longest wait that a server may ask for."""
    delay_seconds: float = 1
    """Between two requests to a host."""
    longest_delay_seconds: float = 10
    """Between two requests to a host, whatever it asks for."""


@dataclass(slots=True)
class _Host:
    """What is known of a host in this run."""

    free_at: float = 0.0
    """When it may be asked again, by the clock."""
    failures: int = 0
    """Addresses in a row that did not answer."""


class Fetcher:
    """Fetches addresses for one run; not for several threads at once. A context manager."""

    def __init__(
        self,
        folder: ResponseFolder,
        *,
        limits: FetchLimits | None = None,
        private_addresses: bool = False,
        announce: Callable[[str], None] = lambda _: None,
        step: Callable[[], None] = lambda: None,
        resting: set[str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`sleep` and `clock` count the seconds between requests, `clock` those of a request as well.

        `announce` is told of what takes long.

        `step` is called before each request and at least twice a second while waiting; what it raises ends the run.
        Addresses in `resting` are not asked again where their response is kept; those that answer are added to it.
        """
        self.limits = limits or FetchLimits()
        self.announce = announce
        self._folder = folder
        self._step = step
        self._resting = resting
        self._sleep = sleep
        self._clock = clock
        self._hosts: dict[str, _Host] = {}
        self._robots = Robots(self._read_robots)
        self._network = GuardedBackend(private_addresses=private_addresses, clock=clock)
        self._client = httpx.Client(
            transport=GuardedTransport(self._network),
            timeout=self.limits.step_seconds,
            headers={"User-Agent": f"{ROBOT}/{version_of('citebot')}", "Accept-Encoding": ACCEPTED},
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def kept(self, address: str) -> KeptResponse | None:
        """Return what `address` served when it was last fetched, without asking it."""
        return self._folder.find(address)

    def keep(self, address: str, response: KeptResponse) -> None:
        """Keep `response` again, in place of what `address` served last, which was of no use."""
        with suppress(OSError):  # then that is kept
            self._folder.keep(address, response)

    def fetch(self, address: str, *, limit: int, version: str | None = None) -> KeptResponse:
        """Return what `address` serves now; what is kept of it where that has not changed.

        Args:
            address: begins with ``http://`` or ``https://``; may hold a user name and a password.
            limit: most bytes of the response, unpacked.
            version: what is kept with the response, to tell later whether it need be fetched again.

        Raises:
            FetchError: the reason, in one line that goes after the address.

        """
        kept = self._folder.find(address) if self._resting and address in self._resting else None
        if kept and (version is None or kept.version == version):
            return kept
        response = self._fetch(address, limit=limit, version=version, robots=True)
        if self._resting is not None:
            self._resting.add(address)
        return response

    def _fetch(self, address: str, *, limit: int, version: str | None, robots: bool) -> KeptResponse:
        kept = self._folder.find(address)
        url, auth = parse_address(address)
        seen: set[httpx.URL] = set()
        while len(seen) <= self.limits.redirects:
            if url in seen:
                raise FetchError(told("redirects in a circle; correct the address"))
            seen.add(url)
            if robots:
                self._require_welcome(url)
            place = printable_address(str(url))
            reply = self._ask(url, auth, kept if kept and kept.address == place else None, limit)
            if reply.location is None:
                return self._keep(address, place, reply, kept, version)
            target = follow(url, reply.location)
            # Credentials are for the host that the operator gave them for.
            auth = auth if root_of(target) == root_of(url) else None
            url = target
        raise FetchError(
            told("redirects more than {redirects} times; correct the address", redirects=self.limits.redirects)
        )

    def _keep(
        self, address: str, place: str, reply: Reply, kept: KeptResponse | None, version: str | None
    ) -> KeptResponse:
        if reply.unchanged and kept:
            response = KeptResponse(
                kept.address, kept.content_type, kept.body, kept.etag, kept.last_modified, version or kept.version
            )
            if response == kept:
                return kept
        else:
            headers = reply.headers or {}
            response = KeptResponse(
                place,
                headers.get("content-type", ""),
                reply.body,
                headers.get("etag"),
                headers.get("last-modified"),
                version,
            )
        try:
            self._folder.keep(address, response)
        except OSError as error:
            raise FetchError(
                told("cannot be kept in CITEBOT_HOME: {reason}; make room there", reason=system_reason(error))
            ) from error
        return response

    def _read_robots(self, address: str) -> bytes:
        return self._fetch(address, limit=self.limits.robots_bytes, version=None, robots=False).body

    def _require_welcome(self, url: httpx.URL) -> None:
        rules = self._robots.rules_of(root_of(url))
        refusal = rules.refusal(str(url))
        if refusal:
            raise FetchError(refusal)

    def _ask(self, url: httpx.URL, auth: tuple[str, str] | None, kept: KeptResponse | None, limit: int) -> Reply:
        """Ask until there is a reply, or the attempts are used up."""
        host = self._hosts.setdefault(root_of(url), _Host())
        if host.failures >= _FAILURES:
            raise HostGivenUpError(told("was not asked, since its host does not answer; try later"))
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.limits.attempts),
            wait=self._back_off,
            retry=tenacity.retry_if_exception_type(PassingError),
            before_sleep=self._tell_wait,
            sleep=self._wait,
            reraise=True,
        )
        try:
            reply = attempts(self._ask_once, url, auth, kept, limit, host)
        except HostGivenUpError:
            host.failures = _FAILURES
            raise
        except (PassingError, TooSlowError):
            host.failures += 1
            raise
        except FetchError:
            host.failures = 0
            raise
        host.failures = 0
        return reply

    def _back_off(self, state: tenacity.RetryCallState) -> float:
        """Return the seconds to wait before the next attempt."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, PassingError) else None
        return max(asked or 0.0, self.limits.back_off_seconds * 2.0 ** (state.attempt_number - 1))

    def _tell_wait(self, state: tenacity.RetryCallState) -> None:
        if state.upcoming_sleep > self.limits.step_seconds:
            self.announce(told("waiting {seconds:.0f} s, as the server asks", seconds=state.upcoming_sleep))

    def _wait(self, seconds: float) -> None:
        """Sleep, unless the run shall end."""
        while seconds > 0:
            self._step()
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE

    def _ask_once(
        self, url: httpx.URL, auth: tuple[str, str] | None, kept: KeptResponse | None, limit: int, host: _Host
    ) -> Reply:
        self._wait(host.free_at - self._clock())
        self._step()
        self._network.start(self.limits.request_seconds)
        headers = conditions_of(kept)
        try:
            with self._client.stream("GET", url, headers=headers, auth=auth) as response:
                return read_reply(
                    response, limit=limit, longest_wait=self.limits.wait_seconds, conditional=bool(headers)
                )
        except httpx.TimeoutException as error:
            raise PassingError(told("does not answer in time; try later")) from error
        except httpx.TransportError as error:
            raise PassingError(
                told("cannot be reached: {reason}; check the address, or try later", reason=_one_line(error))
            ) from error
        except httpx.InvalidURL as error:
            raise FetchError(LEADS_ASTRAY) from error  # httpx looks at where a redirect leads
        finally:
            host.free_at = self._clock() + self._delay(url)

    def _delay(self, url: httpx.URL) -> float:
        asked = self._robots.delay_of(root_of(url))
        return max(self.limits.delay_seconds, min(asked, self.limits.longest_delay_seconds))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
