"""Connections that end in time and that lead to the public internet only.

Both are held where the connection is made: neither a name that resolves to another address the second time, nor a
redirect, nor a server that sends a byte a second gets past.
"""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import httpcore
import httpx

from retrieval.fetching.errors import PrivateAddressError, TooSlowError
from retrieval.told import told

_NAT64 = ip_network("64:ff9b::/96")
_TOO_SLOW = told("did not finish in time; try later")


class GuardedTransport(httpx.HTTPTransport):
    """An httpx transport whose connections are made by `GuardedBackend`."""

    def __init__(self, backend: "GuardedBackend") -> None:
        super().__init__()
        # httpx has no parameter for the network backend of httpcore, so its pool is exchanged for one that has it.
        self._pool.close()
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=backend)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public addresses, and lets nothing last beyond `deadline`."""

    def __init__(self, *, private_addresses: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._private_addresses = private_addresses
        self._backend = httpcore.SyncBackend()
        self._deadline = float("inf")

    def start(self, seconds: float) -> None:
        """Let what happens from now on take `seconds` altogether."""
        self._deadline = self._clock() + seconds

    @contextmanager
    def step(self, timeout: float | None) -> Iterator[float]:
        """Tell how many seconds one step may take.

        Raises:
            TooSlowError: the time for everything is over.

        """
        seconds = self._left() if timeout is None else min(timeout, self._left())
        try:
            yield seconds
        except httpcore.TimeoutException:
            self._left()
            raise

    def _left(self) -> float:
        left = self._deadline - self._clock()
        if left <= 0:
            raise TooSlowError(_TOO_SLOW)
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers, each checked before it is connected to."""
        failure: Exception | None = None
        for address in self._addresses(host, port):
            try:
                with self.step(timeout) as seconds:
                    stream = self._backend.connect_tcp(address, port, seconds, local_address, socket_options)
                return _BoundedStream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("the name has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if self._private_addresses:
            return addresses
        public = [address for address in addresses if is_public(address)]
        if addresses and not public:
            refusal = told(
                "leads to {address}, which is not on the public internet; correct the address, "
                "or allow it with CITEBOT_FETCH_PRIVATE_ADDRESSES=true",
                address=addresses[0],
            )
            raise PrivateAddressError(refusal)
        return public


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._stream = stream
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._backend.step(timeout) as seconds:
            return self._stream.read(max_bytes, seconds)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with self._backend.step(timeout) as seconds:
            self._stream.write(buffer, seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        with self._backend.step(timeout) as seconds:
            return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet, also where it stands for an IPv4 address."""
    plain = ip_address(address.partition("%")[0])
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(plain))


def _meant(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The addresses that packets to `address` may come to."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    embedded: list[IPv4Address | IPv6Address] = [address]
    if address.sixtofour:
        embedded.append(address.sixtofour)
    if address.teredo:
        embedded += address.teredo
    if address in _NAT64:
        embedded[0] = IPv4Address(int(address) & 0xFFFFFFFF)
    return embedded
