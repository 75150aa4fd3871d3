"""Fixtures of several tests of training."""

import pytest
from transformers import AutoTokenizer

from retrieval.models.model_files import resolve_model


@pytest.fixture(scope="session")
def tokenizer(models_folder):
    """The bundled model's; loading it takes seconds."""
    return AutoTokenizer.from_pretrained(resolve_model(None, models_folder.parent).location)
