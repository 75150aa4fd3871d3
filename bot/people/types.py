"""The nouns of what is stored about people: frozen, slotted, no behaviour. All moments are in UTC with a time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from retrieval.types import Certainty


@dataclass(frozen=True, slots=True)
class Shown:
    """An excerpt that a reader was shown: ``article.text[start:end]``."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was answered to it."""

    person_id: int
    """Telegram's id of who asked: a person, or the group or channel that somebody speaks for."""
    chat_id: int
    chat_kind: str
    """``private``, ``group`` or ``supergroup``."""
    question: str
    """As it was written."""
    understood: str
    """As it was searched for: what a follow-up question leaves out is filled in."""
    asked_at: datetime
    certainty: Certainty
    confidence: float
    took_ms: float
    was_read: bool
    """Whether the best passages were read for the answer."""
    shown: tuple[Shown, ...]
    """What was cited, in order; empty where nothing was."""
    previous: int | None = None
    """Number of the exchange that this one goes on from; None where it begins a conversation."""
    conversation: Mapping[str, Any] = field(default_factory=dict)
    """What the next question needs to know of the conversation so far, as JSON can hold it."""
