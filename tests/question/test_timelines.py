"""Of which story a question asks how it went on."""

import pytest

from retrieval.question.timelines import story_named


@pytest.mark.parametrize(
    ("question", "story"),
    [
        ("Хронология ремонта моста", "ремонта моста"),
        ("Хронология: ремонт моста", "ремонт моста"),
        ("хронология событий вокруг «Туманкредита»", "«Туманкредита»"),
        ("Как развивалась история с ремонтом моста?", "ремонтом моста"),
        ("как развивались события в Туманске", "Туманске"),
        ("Покажи хронологию паводка", "паводка"),
        ("ход дела Голощёкина", "Голощёкина"),
        ("как искали туриста по дням", "как искали туриста"),
        ("взрыв газа: хронология", "взрыв газа"),
        ("timeline of the stadium", "the stadium"),
        ("A timeline of events around the harbour fire", "the harbour fire"),
        ("How did the trial of Lionel Grice go on, day by day?", "the trial of Lionel Grice"),
        ("how did the strike unfold", "the strike"),
        ("pier fire timeline", "pier fire"),
    ],
)
def test_the_words_that_ask_how_it_went_on_are_left_out(question, story):
    assert story_named(question) == story


@pytest.mark.parametrize(
    "question",
    ["взрыв газа в Туманске", "How did the fire start", "Как открывали мост", "хронология"],
)
def test_any_other_question_is_the_story_itself(question):
    assert story_named(question) == question
