"""What stands on buttons: names that are anybody's turn round nothing beside them, however long they are."""

from datetime import UTC, datetime

from bot.rendering.keyboards import answer_keyboard, given_keyboard
from bot.texts import LANGUAGES, catalogue
from retrieval.types import Answer, Certainty, Citation, Given

HEBREW = "שלום " * 40


def cite(number: int, source: str) -> Citation:
    return Citation(number, f"a{number}", "A title", source, None, None, "An excerpt.", 0, 11, (0, 11), 1.0)


def test_a_long_name_that_is_written_from_right_to_left_ends_on_its_button() -> None:
    cited = (cite(1, "example.org"), cite(2, HEBREW))
    answer = Answer("A question?", Certainty.SURE, 0.9, None, cited, (), 1.0)
    given = {100: Given("5", HEBREW, "news.txt", 1, datetime.now(UTC))}
    for texts in map(catalogue, LANGUAGES):
        keyboards = (answer_keyboard(1, answer, 0, 3, texts, "private"), given_keyboard(given, 0, 1, texts))
        labels = [button.text for keyboard in keyboards for row in keyboard.inline_keyboard for button in row]
        named = [label for label in labels if "שלום" in label]
        assert [label[-2:] for label in named] == ["…\u2069"] * 2
