"""Fixtures of several tests of training."""

import pytest
from transformers import AutoTokenizer

from retrieval.models.model_files import resolve_model
from training.json_lines import write_records


@pytest.fixture(scope="session")
def tokenizer(models_folder):
    """The bundled model's; loading it takes seconds."""
    return AutoTokenizer.from_pretrained(resolve_model(None, models_folder.parent).location)


RIVERS = 700


def rivers(language="ru", **others):
    """Made-up pairs about as many rivers, each with its answer."""
    for number in range(RIVERS):
        passage = f"Река номер {number} поднялась. Эвакуировали {number + 5000} человек."
        answer = str(number + 5000)
        yield {"lang": language, "question": f"Сколько с реки {number}?", "passage": passage, "answer": answer,
               "answer_start": passage.index(answer), "answerable": True, **others}  # fmt: skip


def judged(language="ru"):
    """Made-up pairs without marked answers, each second one without any, with the titles of pages."""
    for number, pair in enumerate(rivers(language, answer=None, answer_start=None)):
        yield pair | {"answerable": number % 2 == 0, "title": f"Река {number}"}


@pytest.fixture(scope="session")
def pairs(tmp_path_factory):
    """The folder of all sets that are watched."""
    folder = tmp_path_factory.mktemp("pairs")
    write_records(folder / "sberquad-val.jsonl", rivers())
    write_records(folder / "squad2-en.jsonl", rivers("en"))
    for name, language in (("rubq-ru", "ru"), ("rubq-en-ru", "en-ru"), ("wikiqa-en", "en")):
        write_records(folder / f"{name}.jsonl", judged(language))
    passages = [{"title": f"Joki {number}", "text": f"Joki {number} virtaa."} for number in range(3)]
    bags = [
        {"lang": language, "question": f"Minne {number}?", "passages": passages, "answerable": number % 2 == 0}
        for language in ("fi", "ko", "de")
        for number in range(6)
    ]
    write_records(folder / "nomiracl-bags.jsonl", bags)
    return folder
