"""What does not fit an operation's parameters or body, told field by field in words."""

from collections.abc import Iterable
from typing import Any

from ninja.errors import ValidationErrorContext

from wayfolk.kit.errors import InvalidValues

FAULTS_MAX = 50
_CONTAINERS = {"body", "filters", "form"}  # names of our own parameters that hold fields


class InvalidInput(InvalidValues):
    """The shape of the request is wrong: a field unknown, missing, or of another type."""

    code = "invalid_input"


def from_contexts(contexts: Iterable[ValidationErrorContext[Any]]) -> InvalidInput:
    """All faults that pydantic found, as one refusal."""
    errors: dict[str, str] = {}
    for context in contexts:
        flat = getattr(context.model, "__ninja_flatten_map_reverse__", {})
        for fault in context.pydantic_validation_error.errors(include_url=False):
            location = flat.get(fault["loc"], fault["loc"])
            field = field_name(location) or "body"
            if len(errors) < FAULTS_MAX:
                errors.setdefault(field, _words(field, fault))
    return InvalidInput(errors)


def field_name(location: Iterable[Any]) -> str:
    """The path of a field as its sender wrote it: "customers.0.number"."""
    parts = [str(part) for part in location]
    while parts and parts[0] in _CONTAINERS:
        parts = parts[1:]
    return ".".join(parts)[:120]


def _words(field: str, fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    shown = f"“{str(fault.get('input'))[:60]}”"
    if kind == "missing":
        return f"“{field}” is needed."
    if kind == "extra_forbidden":
        return f"There is no field “{field}” here; see /api/v1/openapi.json for those there are."
    if kind in {"literal_error", "enum"}:
        return f"{shown} is not a value of “{field}”. Use {context.get('expected')}."
    if kind in {"string_too_long", "too_long"}:
        most = context.get("max_length")
        return f"“{field}” is too long: at most {most} can be stored."
    if kind == "value_error":
        return f"{shown} is not right for “{field}”: {context.get('error')}."
    return f"{shown} is not right for “{field}”: {_lower_first(str(fault['msg']))}."


def _lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]
