"""Answers for what did not work: problem+json (RFC 9457) with a stable code and words.

Every error of the API leaves through `answer`; nothing was changed when one does.
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError

from wayfolk.audit.change_sets import correlation_id
from wayfolk.kit import database_errors
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class MalformedRequest(Refusal):
    """The request could not be read at all."""

    code = "malformed_request"
    status = 400


class Unauthenticated(Refusal):
    code = "unauthenticated"
    status = 401


class MethodNotAllowed(Refusal):
    code = "method_not_allowed"
    status = 405


class NotAcceptable(Refusal):
    code = "not_acceptable"
    status = 406


class PreconditionFailed(Refusal):
    """The record is no longer the version that If-Match names."""

    code = "stale"
    status = 412


class TooLarge(Refusal):
    code = "too_large"
    status = 413


class UnsupportedMediaType(Refusal):
    code = "unsupported_media_type"
    status = 415


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message, details={"retry_after_seconds": retry_after_seconds})
        self.retry_after_seconds = retry_after_seconds


class Unexpected(Refusal):
    """A fault of the program; the log has the cause under the request's id."""

    code = "internal_error"
    status = 500


def from_error(request: HttpRequest, error: BaseException) -> HttpResponse:
    """The answer to any exception; those that are no refusal are logged with their trace."""
    refused = find_refusal(error)
    if refused is None:
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        refused = Unexpected(
            "Something went wrong in Wayfolk, and nothing was changed. Repeating the request with"
            " the same Idempotency-Key is safe; if it fails again, report the request_id."
        )
    return answer(refused)


def find_refusal(error: BaseException) -> Refusal | None:
    """The refusal that an exception amounts to, None for a fault of the program."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HttpError):
        return MalformedRequest(error.message)
    if isinstance(error, Http404):
        return NotFound("There is nothing at this address.")
    if isinstance(error, RequestDataTooBig):
        return TooLarge("The request is larger than Wayfolk accepts.")
    if isinstance(error, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return MalformedRequest("The request could not be read; nothing was changed.")
    return database_errors.find_refusal(error)


def answer(refused: Refusal) -> HttpResponse:
    """The refusal as an HTTP answer."""
    response = HttpResponse(
        json.dumps(_body(refused), cls=DjangoJSONEncoder, ensure_ascii=False),
        status=refused.status,
        content_type=MEDIA_TYPE,
    )
    if isinstance(refused, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Wayfolk"'
    if isinstance(refused, TooManyRequests):
        response.headers["Retry-After"] = str(refused.retry_after_seconds)
    return response


def _body(refused: Refusal) -> Mapping[str, object]:
    return {
        "type": f"urn:wayfolk:problem:{refused.code}",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "code": refused.code,
        "detail": refused.message,
        "errors": _errors(refused),
        "details": {key: value for key, value in refused.details.items() if key != "errors"},
        "request_id": correlation_id.get(),
    }


def _errors(refused: Refusal) -> list[dict[str, str]]:
    """Field by field, where fields are at fault."""
    if isinstance(refused, InvalidValues):
        return [{"field": field, "message": words} for field, words in refused.errors.items()]
    if refused.field:
        return [{"field": refused.field, "message": refused.message}]
    return []
