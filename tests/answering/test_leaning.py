"""How sure an answer is to a question that leans on a conversation."""

from datetime import date

import pytest

from retrieval.answering.leaning import names_what_is_asked
from retrieval.question.parsing import parse
from retrieval.ranking.search import SearchResult
from retrieval.types import ArticleHeader, Passage, SearchHit, Span

RUNNER = "Самому старшему, инженеру Виталию Грушину, исполнилось 79 лет. Кардиохирургов среди бегунов не было."
WINNER = "Callum Brightwater, a postman, gave his prize to the depot."


@pytest.mark.parametrize(
    ("question", "topic", "text", "names"),
    [
        ("какой у него рост", "Виталий Грушин", RUNNER, False),
        ("сколько там было инженеров", "марафон", RUNNER, True),
        ("сколько там было хирургов", "марафон", RUNNER, True),
        ("сколько ему лет", "Виталий Грушин", "Двадцатилетний Грушин победил.", True),
        ("где он учился", "Виталий Грушин", RUNNER, True),  # verbs are put otherwise
        ("почему", "Виталий Грушин", RUNNER, True),
        ("Какой рост у Виталия Грушина?", "", RUNNER, True),
        ("what was his prize", "Callum Brightwater", WINNER, True),
        ("what is his salary", "Callum Brightwater", WINNER, False),
        ("how many dogs does he have", "Callum Brightwater", WINNER, False),
        ("where did he study", "Callum Brightwater", WINNER, True),
        ("what is his salary", "Виталий Грушин", RUNNER, True),  # in another language
    ],
)
def test_the_best_passage_names_what_a_leaning_question_asks_about(question, topic, text, names):
    header = ArticleHeader("a", "Title", None, None, None, None)
    passages = {7: Passage(7, header, 0, len(text), text, (Span(0, len(text)),))}
    found = SearchResult((SearchHit(7, 1.0, (1.0,)),), 0.9, frozenset(), 1)

    assert names_what_is_asked(found, parse(question, date(2024, 9, 10), topic=topic), passages) is names


def test_where_nothing_is_found_nothing_is_missed():
    found = SearchResult((), 0.0, frozenset(), 1)

    assert names_what_is_asked(found, parse("какой у него рост", date(2024, 9, 10), topic="Грушин"), {})
