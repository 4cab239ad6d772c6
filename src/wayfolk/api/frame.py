"""The frame around every operation of the API.

In this order: who calls, how often, what is asked; then the operation, its answer and the
idempotency key in one transaction of the caller's organisation, which an answer of 400 or more
rolls back. Requests without a body have one transaction for all of it. That the token was used
is noted afterwards, whatever the answer.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from ninja.operation import Operation

from wayfolk.api import access, idempotency, problems, rates, reading, versions
from wayfolk.audit import change_sets
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotFound

_log = logging.getLogger(__name__)
CHANGE_HEADER = "Wayfolk-Change"
Run = Callable[..., HttpResponse]


class _Refused(Exception):
    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def framed(run: Run) -> Run:
    """A ninja decorator of mode "view": around parsing, the operation, and its answer."""
    operation = cast("Operation", getattr(run, "__self__", None))

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            organization_id, secret = access.secret_of(request)
            if reading.is_unsafe(request):
                with tenancy.scope(organization_id):
                    access.identify(request, secret)
                _check(request, operation)  # no transaction waits for a slow sender
            with tenancy.scope(organization_id):
                if not reading.is_unsafe(request):
                    access.identify(request, secret)
                    _check(request, operation)
                response = _carry_out(request, run, path)
        except _Refused as refused:
            response = refused.response
        except Exception as error:  # noqa: BLE001 - every error leaves as problem+json
            response = problems.from_error(request, error)
        _note_use(request)
        return response

    return answer


def _check(request: HttpRequest, operation: Operation) -> None:
    rates.count_request(access.caller_of(request).token.id)
    reading.check_request(request, operation)


def _note_use(request: HttpRequest) -> None:
    """The answer stands, whatever becomes of this."""
    try:
        access.note_use(request)
    except DatabaseError:
        _log.exception("That an API token was used could not be noted")


def _carry_out(request: HttpRequest, run: Run, path: dict[str, Any]) -> HttpResponse:
    caller = access.caller_of(request)
    kept = idempotency.claim(request, membership_id=caller.token.membership_id)
    if kept is not None and kept.status:
        return idempotency.replay(kept)
    before = change_sets.last_written_id()
    response = run(request, **path)
    if response.status_code >= 400:
        raise _Refused(response)
    written = change_sets.last_written_id()
    if reading.is_unsafe(request) and written != before and written is not None:
        response.headers[CHANGE_HEADER] = str(written)
    if not response.streaming:
        response = versions.complete(request, response)
    if kept is not None:
        idempotency.keep(kept, response)
    return response


def outermost(view: Run) -> Run:
    """Around the whole address: answers that ninja gives before any operation is chosen."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **path: Any) -> HttpResponse:
        response = view(request, *args, **path)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            response = problems.answer(
                problems.MethodNotAllowed(
                    f"{request.method} is not possible here. Possible: {allowed}."
                )
            )
            response.headers["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers["Vary"] = "Authorization, Accept"
        return response

    return answer


def no_such_address(request: HttpRequest) -> HttpResponse:
    """Any address under /api/ that is none."""
    return problems.answer(
        NotFound(
            f"There is nothing at {request.path[:200]}. The addresses are listed in"
            " /api/v1/openapi.json."
        )
    )
