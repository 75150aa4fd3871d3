"""Finds regular expressions whose time grows with the square of a text's length: prints one JSON line a pattern.

Every pattern that a module of `retrieval` or `bot` holds, or writes into a call of `re`, or one of so many as the
argument says, is tried on texts that are made of what it consists of: its parts again and again, and what nearly
matches. Only processor time counts, only compared with that of the same pattern on a shorter text, and what takes next
to none is linear enough.
"""

import ast
import importlib
import json
import pkgutil
import re
import signal
import sys
import time
from collections import deque
from itertools import pairwise
from re import _constants as sre
from re import _parser

import bot
import retrieval

LENGTH = 4000
FACTOR = 4
UNNOTICED = 0.04
"""Seconds for `FACTOR * LENGTH` characters; a text of ten megabytes would take some."""
STEEPEST = 11.0
"""More than this is closer to the square (16) than to a line (4)."""
LONGEST = 0.5
_CLASSES = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " \n", sre.CATEGORY_WORD: "aя"}
_FLAGS = {
    name: getattr(re, name) for name in ("IGNORECASE", "DOTALL", "MULTILINE", "VERBOSE", "ASCII", "I", "S", "M", "A")
}


_AT_ONE_PLACE = {"match", "fullmatch", "pattern", "flags"}
"""What looks at one place of a text and not for the next one from each."""


class TooLongError(Exception):
    """A pattern has taken longer than any should."""


def modules():
    """All modules of both packages; those that change something when they are imported are left out."""
    for package in (retrieval, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith(("__main__", ".env")) and ".versions." not in found.name:
                yield importlib.import_module(found.name)


def patterns_in(value, depth=0):
    """The patterns that a value holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict):
        yield from patterns_in([*value.values(), *value], depth)
    elif depth < 3 and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from patterns_in(each, depth + 1)


def calls_in(module):
    """Which methods of what are called in a module, as ``(name, method)``, and the calls themselves."""
    for node in ast.walk(ast.parse(open(module.__file__, encoding="utf-8").read())):  # noqa: PTH123, SIM115
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr, None
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            yield node.func.value.id, node.func.attr, node


def patterns_written_in(calls):
    """The patterns that stand in calls of `re` as they are, and whether they are looked for everywhere."""
    for name, method, node in calls:
        if name != "re" or node is None or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        flags = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute) and each.attr in _FLAGS}
        if method != "compile":
            pattern = re.compile(node.args[0].value, sum(_FLAGS[name] for name in flags))
            yield pattern, method not in _AT_ONE_PLACE


def all_patterns():
    """Each pattern once, with the name of its first module and whether it is looked for everywhere in a text."""
    found = {}
    for module in modules():
        calls = list(calls_in(module))
        anywhere = {name for name, method, _ in calls if method not in _AT_ONE_PLACE}
        bare = {name for name, method, _ in calls if method in _AT_ONE_PLACE} - anywhere
        of_module = [
            (pattern, name not in bare) for name, value in vars(module).items() for pattern in patterns_in(value)
        ]
        for pattern, scans in (*of_module, *patterns_written_in(calls)):
            key = (pattern.pattern, pattern.flags)
            known = found.get(key, (module.__name__, pattern, False))
            found[key] = (*known[:2], known[2] or scans)
    return list(found.values())


def atoms_of(parsed):  # noqa: C901 - one branch a kind of part
    """Texts that parts of a pattern match, in order."""
    for operation, argument in parsed:
        if operation in {sre.LITERAL, sre.NOT_LITERAL}:
            yield chr(argument) if operation is sre.LITERAL else "~"
        elif operation is sre.ANY:
            yield "x"
        elif operation is sre.IN:
            yield from _of_class(argument)
        elif operation in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            yield from atoms_of(argument[2])
        elif operation is sre.SUBPATTERN:
            yield from atoms_of(argument[-1])
        elif operation is sre.ATOMIC_GROUP:
            yield from atoms_of(argument)
        elif operation is sre.BRANCH:
            for branch in argument[1][:3]:
                yield "".join(atoms_of(branch))[:12]
        elif operation in {sre.ASSERT, sre.ASSERT_NOT}:
            yield from atoms_of(argument[1])


def _of_class(parts):
    if parts[0][0] is sre.NEGATE:
        yield "~"
        parts = parts[1:]
    for operation, argument in parts[:3]:
        if operation is sre.LITERAL:
            yield chr(argument)
        elif operation is sre.RANGE:
            yield chr(argument[0])
        elif operation is sre.CATEGORY:
            yield from _CLASSES.get(argument, "~")


def texts_for(pattern):
    """Beginnings, what is repeated, and ends of texts that may take a pattern long."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    atoms = list(dict.fromkeys(filter(None, atoms_of(_parser.parse(written, pattern.flags & ~re.DEBUG)))))
    sample = "".join(atoms)[:60]
    repeated = [*atoms[:14], sample, sample[:-1], sample[: len(sample) // 2], "".join(atoms[:2]), "".join(atoms[:3])]
    repeated += [first + second for first, second in pairwise(atoms[:11])] + [
        "a ",
        "я",
        "1",
        " ",
        "\n",
        ".",
    ]
    for each in dict.fromkeys(filter(None, repeated)):
        yield "", each, "\0"
        yield sample[: len(sample) // 2], each, "\0"


def seconds(pattern, text, scans):
    """Processor time of looking for a pattern in a text, everywhere where it `scans`."""
    started = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        if scans:
            deque(pattern.finditer(text), maxlen=0)
        else:
            pattern.match(text)
            pattern.fullmatch(text)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - started


def steepness(pattern, scans, before, repeated, after):
    """How many times as long a text takes that is `FACTOR` times as long; 0 where that is next to nothing."""

    def text(length):
        made = before + repeated * (length // len(repeated)) + after
        return made if isinstance(pattern.pattern, str) else made.encode("utf-8", "replace")

    try:
        if (long := seconds(pattern, text(FACTOR * LENGTH), scans)) < UNNOTICED:
            return 0.0
        long = min(long, seconds(pattern, text(FACTOR * LENGTH), scans))
        return long / max(min(seconds(pattern, text(LENGTH), scans) for _ in range(3)), 1e-6)
    except TooLongError:
        return float("inf")


def _stop(*_):
    raise TooLongError


def main():
    """Print what is steep, and last how many patterns were tried."""
    signal.signal(signal.SIGVTALRM, _stop)
    tried = all_patterns()[:: int(sys.argv[1])]
    for name, pattern, scans in tried:
        found = ((steepness(pattern, scans, *text), text) for text in texts_for(pattern))
        if steep := next((one for one in found if one[0] > STEEPEST), None):
            told = {"module": name, "pattern": str(pattern.pattern), "steep": min(steep[0], 1e9), "text": steep[1]}
            print(json.dumps(told), flush=True)  # noqa: T201
    print(json.dumps({"tried": len(tried)}))  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
