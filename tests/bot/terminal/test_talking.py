"""What is said and done in the terminal where a line is no question."""

import json

import pytest
from hashing_model import hashing_library, settings_for

from bot.settings import Persona
from bot.terminal.talking import Asking, Talk
from retrieval.library import Library
from retrieval.question.acts import ON_ANSWER
from retrieval.types import Act, Certainty, Order

NOBODY = Persona()
QUESTION = "Какова длина моста через Ильму?"
BEFORE, AFTER = "Открытия ждали семь лет. " * 40, "Движение пустили утром. " * 40
LENGTH = "Длина моста через Ильму известна, сказал"
ABOUT_GULLS = "Кому мешали чайки?"
LONG = f"Вступление.\n{BEFORE}\nЧайки мешали сварщикам работать.\n{AFTER}\nКонец."


def record(number, text, **fields):
    return {"id": f"a{number}", "title": f"Мост {number}", "date": f"2024-09-0{number}", "text": text, **fields}


@pytest.fixture
def published(library, corpus, monkeypatch):
    """Four articles that answer `QUESTION` about as well, and a long one that answers `ABOUT_GULLS`."""
    monkeypatch.setattr("retrieval.answering.composing._FAR_BEHIND", 0.0)  # which hashes of words cannot tell
    corpus.write_lines(
        "articles.jsonl",
        [
            record(1, f"{LENGTH} прораб Егор Яшин утром.", source="iz.ru", url="https://iz.ru/1"),
            record(2, f"{LENGTH} сварщик Пётр Чиж вечером.", source="tass.ru"),
            record(3, f"{LENGTH} министр Анна Юдина днём.", source="iz.ru"),
            record(4, f"{LENGTH} геолог Олег Фомин ночью."),
            {"id": "gulls", "title": "Gulls", "text": LONG},
        ],
    )
    library.index()
    return library


def talk(library, *lines, persona=NOBODY, limit=2):
    """Say the lines as one conversation; return what came back."""
    talking = Talk(library, persona, Asking(limit))
    return [talking.reply(line) for line in lines]


def test_every_act_gets_words_in_the_language_of_the_line(published):
    for line in ("привет", "спасибо", "пока", "ок", "молодец", "плохой бот", "тупой бот", "как дела?", "ты тут?",
                 "кто ты", "что ты умеешь", "помоги", "о чём ты знаешь", "сколько у тебя статей", "источник?",
                 "примеры", "а ещё?", "подробнее", "ещё раз"):  # fmt: skip
        (answer,) = talk(published, line)
        assert (answer.question, answer.certainty, answer.answered) == (line, Certainty.NONE, False)
        assert (answer.citations, answer.nearest, answer.as_of, answer.confidence) == ((), (), None, 0.0)
        assert any("а" <= letter <= "я" for letter in answer.message)
    assert talk(published, "thanks")[0].message == "You are welcome! Ask on."


def test_a_line_without_words_is_answered_in_the_language_of_the_conversation(published):
    said = [answer.message for answer in talk(published, "?", "спасибо", "👍", "hello", "...")]

    assert said[0] == "Write your question in words: who, what, where, when or how many."
    assert said[2] == "Хорошо. Спрашивайте, если что."
    assert said[4] == said[0]


def test_the_operator_speaks_through_greeting_and_introduction(published):
    persona = Persona("Вестник", "Добрый день!\nЭто «Вестник».", "Газета Заречья.")
    greeted, named, introduced = talk(published, "здравствуйте", "Вестник, привет", "кто ты?", persona=persona)

    assert greeted.message == (
        "Добрый день!\nЭто «Вестник».\n\nГазета Заречья.\n\n"
        "Просто напишите вопрос. Если я не уверен в ответе или не нашёл его, так и скажу."
    )
    assert named.message == greeted.message
    assert introduced.message.startswith("Я Вестник, бот, а не человек: ")
    assert "\n\nГазета Заречья.\n\nВ архиве 5 статей из 3 изданий, с 1 сентября 2024" in introduced.message
    (plain,) = talk(published, "привет", persona=Persona("Вестник"))
    assert plain.message.startswith("Здравствуйте! Я — Вестник. Отвечаю на вопросы")


