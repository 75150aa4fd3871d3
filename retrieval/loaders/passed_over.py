"""What is said of files that no loader reads: how many of which kind."""

import re
from collections import Counter
from collections.abc import Sequence

from retrieval.told import told, told_together

_KINDS_NAMED = 8
_ENDING = re.compile(r"[^.].*(?P<ending>\.[^\W_][\w-]{0,11})", re.DOTALL)
_PACKED = re.compile(r"[^.].*(?P<ending>\.[^\W_][\w-]{0,11}\.(?:gz|bz2|xz|zst))", re.DOTALL | re.IGNORECASE)


def passed_over(names: Sequence[str]) -> str:
    """Say how many files there are of each kind, the most frequent first: ``12 files passed over: 9 .pdf, 3 .docx``."""
    kinds = sorted(Counter(map(_kind, names)).items(), key=lambda kind: (-kind[1], kind[0]))
    named = [told("{number:,} {kind}", number=count, kind=kind) for kind, count in kinds[:_KINDS_NAMED]]
    if rest := sum(count for _, count in kinds[_KINDS_NAMED:]):
        named.append(told("{number:,} of other kinds", number=rest))
    return told(
        "{count} file passed over: {kinds}",
        "{count:,} files passed over: {kinds}",
        count=len(names),
        kinds=told_together(named),
    )


def _kind(name: str) -> str:
    """Return the ending of a file's name in lower case."""
    found = _PACKED.fullmatch(name) or _ENDING.fullmatch(name)
    return found["ending"].lower() if found else told("without an ending")
