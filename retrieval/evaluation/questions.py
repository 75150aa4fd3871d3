"""Questions with known answers, as an operator writes them: one JSON object a line of ``questions.jsonl``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from retrieval.errors import QuestionsError
from retrieval.told import system_reason, told, told_together
from retrieval.validation import validation_reason

if TYPE_CHECKING:
    from pathlib import Path


def _not_blank(text: str) -> str:
    if not text.strip():
        message = told("expected a text, found a blank one")
        raise ValueError(message)
    return text


def _none_is_empty(value: Any) -> Any:
    return () if value is None else value


Text = Annotated[str, AfterValidator(_not_blank)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_none_is_empty)]


class KnownQuestion(BaseModel):
    """A question and what a right answer to it is; fields that are not named here are passed over."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: Text
    question: Text
    answerable: bool = True
    """False: the articles do not hold the answer, so the right thing is to say so."""
    article_ids: Texts = ()
    """Any of these is a right article."""
    answers: Texts = ()
    """Any of these strings in an excerpt is a right answer; empty: only articles are compared."""
    evidence: str | None = None
    """The text, verbatim from an article, that answers; tells which passage is the right one."""
    kind: str | None = None
    """Any word; questions of one kind are counted together in the report."""

    @model_validator(mode="after")
    def _has_an_answer(self) -> KnownQuestion:
        if self.answerable and not self.article_ids:
            message = told('an answerable question needs "article_ids"')
            raise ValueError(message)
        return self


def load_questions(path: Path) -> list[KnownQuestion]:
    """Read all questions of a JSON Lines file.

    Raises:
        QuestionsError: the file cannot be read, or a line of it is no question; names the line.

    """
    questions: list[KnownQuestion] = []
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    questions.append(_parse(line, f"{path}:{number}"))
    except FileNotFoundError as error:
        raise QuestionsError(
            told("{path} not found: write one question with its answer a line there", path=path)
        ) from error
    except OSError as error:
        raise QuestionsError(told("{path} cannot be read: {reason}", path=path, reason=system_reason(error))) from error
    if not questions:
        raise QuestionsError(
            told("{path} holds no question: write one question with its answer a line there", path=path)
        )
    return questions


def _parse(line: bytes, place: str) -> KnownQuestion:
    try:
        return KnownQuestion.model_validate_json(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise QuestionsError(
            told("{place}: is not UTF-8 ({reason}); save the file as UTF-8", place=place, reason=error.reason)
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        parts = [place, field, validation_reason(first)] if field else [place, validation_reason(first)]
        raise QuestionsError(told_together(parts, ": ")) from error
