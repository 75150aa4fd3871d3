"""Questions with known answers, as an operator writes them: one JSON object a line of ``questions.jsonl``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from retrieval.errors import QuestionsError

if TYPE_CHECKING:
    from pathlib import Path

Text = Annotated[str, Field(min_length=1)]


class KnownQuestion(BaseModel):
    """A question and what a right answer to it is."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: Text
    question: Text
    answerable: bool = True
    """False: the articles do not hold the answer, so the right thing is to say so."""
    article_ids: tuple[str, ...] = ()
    """Any of these is a right article."""
    answers: tuple[Text, ...] = ()
    """Any of these strings in an excerpt is a right answer; empty: only articles are compared."""
    evidence: str | None = None
    """The text, verbatim from an article, that answers; tells which passage is the right one."""
    kind: str = ""

    @model_validator(mode="after")
    def _has_an_answer(self) -> KnownQuestion:
        if self.answerable and not self.article_ids:
            message = 'an answerable question needs "article_ids"'
            raise ValueError(message)
        return self


def load_questions(path: Path) -> list[KnownQuestion]:
    """Read all questions of a JSON Lines file.

    Raises:
        QuestionsError: the file cannot be read, or a line of it is no question; names the line.

    """
    questions: list[KnownQuestion] = []
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    questions.append(_parse(line, f"{path}:{number}"))
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path} cannot be read: {error}") from error
    if not questions:
        raise QuestionsError(f"{path} holds no question")
    return questions


def _parse(line: str, place: str) -> KnownQuestion:
    try:
        return KnownQuestion.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise QuestionsError(f"{place}: {field + ': ' if field else ''}{first['msg']}") from error
