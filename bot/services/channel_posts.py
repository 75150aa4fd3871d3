"""Posts of channels as they are kept: what makes articles of them is `retrieval.loaders.received`."""

from collections.abc import Sequence

from telegram import (
    Chat,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from bot.services.replies import text_of
from retrieval.store.received import received_post
from retrieval.text.one_line import on_one_line
from retrieval.types import Received

_UNIT = 2
"""Bytes of the units of UTF-16 in which Telegram counts."""


def post_of(message: Message) -> Received | None:
    """Return a post of a channel as it is kept; None for one without words, such as a further picture of an album.

    What was edited is kept without words too: it may have had some before. What was forwarded has the outlet and the
    date of where it comes from.
    """
    text = text_of(message)
    if not text and message.edit_date is None:
        return None
    origin = message.forward_origin
    outlet = _name_of(origin) if origin else message.chat.title
    return received_post(
        channel_number(message.chat),
        message.message_id,
        runs_of(text, message.entities or message.caption_entities),
        sent_at=int((origin.date if origin else message.date).timestamp()),
        changed_at=int((message.edit_date or message.date).timestamp()),
        source=on_one_line(outlet or "") or None,
        url=message.link,
    )


def channel_number(chat: Chat) -> int:
    """Return the number of a channel as exports and addresses have it: without the -100 before it."""
    return int(str(chat.id).removeprefix("-100"))


def runs_of(text: str, entities: Sequence[MessageEntity]) -> list[tuple[str, str]]:
    """Return a text in pieces that are ``bold`` or ``plain``; half of a pair of units becomes �."""
    units = text.encode("utf-16-le", "surrogatepass")
    bold = sorted((entity.offset, entity.offset + entity.length) for entity in entities if entity.type == "bold")
    pieces: list[tuple[str, bytes]] = []
    done = 0
    for start, end in bold:
        pieces += [("plain", units[done : start * _UNIT]), ("bold", units[max(done, start * _UNIT) : end * _UNIT])]
        done = max(done, end * _UNIT)
    pieces.append(("plain", units[done:]))
    return [(kind, piece.decode("utf-16-le", "replace")) for kind, piece in pieces if piece]


def _name_of(origin: MessageOrigin) -> str | None:
    if isinstance(origin, MessageOriginChannel):
        return origin.chat.title
    if isinstance(origin, MessageOriginChat):
        return origin.sender_chat.title
    if isinstance(origin, MessageOriginUser):
        return origin.sender_user.full_name
    return origin.sender_user_name if isinstance(origin, MessageOriginHiddenUser) else None
