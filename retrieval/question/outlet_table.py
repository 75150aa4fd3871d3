"""What the outlets of a corpus are called, by their own names and hosts, by other well-known names, by the operator."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.question.outlet_hosts import core_of, glued, host_of, pieces_of
from retrieval.question.outlet_names import BEFORE_A_NAME, GENERIC, OUTLETS
from retrieval.question.transliteration import first_letters
from retrieval.text.terms import term_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Key = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-я]")
_PARTS = re.compile(r"\s+[-–—|:•]\s+|\s*[(|,:]\s*")
"""What may stand between the name of an outlet and that of its feed."""
_SHORTEST_PART = 4
"""Letters of a word of a name that names the outlet by itself."""


@dataclass(frozen=True, slots=True)
class Name:
    """What is known of a name."""

    outlets: tuple[str, ...]
    words: Key
    """In the nominative, as it is written."""
    is_part: bool = False
    """Whether it is a word of a longer name."""


@dataclass(frozen=True, slots=True)
class OutletTable:
    """The names of outlets, those of the corpus and others that are well known."""

    names: Mapping[Key, Name]
    """By the `key_of` their words."""
    glued: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Outlets of the corpus by their names in one word, these by each letter with which they may be spelled first."""

    @classmethod
    def of(cls, outlets: Iterable[str], aliases: Mapping[str, str]) -> Self:
        """Gather what the `outlets` of a corpus, and well-known others, are called."""
        outlets = [outlet for outlet in dict.fromkeys(outlets) if outlet.strip()]
        names: dict[Key, Name] = {}
        for hosts, called in _listed():
            meant = tuple(outlet for outlet in outlets if _is_one_of(outlet, hosts, called))
            for words in (*map(words_of, hosts), *called):
                names[key_of(words)] = Name(meant, words)
        by_words: dict[Key, list[str]] = defaultdict(list)
        for outlet in outlets:
            for words in _own_names(outlet):
                by_words[words].append(outlet)
        for words, owner in _parts(outlets).items():
            names.setdefault(key_of(words), Name((owner,), words, is_part=True))
        for words, several in by_words.items():
            known = names.get(key_of(words))
            before = known.outlets if known and not known.is_part else ()
            names[key_of(words)] = Name(tuple(dict.fromkeys((*before, *several))), words)
        for alias, outlet in aliases.items():
            target = names.get(key_of(words_of(outlet)))
            names[key_of(words_of(alias))] = Name(target.outlets if target else (), words_of(alias))
        names.pop((), None)
        return cls(names, _in_one_word(outlets))


def words_of(name: str) -> Key:
    """The words of a name, without what stands before names: «газета», "the"."""
    words = tuple(plain(word) for word in _WORD.findall(host_of(name) or name))
    while len(words) > 1 and words[0] in BEFORE_A_NAME:
        words = words[1:]
    return words


def plain(word: str) -> str:
    """Return a word in lower case, with «е» for «ё»."""
    return word.lower().replace("ё", "е")


def key_of(words: Sequence[str]) -> Key:
    """What the words of a name are known by, in any case form: the stems of Russian ones."""
    return tuple(term_of(word) if _CYRILLIC.search(word) else word for word in words)


def _listed() -> Iterator[tuple[list[str], list[Key]]]:
    """The lines of the table: hosts, and names as their words."""
    for line in OUTLETS.strip().splitlines():
        hosts, *names = line.split(" = ")
        yield hosts.split(), [words_of(name) for name in names]


def _is_one_of(outlet: str, hosts: Sequence[str], called: Sequence[Key]) -> bool:
    """Whether an outlet of the corpus is the one that has these hosts and names."""
    if own := host_of(outlet):
        return any(own == host or own.endswith(f".{host}") for host in hosts)
    keys = {key_of(words) for words in called}
    return any(key_of(words) in keys or host_of(part) in hosts for part, words in _parted(outlet))


def _parted(outlet: str) -> Iterator[tuple[str, Key]]:
    """The whole name of an outlet and the parts of it that marks divide, each with its words."""
    for part in (outlet, *_PARTS.split(outlet)):
        if words := words_of(part.strip(" )")):
            yield part.strip(" )"), words


def _own_names(outlet: str) -> Iterator[Key]:
    """What an outlet of the corpus is called by its own name or host."""
    if host := host_of(outlet):
        yield words_of(host)
        yield tuple(pieces_of(core_of(host)))
    else:
        parts = list(_parted(outlet))
        yield from dict.fromkeys(words for _, words in parts[:2])


def _in_one_word(outlets: Iterable[str]) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Outlets by their names in one word, these by each letter with which they may be spelled first."""
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(lambda: defaultdict(tuple))
    for outlet in outlets:
        for word in glued(outlet):
            for letter in {word[:1], *first_letters(word)}:
                found[letter][word] += (outlet,)
    return found


def _parts(outlets: Sequence[str]) -> dict[Key, str]:
    """Single words that name one outlet among all: "the Courier" where there is one."""
    owners: dict[Key, set[str]] = defaultdict(set)
    for outlet in outlets:
        host = host_of(outlet)
        words = tuple(pieces_of(core_of(host))) if host else words_of(outlet)
        if len(words) > 1 and len(words[-1]) >= _SHORTEST_PART and words[-1] not in GENERIC:
            owners[(words[-1],)].add(outlet)
    return {words: next(iter(owning)) for words, owning in owners.items() if len(owning) == 1}
