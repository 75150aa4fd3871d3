"""Sentences that can be told in other languages."""

import copy
import pickle

from retrieval.told import Told, told, told_by

RUSSIAN = {
    "{place} holds {count} article: {reason}": "в {place} статья: {reason}",
    "is empty": "пусто",
}


def russian(template: str, plural: str | None, count: int | None) -> str:
    return RUSSIAN[template]


def test_a_told_sentence_is_a_text_and_knows_what_it_is_made_of() -> None:
    one = told("{place} holds {count} article: {reason}", "{place} holds {count} articles: {reason}",
               place="a.txt", count=1, reason=ValueError(told("is empty")))  # fmt: skip
    assert one == "a.txt holds 1 article: is empty"
    assert one.translated(russian) == "в a.txt статья: пусто"
    many = told("{count} article", "{count} articles", count=3)
    assert many == "3 articles"
    assert told_by(ValueError(many)) is many
    assert told_by(ValueError("plain")) == "plain"
    for copied in (copy.deepcopy(many), pickle.loads(pickle.dumps(many))):  # noqa: S301 - our own
        assert isinstance(copied, Told)
        assert (copied, copied.template, copied.plural, copied.fields) == (
            "3 articles", "{count} article", "{count} articles", {"count": 3},
        )  # fmt: skip
