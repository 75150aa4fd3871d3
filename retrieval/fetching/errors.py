"""What can go wrong on the way to an address, each in one line that goes after the address."""


class FetchError(ValueError):
    """The address gives nothing now: what was found and what to do."""


class MissingError(FetchError):
    """The server says that there is nothing to be had at this address (a status of 400 to 499)."""


class PrivateAddressError(FetchError):
    """The address leads to where the public internet ends."""


class TooSlowError(FetchError):
    """The address was answering for longer than a request may take."""


class HostGivenUpError(FetchError):
    """The host has not answered before in this run, or wants to be left alone; it was not asked again."""


class PassingError(FetchError):
    """It may go well in a moment."""

    def __init__(self, reason: str, *, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait
        """Seconds that the server asks to wait for."""
