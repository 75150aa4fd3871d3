"""Our tokenizer gives what the library's gives for the same file: the same tokens, at the same places."""

import json
import random
from pathlib import Path

import pytest
from places import ARTICLES, DATA

from retrieval.models.model_files import resolve_model
from retrieval.models.tokenizer import LibraryTokenizer
from retrieval.models.unigram import WordTokenizer, is_known

ODD = "abcАБвгёйİßﬁ①  ▁<s>/\u00a0\u200b\u0301é日本語한국🎉👨‍👩‍👧،١٢٣\n\t-—«»…½ℹ️\u2028\u3000\ufeff\x00\x85\U0010ffff"
AS_THEY_ARE = [
    "",
    " ",
    "▁",
    "▁▁",
    " ▁ a",
    "мост",
    "<s>",
    "a<mask> b</s>",
    "＜s＞ x",
    "＜unk＞＜unk＞",
    "x" * 500,
    "日本" * 300,
    "🎉" * 50,
]


@pytest.fixture(scope="module")
def file(models_folder):
    return Path(resolve_model(None, models_folder.parent).location) / "tokenizer.json"


@pytest.fixture(scope="module")
def ours(file):
    return WordTokenizer(file, json.loads(file.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def library(file):
    return LibraryTokenizer(file)


def lines():
    files = [*ARTICLES.glob("*/*.txt"), *DATA.glob("*/*.jsonl"), *DATA.glob("*.jsonl")]
    return [line for path in sorted(files) for line in path.read_text(encoding="utf-8").splitlines()]


def odd_texts():
    draw = random.Random(1)
    return ["".join(draw.choices(ODD, k=draw.randrange(60))) for _ in range(3000)]


@pytest.mark.parametrize("texts", [lines, odd_texts, AS_THEY_ARE.copy], ids=["lines", "odd texts", "as they are"])
def test_the_tokens_and_their_places_are_the_librarys(texts, ours, library):
    texts = texts()

    assert len(texts) >= len(AS_THEY_ARE)
    assert ours.ids(texts) == library.ids(texts)
    assert ours.places(texts) == library.places(texts)


def test_a_word_that_comes_again_is_not_taken_apart_again(ours):
    ours._kept.cache_clear()

    ours.ids(["мост мост", "Мост мост"])
    ours.places(["мост"])

    assert ours._kept.cache_info().misses == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["normalizer"]["normalizers"].pop(),
        lambda content: content["pre_tokenizer"].update(prepend_scheme="first"),
        lambda content: content["model"].update(byte_fallback=True),
        lambda content: content["model"].update(unk_id=0),
        lambda content: content["post_processor"]["single"].pop(),
        lambda content: content["added_tokens"][0].update(normalized=True),
        lambda content: content.update(model=None),
    ],
)
def test_what_ours_would_read_otherwise_is_left_to_the_library(file, change):
    content = json.loads(file.read_text(encoding="utf-8"))
    content["model"]["vocab"] = []
    assert is_known(content)

    change(content)

    assert not is_known(content)
