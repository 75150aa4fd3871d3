"""Addresses on the web as an operator writes them, and as they may be shown to anyone."""

import re

_SCHEMES = ("http://", "https://")
_AUTHORITY = re.compile(r"(?<=://)[^/?#]*")
_SECRET = re.compile(
    r"([?&](?:access_?token|api_?key|auth|pass(?:word|wd)?|secret|sig(?:nature)?|token)=)[^&#]*", re.IGNORECASE
)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]")
_SHOWN = 500
"""Characters of the longest address that is shown whole."""


def is_address(source: str) -> bool:
    """Return whether a source is an address on the web rather than a file or folder."""
    return source.strip().lower().startswith(_SCHEMES)


def printable_address(address: str) -> str:
    """Return `address` without what is nobody's business: user name, password, tokens in the query, the fragment.

    It is also what tells one address from another: stored as an article's origin, compared with the sources.
    """
    address = _UNPRINTABLE.sub("?", address.strip()).partition("#")[0]
    address = _AUTHORITY.sub(lambda found: _without_credentials(found[0]), address, count=1)
    address = _SECRET.sub(r"\1***", address)
    return address if len(address) <= _SHOWN else address[:_SHOWN] + "…"


def address_key(address: str) -> str:
    """Return what tells the address of one article from that of another, and what ids made of addresses hold.

    The same for http and https, for whoever asks with whatever credentials, with a fragment or a slash at the end.
    """
    return printable_address(address).partition("://")[2].rstrip("/")


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses ask for the same with the same credentials."""
    return one.strip().partition("#")[0] == other.strip().partition("#")[0]


def printable_source(source: str) -> str:
    """Return a source as it may be shown: an address without its credentials, a path as it is."""
    return printable_address(source) if is_address(source) else source


def _without_credentials(authority: str) -> str:
    if "@" in authority:
        return authority.rpartition("@")[2]
    host, colon, port = authority.rpartition(":")
    # A password with a slash in it ends what can be taken for the host; what stands before is then a user name.
    return authority if not colon or host.startswith("[") or not port or port.isdigit() else "***"
