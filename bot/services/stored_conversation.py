"""A conversation as it is stored with an exchange, and back."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.question.conversation import Conversation

_LOGGER = logging.getLogger(__name__)


class _StoredConversation(BaseModel):
    """What is stored; a change of `Conversation` that earlier rows do not fit takes a new version.

    A field that earlier rows lack has a default.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    subject: str = ""
    latest: str = ""
    told: tuple[str, ...] = ()
    named: str = ""
    latest_named: str = ""
    unanswered: str = ""
    is_near: bool = False


def conversation_to_json(conversation: Conversation) -> dict[str, Any]:
    """Return `conversation` as JSON can hold it."""
    return _StoredConversation(**asdict(conversation)).model_dump(mode="json")


def conversation_from_json(stored: Mapping[str, Any]) -> Conversation:
    """Return the conversation that is `stored`; an empty one where another version stored it, or it was deleted."""
    try:
        found = _StoredConversation.model_validate(stored)
    except ValidationError:
        # Without the error, which repeats what was asked.
        _LOGGER.warning("A stored conversation is not of this version; the next question begins another")
        return Conversation()
    return Conversation(**found.model_dump(exclude={"version"}))
