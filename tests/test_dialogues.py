"""Conversations about the sample articles with the real model: what a short question loses against a full one."""

import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SAMPLE
from follow_ups import COLUMNS, DIALOGUES, measure, turns_of
from hashing_model import settings_for

from retrieval.conversation import Conversation
from retrieval.library import Library

QUESTIONS = Path(__file__).parent / "data" / "sample_questions.jsonl"
EVIDENCE_AT_3 = COLUMNS.index("evidence@3")

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def library(models_folder, tmp_path_factory):
    home = tmp_path_factory.mktemp("dialogues-home")
    (home / "models").symlink_to(models_folder)
    library = Library(settings_for(home, SAMPLE, min_confidence=None))
    library.index()
    return library


@pytest.fixture(scope="module")
def turns(library):
    return list(turns_of(DIALOGUES, library))


def test_the_dialogues_are_many_and_their_answers_stand_in_the_articles():
    dialogues = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    languages = Counter(dialogue["lang"] for dialogue in dialogues)

    assert languages["ru"] >= 20
    assert languages["en"] >= 15
    assert {len(dialogue["turns"]) for dialogue in dialogues} == {2, 3}
    for turn in (turn for dialogue in dialogues for turn in dialogue["turns"]):
        texts = [(SAMPLE / f"{article_id}.txt").read_text(encoding="utf-8") for article_id in turn["article_ids"]]
        assert all(any(string in text for text in texts) for string in turn["answers"]), turn


def test_a_follow_up_finds_nearly_what_the_same_question_finds_in_full(library, turns):
    evidence = {
        form: figures[EVIDENCE_AT_3]
        for form, figures in measure([turn for turn in turns if turn.leans], library).items()
    }

    assert evidence["understood"] >= evidence["full"] - 0.1
    assert evidence["understood"] >= evidence["typed"] + 0.1


def test_full_questions_of_a_dialogue_are_left_alone(turns):
    assert [turn.understood for turn in turns if not turn.leans] == [turn.full for turn in turns if not turn.leans]


def test_a_full_question_is_answered_in_a_conversation_as_outside_of_one(library):
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    alone = [library.ask(question) for question in questions]
    conversations = [Conversation().after(answer) for answer in alone]

    for seed in range(5):
        shuffled = random.Random(seed).sample(conversations, len(conversations))
        for question, conversation in zip(questions, shuffled, strict=True):
            assert conversation.understood(question) == question
    for question, before, answer in zip(questions, conversations[1:], alone, strict=False):
        answered = library.ask(question, conversation=before)
        assert replace(answered, took_ms=0.0) == replace(answer, took_ms=0.0)
