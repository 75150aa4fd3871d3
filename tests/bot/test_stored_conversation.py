"""A conversation as it is stored with an exchange, and back."""

import json

import pytest

from bot.services.stored_conversation import conversation_from_json, conversation_to_json
from retrieval.question.conversation import Conversation

FULL = Conversation(
    subject="Кто мэр?",
    latest="а где?",
    told=("город", "мэр"),
    named="Анна Тихвинская",
    latest_named="Зареченск",
    unanswered="Кто такой Ньютон?",
    is_near=True,
)


@pytest.mark.parametrize("conversation", [Conversation(), FULL])
def test_a_conversation_comes_back_as_it_was_stored(conversation):
    assert conversation_from_json(json.loads(json.dumps(conversation_to_json(conversation)))) == conversation


def test_one_that_was_stored_without_names_is_gone_on_with():
    stored = {"version": 1, "subject": "Кто мэр?", "latest": "а где?", "told": ["город", "мэр"]}

    assert conversation_from_json(stored) == Conversation("Кто мэр?", "а где?", ("город", "мэр"))


@pytest.mark.parametrize("stored", [{"version": 2, "subject": "Кто мэр?"}, {"subject": 7}, {"topic": "мэр"}])
def test_one_of_another_version_begins_anew(stored, caplog):
    assert conversation_from_json(stored) == Conversation()
    assert "not of this version" in caplog.text
