"""What keeps the bot from running."""

from retrieval.errors import RetrievalError


class NotRunningError(RetrievalError):
    """The bot cannot run, or can run no longer."""


class AwayError(Exception):
    """What updates are written down in is out of reach for now."""
