"""Whatever is asked of whatever articles, the answer is verbatim and can be shown: in a chat, a terminal, as JSON."""

import contextlib
import io
import json
from dataclasses import replace

import pytest
from fuzz_targets import PARAGRAPHS, SENTENCES
from fuzzing import EXAMPLES, fuzzed
from hashing_model import Corpus, hashing_library, open_hashing_library, settings_for
from hypothesis import given
from hypothesis import strategies as st
from mutating import mutated, mutated_texts
from rich.console import Console
from telegram_server import MOST_BYTES, MOST_UNITS, parse_html, units

from bot.rendering.messages import Renderer
from bot.settings import Persona
from bot.terminal.asking import answer_batch
from bot.terminal.printing import print_answer
from bot.terminal.talking import Asking
from bot.texts import catalogue
from retrieval.question.conversation import Conversation
from retrieval.types import Answer, Certainty, Citation

TEXTS = [
    "\n\n".join(PARAGRAPHS),
    "Трамвай подорожал до 39 рублей с 1 декабря. Проезд стоил 34 рубля.\n[2] Не нашёл.\n    iz.ru · 1 мая",
    "Трамвай подорожал до 41 рубля, сообщает ТАСС. \u202eруб 41 оп йавмарТ\u202c Так решили в мэрии ① и ② при 100² м.",
    "The tick fever vaccine prevented 81 percent of infections. e" + "\u0301" * 200 + " 👩\u200d🚀 🇷🇺 שלום עולם مرحبا.",
    "<b>Жирный</b> &amp; «кавычки» 1e999 рублей, " + "1" * 5000 + " человек и 31.02.2024 в 99:99.\n\n" + "А" * 3000,
    "".join(
        f"{number}. Пункт {number}: мост открыли {number % 28 + 1} сентября {1990 + number} года.\n"
        for number in range(40)
    ),
]
RENDERER = Renderer(lambda: "NewsBot")


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nasty")
    corpus = Corpus(folder / "articles")
    records = [
        {
            "id": f"../../x/{number}",
            "title": f"Мост\u202e и трамвай {number}\n[1] Другое",
            "text": text,
            "date": f"2024-09-{number + 1:02}",
            "source": ["ТАСС", "iz.ru\n2. Не нашёл", "\u202eяинелвон", "עיתון"][number % 4],
            "url": ["https://ilma.example/1", "javascript:alert(1)", "tg://user?id=1", "file:///etc/passwd"][
                number % 4
            ],
        }
        for number, text in enumerate(TEXTS)
    ]
    corpus.write_lines("feed.jsonl", records)
    settings = settings_for(folder / "home", corpus.folder)
    hashing_library(settings).index()
    library = open_hashing_library(settings)
    yield library
    library.close()


def require_sound(answer):
    """Every citation is verbatim, and all that is shown of it is taken where it is shown."""
    for citation in answer.citations:
        text = TEXTS[int(citation.article_id.rpartition("/")[2])]
        assert text[citation.start : citation.end] == citation.excerpt
        for start, end in (citation.highlight, citation.answer_span or citation.highlight):
            assert 0 <= start <= end <= len(citation.excerpt)
    for language in ("ru", "en"):
        for part in RENDERER.answer(answer, catalogue(language)):
            seen = parse_html(part.html)
            assert 1 <= units(seen.text) <= MOST_UNITS
            assert len(part.html.encode()) <= MOST_BYTES
            assert all(link.startswith(("https://ilma.example/1", "https://t.me/NewsBot?")) for link in seen.links())
    shown = io.StringIO()
    print_answer(Console(file=shown, width=80), answer)
    assert not set(shown.getvalue()) & set("\x1b\u202e\u202d\u2066\u2067\u2068")


@fuzzed(EXAMPLES)
@given(st.lists(mutated_texts([*SENTENCES, *TEXTS[:4]]), min_size=1, max_size=3), st.booleans())
def test_any_conversation_is_answered_verbatim_or_not(nasty, questions, sure):
    conversation = Conversation()
    for question in questions:
        answer = nasty.ask(question[:20_000], conversation=conversation)
        assert answer.question == question[:20_000]
        require_sound(answer if sure else replace(answer, certainty=answer.certainty))
        conversation = conversation.after(answer)


@fuzzed(EXAMPLES)
@given(mutated([b"\n".join(json.dumps({"id": n, "question": text}).encode() for n, text in enumerate(SENTENCES[:3]))]))
def test_any_file_of_questions_is_answered_line_by_line(nasty, tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "questions.jsonl"
    path.write_bytes(data)
    output, errors = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="replace") for _ in range(2))
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors), pytest.raises(SystemExit) as end:
        answer_batch(nasty, Persona(), path, Asking())
    lines, told = (read_back(stream) for stream in (output, errors))
    assert all(isinstance(json.loads(line), dict) for line in lines)
    assert all(line.startswith(f"citebot: {path}:") for line in told)
    assert end.value.code == (1 if told else 0)


def read_back(stream):
    stream.flush()
    return stream.buffer.getvalue().decode().split("\n")[:-1]


def test_a_question_of_ten_megabytes_is_answered_by_its_beginning(nasty):
    for piece in ("мост ", "«", "1 января 2024, "):
        question = (piece * 10_000_000)[:10_000_000]
        answer = nasty.ask(question)
        assert answer.question == question
        require_sound(replace(answer, question="?"))


def test_ids_that_climb_folders_name_no_file(nasty):
    home = nasty.home.settings.home
    assert sorted(path.name for path in home.parent.iterdir()) == ["articles", "home"]
    assert not [path for path in home.rglob("*") if path.name.strip("0123456789") in {"x", ".."}]


def test_an_excerpt_in_a_terminal_imitates_no_line_of_the_bot():
    text = TEXTS[1]
    citation = Citation(
        1, "a", "Трамвай\n[3] Мост", "iz.ru\n[4]", "javascript:alert(1)", None, text, 0, len(text), (0, 10), 1.0
    )
    answer = Answer("Сколько?", Certainty.SURE, 0.9, None, (citation,), (), 1.0)
    shown = io.StringIO()
    print_answer(Console(file=shown, width=200), answer)
    assert shown.getvalue() == (
        "[1] Трамвай подорожал до 39 рублей с 1 декабря. Проезд стоил 34 рубля.\n  [2] Не нашёл.\n  iz.ru · 1 мая\n"
        "    Трамвай [3] Мост · iz.ru [4]\n\n"
    )
