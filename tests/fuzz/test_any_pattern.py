"""No regular expression that looks everywhere in a text takes time that grows with the square of its length."""

import json
import subprocess
import sys

import pytest
from fuzzing import FULL_LENGTH
from places import ROOT, SUPPORT

BOUNDED = {
    "retrieval.answering.topics": "the few characters before a word",
    "retrieval.evaluation.asked_in_russian": "one sentence of an article, of 400 characters at most",
    "retrieval.loaders.front_matter": "what a parser says of an error",
    "retrieval.loaders.walls": "a title, in which spaces stand alone",
    "retrieval.models.embedding": "the name of a model, which the operator writes",
    "bot.services.news": "a message in Telegram",
    "retrieval.question.acts": "200 characters of a question",
    "retrieval.question.asking": "a question, compared as a whole",
    "retrieval.question.news": "600 characters of a question",
    "retrieval.question.outlet_table": "the name of an outlet",
    "retrieval.question.restoring": "600 characters of a question",
    "retrieval.text.amounts": "one sentence of an article, of 400 characters at most",
    "retrieval.text.languages": "the first 2,000 characters of an article",
}
"""Modules of which some may, and of what texts: none of them is longer, whatever is read."""


@pytest.mark.timeout(900)
def test_no_pattern_takes_long_for_what_somebody_wrote():
    found = subprocess.run(
        [sys.executable, SUPPORT / "run_patterns.py", "1" if FULL_LENGTH else "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    *steep, last = map(json.loads, found.stdout.splitlines() or ["{}"])
    assert last.get("tried", 0) > (300 if FULL_LENGTH else 40), found.stderr
    assert [each for each in steep if each["module"] not in BOUNDED] == []
