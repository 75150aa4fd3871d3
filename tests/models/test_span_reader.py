"""The shipped reader, on the real model: what it marks, what it doubts, and what it refuses to load."""

import shutil

import pytest
from hashing_model import settings_for
from safetensors import safe_open
from safetensors.numpy import save_file

from retrieval.errors import ModelError
from retrieval.library import Library
from retrieval.models.embedding import Embedder
from retrieval.models.model_files import resolve_model
from retrieval.models.span_reader import SpanReader, shipped_file
from retrieval.settings import READER_FILE
from retrieval.text.splitting import split
from retrieval.types import ArticleHeader, Passage, Span

FLOOD = (
    "Вода в реке Ломне поднялась на три метра. Эвакуировали 412 человек, сообщил начальник штаба Пётр Гуров. "
    "Мост у деревни Заречной закрыт до 14 мая."
)
TREATY = (
    "The two governments met in Ledena on Monday. Prime Minister Ingrid Sole signed the treaty. "
    "It enters into force on 1 March 2031."
)


@pytest.fixture(scope="module")
def embedder(models_folder):
    return Embedder.load(resolve_model(None, models_folder.parent))


@pytest.fixture(scope="module")
def reader(embedder):
    return SpanReader.load(embedder)


def passage_of(text, before=""):
    """The one passage of `text`, which stands in its article after `before`."""
    [found] = split(text)
    sentences = tuple(Span(span.start + len(before), span.end + len(before)) for span in found.sentences)
    header = ArticleHeader("a", "", None, None, None, None)
    start, end = found.start + len(before), found.end + len(before)
    return Passage(1, header, start, end, text[found.start : found.end], sentences)


def marked(reader, question, text, before=""):
    """What the reader marks in its most probable sentence."""
    passage = passage_of(text, before)
    [reading] = reader.read(question, [passage])
    best = max(range(len(reading.probabilities)), key=reading.probabilities.__getitem__)
    span = reading.answers[best]
    return (before + text)[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Сколько человек эвакуировали?", FLOOD, "412"),
        ("До какого числа закрыт мост?", FLOOD, "14 мая"),
        ("Кто начальник штаба?", FLOOD, "Пётр Гуров"),
        ("Who signed the treaty?", TREATY, "Ingrid Sole"),
        ("Where did the governments meet?", TREATY, "Ledena"),
        ("Кто подписал договор?", TREATY, "Ingrid Sole"),
    ],
)
def test_marks_the_words_that_answer(reader, question, text, answer):
    found = marked(reader, question, text)
    assert answer in found
    assert len(found) <= len(answer) + 25


def test_words_that_are_broken_inside_are_read_and_marked_whole(reader):
    broken = (
        FLOOD.replace("Гуров", "Гу\u00adров")
        .replace("начальник", "на\u200bчаль\u00adник")
        .replace("человек", "чело-\nвек")
    )
    clean, hyphened = passage_of(FLOOD), passage_of(broken)
    [expected], [found] = (reader.read("Кто начальник штаба?", [passage]) for passage in (clean, hyphened))

    assert found.answerable == pytest.approx(expected.answerable, abs=1e-3)
    assert found.probabilities == pytest.approx(expected.probabilities, abs=1e-3)
    assert marked(reader, "Кто начальник штаба?", broken) == "Пётр Гу\u00adров"


def test_offsets_are_those_of_the_article(reader):
    assert marked(reader, "Сколько человек эвакуировали?", FLOOD, before="😀 Ещё абзац.\n\n") == marked(
        reader, "Сколько человек эвакуировали?", FLOOD
    )


@pytest.mark.parametrize(
    ("question", "answering", "silent"),
    [("Сколько человек эвакуировали?", FLOOD, TREATY), ("Who signed the treaty?", TREATY, FLOOD)],
)
def test_believes_the_passage_that_answers(reader, question, answering, silent):
    yes, no = reader.read(question, [passage_of(answering), passage_of(silent)])
    assert yes.answerable > 0 > no.answerable


def test_doubts_a_passage_that_lost_the_answer(reader):
    without = FLOOD.replace("Эвакуировали 412 человек, сообщил начальник штаба Пётр Гуров. ", "")
    whole, cut = reader.read("Сколько человек эвакуировали?", [passage_of(FLOOD), passage_of(without)])
    assert whole.answerable > 0 > cut.answerable


def test_reads_the_same_alone_and_beside_others(reader):
    question = "Who signed the treaty?"
    [alone] = reader.read(question, [passage_of(TREATY)])
    _other, beside = reader.read(question, [passage_of(FLOOD), passage_of(TREATY)])
    assert beside.answers == alone.answers
    assert beside.answerable == pytest.approx(alone.answerable, abs=0.2)  # arithmetic in 16 bits


