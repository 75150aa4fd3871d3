"""What language a text is in, told by py3langid (https://github.com/adbar/py3langid): offline, always the same."""

import re
from functools import cache
from typing import Any

_SAMPLE = 2000
"""Characters that are enough to tell a language."""

_LETTERS = 12
"""Letters of the shortest text whose language can be told: close relatives share shorter ones."""

_CONFIDENCE = 0.4

_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE | re.ASCII)
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


def language_code(written: str) -> str | None:
    """Return the ISO 639-1 code of ``ru``, ``RU``, ``ru-RU`` or ``ru_RU``; None for anything else."""
    match = _CODE.fullmatch(written.strip())
    return match[1].lower() if match else None


def detect_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language that `text` is most probably in; None where too little tells it."""
    sample = _ADDRESS.sub(" ", text[:_SAMPLE])
    if sum(map(str.isalpha, sample)) < _LETTERS:
        return None
    language, confidence = _identifier().classify(sample)
    return language_code(language) if confidence >= _CONFIDENCE else None


def mostly_cyrillic(text: str) -> bool:
    """Whether more letters of `text` are Cyrillic than Latin."""
    sample = text[:_SAMPLE]
    return len(_CYRILLIC.findall(sample)) > len(_LATIN.findall(sample))


@cache
def _identifier() -> Any:
    # Loading it takes a second and 100 MB, which only those who store articles need.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
