"""XLM-RoBERTa's tokenizer in a seventh of the memory that `tokenizers` keeps it in.

That library holds each of the 250,000 pieces as a chain of hash tables: 280 MB. Here a piece is a key of one
dictionary, and a word is taken apart once and remembered. The same tokens come out, at the same places: normalising,
splitting and telling places is left to the library.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from tokenizers import PreTokenizedString, Regex, Token, normalizers, pre_tokenizers

from retrieval.models.tokenizer import LibraryTokenizer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.models.tokenizer import Ids, Places

_SPACE: Final = "▁"
_WORD: Final = re.compile(f"{_SPACE}[^{_SPACE}]*")
_WORDS_KEPT: Final = 20_000
_LONGEST_KEPT: Final = 40
"""Characters; longer ones are no words, and do not come again."""
_UNKNOWN: Final = 3
_UNKNOWN_PENALTY: Final = 10.0
"""By which what is no piece is less probable than the rarest piece, as SentencePiece has it."""
_KNOWN: Final = {
    "version": "1.0",
    "truncation": None,
    "padding": None,
    "normalizer": {
        "type": "Sequence",
        "normalizers": [
            {"type": "Nmt"},
            {"type": "NFKC"},
            {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            {"type": "Strip", "strip_left": True, "strip_right": True},
        ],
    },
    "pre_tokenizer": {"type": "Metaspace", "replacement": _SPACE, "prepend_scheme": "always", "split": True},
}
"""What of a tokenizer's file must be just so."""
_MODEL: Final = {"type": "Unigram", "unk_id": _UNKNOWN, "byte_fallback": False}
_BEGIN_AND_END: Final = [
    {"SpecialToken": {"id": "<s>", "type_id": 0}},
    {"Sequence": {"id": "A", "type_id": 0}},
    {"SpecialToken": {"id": "</s>", "type_id": 0}},
]


def is_known(content: dict[str, Any]) -> bool:
    """Whether a ``tokenizer.json`` of this content is one that `WordTokenizer` reads as the library does."""
    model, added = content.get("model") or {}, content.get("added_tokens") or []
    after = content.get("post_processor") or {}
    return (
        all(content.get(name) == value for name, value in _KNOWN.items())
        and {name: value for name, value in model.items() if name != "vocab"} == _MODEL
        and (after.get("type"), after.get("single")) == ("TemplateProcessing", _BEGIN_AND_END)
        and all(token["content"] and not (token["normalized"] or token["single_word"]) for token in added)
    )


class WordTokenizer:
    """Texts to token ids; see `retrieval.models.tokenizer.Tokenizer`."""

    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        """`content` is that of the file, for which `is_known` holds."""
        pieces = content["model"]["vocab"]
        self._path = path
        self._ids = {piece: number for number, (piece, _) in enumerate(pieces)}
        self._scores = array("d", (score for _, score in pieces))
        self._unknown_score = min(self._scores) - _UNKNOWN_PENALTY
        self._longest = max(map(len, self._ids))
        self._begin, self._end = self._ids["<s>"], self._ids["</s>"]
        self._special = re.compile("|".join(re.escape(token["content"]) for token in content["added_tokens"]))
        self._normalizer = normalizers.Sequence(
            [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
        )
        self._splitter = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always", split=True)
        self._kept = lru_cache(_WORDS_KEPT)(self._taken_apart)
        self._whole: LibraryTokenizer | None = None

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """The token ids of each text between those of its beginning and its end."""
        return [self._ids_of(text) for text in texts]

    def places(self, texts: Sequence[str]) -> list[tuple[Ids, Places]]:
        """The token ids of each text alone, and at which characters of it each token begins and ends."""
        return [self._places_in(text) for text in texts]

    def _places_in(self, text: str) -> tuple[Ids, Places]:
        if self._special.search(text):
            return self._library().places([text])[0]
        split = PreTokenizedString(text)
        split.normalize(self._normalizer.normalize)
        self._splitter.pre_tokenize(split)
        split.tokenize(self._tokens)
        encoded = split.to_encoding(type_id=0, word_idx=None)
        return encoded.ids, encoded.offsets

    def _ids_of(self, text: str) -> Ids:
        if self._special.search(text):
            return self._library().ids([text])[0]
        normal = self._normalizer.normalize_str(text).replace(" ", _SPACE)
        if normal and not normal.startswith(_SPACE):
            normal = _SPACE + normal
        return [self._begin, *(number for word in _WORD.findall(normal) for number, _ in self._pieces(word)), self._end]

    def _library(self) -> LibraryTokenizer:
        """What reads a text that looks as if it had the model's own marks in it, which hardly any has."""
        if self._whole is None:
            self._whole = LibraryTokenizer(self._path)
        return self._whole

    def _tokens(self, word: str) -> list[Token]:
        begin, at, tokens = 0, 0, []  # in characters, and in bytes
        for number, end in self._pieces(word):
            until = at + len(word[begin:end].encode())
            tokens.append(Token(number, "", (at, until)))
            begin, at = end, until
        return tokens

    def _pieces(self, word: str) -> tuple[tuple[int, int], ...]:
        """The ids of a word's pieces, each with the character at which it ends."""
        return self._kept(word) if len(word) <= _LONGEST_KEPT else self._taken_apart(word)

    def _taken_apart(self, word: str) -> tuple[tuple[int, int], ...]:
        """Take a word apart in the most probable way; characters that are no pieces, one after the other, are one."""
        # The best way to each place: how probable it is, where its last piece begins, and which that is.
        best: list[tuple[float, int, int] | None] = [(0.0, 0, 0), *[None] * len(word)]
        for begin in range(len(word)):
            reached = best[begin][0]  # type: ignore[index]  # each character is a piece, be it an unknown one
            for end in range(begin + 1, min(begin + self._longest, len(word)) + 1):
                number = self._ids.get(word[begin:end])
                if number is None:
                    if end > begin + 1:
                        continue
                    number, score = _UNKNOWN, self._unknown_score
                else:
                    score = self._scores[number]
                known = best[end]
                if known is None or reached + score > known[0]:
                    best[end] = (reached + score, begin, number)
        pieces: list[tuple[int, int]] = []
        end = len(word)
        while end:
            _, begin, number = best[end]  # type: ignore[misc]
            if not (pieces and number == pieces[-1][0] == _UNKNOWN):
                pieces.append((number, end))
            end = begin
        return tuple(reversed(pieces))
