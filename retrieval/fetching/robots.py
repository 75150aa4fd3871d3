"""What hosts allow robots to fetch, as RFC 9309 says (https://www.rfc-editor.org/rfc/rfc9309)."""

from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from retrieval.fetching.errors import FetchError, MissingError, PrivateAddressError
from retrieval.told import told

ROBOT = "Citebot"
"""The name that ``robots.txt`` may have rules for."""


@dataclass(frozen=True, slots=True)
class HostRules:
    """The rules of one host."""

    rules: Protego | None
    """None where no rules could be had."""
    closed: str | None = None
    """Why nothing may be fetched; None where the rules decide."""

    @property
    def delay(self) -> float:
        """Seconds that the host wants between two requests."""
        return (self.rules.crawl_delay(ROBOT) if self.rules else None) or 0.0

    def refusal(self, address: str) -> str | None:
        """Say why `address` must not be fetched; None where it may be."""
        if self.closed or self.rules is None:
            return self.closed
        if self.rules.can_fetch(address, ROBOT):
            return None
        return told("must not be fetched: robots.txt of the host forbids it; ask its owner, or take another address")


class Robots:
    """The rules of all hosts, each asked for once."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        """`read` returns what an address serves, and raises `MissingError` where there is nothing."""
        self._read = read
        self._hosts: dict[str, HostRules] = {}

    def rules_of(self, root: str) -> HostRules:
        """Return the rules of a host by its root address, such as ``https://iz.ru``."""
        if root not in self._hosts:
            self._hosts[root] = self._ask(root)
        return self._hosts[root]

    def delay_of(self, root: str) -> float:
        """Return the seconds that a host wants between two requests; 0 while it has not been asked."""
        return self._hosts[root].delay if root in self._hosts else 0.0

    def _ask(self, root: str) -> HostRules:
        try:
            text = self._read(f"{root}/robots.txt").decode("utf-8-sig", errors="replace")
        except MissingError:
            # No rules: everything may be fetched (section 2.3.1.3).
            return HostRules(Protego.parse(""))
        except PrivateAddressError:
            raise
        except FetchError as error:
            # There may be rules, but nobody can tell which: nothing may be fetched (section 2.3.1.4).
            return HostRules(
                None,
                closed=told("cannot be fetched while robots.txt of the host cannot be read: it {error}", error=error),
            )
        return HostRules(Protego.parse(text))
