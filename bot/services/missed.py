"""Questions that were not answered well, as operators get them: as lines, and as records for `citebot evaluate`."""

import json
from collections.abc import Iterable, Sequence

from bot.people.missed import Missed
from bot.rendering.lines import LONGEST_QUESTION, within_a_line
from bot.texts import Texts
from retrieval.types import Certainty

_MARKS = {"disliked": "👎", "unsure": "≈", "unanswered": "∅"}
_JUDGED = "✓"


def _kind(question: Missed) -> str:
    """Return in which of the three ways a question was missed."""
    if question.disliked:
        return "disliked"
    return "unsure" if question.certainty is Certainty.UNSURE else "unanswered"


def missed_lines(found: Sequence[Missed], listed: Sequence[tuple[Missed, str | None]], texts: Texts) -> list[str]:
    """Return how many were `found`, and those that are `listed` with the headline that each was answered with.

    The number before a question is its place among the `listed`, which its button has too. As paragraphs.
    """
    numbered = list(enumerate(listed, start=1))
    sections = []
    for useless in (False, True):
        count = sum(question.disliked is useless for question in found)
        lines = [_line(place, *each) for place, each in numbered if each[0].disliked is useless]
        if count:
            heading = texts.say("missed-useless", count=count) if useless else texts.say("missed-refused", count=count)
            sections.append("\n".join([heading, *lines]))
    return [*sections, texts.say("missed-about")]


def _line(place: int, question: Missed, headline: str | None) -> str:
    judged = f" {_JUDGED}" if question.judgement else ""
    asked = within_a_line(question.question, LONGEST_QUESTION)
    line = f"{place}. {_MARKS[_kind(question)]}{judged} {asked}"
    return f"{line}\n    → {headline}" if headline else line


def as_json_lines(questions: Iterable[Missed]) -> bytes:
    """Return `questions` as `citebot evaluate` reads them; what is not judged counts as not answerable."""
    return "".join(json.dumps(_record(question), ensure_ascii=False) + "\n" for question in questions).encode()


def _record(question: Missed) -> dict[str, object]:
    right = question.judgement.article_id if question.judgement else None
    return {
        "id": str(question.number),
        "question": question.question,
        "answerable": right is not None,
        **({"article_ids": [right]} if right is not None else {}),
        "kind": _kind(question),
        "cited": question.article_ids,
    }
