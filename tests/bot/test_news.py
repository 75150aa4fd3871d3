"""What is taken for a piece of news, measured on all questions of the tests and on the sample articles."""

import json

import pytest
from places import ARTICLES, DATA

from bot.services.news import LONGEST_QUESTION, reads_like_news


def written_questions() -> list[str]:
    records = [
        json.loads(line) for path in DATA.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()
    ]
    turns = [turn for record in records for turn in record.get("turns", [record])]
    return [turn[name] for turn in turns for name in ("question", "full") if name in turn]


def test_no_question_reads_like_news_and_neither_do_several_in_one_message() -> None:
    questions = written_questions()
    assert len(questions) > 300
    assert [question for question in questions if reads_like_news(question)] == []
    in_one = [" ".join(questions[start : start + 3]).replace("?", ".") for start in range(0, len(questions), 3)]
    assert [text for text in in_one if reads_like_news(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Весной в Усть-Ильме прорвало дамбу и затопило много домов у реки. Сколько человек эвакуировали",
        "Весной в Усть-Ильме прорвало дамбу. Когда вода стала уходить, сколько человек вернулось домой",
        "Здравствуйте! В апреле в Усть-Ильме был паводок. Хочу узнать, сколько человек эвакуировали.",
        "Я читал про мост в Новотальске. Подскажите, сколько стоит билет на автобус через него.",
        "В Новотальске открыли мост. Интересует цена билета на автобус и расстояние между остановками.",
        "There was a flood in Harrowmere last autumn. I would like to know how many shops had to close.",
        "A treaty was signed last year by Karinia and Vestmar. Tell me the name of the river in it.",
        "There was a fire on the ferry. How many people died, and who was fined",
        "Мост в Новотальске открыли в ноябре? Я слышал, что в декабре. Автобус там ходит с декабря.",
    ],
)
def test_a_question_with_its_story_is_a_question(text: str) -> None:
    assert not reads_like_news(text)


def test_nearly_every_paragraph_of_several_sentences_reads_like_news() -> None:
    texts = [path.read_text(encoding="utf-8").strip().split("\n\n") for path in sorted(ARTICLES.glob("*/*.txt"))]
    first = [paragraphs[2] for paragraphs in texts if len(paragraphs[2]) <= LONGEST_QUESTION]
    assert len(first) == 79
    # The others are of one sentence, as a long question may be.
    assert sum(map(reads_like_news, first)) == 74
    later = [paragraph for paragraphs in texts for paragraph in paragraphs[3:-1] if paragraph.count(". ") > 1]
    assert len(later) > 150
    assert sum(map(reads_like_news, later)) / len(later) > 0.97
