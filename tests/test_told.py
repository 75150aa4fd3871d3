"""Sentences that can be told in other languages."""

import copy
import errno
import json
import pickle

import pytest

from retrieval.told import Told, packed, system_reason, told, told_by, told_together, unpacked


def carried(sentence):
    return unpacked(json.loads(json.dumps(packed(sentence))))


def test_a_told_sentence_is_a_text_and_knows_what_it_is_made_of():
    many = told("{count} article", "{count} articles", count=3)

    assert (many, told("{count} article", "{count} articles", count=1)) == ("3 articles", "1 article")
    assert told_by(ValueError(many)) is many
    assert told_by(ValueError("plain")) == "plain"
    for copied in (copy.deepcopy(many), pickle.loads(pickle.dumps(many)), carried(many)):  # noqa: S301 - our own
        assert isinstance(copied, Told)
        assert (copied, copied.template, copied.plural, copied.fields) == (
            "3 articles", "{count} article", "{count} articles", {"count": 3},
        )  # fmt: skip


def test_an_error_in_a_sentence_is_what_it_says():
    reason = told("is empty")
    sentence = told("{place}: {error}", place="a.txt", error=ValueError(reason))

    assert sentence == "a.txt: is empty"
    assert sentence.fields["error"] is reason
    assert carried(sentence).fields["error"].template == "is empty"


def test_sentences_stand_together():
    together = told_together(["a", told("is empty"), ""], "; ")

    assert together == "a; is empty; "
    assert [type(part) for part in together.fields.values()] == [str, Told, str]
    assert told_together([]) == ""


@pytest.mark.parametrize("path", [None, "/a"])
def test_what_the_system_says_is_told(path):
    error = OSError(errno.ENOENT, "No such file or directory", path)

    assert told_by(error) == str(error)
    assert isinstance(told_by(error), Told)
    assert isinstance(system_reason(error), Told)
    assert system_reason(OSError(errno.ENOENT, "Nothing there")) == "Nothing there"
    assert system_reason(OSError("odd")) == "odd"
    assert told_by(OSError(errno.EACCES, "Not for you")) == "[Errno 13] Not for you"
