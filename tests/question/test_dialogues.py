"""Conversations about the sample articles with the real model: what a short question loses against a full one."""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from follow_ups import COLUMNS, DIALOGUES, measure, turns_of
from places import ARTICLES, DATA

from retrieval.library import Library
from retrieval.question.conversation import Conversation
from retrieval.question.parsing import parse

DAY = date(2024, 9, 10)
MORE = DATA / "dialogues_more.jsonl"
"""With thanks, questions without an answer and other subjects in between."""
QUESTIONS = DATA / "sample_questions.jsonl"
EVIDENCE_AT_3 = COLUMNS.index("evidence@3")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def library(sample_library):
    """The same without reading, and with the bounds that ship."""
    settings = sample_library.home.settings.model_copy(update={"reader": "off", "min_confidence": None})
    return Library(settings, model=sample_library.model)


@pytest.fixture(scope="module")
def turns(library):
    return {path: list(turns_of(path, library)) for path in (DIALOGUES, MORE)}


@pytest.mark.parametrize(("path", "lengths"), [(DIALOGUES, {2, 3}), (MORE, {2, 3, 4, 5})])
def test_the_dialogues_are_many_and_their_answers_stand_in_the_articles(path, lengths):
    dialogues = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    languages = Counter(dialogue["lang"] for dialogue in dialogues)

    assert languages["ru"] >= 16
    assert languages["en"] >= 7
    assert {len(dialogue["turns"]) for dialogue in dialogues} <= lengths
    for turn in (turn for dialogue in dialogues for turn in dialogue["turns"] if not turn.get("message")):
        texts = [(ARTICLES / f"{article_id}.txt").read_text(encoding="utf-8") for article_id in turn["article_ids"]]
        assert all(any(string in text for text in texts) for string in turn["answers"]), turn


@pytest.mark.parametrize("path", [DIALOGUES, MORE])
def test_a_follow_up_finds_nearly_what_the_same_question_finds_in_full(library, turns, path):
    evidence = {
        form: figures[EVIDENCE_AT_3]
        for form, figures in measure([turn for turn in turns[path] if turn.is_counted], library).items()
    }

    assert evidence["understood"] >= evidence["full"] - 0.05
    assert evidence["understood"] >= evidence["typed"] + 0.1


@pytest.mark.parametrize("path", [DIALOGUES, MORE])
def test_full_questions_of_a_dialogue_are_left_alone(turns, path):
    full = [turn for turn in turns[path] if not turn.leans and turn.answers]

    assert [turn.understood for turn in full] == [turn.full for turn in full]


def test_a_full_question_is_answered_in_a_conversation_as_outside_of_one(library):
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    alone = [library.ask(question) for question in questions]
    conversations = [Conversation().after(answer) for answer in alone]

    for seed in range(5):
        shuffled = random.Random(seed).sample(conversations, len(conversations))
        for question, conversation in zip(questions, shuffled, strict=True):
            assert conversation.understood(parse(question, DAY), DAY).full == question
    for question, before, answer in zip(questions, conversations[1:], alone, strict=False):
        answered = library.ask(question, conversation=before)
        assert replace(answered, took_ms=0.0) == replace(answer, took_ms=0.0)
