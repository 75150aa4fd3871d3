"""What keeps the bot from running."""

from retrieval.errors import RetrievalError


class NotRunningError(RetrievalError):
    """The bot cannot run, or can run no longer."""
