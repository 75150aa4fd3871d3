"""What pydantic finds wrong with a value, as a sentence that can be told in other languages."""

from collections.abc import Mapping
from typing import Any

from retrieval.told import Told, to_be_told, told, told_by

_TEMPLATES = {
    "bool_parsing": to_be_told("Input should be a valid boolean, unable to interpret input"),
    "bool_type": to_be_told("Input should be a valid boolean"),
    "finite_number": to_be_told("Input should be a finite number"),
    "float_parsing": to_be_told("Input should be a valid number, unable to parse string as a number"),
    "greater_than_equal": to_be_told("Input should be greater than or equal to {ge}"),
    "int_from_float": to_be_told("Input should be a valid integer, got a number with a fractional part"),
    "int_parsing": to_be_told("Input should be a valid integer, unable to parse string as an integer"),
    "int_parsing_size": to_be_told("Unable to parse input string as an integer, exceeded maximum size"),
    "int_type": to_be_told("Input should be a valid integer"),
    "json_invalid": to_be_told("Invalid JSON: {error}"),
    "less_than_equal": to_be_told("Input should be less than or equal to {le}"),
    "literal_error": to_be_told("Input should be {expected}"),
    "missing": to_be_told("Field required"),
    "model_type": to_be_told("Input should be an object"),
    "string_type": to_be_told("Input should be a valid string"),
    "tuple_type": to_be_told("Input should be a valid array"),
}
"""Of the kinds of errors that are met here what pydantic says; where it says otherwise, that is told as it is."""


def validation_reason(detail: Mapping[str, Any]) -> str:
    """Return what is wrong, by one of the details of a `pydantic.ValidationError`."""
    context = detail.get("ctx") or {}
    if isinstance(context.get("error"), Exception):
        return told_by(context["error"])  # of a validator of our own
    written = str(detail["msg"])
    template = _TEMPLATES.get(detail["type"])
    if detail["type"] == "literal_error":
        first, between, last = str(context["expected"]).rpartition(" or ")
        if between:
            context = {"expected": told("{first} or {last}", first=first, last=last)}
    made = Told(template, None, context) if template else None
    return made if made == written else written
