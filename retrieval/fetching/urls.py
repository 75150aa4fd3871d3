"""Addresses as the HTTP client has them: without the credentials in them, and followed where they redirect."""

import httpx

from retrieval.fetching.errors import FetchError
from retrieval.told import told

LEADS_ASTRAY = told("redirects to what is not an http or https address; correct it")
_HIGHEST_PORT = 65_535


def parse_address(address: str) -> tuple[httpx.URL, tuple[str, str] | None]:
    """Part an address from the user name and password in it, so that nothing that shows it shows them.

    Raises:
        FetchError: it is not an http or https address.

    """
    try:
        url = httpx.URL(address.strip())
        host = url.host  # decoded only here
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(told("is not a valid address; correct it")) from error
    if url.scheme not in {"http", "https"} or not host or (url.port or 0) > _HIGHEST_PORT:
        raise FetchError(told("is not an http or https address; correct it"))
    auth = (url.username, url.password) if url.userinfo else None
    return url.copy_with(username=None, password=None, fragment=None), auth


def follow(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect from `url` leads.

    Raises:
        FetchError: not to an address on the web.

    """
    try:
        return parse_address(str(url.join(location)))[0]
    except (FetchError, httpx.InvalidURL, UnicodeError) as error:
        raise FetchError(LEADS_ASTRAY) from error


def root_of(url: httpx.URL) -> str:
    """Return the root address of a host, such as ``https://iz.ru``: what has one ``robots.txt``."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