def test_chances_and_answers_are_by_sentence(reader):
    passage = passage_of(FLOOD)
    [reading] = reader.read("Кто начальник штаба?", [passage])
    assert len(reading.probabilities) == len(reading.answers) == len(passage.sentences) == 3
    assert all(0 <= probability <= 1 for probability in reading.probabilities)
    for sentence, answer in zip(passage.sentences, reading.answers, strict=True):
        assert sentence.start <= answer.start < answer.end <= sentence.end


def test_nothing_to_read(reader):
    assert reader.read("Кто?", []) == []


@pytest.mark.parametrize("question", ["", " ", "?" * 2000, "\ud83d", "слово " * 500])
def test_odd_questions_are_read(reader, question):
    [reading] = reader.read(question, [passage_of(FLOOD)])
    assert len(reading.answers) == 3


def test_a_sentence_beyond_its_limit_is_not_marked_and_keeps_an_even_chance(reader):
    first = "".join(chr(0x4E00 + 37 * number % 20000) for number in range(880)) + "。"
    text = f"{first} Мост закрыт до 14 мая."
    half = len(first) // 2
    header = ArticleHeader("a", "", None, None, None, None)
    sentences = (Span(0, half), Span(half, len(first)), Span(len(first) + 1, len(text)))
    [reading] = reader.read("До какого числа закрыт мост?", [Passage(1, header, 0, len(text), text, sentences)])
    assert reading.answers[2] is None
    assert reading.probabilities[2] == pytest.approx(1 / 3)


def test_the_library_marks_the_answer_and_leaves_the_model_as_it_was(models_folder, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "flood.txt").write_text(f"Паводок на Ломне\n{FLOOD}\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(models_folder)
    reading = Library(settings_for(home, tmp_path / "articles", reader=None))
    reading.index()
    not_reading = Library(settings_for(home, tmp_path / "articles"))
    before = not_reading.ask("Сколько человек эвакуировали?")
    answer = reading.ask("Сколько человек эвакуировали?")
    citation = answer.citations[0]
    assert "412" in citation.excerpt[slice(*citation.answer_span)]
    assert citation.highlight[0] <= citation.answer_span[0] < citation.answer_span[1] <= citation.highlight[1]
    assert before.citations[0].answer_span is None
    assert reading.ask("Сколько человек эвакуировали?", read=False).citations == before.citations
    assert reading.ask("Эвакуировали ли 412 человек?").citations[0].answer_span is None, "yes is none of its words"


def test_a_reader_from_a_folder(embedder, models_folder, tmp_path):
    shutil.copy(shipped_file(), tmp_path / READER_FILE)
    settings = settings_for(models_folder.parent, reader=str(tmp_path))
    assert SpanReader.load(embedder, settings.reader_file).read("Кто?", [passage_of(FLOOD)]) == SpanReader.load(
        embedder
    ).read("Кто?", [passage_of(FLOOD)])


@pytest.mark.parametrize("content", [None, b"", b"not a reader", b"\x10" + bytes(40)])
def test_a_folder_without_a_reader_is_named(embedder, tmp_path, content):
    if content is not None:
        (tmp_path / READER_FILE).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        SpanReader.load(embedder, tmp_path / READER_FILE)
    assert str(tmp_path / READER_FILE) in str(caught.value)
    assert "CITEBOT_READER=off" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_reader_of_another_model_is_named(embedder, tmp_path):
    with safe_open(shipped_file(), framework="pt") as opened:
        tensors = {name: opened.get_tensor(name).float().numpy() for name in opened.keys()}  # noqa: SIM118
        facts = opened.metadata()
    name = next(name for name in tensors if name.endswith("lora_B"))
    save_file(tensors | {name: tensors[name][:7]}, tmp_path / READER_FILE, metadata=facts)
    with pytest.raises(ModelError, match="Cannot load the reader"):
        SpanReader.load(embedder, tmp_path / READER_FILE)


@pytest.mark.parametrize("spoiled", ["facts", "numbers", "factors"])
def test_a_spoiled_reader_is_named(embedder, tmp_path, spoiled):
    with safe_open(shipped_file(), framework="pt") as opened:
        tensors = {name: opened.get_tensor(name).float().numpy() for name in opened.keys()}  # noqa: SIM118
        facts = opened.metadata()
    if spoiled == "numbers":
        tensors["span_head.bias"] = tensors["span_head.bias"] * float("nan")
    if spoiled == "factors":
        tensors = {name: tensor for name, tensor in tensors.items() if "head" in name}
    save_file(tensors, tmp_path / READER_FILE, metadata=None if spoiled == "facts" else facts)
    with pytest.raises(ModelError, match="Cannot load the reader"):
        SpanReader.load(embedder, tmp_path / READER_FILE)


def test_the_shipped_reader_is_small_and_tells_what_made_it():
    assert shipped_file().stat().st_size < 45_000_000
    with safe_open(shipped_file(), framework="pt") as opened:
        assert float(opened.metadata()["scale"]) > 0
