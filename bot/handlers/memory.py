"""A conversation as it is stored with an exchange, and back."""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.conversation import Conversation

_LOGGER = logging.getLogger(__name__)


class _Kept(BaseModel):
    """What is stored; a change of `Conversation` that earlier rows do not fit takes a new version."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    subject: str = ""
    latest: str = ""
    told: tuple[str, ...] = ()


def keep(conversation: Conversation) -> dict[str, Any]:
    """Return `conversation` as JSON can hold it."""
    return _Kept(**asdict(conversation)).model_dump(mode="json")


def bring_back(kept: Mapping[str, Any]) -> Conversation:
    """Return the conversation that `keep` made `kept` of; an empty one where another version did, or it was deleted."""
    try:
        found = _Kept.model_validate(kept)
    except ValidationError:
        # Without the error, which repeats what was asked.
        _LOGGER.warning("A stored conversation is not of this version; the next question begins another")
        return Conversation()
    return Conversation(found.subject, found.latest, found.told)
