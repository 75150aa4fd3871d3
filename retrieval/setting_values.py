"""Values of settings as people write them: what is taken for what, and what is said of the rest.

Each function here makes or is a validator of pydantic's that is asked before pydantic's own, so that what a person
reads of a wrong value is always said here. What no person can have written is left to pydantic.
"""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator

from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Sequence

_YES = frozenset(["1", "true", "t", "yes", "y", "on", "да", "д", "вкл"])
_NO = frozenset(["0", "false", "f", "no", "n", "off", "нет", "н", "выкл"])

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(?:\.0+)?")
_HOURS = re.compile(r"([0-9]{1,2})\s*[-–—]\s*([0-9]{1,2})")
_DAY = 24
"""Hours."""
_TELEGRAM_CHANNEL = re.compile(r"-100[1-9][0-9]{4,12}|@[a-z][a-z0-9_]{3,31}")
_TELEGRAM_NUMBER = re.compile(r"[-−]?[1-9][0-9]{0,15}")


def split_on_commas(value: Any) -> Any:
    """Turn ``"a, b"`` into ``["a", "b"]``; leave anything that is not a string as it is."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def switch(value: Any) -> Any:
    """Read yes or no, in the words that people use for it."""
    if not isinstance(value, str):
        return value
    word = value.strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(told("is neither yes nor no; expected true or false (or yes, no, on, off, 1, 0, да, нет)"))


def whole_number(least: int, most: int | None = None) -> BeforeValidator:
    """Make a reader of whole numbers within bounds, which belong to it."""

    def read(value: Any) -> Any:
        if not isinstance(value, str | int):
            return value
        text = str(value).strip()
        found = int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else least - 1
        if least <= found and (most is None or found <= most):
            return found
        if most is None:
            raise ValueError(told("is not a whole number of {least} or more", least=least))
        raise ValueError(told("is not a whole number from {least} to {most}", least=least, most=most))

    return BeforeValidator(read)


def number(least: float, most: float) -> BeforeValidator:
    """Make a reader of numbers within bounds, which belong to it, with a point or a comma: ``0.6``, ``0,6``."""

    def read(value: Any) -> Any:
        if not isinstance(value, str | int | float):
            return value
        try:
            found = float(str(value).strip().replace(",", "."))
        except ValueError:
            found = math.nan
        if least <= found <= most:
            return found
        raise ValueError(told("is not a number from {least:g} to {most:g}, such as 0.6", least=least, most=most))

    return BeforeValidator(read)


def one_of(choices: Sequence[str]) -> BeforeValidator:
    """Make a reader of one of some words, in capitals or not."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        for choice in choices:
            if choice.casefold() == value.strip().casefold():
                return choice
        raise ValueError(told("is not one of {choices}", choices=", ".join(choices)))

    return BeforeValidator(read)


def telegram_numbers(value: Any) -> Any:
    """Read numbers of people and groups in Telegram with commas between them."""
    if not isinstance(value, str):
        return value
    return [_telegram_number(part) for part in split_on_commas(value)]


def _telegram_number(text: str) -> int:
    if not _TELEGRAM_NUMBER.fullmatch(text):
        raise ValueError(
            told(
                "{found!r} is not a Telegram number; expected digits such as 123456789 (of a group with a minus before "
                "them), with commas between the numbers. Who writes /whoami to the bot is told theirs",
                found=text,
            )
        )
    return int(text.replace("−", "-"))


def hours_of_a_day(value: Any) -> Any:
    """Read from which hour to which: ``22-8`` is (22, 8); ``off`` is None."""
    if not isinstance(value, str):
        return value
    if value.strip().casefold() in _NO:
        return None
    found = _HOURS.fullmatch(value.strip())
    if found and found[1] != found[2] and max(int(found[1]), int(found[2])) < _DAY:
        return int(found[1]), int(found[2])
    raise ValueError(told("is not a part of a day; expected two hours from 0 to 23 such as 22-8, or off"))


def telegram_channels(value: Any) -> Any:
    """Read numbers and public names of channels in Telegram with commas between them; names in small letters."""
    if not isinstance(value, str):
        return value
    return [telegram_channel(part) for part in split_on_commas(value)]


def telegram_channel(value: Any) -> Any:
    """Read the number or the public name of one."""
    if not isinstance(value, str):
        return value
    found = value.strip().replace("−", "-").casefold()
    if not _TELEGRAM_CHANNEL.fullmatch(found):
        raise ValueError(
            told(
                "{found!r} is no channel of Telegram; expected its number, which begins with -100, or its public name "
                "such as @daily_news. Who makes the bot an administrator of a channel is told its number",
                found=value.strip(),
            )
        )
    return found


def time_zone(value: Any) -> Any:
    """Read the name of a time zone, in capitals or not."""
    if not isinstance(value, str):
        return value
    name = value.strip()
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        known = {zone.casefold(): zone for zone in sorted(available_timezones())}
    if name.casefold() in known:
        return ZoneInfo(known[name.casefold()])
    for near in get_close_matches(name.casefold(), known, n=1):
        raise ValueError(told("is not a time zone; {zone} is one", zone=known[near]))
    raise ValueError(told("is not a time zone; expected a name such as Europe/Moscow"))


def web_address(value: str) -> SplitResult | None:
    """Take an address of the web apart; None for what is none, or has a query or a fragment."""
    try:
        address = urlsplit(value.strip())
        is_one = address.scheme in {"http", "https"} and address.hostname and address.port != 0
    except ValueError:
        return None  # a host in half a pair of brackets, or a port beyond the last one
    return address if is_one and not address.query and not address.fragment else None
