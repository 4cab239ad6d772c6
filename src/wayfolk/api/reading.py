"""Reading a request: what it may contain, how large it may be, and what it wants back."""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.operation import Operation
from ninja.parser import Parser

from wayfolk.api.problems import (
    MalformedRequest,
    NotAcceptable,
    TooLarge,
    UnsupportedMediaType,
)
from wayfolk.kit import uploads
from wayfolk.kit.errors import InvalidValues

JSON = "application/json"
MULTIPART = "multipart/form-data"
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def is_unsafe(request: HttpRequest) -> bool:
    return request.method in _UNSAFE


def sources_of(operation: Operation) -> set[str]:
    """Where an operation takes its values from: "query", "body", "file", ..."""
    return {str(model.__ninja_param_source__) for model in operation.models}


def check_request(request: HttpRequest, operation: Operation) -> None:
    """Refuse what the operation could not answer, before anything is done for it."""
    _check_accepted(request)
    _check_query(request, operation)
    sources = sources_of(operation)
    if "file" in sources:
        _check_size(request, uploads.limit_for(request.path) + uploads.FORM_BYTES)
        _check_media_type(request, MULTIPART)
        len(request.FILES)  # read here, where no transaction waits for the sender
    elif "body" in sources:
        _check_size(request, settings.API_MAX_BODY_BYTES)
        if request.body:
            _check_media_type(request, JSON)
        if request.body or _needs_body(operation):
            request.json_body = read_json(request.body)  # type: ignore[attr-defined]
    elif is_unsafe(request):
        _check_size(request, settings.API_MAX_BODY_BYTES)


class CheckedParser(Parser):
    """Hands ninja the body that was checked already."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.json_body  # type: ignore[attr-defined]


def read_json(content: bytes) -> Any:
    """The JSON value of a body.

    Raises MalformedRequest for what is no JSON, InvalidValues for values that cannot be
    stored: NUL characters, halves of surrogate pairs, numbers beyond all measure.
    """
    if not content.strip():
        raise MalformedRequest("The request needs a JSON body and its Content-Length.")
    try:
        value = json.loads(
            content.decode(), parse_constant=_refuse_constant, object_pairs_hook=_without_twins
        )
    except UnicodeDecodeError as error:
        raise MalformedRequest("The body is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise MalformedRequest(
            f"The body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        ) from error
    except (RecursionError, ValueError) as error:
        raise MalformedRequest(
            "The body cannot be read: it is nested too deeply or has a number with thousands"
            " of digits."
        ) from error
    errors = {path: problem for path, found in _leaves(value) if (problem := _fault(found))}
    if errors:
        raise InvalidValues(errors)
    return value


def _needs_body(operation: Operation) -> bool:
    bodies = [m for m in operation.models if m.__ninja_param_source__ == "body"]
    return any(field.is_required() for body in bodies for field in body.model_fields.values())


def _check_accepted(request: HttpRequest) -> None:
    wanted = request.headers.get("Accept", "*/*")
    if not any(request.accepts(offered) for offered in (JSON, "text/csv")):
        raise NotAcceptable(f"Wayfolk answers with {JSON}; “{wanted[:80]}” does not accept that.")


def _check_query(request: HttpRequest, operation: Operation) -> None:
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", ())
    }
    errors = {}
    for name, values in request.GET.lists():
        if name not in known:
            offered = f"Known are: {', '.join(sorted(known))}." if known else "It takes none."
            errors[_shown(name)] = f"There is no parameter “{_shown(name)}” here. {offered}"
        elif any(map(_fault, values)):
            errors[name] = f"The parameter “{name}” contains characters that are no text."
        elif len(values) > 1:
            errors[name] = f"The parameter “{name}” was given {len(values)} times; give it once."
    if errors:
        raise InvalidValues(errors)


def _check_size(request: HttpRequest, most: int) -> None:
    size = request.headers.get("Content-Length") or "0"
    if not (size.isascii() and size.isdigit()):
        raise MalformedRequest("The Content-Length is not a number.")
    if int(size) > most:
        raise TooLarge(f"The body has {int(size):,} bytes; at most {most:,} are read.")


def _check_media_type(request: HttpRequest, expected: str) -> None:
    given = request.content_type or "nothing"
    if given != expected:
        raise UnsupportedMediaType(
            f"The body must be sent as Content-Type {expected}, not {given[:80]}."
        )


def _refuse_constant(name: str) -> None:
    raise json.JSONDecodeError(f"{name} is not a JSON value", name, 0)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name: which is meant cannot be known."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise json.JSONDecodeError(f"the name {_shown(twin)!r} occurs twice", "", 0)
    return found


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """Every name and every value with its path: "customers.0.number"."""
    waiting = [("", value)]
    while waiting:
        path, found = waiting.pop()
        for name, child in _children(found):
            child_path = f"{path}.{name}" if path else str(name)
            if isinstance(name, str):
                yield _shown(child_path), name
            waiting.append((child_path, child))
        if not isinstance(found, dict | list):
            yield _shown(path), found


def _children(found: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(found, dict):
        return found.items()
    return enumerate(found) if isinstance(found, list) else ()


def _fault(value: Any) -> str:
    if isinstance(value, str):
        if "\0" in value:
            return "The text contains a NUL character, which cannot be stored. Leave it out."
        if any("\ud800" <= character <= "\udfff" for character in value):
            return (
                "The text contains half of a surrogate pair, which is no character. Leave it out."
            )
    elif isinstance(value, float) and not math.isfinite(value):
        return "The number is too large."
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "The number has too many digits."
    return ""


def _shown(name: str) -> str:
    """A name that can be repeated in an answer."""
    return name.replace("\0", "").encode("utf-8", "replace").decode()[:80]
