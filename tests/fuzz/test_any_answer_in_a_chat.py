"""Whatever an answer is made of, Telegram takes it, shows the excerpt to the letter, and no line is turned round."""

import json
import re
from dataclasses import replace
from datetime import date, datetime

from fuzz_targets import PARAGRAPHS, TEXT
from fuzzing import EXAMPLES, fuzzed
from hypothesis import given
from hypothesis import strategies as st
from mutating import mutated, mutated_texts
from telegram_server import MOST_BYTES, MOST_DATA_BYTES, MOST_UNITS, check_keyboard, parse_html, units

from bot.rendering.callback_data import CallbackData
from bot.rendering.coverage import covered_by_outlet
from bot.rendering.keyboards import answer_keyboard
from bot.rendering.messages import Renderer
from bot.texts import catalogue
from bot.transport.inbox import as_text, parse_update
from retrieval.articles import Coverage, OutletCoverage
from retrieval.types import Answer, Article, Certainty, Citation, NearestArticle, Period, Version

RENDERER = Renderer(lambda: "NewsBot")
NAMES = mutated_texts(["Мост открыт", "iz.ru", "שלום", "https://ilma.example/1?a=1&b=2", "<b>Жирный</b> &amp;", ""])
EXCERPTS = mutated_texts([TEXT, *PARAGRAPHS, "Да.", "\n[2] Другое\n    iz.ru · 1 мая\n\nУверенного ответа не нашёл."])
MOMENTS = st.none() | st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
QUOTED = re.compile(r"<blockquote[^>]*>.*?</blockquote>", re.DOTALL)


@st.composite
def citations(draw, number):
    excerpt = draw(EXCERPTS) or "x"
    places = sorted(draw(st.integers(0, len(excerpt))) for _ in range(4))
    article = (f"a{draw(st.integers(1, 2))}", draw(NAMES), draw(NAMES) or None, draw(NAMES) or None, draw(MOMENTS))
    versions = tuple(Version(f"v{place}", draw(NAMES), draw(NAMES), draw(MOMENTS), None) for place in range(2))
    return Citation(
        number, *article, excerpt, 7, 7 + len(excerpt), (places[0], places[2]), 1.0,
        draw(st.none() | st.just((places[1], places[3]))), versions, draw(st.sampled_from([None, "v0", article[0]])),
        draw(st.integers(0, 3)), draw(st.none() | NAMES), draw(st.integers(0, 3)), draw(st.booleans()),
        draw(st.none() | st.just(date(2024, 9, 9))),
    )  # fmt: skip


@st.composite
def answers(draw):
    certainty = draw(st.sampled_from(Certainty))
    cited = tuple(draw(citations(number)) for number in range(1, draw(st.integers(1, 3)) + 1))
    nearest = tuple(NearestArticle("n", draw(NAMES), draw(MOMENTS)) for _ in range(draw(st.integers(0, 3))))
    answer = Answer(
        draw(NAMES), certainty, 0.5, date(2024, 9, 9), () if certainty is Certainty.NONE else cited, nearest, 1.0,
        draw(st.none() | NAMES), period=draw(st.none() | st.just(Period(date(2024, 9, 1), date(2024, 9, 2), ""))),
        story_days=3,
    )  # fmt: skip
    return answer if certainty is not Certainty.UNSURE else replace(answer, citations=cited[:1])


def require_taken(parts):
    for part in parts:
        seen = parse_html(part.html)
        assert 1 <= units(seen.text) <= MOST_UNITS
        assert 1 <= units(part.plain.strip()) <= MOST_UNITS
        assert len(part.html.encode()) <= MOST_BYTES
        assert all(link.lower().startswith(("http://", "https://")) for link in seen.links())
    return parts


def quoted(part):
    """What stands in quotations, with the marks of what is left out taken away."""
    return [each.text for each in parse_html(part.html).entities if each.kind == "blockquote"]