def test_news_are_the_newest_stories_and_examples_are_answered(published):
    news, examples = talk(published, "что нового?", "примеры")

    assert [citation.title for citation in news.citations] == ["Мост 4", "Мост 3"]
    assert (news.certainty, news.order) == (Certainty.SURE, Order.NEWEST)
    heading, *questions = examples.message.splitlines()
    assert heading == "Можно попробовать так:"
    assert questions
    for question in questions:
        title = question.removeprefix("• ").removesuffix(" — что известно?")
        (answer,) = talk(published, question.removeprefix("• "))
        assert answer.citations[0].title == title


def test_without_dated_articles_there_is_no_news(indexed):
    assert talk(indexed, "новости")[0].message == "В архиве нет статей с датой."


def test_more_shows_what_was_not_shown_until_there_is_no_more(published):
    first, *further, last, asked_again, more_again = talk(published, QUESTION, *["а ещё?"] * 9, QUESTION, "ещё")

    pages = [answer for answer in further if answer.citations]
    citations = [citation for answer in (first, *pages) for citation in answer.citations]
    assert [citation.number for citation in citations] == list(range(1, len(citations) + 1))
    assert len({(citation.article_id, citation.start) for citation in citations}) == len(citations) > 4
    for page in pages:
        assert (page.message, page.understood, page.certainty) == ("Ещё выдержки:", QUESTION, first.certainty)
    assert (last.message, last.citations) == ("Больше выдержек на этот вопрос нет.", ())
    assert (asked_again.citations, more_again.citations) == (first.citations, pages[0].citations)


def test_details_are_the_lines_around_the_first_excerpt(published):
    first, details = talk(published, ABOUT_GULLS, "подробнее", limit=1)

    (shown,) = details.citations
    (cited,) = first.citations
    assert cited.article_id == "gulls"
    assert shown.excerpt == LONG[shown.start : shown.end] == LONG[len("Вступление.\n") : -len("\nКонец.")]
    assert shown.excerpt[slice(*shown.highlight)] == cited.excerpt[slice(*cited.highlight)]
    assert (details.message, details.understood) == ("Подробнее:", ABOUT_GULLS)


def test_details_of_an_article_that_is_gone_are_not_shown(published):
    talking = Talk(published, NOBODY, Asking(1))
    (cited,) = talking.reply(QUESTION).citations
    published.forget([cited.article_id])

    assert talking.reply("подробнее").message == "Этой статьи больше нет."


def test_again_is_the_same_answer_and_sources_name_each_article_once(published):
    first, again, sources, more, all_sources = talk(published, QUESTION, "ещё раз", "источник?", "ещё", "источники")

    assert (again.citations, again.certainty, again.as_of) == (first.citations, first.certainty, first.as_of)
    assert (again.understood, again.message) == (QUESTION, None)
    assert sources.citations == ()
    heading, *listed = sources.message.splitlines()
    assert heading == "Откуда прошлый ответ:"
    assert [line[: len("• [1] Мост 1")] for line in listed] == [
        f"• [{citation.number}] {citation.title}" for citation in first.citations
    ]
    lines = all_sources.message.splitlines()
    place = next(citation.number for citation in first.citations + more.citations if citation.article_id == "a1")
    assert len(lines) == 5
    assert f"• [{place}] Мост 1 · iz.ru · 1 сентября 2024 · https://iz.ru/1" in lines


@pytest.mark.parametrize("line", ["а ещё?", "подробнее", "источник?"])
def test_where_nothing_was_cited_that_is_said(published, monkeypatch, line):
    monkeypatch.setattr(published._settings, "min_confidence", 1.0)
    monkeypatch.setattr(published._settings, "unsure_confidence", 1.0)
    refused, said, again = talk(published, QUESTION, line, "повтори")

    assert (refused.citations, refused.message) == ((), None)
    assert said.message == "В прошлом ответе выдержек не было."
    assert said.nearest == refused.nearest != ()
    assert (again.certainty, again.message, again.nearest) == (Certainty.NONE, None, refused.nearest)


