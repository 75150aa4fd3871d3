"""Which articles are about a topic, and whether any surely is."""

from datetime import date

import pytest

from retrieval.answering.news import about, events_about
from retrieval.answering.topics import Topic
from retrieval.question.parsing import parse
from retrieval.ranking.about import Mention
from retrieval.text.terms import terms_of
from retrieval.types import ArticleHeader, Passage, Span

TODAY = date(2024, 9, 10)
BLAST = "Взрыв в Туманске обрушил дом на Портовой улице. Погиб один человек."
TOLL = "Растёт число жертв взрыва в Туманске, на улицу Портовую прибыли спасатели."
CAUSE = "Инженера задержали за взрыв дома на Портовой. Ему грозит семь лет."
DUMA = "Дума Туманска запретила самокаты. Решение вступает в силу в июне."
NOON = "Спасатели прибыли на место взрыва. Из Верхнекарска вылетел отряд с собаками."
STREET = "Улице Портовой вернули старое название, решила дума Туманска."


def passage(number, title, text):
    sentences, start = [], 0
    for part in text.split(". "):
        end = min(start + len(part) + 1, len(text))
        sentences.append(Span(start, end))
        start = end + 1
    header = ArticleHeader(str(number), title, None, None, None, "ru")
    return Passage(number, header, 0, len(text), text, tuple(sentences))


def told_of(question, *texts, cosines=None, title=""):
    """What is found to be about a topic: numbers of the texts, the best first, and whether that is sure."""
    asked = parse(question, TODAY)
    passages = {number: passage(number, title, text) for number, text in enumerate(texts, 1)}
    terms = {term for text in texts for term in terms_of(f"{title} {text}")}
    found = [
        Mention(
            passage_id=number,
            sentence=0,
            score=0.0,
            words=0.0,
            cosine=cosines[number - 1] if cosines else 0.8,
            first_words=0.0,
            rarity=tuple(1 / len(asked.terms) for _ in asked.terms),
            known=tuple(term.term in terms for term in asked.terms),
        )
        for number in passages
    ]
    known = about(asked, found, passages, {})
    assert [*known.events] == events_about(asked, found, passages, {}) or not known.is_sure
    return [event.passage.id for event in known.events], known.is_sure


def test_all_words_of_a_topic_are_met_and_one_frequent_word_is_not_enough():
    assert told_of("Последние новости о взрыве в Туманске", BLAST, DUMA, TOLL, cosines=[0.9, 0.85, 0.8]) == (
        [1, 3],
        True,
    )


def test_a_place_without_its_event_is_nothing_about_it():
    assert told_of("Последние новости о пожаре в Туманске", BLAST, DUMA) == ([], False)


def test_words_that_meet_in_no_sentence_and_no_headline_are_nothing_about_it():
    assert told_of("Последние новости о взрыве в Верхнекарске", NOON) == ([], False)


def test_what_goes_on_in_other_words_is_known_by_the_names_of_the_story():
    texts, cosines = (BLAST, TOLL, CAUSE, STREET), [0.9, 0.9, 0.84, 0.84]
    assert told_of("Последние новости о взрыве в Туманске", *texts, cosines=cosines) == ([1, 2, 3], True)


def test_what_is_only_mentioned_has_that_for_news():
    held = "Мост открыли в полдень. Первым проехал Пётр Рунов. За ним пошли машины."
    assert told_of("Последние новости о Рунове", DUMA, held) == ([2], True)


def test_a_word_that_no_article_has_may_be_put_otherwise_in_what_is_very_near():
    flood = "Паводок в Старопрудске затопил улицу."
    assert told_of("Новости о наводнении в Старопрудске", flood, cosines=[0.9]) == ([1], True)
    assert told_of("Новости о наводнении в Старопрудске", flood, cosines=[0.86]) == ([], False)


def test_what_is_very_near_and_tells_of_something_else_is_unsure():
    texts, cosines = (BLAST, "Пожар в Верхнекарске потушили."), [0.9, 0.85]
    assert told_of("Новости о пожаре в Туманске", *texts, cosines=cosines) == ([1], False)


def test_nothing_is_about_nothing():
    assert about(parse("Новости о мосте", TODAY), [], {}, {}).events == ()


@pytest.mark.parametrize(
    ("topic", "text", "met"),
    [
        ("«Туманкредите»", "Банк «Туманкредит» куплен.", {0}),
        ("Лыкове", "Артём Лыков нашёлся.", {0}),
        ("Лыкове", "Лыкова нашли, лыковый лапоть тоже.", {0}),
        ("метро", "Двести метров трубы.", set()),
        ("метро", "Станция метро открыта.", {0}),
        ("«Граните»", "«Гранит-Арена» подорожала.", set()),
        ("«Гранит-Арене»", "«Гранит-Арена» подорожала.", {0, 1}),
        ("школе № 61", "Литр стоит 61,7 рубля.", set()),
        ("школе № 61", "Открылась школа № 61.", {0, 1}),
        ("the ferries", "The ferry sank.", {0}),
    ],
)
def test_a_word_is_met_in_any_of_its_forms_and_in_no_other_word(topic, text, met):
    asked = parse(f"Новости о {topic}" if not topic.isascii() else f"News on {topic}", TODAY)
    known = Topic.of(asked, [1.0] * len(asked.terms), [True] * len(asked.terms))

    assert known.met_by(text) == met


def test_a_topic_inside_a_question_begins_with_a_capital_only_as_a_name():
    assert [term.is_name for term in parse("Что нового у Голощёкина?", TODAY).terms] == [True]
    assert [term.is_name for term in parse("Мост через Волгу: новости", TODAY).terms] == [False, True]
