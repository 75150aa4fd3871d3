"""Articles that change while they are asked about, and whether what is quoted has stood in them."""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.rendering.markup import DIRECTIVE, clean, web_address
from retrieval.articles import article_key

Record = dict[str, Any]
Verdict = Literal["verbatim", "outdated", "wrong"]

TAKEN_UP_WITHIN = 10.0
"""Seconds after an index is published from which on what it replaced may not be quoted any more."""

_NUMBER = re.compile(r"\d+")
_LEFT_OUT = re.compile(r"[…\n]")


@dataclass
class _Edition:
    """What an article says from one change to the next, by `time.monotonic`."""

    text: str
    since: float
    until: float | None = None


class ChangingCorpus:
    """A JSON Lines file of articles, and every edition that each of them had."""

    def __init__(self, records: Iterable[Record], file: Path, draw: random.Random, now: float) -> None:
        """Write `records` to `file`, as `citebot export` does; they were there at `now`."""
        self.file = file
        self._records = {str(record["id"]): record for record in records}
        self._draw = draw
        self._away: Record | None = None
        self._editions: dict[str, list[_Edition]] = {}
        self._ids = {link: one for one, record in self._records.items() for link in _links(one, record)}
        self._replaced: list[_Edition] = []
        for one, record in self._records.items():
            self._note(one, record, now)
        self._write()

    def change(self, share: float, now: float) -> int:
        """Change so many of the articles, take one away, and put back what went before it; return how many changed."""
        chosen = self._draw.sample(sorted(self._records), max(2, round(share * len(self._records))))
        gone, *changed = chosen
        for one in changed:
            record = self._records[one]
            self._end(one)
            self._records[one] = {**record, "text": _edited(record["text"])}
            self._note(one, self._records[one], now)
        if self._away:
            back = str(self._away["id"])
            self._records[back] = self._away
            self._note(back, self._away, now)
        self._end(gone)
        self._away = self._records.pop(gone)
        self._write()
        return len(chosen)

    def published(self, now: float) -> None:
        """Note that an index of the last change is published."""
        for edition in self._replaced:
            edition.until = now
        self._replaced.clear()

    def verdict(self, links: Iterable[str | None], quoted: Iterable[str], at: float) -> Verdict:
        """Tell whether what was quoted at a moment stood in the articles of these links then, or some time before."""
        known = [self._ids[link] for link in links if link in self._ids]
        texts = [edition for one in known for edition in self._editions[one] if edition.since <= at]
        pieces = [_plain(piece) for each in quoted for piece in _LEFT_OUT.split(each)]
        found = [[edition for edition in texts if piece in edition.text] for piece in pieces if piece]
        if not all(found):
            return "wrong"
        current = all(any(_is_current(edition, at) for edition in editions) for editions in found)
        return "verbatim" if current else "outdated"

    def _note(self, one: str, record: Record, now: float) -> None:
        self._editions.setdefault(one, []).append(_Edition(_plain(record["text"]), now))

    def _end(self, one: str) -> None:
        self._replaced.append(self._editions[one][-1])

    def _write(self) -> None:
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in self._records.values()]
        written = self.file.with_suffix(".new")
        written.write_text("".join(lines), encoding="utf-8")
        written.replace(self.file)


def _is_current(edition: _Edition, at: float) -> bool:
    return edition.until is None or at <= edition.until + TAKEN_UP_WITHIN


def _links(one: str, record: Record) -> list[str]:
    """Return where a headline may lead: the article's address, or what stands for it behind the bot's."""
    return [link for link in (web_address(record.get("url")), article_key(one)) if link]


def link_of(url: str | None) -> str | None:
    """Return what `_links` knows of a link in a message."""
    if url and "?start=a_" in url:
        return url.rpartition("?start=a_")[2]
    return url and url.partition(DIRECTIVE)[0].removesuffix("#")


def _plain(text: str) -> str:
    return " ".join(clean(text).split())


def _edited(text: str) -> str:
    """Return a text that says something else: its first number is one more."""
    number = _NUMBER.search(text)
    if not number:
        return f"{text}\n\n1."
    return f"{text[: number.start()]}{int(number[0]) + 1}{text[number.end() :]}"
