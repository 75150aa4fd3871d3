"""The pages that posts of channels link to: noted with the post, and read one after the other beside all else."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from telegram import Message, MessageEntity

from bot.services.intake import Intake
from retrieval.errors import StoppedError
from retrieval.loaders.addresses import absolute_address, host_of, is_front_page
from retrieval.store.linked import received_link
from retrieval.types import Received

_LOGGER = logging.getLogger(__name__)

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_OF_TELEGRAM = frozenset({"t.me", "telegram.me", "telegram.dog"})
"""Hosts whose pages are posts, people and invitations."""


class Reading(Protocol):
    """What the bot has for it: `bot.maintenance.Maintenance`."""

    async def read_links(self, tell: Callable[[str, str], None]) -> None:
        """Read the pages that wait; tell of each why it is no article, or ""."""


class LinkedPages:
    """Notes which page a post links to, and has it read."""

    def __init__(self, maintenance: Reading, intake: Intake, *, is_on: bool) -> None:
        """`intake` takes in what was read; unless it `is_on`, posts have no links."""
        self._maintenance = maintenance
        self._intake = intake
        self._is_on = is_on
        self._came = asyncio.Event()

    def of(self, message: Message, post: Received) -> list[Received]:
        """Return the link of a post, to be kept with it; nothing where it has none and never had one."""
        address = previewed_address(message)
        if not self._is_on or (address is None and message.edit_date is None):
            return []
        return [received_link(post, message.text or "", address)]

    def wake(self) -> None:
        """Have what was kept read."""
        self._came.set()

    async def keep_reading(self) -> None:
        """Read what an earlier run has left, and then what comes; ends when it is cancelled."""
        self._came.set()
        while True:
            await self._came.wait()
            self._came.clear()
            await self._read()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()

        def tell(address: str, reason: str) -> None:
            if reason:
                _LOGGER.warning("%s, to which a post links, is not read: %s", address, reason)
            else:
                loop.call_soon_threadsafe(self._intake.wake)

        wait = _FIRST_WAIT
        while True:
            try:
                await self._maintenance.read_links(tell)
            except StoppedError:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the bot goes on and tries again
                _LOGGER.warning("The pages that posts link to cannot be read (%s); again in %.0f s", error, wait)
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                return


def previewed_address(message: Message) -> str | None:
    """Return the address of the page that a post shows a preview of; None where there is none on the web.

    As Telegram does, it takes the first link unless the author chose another one; captions have no preview.
    """
    options = message.link_preview_options
    if not message.text or (options and options.is_disabled):
        return None
    chosen = [str(options.url)] if options and options.url else _links(message.text, message.entities)
    address = next(filter(None, map(absolute_address, chosen)), None)
    return address if address and host_of(address) not in _OF_TELEGRAM and not is_front_page(address) else None


def _links(text: str, entities: Sequence[MessageEntity]) -> list[str]:
    """Return where the links of a text lead, in order; one that was typed may be without its scheme."""
    units = text.encode("utf-16-le", "surrogatepass")
    links = []
    for entity in entities:
        if entity.type == MessageEntity.TEXT_LINK:
            links.append(entity.url or "")
        elif entity.type == MessageEntity.URL:
            typed = units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")
            links.append(typed if "://" in typed else f"http://{typed}")
    return links