def test_of_an_unsure_answer_there_is_no_more_than_the_nearest_articles(published, monkeypatch):
    monkeypatch.setattr(published._settings, "min_confidence", 1.0)
    monkeypatch.setattr(published._settings, "unsure_confidence", 0.0)
    unsure, more = talk(published, QUESTION, "а ещё?")

    assert (unsure.certainty, len(unsure.citations)) == (Certainty.UNSURE, 1)
    assert (more.message, more.citations) == ("Больше выдержек на этот вопрос нет.", ())
    assert more.nearest == unsure.nearest != ()


def test_there_is_nothing_to_go_on_from_before_a_question_and_after_new(published):
    talking = Talk(published, NOBODY, Asking())
    assert talking.reply("а ещё?").message == "Пока не к чему вернуться: сначала задайте вопрос."
    assert talking.reply("источники").message.startswith("В архиве 5 статей")
    assert talking.reply(QUESTION).citations
    talking.begin_anew()
    assert talking.reply("подробнее").message == "Пока не к чему вернуться: сначала задайте вопрос."


def test_what_is_no_question_does_not_change_the_conversation(published):
    follow_up = "а когда его открыли?"
    plain = talk(published, QUESTION, follow_up)[-1]
    chatty = talk(published, QUESTION, "спасибо", "а ещё?", "привет, как дела?", "?", follow_up)[-1]

    assert plain.understood == "Когда его открыли (длина моста через Ильму)?"
    assert (chatty.understood, chatty.citations) == (plain.understood, plain.citations)


def test_every_act_is_provided_for(published):
    talking = Talk(published, NOBODY, Asking())

    assert all(talking._line_for(act) for act in set(Act) - {Act.NEWS}), "news are asked for like anything else"
    assert set(Act) > ON_ANSWER


def test_the_command_line_tells_a_message_as_text_and_as_json(citebot, published, home, tmp_path, monkeypatch):
    monkeypatch.setenv("CITEBOT_GREETING", "Это мы.")
    batch = tmp_path / "batch.jsonl"
    batch.write_text('{"id": 7, "question": "Привет!"}\n{"id": 8, "question": "а ещё?"}\n', encoding="utf-8")

    told = citebot("ask", "привет")
    assert (told.returncode, told.stderr) == (0, "")
    assert (
        told.stdout == "Это мы.\n\nПросто напишите вопрос. Если я не уверен в ответе или не нашёл его, так и скажу.\n\n"
    )
    as_json = json.loads(citebot("ask", "--json", "спасибо").stdout)
    took = as_json.pop("took_ms")
    assert took >= 0
    assert as_json == {
        "id": None, "question": "спасибо", "answered": False, "certainty": "none", "confidence": 0.0, "as_of": None,
        "citations": [], "nearest": [], "understood": None, "message": "Пожалуйста! Спрашивайте ещё.",
        "period": None, "outlet": None, "widened": False, "order": "relevance", "differences": [],
    }  # fmt: skip
    lines = [json.loads(line) for line in citebot("ask", "--questions", batch).stdout.splitlines()]
    assert [(line["id"], line["message"].partition("\n")[0]) for line in lines] == [
        (7, "Это мы."),
        (8, "Пока не к чему вернуться: сначала задайте вопрос."),
    ]


def test_what_seems_to_be_no_question_is_none_where_nothing_is_found(published, home, corpus, monkeypatch):
    monkeypatch.setattr(Library, "_act_of", lambda _, text: Act.WHO_ARE_YOU if "живой" in text else None)
    refusing = hashing_library(settings_for(home, corpus.folder, min_confidence=1.0, unsure_confidence=1.0))
    near, other = talk(refusing, "мне тут живой человек отвечает?", ABOUT_GULLS)
    assert near.message.startswith("Я бот, а не человек: ")
    assert (near.certainty, near.citations, near.nearest) == (Certainty.NONE, (), ())
    assert (other.message, other.certainty) == (None, Certainty.NONE)