@fuzzed(EXAMPLES)
@given(answers(), st.sampled_from(["ru", "en"]))
def test_any_answer_is_taken_and_verbatim(answer, language):
    texts = catalogue(language)
    parts = require_taken(RENDERER.answer(answer, texts))
    excerpts = [citation.excerpt.encode(errors="replace").decode() for citation in answer.citations]
    for part in parts:
        for quotation in quoted(part):
            pieces = [line.strip("… ").strip() for line in quotation.split("\n")]
            assert all(any(piece in excerpt for excerpt in excerpts) for piece in pieces), quotation
        if not answer.understood:
            for line in QUOTED.sub("", part.html).split("\n"):
                turning = TURNING.findall(line)
                assert turning == ["\u2068", "\u2069"] * (len(turning) // 2), line
    keyboard = answer_keyboard(1, answer, 0, 3, texts, "private").to_dict()
    check_keyboard(json.loads(json.dumps(keyboard)))
    for citation in answer.citations:
        require_taken([RENDERER.citation(citation, texts, sure=answer.answered)])
    require_taken(RENDERER.sources(answer.citations, texts) if answer.citations else [])


@fuzzed(EXAMPLES)
@given(EXCERPTS, NAMES, NAMES, st.integers(1, 400), st.sampled_from(["ru", "en"]))
def test_any_article_is_shown_whole(text, title, source, times, language):
    article = Article("a", title, (text or "x") * min(times, 1 + 60_000 // len(text or "x")), None, source, title, None)
    pages = require_taken(list(RENDERER.article(article, catalogue(language))))
    head, _, first = pages[0].plain.partition("\n\n")
    told = "".join(page.plain.removeprefix(head) for page in pages)
    assert "".join(told.split()) == "".join(article.text.encode(errors="replace").decode().split()) or not text.strip()
    assert first.strip() or not text.strip()


@fuzzed(EXAMPLES)
@given(st.lists(NAMES, max_size=3))
def test_any_names_of_outlets_are_listed(names):
    day = date(2024, 9, 9)
    outlets = tuple(OutletCoverage(name, 1, day, day) for name in names)
    told = covered_by_outlet(Coverage(1, datetime(2024, 9, 9), 3, outlets), catalogue("ru"))  # noqa: DTZ001
    assert len(told.splitlines()) == 3 + len(names)


BUTTONS = [b"p:1:0:", b"c:12:3:AAAAAAAAAAA", b"a:1:0:AAAAAAAAAAA:2", b"t:1:738000:738006", b"l:0:0:ru", b"g:1:0:"]


@fuzzed(EXAMPLES)
@given(mutated(BUTTONS))
def test_any_data_of_a_button_is_understood_or_none(data):
    found = CallbackData.parse(data.decode(errors="replace"))
    if found:
        assert CallbackData.parse(found.packed()) == found
        assert len(found.packed().encode()) <= MOST_DATA_BYTES


PERSON = {"id": 1001, "is_bot": False, "first_name": "Ann", "language_code": "en"}
CHAT = {"id": 1001, "type": "private", "first_name": "Ann"}
MESSAGE = {"message_id": 5, "date": 1725874560, "chat": CHAT, "from": PERSON, "text": "Who?"}
UPDATES = [
    {"update_id": 7, "message": {**MESSAGE, "entities": [{"type": "bold", "offset": 0, "length": 3}]}},
    {"update_id": 8, "callback_query": {"id": "1", "from": PERSON, "message": MESSAGE, "data": "p:1:0:"}},
    {"update_id": 9, "inline_query": {"id": "1", "from": PERSON, "query": "Who?", "offset": ""}},
    {"update_id": 10, "my_chat_member": {"chat": CHAT, "from": PERSON, "date": 1725874560,
     "old_chat_member": {"user": PERSON, "status": "member"}, "new_chat_member": {"user": PERSON, "status": "left"}}},
]  # fmt: skip


@fuzzed(EXAMPLES)
@given(mutated([json.dumps(update).encode() for update in UPDATES]))
def test_any_update_is_read_and_written_down_or_dropped(data):
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return
    update = parse_update(content)
    if update and (written := as_text(update)):
        assert parse_update(json.loads(written))
