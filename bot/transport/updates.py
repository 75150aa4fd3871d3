"""What stands in the queue of updates, and where each is from."""

from dataclasses import dataclass

from telegram import Update


@dataclass(frozen=True, slots=True)
class GivenUp:
    """An update that is not handled any more, since the bot has ended each time it was; its sender is told so."""

    update: Update


def update_of(item: object) -> Update | None:
    """Return the update that stands in the queue, whatever is to be done with it; None where it is none."""
    found = item.update if isinstance(item, GivenUp) else item
    return found if isinstance(found, Update) else None


def chat_of(update: Update) -> int | None:
    """Return the chat that an update is of; of what comes from no chat the person, who has a chat of that number."""
    place = update.effective_chat or update.effective_sender
    return place.id if place else None
