"""Web addresses as articles give them."""

import re
from urllib.parse import urljoin, urlsplit


def host_of(url: str) -> str | None:
    """Return the host of an address without ``www.``, e.g. ``iz.ru``; None where it has none."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return host if host and host.isprintable() else None


def absolute_address(address: str, *, base: str | None = None) -> str | None:
    """Return `address` as an absolute ``http`` or ``https`` address, seen from `base`; None where it is none."""
    try:
        absolute = urljoin(base or "", address.strip())
        parts = urlsplit(absolute)
    except ValueError:
        return None
    readable = parts.scheme in {"http", "https"} and parts.hostname and absolute.isprintable() and " " not in absolute
    return absolute if readable else None


def is_front_page(address: str) -> bool:
    """Return whether an address is a site's front page, which is no article's."""
    return re.fullmatch(r"https?://[^/?#]+/?", address, re.IGNORECASE) is not None
