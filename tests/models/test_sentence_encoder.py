"""Which models our own forward pass reads, and that all others are the library's."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from retrieval.models import products
from retrieval.models.bert import Bert
from retrieval.models.products import Arithmetic
from retrieval.models.sentence_encoder import BertEncoder, LibraryEncoder, load_encoder

TEXTS = ["Мост мост открыт", "мост", ""]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Мост", "мост", "открыт"]
USUAL = {"tokenizer_class": "BertTokenizer", "do_lower_case": False, "model_max_length": 64}


@pytest.fixture
def folder(tmp_path):
    """A model of two small layers and eight words."""
    vocabulary = {word: row for row, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=WORDS[1]))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    write(tmp_path / "tokenizer_config.json", USUAL)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    torch.manual_seed(1)
    model = BertModel(BertConfig(vocab_size=len(WORDS), max_position_embeddings=64, **shape), add_pooling_layer=False)
    model.save_pretrained(tmp_path)
    return tmp_path


def write(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")


def unlike_the_library(encoder, folder):
    """One less the least cosine of the texts' vectors and those of the stock library."""
    stock = SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode(TEXTS)
    ours = encoder.vectors(encoder.read(TEXTS))
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(stock, axis=1)
    return 1 - ((ours * stock).sum(axis=1) / lengths).min()


def test_a_bert_is_read_by_ours(folder):
    encoder = load_encoder(folder)
    assert isinstance(encoder, BertEncoder)
    assert unlike_the_library(encoder, folder) < 1e-3


def rename_norms(folder):
    """Name weights as the first BERTs did."""
    path = folder / "model.safetensors"
    names = {"LayerNorm.weight": "LayerNorm.gamma", "LayerNorm.bias": "LayerNorm.beta"}
    renamed = {}
    for name, weight in load_file(path).items():
        ending = next((old for old in names if name.endswith(old)), None)
        renamed[name.removesuffix(ending) + names[ending] if ending else name] = weight
    save_file(renamed, path, metadata={"format": "pt"})


def lower_case(folder):
    """Have the configuration say otherwise than the tokenizer's own file."""
    write(folder / "tokenizer_config.json", {**USUAL, "do_lower_case": True})


@pytest.mark.parametrize("change", [rename_norms, lower_case])
def test_what_ours_would_read_wrongly_or_not_at_all_is_left_to_the_library(folder, change):
    change(folder)

    encoder = load_encoder(folder)

    assert isinstance(encoder, LibraryEncoder)
    assert unlike_the_library(encoder, folder) < 1e-3


def test_where_pytorch_has_no_packed_products_they_are_plain(folder, monkeypatch):
    monkeypatch.setattr(products, "_PACKED", ("_is_nowhere",))
    encoder = BertEncoder(folder, Arithmetic.BFLOAT16)
    monkeypatch.undo()
    assert isinstance(encoder._bert, Bert)
    assert isinstance(encoder._bert._layers[0]._mixed, products.Plain)
    assert unlike_the_library(encoder, folder) < 1e-3
