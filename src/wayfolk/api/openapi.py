"""The description of the API: what ninja derives, and what holds for all operations at once."""

import re
from typing import Any

from ninja.openapi.schema import OpenAPISchema

from wayfolk.api import idempotency, problems

PROBLEMS = {
    "400": ("BadRequest", "The request could not be read."),
    "401": ("Unauthenticated", "No valid API token was sent."),
    "403": ("NotAllowed", "The member's role or the organisation's modules do not include this."),
    "404": ("NotFound", "There is no such record for this caller."),
    "405": ("MethodNotAllowed", "This address does not know the method."),
    "406": ("NotAcceptable", "The caller accepts no JSON."),
    "409": ("Conflict", "Somebody changed the same thing meanwhile; `details` has both sides."),
    "412": ("PreconditionFailed", "If-Match names another version; `details` has both sides."),
    "413": ("TooLarge", "The body is larger than the limit."),
    "415": ("UnsupportedMediaType", "The body is not of the media type that is described."),
    "422": ("Refused", "Values are at fault, field by field, or a rule forbids the change."),
    "429": ("TooManyRequests", "The token made too many requests; see Retry-After."),
    "500": ("InternalError", "A fault in Wayfolk; nothing was changed."),
    "503": ("TookTooLong", "The work was larger than one request may be; nothing was changed."),
}
_UNSAFE = {"post", "put", "patch", "delete"}
_STRING = {"type": "string"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "errors", "details", "request_id"],
    "properties": {
        "type": _STRING,
        "title": _STRING,
        "status": {"type": "integer"},
        "code": {**_STRING, "description": "Stable; compare this one."},
        "detail": {**_STRING, "description": "What happened and what to do, for a reader."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": _STRING, "message": _STRING},
            },
        },
        "details": {"type": "object", "additionalProperties": True},
        "request_id": _STRING,
    },
}

_PARAMETERS = {
    "IdempotencyKey": {
        "name": idempotency.HEADER,
        "in": "header",
        "required": False,
        "description": "Makes it safe to repeat the request for 48 hours: the change is carried"
        " out once, the repetition gets the same answer.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of the version that was edited; another present one is refused.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,10}(\\.[0-9a-f]{1,64})?"$'},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag of the answer at hand; 304 when it is still the same.",
        "schema": {"type": "string"},
    },
}


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    """`schema` with shared errors, headers and parameters. Idempotent."""
    components = schema["components"]
    components["schemas"]["Problem"] = PROBLEM_SCHEMA
    components["schemas"] = _untitled(dict(sorted(components["schemas"].items())))
    for name, shape in components["schemas"].items():
        if name.endswith("Changes"):
            _drop_defaults(shape)
    components["responses"] = {
        name: {
            "description": words,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name, words in PROBLEMS.values()
    }
    components["parameters"] = _PARAMETERS
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _complete_operation(path, method, operation)
    return schema


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = {str(status): answer for status, answer in operation["responses"].items()}
    for status, (name, _) in PROBLEMS.items():
        responses[status] = {"$ref": f"#/components/responses/{name}"}
    words = re.sub(r"\s*\n\s*", " ", operation.get("description", ""))
    operation["summary"] = words.partition(".")[0]
    operation["description"] = words
    parameters = [_without_null(p) for p in operation["parameters"] if "$ref" not in p]
    if method in _UNSAFE:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if operation.get("x-versioned"):
        _describe_version(path, method, parameters, responses)
    operation["parameters"] = parameters
    operation["responses"] = dict(sorted(responses.items()))


def _untitled(part: Any) -> Any:
    """Without the titles that repeat the name beside them."""
    if isinstance(part, list):
        return [_untitled(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    return {
        name: _untitled(inner)
        for name, inner in part.items()
        if not (name == "title" and isinstance(inner, str))
    }


def _drop_defaults(shape: dict[str, Any]) -> None:
    """In a change an absent field stays as it is: it has no default."""
    for details in shape["properties"].values():
        details.pop("default", None)


def _without_null(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter may be left out, but has no way to be null in an address."""
    parameter = _untitled(parameter)
    schema = parameter["schema"]
    choices = [c for c in schema.get("anyOf", ()) if c != {"type": "null"}]
    if len(choices) != 1:
        return parameter
    others = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**parameter, "schema": {**others, **choices[0]}}


def _describe_version(
    path: str, method: str, parameters: list[dict[str, Any]], responses: dict[str, Any]
) -> None:
    is_read = method == "get"
    name = "IfNoneMatch" if is_read else "IfMatch"
    if "{" in path:
        parameters.append({"$ref": f"#/components/parameters/{name}"})
    if is_read:
        responses["304"] = {"description": "The client has this answer already."}
    for status in ("200", "201"):
        if status in responses:
            responses[status]["headers"] = {"ETag": {"schema": _STRING, "required": True}}
